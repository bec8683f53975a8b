"""Messages in Discord's form: all of it shown, none of it more than text, nothing over a limit."""

from __future__ import annotations

import re
from collections.abc import Iterable
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings

from bot.discord import embeds, limits, render
from bot.discord.ids import carries, command_of
from bot.discord.limits import BUTTON, SELECT, TEXT_DISPLAY, custom_ids, walk
from bot.discord.render import COMPONENTS_V2
from bot.discord.room import COMPOSED, EMBEDDED
from bot.discord.split import parts
from domain.message import Actions, Bars, Block, Button, Card, File, Heading, Listing, Message, Note, Span, line
from tests.bot.discord.measured import DELIVERY, composed, embedded
from tests.bot.messages import BLOCKS, CARD, SAMPLES, messages

FORMS = (render, embeds)
ROOMS = {render: COMPOSED, embeds: EMBEDDED}
MEASURED = {render: composed, embeds: embedded}


def text(payload: dict[str, Any]) -> str:
    """What is read of a message, in Markdown."""
    shown = [part["content"] for part in walk(payload["components"]) if part["type"] == TEXT_DISPLAY]
    return "\n".join([*shown, *(embed["description"] for embed in payload.get("embeds", ()))])


def labels(payload: dict[str, Any]) -> list[str]:
    """What stands on buttons and in menus."""
    every = list(walk(payload["components"]))
    options = [option["label"] for part in every if part["type"] == SELECT for option in part["options"]]
    return [*(part["label"] for part in every if part["type"] == BUTTON), *options]


def commands(payload: dict[str, Any]) -> list[str]:
    """What its buttons and menus do."""
    every = list(walk(payload["components"]))
    values = [option["value"] for part in every if part["type"] == SELECT for option in part["options"]]
    return [*filter(None, map(command_of, custom_ids(payload["components"]))), *values]


def in_full(payload: dict[str, Any]) -> str:
    """Everything that is in it, the escapes of Markdown taken out."""
    shown = re.sub(r"\\(?=[^0-9A-Za-z\s])|\*\*", "", text(payload))
    return "\n".join([shown, *labels(payload), *commands(payload)])


@pytest.mark.parametrize("form", FORMS, ids=["components", "embeds"])
@pytest.mark.parametrize("kind", BLOCKS, ids=lambda kind: kind.__name__)
def test_every_kind_of_block_is_shown(form: ModuleType, kind: type[Block]) -> None:
    block, wanted = SAMPLES[kind]
    body = form.render(Message.of(block))
    for part in wanted:
        if isinstance(block, File) and part == block.content:
            assert body.files == (block,)
        else:
            assert part in in_full(body.payload)


@pytest.mark.parametrize("form", FORMS, ids=["components", "embeds"])
@settings(deadline=None, max_examples=40)
@given(message=messages)
def test_invariant_7_whatever_is_said_every_part_of_it_keeps_within_the_limits(
    form: ModuleType, message: Message
) -> None:
    for part in parts(message, ROOMS[form].fits):
        payload = form.render(part, DELIVERY).payload
        ids = list(custom_ids(payload["components"]))
        assert len(ids) == len(set(ids))
        assert all(0 < len(each) <= 100 for each in ids)
        assert all(0 < len(each) <= 100 for each in labels(payload))
        assert all(
            part["label"] == part["label"][:80] for part in walk(payload["components"]) if part["type"] == BUTTON
        )
        assert all(found <= getattr(limits, name) for name, found in MEASURED[form](part).items())
        if form is embeds:
            assert all(embed["description"].strip() for embed in payload["embeds"])
        else:
            assert all(part["content"].strip() for part in walk(payload["components"]) if part["type"] == TEXT_DISPLAY)


@pytest.mark.parametrize("form", FORMS, ids=["components", "embeds"])
@settings(deadline=None, max_examples=40)
@given(message=messages)
def test_invariant_4_every_message_of_a_delivery_carries_its_id_once(form: ModuleType, message: Message) -> None:
    ids = list(custom_ids(form.render(message, DELIVERY).payload["components"]))
    assert carries(ids, DELIVERY)
    assert sum(each.startswith(DELIVERY) for each in ids) == 1
    assert not carries(custom_ids(form.render(message).payload["components"]), DELIVERY)


@pytest.mark.parametrize("form", FORMS, ids=["components", "embeds"])
@pytest.mark.parametrize(
    "title",
    [
        "@everyone <@1> <@&2> <#3> <t:0> </papers search:4> <:smile:5>",
        "**strong** _slanted_ __under__ ~~gone~~ ||hidden|| `code` ```block```",
        "[words](https://evil.example) https://evil.example",
        "# large\n> quoted\n- listed\n1. numbered\n-# small",
    ],
)
def test_invariant_8_no_title_is_more_than_text(form: ModuleType, title: str) -> None:
    message = Message.of(
        Heading(title), Note(line(title)), Listing((line(title),)), Card("p1", line(title), "", text=line(title))
    )
    payload = form.render(message).payload
    assert payload["allowed_mentions"] == {"parse": []}
    bare = re.sub(r"\\[^0-9A-Za-z\s]", "", text(payload))
    for sign in ("@", "<", "[", "`", "_", "~", "|", "**", "://"):
        assert sign not in bare
    for each in bare.splitlines():
        # What begins a line is ours: a heading, an item of a listing, or nothing.
        assert re.match(r"(?:##+ |- )?(?![>#+-]|\d+\.)", each)


