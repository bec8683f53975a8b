"""The terminal: marked words, links that can be clicked and read, and nothing a paper could command."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs
from rich.cells import cell_len

from bot.render.terminal import Screen, terminal
from domain.message import Actions, Bars, Block, Button, Heading, Listing, Message, Note, Span, line
from tests.bot.messages import CARD, messages

LINK = re.compile(r"\x1b\]8;(?:id=\d+)?;([!-~]*)\x1b\\")
STYLE = re.compile(r"\x1b\[[\d;]*m")
URL = "https://arxiv.org/abs/2610.01234"


def shown(*blocks: Block, width: int = 80, tty: bool = True) -> str:
    return terminal(Message(blocks), Screen(width, watched=tty, styled=tty, coloured=tty))


def bare(text: str) -> str:
    return STYLE.sub("", LINK.sub("", text))


@settings(deadline=None)
@given(messages)
def test_only_our_own_styles_and_links_reach_the_terminal(message: Message) -> None:
    left = bare(shown(*message.blocks))
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", left)


@settings(deadline=None)
@given(messages)
def test_elsewhere_there_are_neither(message: Message) -> None:
    text = shown(*message.blocks, tty=False)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", text)


def test_the_title_is_a_link_that_can_be_read_too() -> None:
    text = shown(CARD)
    title = text[: text.index("\n")]
    assert set(LINK.findall(title)) == {URL, ""}
    assert bare(title) == "Sparse diffusion for [bold]long[/bold] <i>documents</i> & more"
    assert f"  {URL} p12\n" in bare(text)


def test_the_pieces_of_a_broken_title_are_one_link_and_two_cards_are_two() -> None:
    broken = structs.replace(CARD, title=line("word " * 30), text=line("x"))
    other = structs.replace(broken, url=URL + "v2")
    ids = re.findall(r"\x1b\]8;id=(\d+);(\S+?)\x1b", shown(broken, other, width=40))
    assert len(ids) > 6
    assert len(set(ids)) == len({of for of, _ in ids}) == 2


def test_no_other_address_becomes_a_link() -> None:
    assert not LINK.findall(
        shown(structs.replace(CARD, url="javascript:alert(1)"), Note((Span("x", url="file:///etc"),)))
    )


def test_what_matched_stands_out() -> None:
    text = LINK.sub("", shown(CARD))
    assert "\x1b[1;35mdiffusion\x1b[0m" in text[: text.index("\n")]
    assert "matched: \x1b[0m\x1b[1;35mdiffusion\x1b[0m, \x1b[1;35mlanguage model" in text


def test_spans_keep_their_styles_and_links_their_addresses() -> None:
    text = shown(Note(line(Span("a", "strong"), Span("b", "code"), Span("c", "quiet"), Span("d", url=URL))))
    assert "\x1b[1ma\x1b[0m\x1b[36mb\x1b[0m\x1b[2mc\x1b[0m" in text
    assert f"d ({URL})" in bare(text)


@pytest.mark.parametrize("width", [40, 80, 200])
def test_lines_keep_to_the_width(width: int) -> None:
    blocks = (
        Heading("Papers " * 30),
        CARD,
        structs.replace(CARD, compact=True, title=line("Word " * 60)),
        Listing((line("word " * 60),)),
        Note(line("推理" * 150)),
        Actions(tuple(Button("More", f"more {n}") for n in range(30))),
    )
    assert max(map(cell_len, bare(shown(*blocks, width=width)).split("\n"))) <= width


@settings(deadline=None)
@given(st.text("ab 推理é\u0301한👍-", max_size=120), st.integers(20, 60))
def test_lines_are_broken_between_words_and_lose_nothing_else(text: str, width: int) -> None:
    rows = shown(Note(line(text)), width=width, tty=False).splitlines()
    assert "".join(rows).replace(" ", "") == text.replace(" ", "")
    assert max(map(cell_len, rows), default=0) <= width
    assert all(any(word in row for row in rows) for word in text.split() if cell_len(word) <= width)


def test_running_text_stays_readable_on_wide_terminals() -> None:
    assert max(map(cell_len, bare(shown(CARD, width=250)).split("\n"))) <= 100


def test_a_compact_card_is_one_line_cut_at_a_word() -> None:
    card = structs.replace(
        CARD, compact=True, title=line("A study of very long titles and of what becomes of them in lists")
    )
    row = bare(shown(card, width=80)).rstrip("\n")
    assert row == "p12    A study of very long titles and of what…  arxiv.org/abs/2610.01234"
    wide = bare(shown(card, width=250))
    assert "in lists · Ada Lovelace, Grace Hopper and 3 more · cs.CL" in wide
    assert wide.count("\n") == 1


def test_elsewhere_a_compact_card_is_one_whole_line() -> None:
    card = structs.replace(CARD, compact=True, title=line("Word " * 40))
    text = shown(card, width=80, tty=False)
    assert text.count("\n") == 1
    assert text.startswith("p12    Word Word")
    assert text.endswith(f"matched: diffusion, language model {URL}\n")


def test_commands_of_cards_fit_into_a_line_on_a_terminal_and_are_all_there_elsewhere() -> None:
    card = structs.replace(CARD, menu=tuple(Button("x", f"command{n} p12") for n in range(12)))
    assert len([row for row in bare(shown(card)).split("\n") if "command" in row]) == 1
    assert "command11 p12" in shown(card, tty=False)


def test_counts_become_bars_and_no_day_looks_like_another() -> None:
    assert bare(shown(Bars("Days", (0, 1, 50, 100)))) == "Days  ▁▂▅█\n"
    assert bare(shown(Bars("Days", (0, 0)))) == "Days  ▁▁\n"
    assert bare(shown(Bars("Days", ()))) == "Days  no days\n"


def test_an_address_is_never_cut() -> None:
    url = "https://example.org/" + "a-long-path/" * 12
    text = bare(shown(structs.replace(CARD, url=url), Note(line("see ", Span("this", url=url))), width=40))
    assert text.count(url) == 2


def test_blocks_are_set_apart_and_compact_cards_are_not() -> None:
    small = structs.replace(CARD, compact=True, title=line("T"), url="", byline="", facts=(), matched=())
    text = bare(shown(Heading("News"), small, small, Actions((Button("Undo", "undo 3"),))))
    assert text == "News\n────\n\np12    T\np12    T\n\ndo: undo 3\n"
