"""Plain text: complete, calm, and without anything a terminal would obey."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from bot.render.plain import hints, plain
from domain.message import Actions, Bars, Button, Heading, Listing, Message, Note, Span, line
from tests.bot.messages import CARD, messages


@settings(deadline=None)
@given(messages, st.integers(0, 100))
def test_nothing_acts_in_plain_text(message: Message, width: int) -> None:
    shown = plain(message, width)
    assert not [c for c in shown if unicodedata.category(c) in {"Cc", "Cs"} and c != "\n"]
    assert not set(shown) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    assert not any(row.endswith(" ") for row in shown.split("\n"))


def test_a_card_in_full() -> None:
    card = structs.replace(CARD, text=line("One\nTwo"))
    assert plain(Message.of(card)) == (
        "Sparse diffusion for [bold]long[/bold] <i>documents</i> & more\n"
        "  Ada Lovelace, Grace Hopper and 3 more · cs.CL · 2 Oct 2026 · ▲ 42\n"
        "  One\n"
        "  Two\n"
        "  https://arxiv.org/abs/2610.01234 p12\n"
        "  matched: diffusion, language model\n"
        "  do: bookmark p12 · similar p12 · why p12"
    )


def test_a_compact_card_is_one_line() -> None:
    shown = plain(Message.of(structs.replace(CARD, compact=True, title=line("A\ntitle"))), 40)
    assert shown == (
        "p12 A title · Ada Lovelace, Grace Hopper and 3 more · cs.CL · 2 Oct 2026 · ▲ 42"
        " · matched: diffusion, language model https://arxiv.org/abs/2610.01234"
    )


def test_blocks_are_set_apart_and_compact_cards_are_not() -> None:
    small = structs.replace(CARD, compact=True, byline="", facts=(), matched=(), title=line("T"), url="")
    message = Message.of(Heading("News"), Note(line("One.")), Note(line("Two.")), small, small, Bars("Days", (1, 0, 2)))
    assert plain(message) == "News\n====\n\nOne.\nTwo.\n\np12 T\np12 T\n\nDays: 1 0 2"


@pytest.mark.parametrize("width", [40, 60, 80, 200])
def test_lines_keep_to_the_width(width: int) -> None:
    message = Message.of(Heading("Papers " * 30), CARD, Listing((line("word " * 60),)), Note(line("推理" * 150)))
    assert max(map(len, plain(message, width).split("\n"))) <= width


def test_an_address_is_never_cut() -> None:
    url = "https://example.org/" + "a-long-path/" * 12
    message = Message.of(structs.replace(CARD, url=url), Note(line("see ", Span("this", url=url))))
    assert plain(message, 40).count(url) == 2


def test_a_listing_hangs() -> None:
    assert plain(Message.of(Listing((line("aaaa bbbb cccc dddd eeee"),))), 20) == "- aaaa bbbb cccc\n  dddd eeee"


def test_commands_are_not_broken_between_lines() -> None:
    buttons = [Button("x", f'subscribe "language model {n}"') for n in range(3)]
    assert hints(buttons, 40) == (
        'do: subscribe "language model 0"\n    subscribe "language model 1"\n    subscribe "language model 2"'
    )


def test_a_label_that_says_more_than_the_command_is_shown() -> None:
    shown = plain(Message.of(Actions((Button("12 more", "more 3 2"), Button("Undo", "undo 17")))))
    assert shown == "do: 12 more: more 3 2 · undo 17"