def test_components_of_the_newer_form_suppress_embeds_and_are_said_to_be_it() -> None:
    assert render.render(Message.of(CARD)).payload["flags"] == COMPONENTS_V2 | 4
    assert embeds.render(Message.of(CARD)).payload["flags"] == 0


def test_a_paper_is_a_section_with_its_bookmark_button_and_there_is_one_menu_for_all() -> None:
    papers = [Card(f"p{n}", line(f"Paper {n}"), "", buttons=CARD.buttons, menu=CARD.menu) for n in range(3)]
    (container,) = render.render(Message.of(Heading("Papers"), *papers)).payload["components"]
    kinds = [part["type"] for part in container["components"]]
    assert kinds == [TEXT_DISPLAY, 9, 9, 9, 1]
    (select,) = (part for part in walk([container]) if part["type"] == SELECT)
    assert [(option["label"], option["value"]) for option in select["options"]] == [
        ("Paper 0", "p0"),
        ("Paper 1", "p1"),
        ("Paper 2", "p2"),
    ]
    assert command_of(select["custom_id"]) == "papers"


def test_the_menu_of_a_single_paper_holds_what_there_is_to_do() -> None:
    payload = render.render(Message.of(CARD)).payload
    (select,) = (part for part in walk(payload["components"]) if part["type"] == SELECT)
    assert [option["value"] for option in select["options"]] == [button.command for button in CARD.menu]


@pytest.mark.parametrize("form", FORMS, ids=["components", "embeds"])
def test_compact_papers_are_lines_whose_menu_holds_their_buttons_too(form: ModuleType) -> None:
    one = Card("p1", line("Paper"), "", buttons=CARD.buttons, menu=CARD.menu, compact=True)
    assert "bookmark p12" in commands(form.render(Message.of(one)).payload)
    payload = form.render(Message.of(*(one for _ in range(9)))).payload
    assert text(payload).count("\n") == 8
    assert ROOMS[form].fits(Message.of(*(one for _ in range(20))))


def test_fits_knows_both_limits_to_the_last_component_and_character() -> None:
    def cards(many: int, length: int = 1) -> Message:
        return Message.of(
            *(Card(f"p{n}", line("x" * length), "", buttons=(Button("B", f"b {n}"),)) for n in range(many))
        )

    assert COMPOSED.fits(cards(13))  # a container and three components each
    assert not COMPOSED.fits(cards(14))
    assert COMPOSED.fits(Message.of(Note(line("x" * 4_000))))
    assert not COMPOSED.fits(Message.of(Note(line("x" * 4_001))))
    assert not COMPOSED.fits(Message.of(Note(line("𝔛" * 2_001)))), "two units each in UTF-16"
    lines = (Card(f"p{n}", line("t"), "", menu=CARD.menu, compact=True) for n in range(26))
    assert not COMPOSED.fits(Message.of(*lines))


def test_our_own_names_are_shown_as_mentions_and_only_those() -> None:
    message = Message.of(Heading("Papers for 1/2 · Monday"), Note(line("discord:1/2 and discord:1/23")), CARD)
    shown = text(render.render(message, names={"discord:1/2": "<#2>", "1/2": "<#2>"}).payload)
    assert "## Papers for <#2> · Monday" in shown
    assert "<#2> and discord:1/23" in shown


def test_two_buttons_of_one_command_have_ids_of_their_own() -> None:
    payload = render.render(Message.of(Actions((Button("A", "status"), Button("B", "status"))))).payload
    assert [command_of(each) for each in custom_ids(payload["components"])] == ["status", "status"]


def test_a_command_that_no_custom_id_holds_leaves_its_button_out() -> None:
    payload = render.render(Message.of(Actions((Button("A", "x" * 100), Button("B", "x" * 99))))).payload
    assert labels(payload) == ["B"]


def test_links_are_followed_only_where_they_may_be() -> None:
    note = Note(line(Span("here", url="https://a.example/(1)"), " ", Span("there", url="javascript:alert(1)")))
    assert text(render.render(Message.of(note)).payload) == "[here](<https://a.example/(1)>) there"
    bare = Note(line(Span("https://a.example/x", url="https://a.example/x")))
    assert text(render.render(Message.of(bare)).payload) == "<https://a.example/x>"


def test_counts_are_drawn_and_told() -> None:
    assert text(render.render(Message.of(Bars("A day", (0, 1, 7)))).payload) == "A day\n`▁▂█`\n-# 0 1 7"


def words(messages: Iterable[Message]) -> list[str]:
    return " ".join(in_full(render.render(message).payload) for message in messages).split()


def test_what_is_too_long_for_one_message_is_cut_between_words_and_nothing_is_lost() -> None:
    said = [f"word{number}" for number in range(3_000)]
    message = Message.of(
        Heading("All of it"),
        Note(line(" ".join(said[:1_000]))),
        Listing(tuple(line(word) for word in said[1_000:2_000])),
        Card("p1", line("A paper"), "", text=line(" ".join(said[2_000:])), buttons=CARD.buttons),
    )
    cut = parts(message, COMPOSED.fits)
    assert len(cut) > 5
    assert all(map(COMPOSED.fits, cut))
    assert [word for word in words(cut) if word.startswith("word")] == said
