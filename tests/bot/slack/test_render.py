"""Messages as Slack's blocks: within every limit, whole, and as they read."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.slack.render import (
    ANSWER,
    BLOCKS,
    BUTTONS,
    CHARACTERS,
    DIGEST,
    FALLBACK,
    HEADER,
    LABEL,
    NAMED,
    OPTION,
    OPTIONS,
    OVERFLOW,
    fallback,
    messages,
    size,
)
from bot.slack.rich import LONGEST, OWN, Place, pieces
from bot.slack.room import ROOM
from domain.message import Actions, Bars, Button, Card, Heading, Listing, Message, Note, Span, line
from tests.bot.messages import ODD, SAMPLES
from tests.bot.messages import messages as any_message
from tests.slackd import reading, schema
from tests.slackd.checks import check_message
from tests.slackd.refused import Json

HERE = Place("slack:T1/C1", "slack:T1/U1")
BOOKMARK = Button("Bookmark", "bookmark p1")


def card(text: str = "", **more: Any) -> Card:
    given: dict[str, Any] = {"buttons": (BOOKMARK,), "menu": (Button("Abstract", "abstract p1"),), **more}
    return Card("p1", line("A title"), "https://example.org/1", text=line(text) if text else (), **given)


def taken(message: Message, place: Place = HERE, ids: str = ANSWER) -> list[list[Json]]:
    """The messages, each of which Slack takes."""
    made = messages(message, place, ids)
    for blocks in made:
        check_message({"text": fallback(message, place), "blocks": blocks})
        schema.check(blocks)
        assert size(blocks) <= CHARACTERS
    return made


def read(message: Message, place: Place = HERE) -> str:
    return "\n".join(reading.message(blocks).text for blocks in taken(message, place))


def elements(message: Message) -> list[Json]:
    """The buttons and menus, in order."""
    return [e for blocks in taken(message) for b in blocks if b["type"] == "actions" for e in b["elements"]]


@settings(deadline=None, max_examples=60)
@given(any_message)
def test_invariant_7_whatever_is_said_slack_takes(message: Message) -> None:
    taken(message)


@pytest.mark.parametrize("message", ODD, ids=range(len(ODD)))
def test_invariant_8_odd_texts_ring_nobody(message: Message) -> None:
    for blocks in taken(message):
        assert not reading.message(blocks, fallback(message, HERE)).rings


@pytest.mark.parametrize("kind", SAMPLES, ids=lambda kind: kind.__name__)
def test_every_kind_of_block_is_shown(kind: type) -> None:
    block, wanted = SAMPLES[kind]
    shown = read(Message.of(block))
    values = str(messages(Message.of(block)))
    left = [part for part in wanted if part not in shown and f"'value': '{part}'" not in values]
    assert not left or kind is Bars, (left, shown)


@pytest.mark.parametrize("over", [-1, 0, 1])
def test_invariant_7_a_heading_is_a_header_while_it_fits(over: int) -> None:
    message = Message.of(Heading("x" * (HEADER + over)))
    assert taken(message)[0][0]["type"] == ("header" if over <= 0 else "rich_text")
    assert "x" * (HEADER + over) in read(message)


@pytest.mark.parametrize("over", [-1, 0, 1])
def test_invariant_7_labels_are_cut_at_their_limit_and_between_words(over: int) -> None:
    label = "y " * ((LABEL - 5) // 2) + "z" * (5 + over)
    (button,) = elements(Message.of(Actions((Button(label, "help"),))))
    shown = button["text"]["text"]
    assert (shown == label) == (len(label) <= LABEL)
    assert len(shown) <= LABEL
    assert "z" not in shown or shown == label


@pytest.mark.parametrize("many", [BUTTONS - 1, BUTTONS, BUTTONS + 1])
def test_invariant_7_buttons_stand_in_as_many_rows_as_they_need(many: int) -> None:
    message = Message.of(Actions(tuple(Button(str(number), f"more {number} search a") for number in range(many))))
    rows = [block for block in taken(message)[0] if block["type"] == "actions"]
    assert [len(row["elements"]) for row in rows] == ([many] if many <= BUTTONS else [BUTTONS, many - BUTTONS])
    assert [e["value"] for row in rows for e in row["elements"]] == [f"more {n} search a" for n in range(many)]


@pytest.mark.parametrize("many", [1, OVERFLOW, OVERFLOW + 1])
def test_invariant_7_a_menu_is_an_overflow_while_it_fits(many: int) -> None:
    menu = tuple(Button(f"Do {number}", f"abstract p{number}") for number in range(many))
    _, made = elements(Message.of(card(menu=menu)))
    assert made["type"] == ("overflow" if many <= OVERFLOW else "static_select")
    assert [option["value"] for option in made["options"]] == [button.command for button in menu]


@pytest.mark.parametrize("many", [OPTIONS - 1, OPTIONS, OPTIONS + 1])
def test_invariant_7_lines_have_a_menu_for_as_many_as_it_holds(many: int) -> None:
    cards = [card(compact=True) for _ in range(many)]
    made = messages(Message.of(*cards))
    menus = [e for blocks in made for b in blocks if b["type"] == "actions" for e in b["elements"]]
    assert sum(len(menu["options"]) for menu in menus) == 2 * many
    assert max(len(menu["options"]) for menu in menus) <= OPTIONS


def test_a_compact_card_is_one_line_and_its_number_leads_to_its_menus() -> None:
    cards = [Card(f"p{n}", line(f"Title {n}"), "", "Ada", ("1 Nov 2026",), buttons=(BOOKMARK,), menu=(BOOKMARK,),
                  compact=True) for n in (7, 8)]  # fmt: skip
    blocks = taken(Message.of(*cards))[0]
    assert [block["type"] for block in blocks] == ["rich_text", "actions"]
    assert read(Message.of(*cards)).splitlines()[:2] == ["Title 7 · Ada · 1 Nov 2026", "Title 8 · Ada · 1 Nov 2026"]
    bookmark, about = blocks[1]["elements"]
    assert [option["value"] for option in bookmark["options"]] == ["bookmark p7", "bookmark p8"]
    assert [option["text"]["text"] for option in about["options"]] == ["1. Title 7", "2. Title 8"]
    assert all(len(option["text"]["text"]) <= OPTION for option in about["options"])


@pytest.mark.parametrize("length", [LONGEST - 1, LONGEST, LONGEST + 1, 16_000, 40_000])
def test_invariant_7_a_long_text_is_cut_between_words_and_whole(length: int) -> None:
    words = " ".join(f"word{number}" for number in range(length))[:length]
    for message in (Message.of(Note(line(words))), Message.of(card(words)), Message.of(Listing((line(words),)))):
        assert "".join(words.split()) in "".join(read(message).split())
        for blocks in messages(message):
            for block in blocks:
                for section in block.get("elements", ()):
                    texts = [e["text"] for e in section.get("elements", ()) if e.get("type") == "text"]
                    assert all(len(text) <= LONGEST for text in texts)


def test_invariant_7_words_stay_whole() -> None:
    words = [f"word{number}" for number in range(5_000)]
    found = pieces(" ".join(words), 100)
    assert max(map(len, found)) <= 100
    assert [word for piece in found for word in piece.split()] == words
    assert pieces("x" * 250, 100) == ["x" * 100, "x" * 100, "x" * 50]
    assert pieces("") == []


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 120), st.integers(1, 900))
def test_invariant_7_what_fits_is_one_message(many: int, length: int) -> None:
    message = Message.of(Heading("Papers for T1/C1 · No. 3"), *(card("w " * length) for _ in range(many)))
    made = messages(message, HERE, DIGEST)
    assert all(size(blocks) <= CHARACTERS and len(blocks) <= BLOCKS for blocks in made)
    assert len(made) == 1 or not ROOM.fits(message)


@pytest.mark.parametrize("letter", ["bb", "éb", '"', "\\"])
def test_invariant_7_the_edge_of_what_fits(letter: str) -> None:
    def message(many: int) -> Message:
        return Message.of(Heading("H"), *(card(f"{letter} " * 470) for _ in range(5)), Note(line("n" * many)))

    room = CHARACTERS - NAMED - size([block for part in messages(message(1), ids=DIGEST) for block in part]) + 1
    # A card's buttons are reckoned with the longest numbers that a message has.
    assert [ROOM.fits(message(room + over)) for over in (-15, 1)] == [True, False]


def test_this_channel_is_named_as_people_name_it() -> None:
    message = Message.of(Heading("Papers for T1/C1"), Note(line("slack:T1/C1 and T1/C2, and slack:T1/U1's, xT1/C1")))
    heading, note = taken(message)[0]
    channels = [e for e in heading["elements"][0]["elements"] if e["type"] == "channel"]
    assert [channel["channel_id"] for channel in channels] == ["C1"]
    shown = note["elements"][0]["elements"]
    assert [e["type"] for e in shown if e["type"] != "text"] == ["channel"]
    assert f"{OWN}'s, xT1/C1" in "".join(e.get("text", "") for e in shown)
    assert fallback(message, HERE) == "Papers for this channel"


def test_a_title_names_no_place() -> None:
    message = Message.of(Card("p1", line("slack:T1/C1 and slack:T1/U1"), "https://example.org"))
    assert "slack:T1/C1 and slack:T1/U1" in read(message)
    assert '"channel"' not in str(taken(message))


def test_links_lead_where_they_may() -> None:
    told = Message.of(Note(line(Span("good", url="https://a.b/c|d>e"), Span("bad", url="javascript:alert(1)"))))
    (made,) = [e for e in taken(told)[0][0]["elements"][0]["elements"] if e["type"] == "link"]
    assert made == {"type": "link", "url": "https://a.b/c%7Cd%3Ee", "text": "good"}
    long = Message.of(Note(line(Span("far", url=f"https://a.b/{'c' * LONGEST}"))))
    assert "link" not in {e["type"] for e in taken(long)[0][0]["elements"][0]["elements"]}


def test_buttons_say_where_they_stand() -> None:
    message = Message.of(card(), card(), Actions((BOOKMARK,)))
    for ids in (ANSWER, DIGEST):
        names = [e["action_id"] for b in taken(message, ids=ids)[0] if b["type"] == "actions" for e in b["elements"]]
        assert names == [f"{ids}:{number}" for number in range(5)]


def test_whoever_hears_a_button_hears_which_paper_it_is_for() -> None:
    assert elements(Message.of(card()))[0]["accessibility_label"] == "Bookmark: A title"


def test_bars_are_drawn() -> None:
    assert "▁▅█" in read(Message.of(Bars("A day", (0, 5, 9))))
    assert "at most 9" in read(Message.of(Bars("A day", (0, 5, 9))))
    assert "no days" in read(Message.of(Bars("A day", ())))


def test_notifications_say_what_came() -> None:
    message = Message.of(Heading("Papers"), card(), Card("p2", line("<!channel> @here & co"), ""))
    assert fallback(message) == "Papers · A title · &lt;!channel&gt; @\u2060here &amp; co"
    assert fallback(Message.of(Note(line("Done.")))) == "Done."
    assert fallback(Message.of()) == "Paperround"
    assert len(fallback(Message.of(*[card()] * 500))) <= FALLBACK
