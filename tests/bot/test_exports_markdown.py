"""Markdown, read back by a parser of it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from markdown_it import MarkdownIt
from msgspec.structs import replace

from bot.exports import Entry
from bot.render.text import link, one_line
from domain.paper import Paper
from tests.bot.entries import PAPER, lists, written


def read_markdown(text: str) -> list[tuple[list[str], str]]:
    """The links and the text of each item, as a Markdown program shows them; nothing else may be there."""
    found: list[tuple[list[str], str]] = []
    parser = MarkdownIt("gfm-like", {"linkify": False, "html": True})
    blocks = [token for token in parser.parse(text) if token.type not in {"bullet_list_open", "bullet_list_close"}]
    per_item = ["list_item_open", "paragraph_open", "inline", "paragraph_close", "list_item_close"]
    assert [token.type for token in blocks] == per_item * (len(blocks) // len(per_item))
    for block in blocks:
        if block.type == "inline":
            inline = block.children or []
            assert {token.type for token in inline} <= {"text", "text_special", "link_open", "link_close"}
            links = [str(token.attrs["href"]) for token in inline if token.type == "link_open"]
            found.append((links, "".join(token.content for token in inline)))
    return found


def test_a_paper_in_markdown() -> None:
    assert written(
        "markdown", Entry(replace(PAPER, title="A *B* [c](d) <e> &amp;"), "See https://x.example @me", ("llm",))
    ) == (
        r"- [A \*B\* \[c\](d) \<e\> \&amp;](<https://arxiv.org/abs/2610.01234>)"
        r" — Ada Lovelace, Hopper, Grace, The Ada \& Grace Collaboration, 道元, 2026-09-30, arXiv:2610.01234,"
        r" doi:10.1000/a\_b(1)%{x} — See https\://x.example \@me — #llm"
        "\n"
    )


@settings(deadline=None)
@given(lists)
def test_markdown_is_read_back_as_it_was_meant(items: list[Entry]) -> None:
    read = read_markdown(written("markdown", *items))
    assert len(read) == len(items)
    for item, (links, text) in zip(items, read, strict=True):
        assert len(links) == bool(link(item.paper.url))
        assert text.startswith(one_line(item.paper.title) or "Untitled")
        assert one_line(item.note) in text


@pytest.mark.parametrize(
    "title", ["1. One", "2) Two", "- x", "+ x", "---", "===", "# x", "> x", "* x", "```", "| a |", ":x"]
)
def test_a_title_without_a_link_stays_a_title(title: str) -> None:
    bare = Entry(Paper(number=1, title=title, first_seen=PAPER.first_seen))
    assert read_markdown(written("markdown", bare)) == [([], title)]


def test_an_empty_list_is_a_valid_empty_file() -> None:
    assert written("markdown") == ""
