"""From an edition to messages: each fits its platform, nothing is lost, the order is kept (invariants 2 and 7)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.lay_out import lay_out
from digests.layouts import LAYOUTS
from digests.room import ENDLESS
from domain.edition import Edition, Item, Place
from domain.message import Actions, Button, Card, Heading, Message, Note, line, plain, weight
from domain.schedule import Schedule
from tests.papers import NOW, TODAY, abstract, paper
from tests.rooms import blocks, both, cards, characters

CHANNEL = "local:general"


def item(number: int, place: Place = Place.SEAT, queries: Sequence[str] = ("caching",), **more: Any) -> Item:
    return Item(paper(number, **more), place, (1,), tuple(queries))


def edition(*items: Item, due_at: datetime = NOW) -> Edition:
    return Edition(CHANNEL, 7, due_at, NOW, items)


def headings(messages: Sequence[Message]) -> list[str]:
    return [block.text for message in messages for block in message.blocks if isinstance(block, Heading)]


def shown(messages: Sequence[Message]) -> list[str]:
    return [card.paper for message in messages for card in message.cards()]


def test_an_edition_that_fits_is_one_message() -> None:
    messages = lay_out(edition(item(1), item(2)), Schedule(), ENDLESS)
    assert headings(messages) == ["Papers for general · Monday, 16 November 2026 · No. 7"]
    assert shown(messages) == ["p1", "p2"]
    assert len(messages[0].blocks) == 3


def test_the_day_is_the_channel_s_own() -> None:
    night = edition(item(1), due_at=datetime(2026, 11, 16, 23, 30, tzinfo=UTC))
    assert "Tuesday, 17 November" in headings(lay_out(night, Schedule(timezone="Asia/Tokyo"), ENDLESS))[0]
    assert "Monday, 16 November" in headings(lay_out(night, Schedule(timezone="America/New_York"), ENDLESS))[0]


def test_invariant_7_a_long_edition_is_cut_at_a_paper_s_edge() -> None:
    messages = lay_out(edition(*(item(n) for n in range(1, 6))), Schedule(), cards(2))
    assert [len(list(message.cards())) for message in messages] == [2, 2, 1]
    assert [heading.rpartition("No. 7")[2] for heading in headings(messages)] == [" (1/3)", " (2/3)", " (3/3)"]


def test_invariant_2_what_is_held_back_is_said_once_at_the_end() -> None:
    held = [item(n, Place.HELD) for n in (4, 5)]
    messages = lay_out(edition(item(1), item(2), item(3), *held, item(6, Place.MUTED)), Schedule(), cards(2))
    assert messages[-1].blocks[-2:] == (
        Note(line("2 more held back by this channel's limit.")),
        Actions((Button("Show 2 more", "edition 7 2"),)),
    )
    assert not any(isinstance(block, Note | Actions) for message in messages[:-1] for block in message.blocks)
    assert shown(messages) == ["p1", "p2", "p3"]


def test_a_quiet_day_is_said_in_one_sentence() -> None:
    messages = lay_out(edition(), Schedule(), cards(0))
    _, said = messages[0].blocks
    assert said == Note(line("Nothing new matched this channel's subscriptions."))


def test_notes_stand_at_the_end() -> None:
    messages = lay_out(edition(item(1)), Schedule(), ENDLESS, notes=["arXiv is stalled since Friday."])
    assert messages[-1].blocks[-1] == Note(line("arXiv is stalled since Friday."))


def test_invariant_7_the_end_gets_a_message_of_its_own_where_it_fits_no_other() -> None:
    messages = lay_out(edition(item(1), item(2), item(3, Place.HELD)), Schedule(), blocks(3))
    assert [len(message.blocks) for message in messages] == [3, 3]
    assert headings(messages)[-1].endswith("(2/2)")
    assert shown(messages) == ["p1", "p2"]


HUGE: dict[str, Any] = {
    "title": "Lazy " + "caching " * 60,
    "abstract": abstract(1) * 3,
    "authors": tuple(f"Ada Bela Chiara {n}" for n in range(300)),
    "queries": tuple(f"caching {'lazy ' * 50}{n}" for n in range(40)),
}


@pytest.mark.parametrize(
    ("limit", "keeps", "loses"),
    [
        (2_050, "text", "all queries"),
        (1_750, "menu", "text"),
        (1_590, "queries", "menu"),
        (500, "title", "queries"),
    ],
)
def test_invariant_7_a_paper_that_no_message_carries_whole_loses_what_matters_least(
    limit: int, keeps: str, loses: str
) -> None:
    messages = lay_out(edition(item(1), item(2, **HUGE), item(3)), Schedule(), characters(limit))
    assert shown(messages) == ["p1", "p2", "p3"]
    assert all(weight(message) <= limit for message in messages)
    card = next(card for message in messages for card in message.cards() if card.paper == "p2")
    there = {
        "text": bool(card.text),
        "menu": bool(card.menu),
        "queries": bool(card.matched),
        "all queries": len(card.matched) == len(HUGE["queries"]),
        "title": plain(card.title).startswith("Lazy caching"),
    }
    assert there[keeps]
    assert not there[loses]
    assert card.buttons, "what one does most stays"
    others = [card for message in messages for card in message.cards() if card.paper != "p2"]
    assert all(card.menu and card.matched for card in others)


def test_invariant_2_what_fits_nowhere_is_not_lost() -> None:
    messages = lay_out(edition(item(1), item(2, **HUGE)), Schedule(), cards(0))
    assert shown(messages) == ["p1", "p2"]
    assert all(card.matched == () for message in messages for card in message.cards())


def test_many_queries_are_cut_to_a_few_and_say_so() -> None:
    messages = lay_out(edition(item(2, **HUGE)), Schedule(), characters(10_000))
    matched = next(iter(messages[0].cards())).matched
    assert len(matched) == 4
    assert matched[-1] == "…"
    assert all(len(text) <= 60 for text in matched)
    few = lay_out(edition(item(2, queries=["caching " * 90])), Schedule(), characters(1_000))
    assert len(next(iter(few[0].cards())).matched) == 1


LINES = st.text(st.sampled_from("ab é推\n."), max_size=60)


@st.composite
def items(draw: st.DrawFn) -> list[Item]:
    return [
        Item(
            paper(
                number,
                draw(LINES) or "a",
                abstract=draw(LINES) * draw(st.sampled_from([0, 1, 20])),
                authors=tuple(draw(st.lists(LINES, max_size=5))),
                categories=tuple(draw(st.lists(st.just("cs.CL"), max_size=2))),
                announced=draw(st.sampled_from([None, TODAY])),
                upvotes=draw(st.sampled_from([None, 3])),
                page_url=draw(st.sampled_from(["", "https://example.org/x"])),
            ),
            draw(st.sampled_from([Place.SEAT, Place.SEAT, Place.HELD, Place.MUTED])),
            (1,),
            tuple(draw(st.lists(st.sampled_from(["ab", '"a b"', "é", "a " * 100]), min_size=1, max_size=6))),
            late=draw(st.booleans()),
        )
        for number in range(1, draw(st.integers(1, 25)))
    ]


@given(items(), st.sampled_from(sorted(LAYOUTS)), st.integers(1, 12), st.integers(1_000, 20_000))
def test_invariant_7_every_message_fits_and_nothing_is_lost(
    items: list[Item], layout: str, most: int, limit: int
) -> None:
    room = both(cards(most), characters(limit))
    planned = edition(*sorted(items, key=lambda item: list(Place).index(item.place)))
    messages = lay_out(planned, Schedule(layout=layout), room, notes=["A note."])
    assert all(room.fits(message) for message in messages)
    assert shown(messages) == [item.paper.id for item in planned.seats]
    assert all(isinstance(message.blocks[0], Heading) for message in messages)
    parts = [heading.rpartition("No. 7")[2] for heading in headings(messages)]
    many = len(messages)
    assert parts == ([""] if many == 1 else [f" ({part}/{many})" for part in range(1, many + 1)])
    # It travels through the store as it is.
    assert [Message.from_data(message.to_data()) for message in messages] == messages


@pytest.mark.parametrize("count", [9, 10, 99, 100])
def test_invariant_7_the_count_of_parts_is_reckoned_with(count: int) -> None:
    limit = weight(lay_out(edition(item(1)), Schedule(), ENDLESS)[0]) + len(" (888/888)")
    for allowed in range(limit - 6, limit + 1):
        messages = lay_out(edition(*(item(1) for _ in range(count))), Schedule(), characters(allowed))
        assert len(messages) == count
        assert max(map(weight, messages)) <= allowed
    assert all(card.menu for message in messages for card in message.cards())


def test_cards_of_a_message_are_cards() -> None:
    assert all(isinstance(card, Card) for card in lay_out(edition(item(1)), Schedule(), ENDLESS)[0].cards())


def test_in_a_thread_the_first_message_stands_alone_and_the_cards_below_it() -> None:
    papers = [item(number) for number in range(3)]
    first, *below = lay_out(edition(*papers, item(9, Place.HELD)), Schedule(layout="thread"), cards(2))
    assert not first.under
    assert list(first.cards()) == []
    assert "3 papers below." in [plain(block.text) for block in first.blocks if isinstance(block, Note)]
    assert any(isinstance(block, Actions) for block in first.blocks), "what is held back is paged to from the first"
    assert [message.under for message in below] == [True, True]
    assert shown(below) == [f"p{number}" for number in range(3)]
    assert headings(below)[-1].endswith("(3/3)")


def test_a_quiet_day_needs_no_thread() -> None:
    (only,) = lay_out(edition(), Schedule(layout="thread"), ENDLESS)
    assert not only.under
