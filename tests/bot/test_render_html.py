"""HTML: what is read back is what was said, and there is nothing in it that we did not put there."""

from __future__ import annotations

from collections import Counter
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from msgspec import structs

from bot.render.html import Links, html
from bot.render.text import clean, flat, link, one_line
from domain.message import Actions, Bars, Block, Button, Card, File, Heading, Listing, Message, Note, Span, line, plain
from tests.bot.messages import CARD, ODD, messages

ALLOWED = {
    "h2": {"dir"},
    "h3": {"dir"},
    "p": {"class", "dir"},
    "a": {"href", "rel", "aria-label", "download"},
    "ul": {"class"},
    "li": {"dir"},
    "article": {"class"},
    "strong": set(),
    "mark": set(),
    "code": set(),
    "small": set(),
    "br": set(),
    "form": {"method", "action"},
    "button": {"type", "name", "value", "class", "aria-label"},
    "details": {"class"},
    "div": set(),
    "summary": {"aria-label"},
    "figure": {"class"},
    "figcaption": {"dir"},
    "svg": {"role", "aria-label", "viewbox"},
    "rect": {"x", "y", "width", "height"},
    "pre": set(),
}


class Reader(HTMLParser):
    """Reads a fragment strictly: known elements and attributes only, all closed in order, no comments."""

    def __init__(self, fragment: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: Counter[str] = Counter()
        self.attributes: list[tuple[str, str, str]] = []
        self.text = ""
        self.feed(fragment)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ALLOWED
        assert {name for name, _ in attrs} <= ALLOWED[tag]
        assert len({name for name, _ in attrs}) == len(attrs)
        self.elements[tag] += 1
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag == "br":
            self.text += "\n"
        else:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(f"a declaration: {decl}")

    def unknown_decl(self, data: str) -> None:
        raise AssertionError(f"a declaration: {data}")

    def handle_pi(self, data: str) -> None:
        raise AssertionError(f"an instruction: {data}")

    def values(self, tag: str, name: str) -> list[str]:
        return [value for found, attribute, value in self.attributes if (found, attribute) == (tag, name)]


def said(block: Block) -> list[str]:
    """Every text of a block, as it is to be read."""
    match block:
        case Heading(text):
            return [text]
        case Note(text):
            return [span.text for span in text]
        case Listing(lines):
            return [plain(text) for text in lines]
        case Card():
            spans = (*block.title, *block.text)
            labels = [button.label for button in (*block.buttons, *block.menu)]
            return [block.byline, *block.facts, *block.matched, *labels, *(span.text for span in spans)]
        case Bars(label):
            return [label]
        case Actions(buttons):
            return [button.label for button in buttons]
        case File():
            return [block.name, block.content]


def buttons(message: Message) -> list[Button]:
    return [
        button
        for block in message.blocks
        for button in (
            block.buttons
            if isinstance(block, Actions)
            else (*block.buttons, *block.menu)
            if isinstance(block, Card)
            else ()
        )
    ]


@pytest.mark.parametrize("message", ODD)
def test_odd_texts_are_read_back_as_they_were_said(message: Message) -> None:
    same(message)


@settings(deadline=None)
@given(messages)
def test_what_is_read_back_is_what_was_said(message: Message) -> None:
    same(message)


def same(message: Message) -> None:
    reader = Reader(html(message))
    read = one_line(reader.text)
    for block in message.blocks:
        for text in said(block):
            assert one_line(text) in read
    wanted = Counter(type(block) for block in message.blocks)
    assert reader.elements["h2"] == wanted[Heading]
    assert reader.elements["article"] == reader.elements["h3"] == wanted[Card]
    assert reader.elements["svg"] == wanted[Bars]
    assert reader.elements["pre"] == wanted[File]
    assert reader.values("button", "value") == [one_line(button.command) for button in buttons(message)]


@settings(deadline=None)
@given(messages)
def test_only_web_addresses_are_links(message: Message) -> None:
    for address in Reader(html(message)).values("a", "href"):
        assert address.lower().startswith(("http://", "https://"))
        assert link(address) == address


def test_a_card_in_full() -> None:
    assert html(
        Message.of(structs.replace(CARD, text=line("One.\n", Span("Two", "strong", "https://a.example/?b&c")), menu=()))
    ) == (
        '<article class="card">'
        '<h3 dir="auto"><a href="https://arxiv.org/abs/2610.01234" rel="noopener noreferrer">'
        "Sparse <mark>diffusion</mark>"
        " for [bold]long[/bold] &lt;i&gt;documents&lt;/i&gt; &amp; more</a></h3>"
        '<p class="byline" dir="auto">Ada Lovelace, Grace Hopper and 3 more</p>'
        '<ul class="facts"><li dir="auto">cs.CL</li><li dir="auto">2 Oct 2026</li><li dir="auto">▲ 42</li></ul>'
        '<p class="text" dir="auto">One.<br>'
        '<a href="https://a.example/?b&amp;c" rel="noopener noreferrer"><strong>Two</strong></a></p>'
        '<p class="matched" dir="auto">Matched: <mark>diffusion</mark>, <mark>language model</mark></p>'
        '<form method="post"><button type="submit" name="command" value="bookmark p12" class="primary"'
        ' aria-label="Bookmark: Sparse diffusion for [bold]long[/bold] &lt;i&gt;documents&lt;/i&gt; &amp; more">'
        "Bookmark</button></form></article>"
    )


def test_the_menu_opens_without_scripts() -> None:
    reader = Reader(html(Message.of(CARD)))
    assert reader.elements["details"] == reader.elements["form"] == 1
    assert reader.values("button", "value") == ["bookmark p12", "similar p12", "why p12"]


def test_its_own_links_lead_where_they_are_told_to() -> None:
    file = File("notes.bib", "text/plain", "@misc{}")
    links = Links("/channels/local:a?in=1&back=/b", "/files/1", "/papers/")
    reader = Reader(html(Message.of(CARD, Actions((Button("More", "more 2 x"),)), file), links))
    assert reader.values("form", "action") == ["/channels/local:a?in=1&back=/b"] * 2
    assert reader.values("a", "href")[1:] == ["/papers/p12", "/files/1"]
    assert f"About {CARD.paper}: " in reader.values("a", "aria-label")[0]


def test_links_do_not_nest() -> None:
    title = line(Span("inner", url="https://b.example/"))
    assert Reader(html(Message.of(structs.replace(CARD, title=title)))).values("a", "href") == [CARD.url]
    assert Reader(html(Message.of(structs.replace(CARD, title=title, url="")))).values("a", "href") == [
        "https://b.example/"
    ]


def test_a_chart_can_be_read_aloud() -> None:
    reader = Reader(html(Message.of(Bars("Days", (0, 3, 6)))))
    assert reader.values("svg", "aria-label") == ["0 3 6"]
    assert reader.values("rect", "height") == ["0.0", "20.0", "40.0"]


def test_a_file_can_be_read_and_copied() -> None:
    content = "\n@misc{a,\r\n  note = {<b>},\n}\n"
    read = Reader(html(Message.of(File("bookmarks.bib", "text/x-bibtex", content)))).text
    # A browser drops the first line end of `pre`, which Python's reader keeps.
    assert read.endswith("\n" + clean(content))


@pytest.mark.parametrize("style", ["danger", "primary", "plain"])
def test_buttons_show_their_style(style: str) -> None:
    assert Reader(html(Message.of(Actions((Button("Remove", "remove 3", style),))))).values("button", "class") == [
        style
    ]


def test_quiet_notes_are_quiet() -> None:
    shown = html(Message.of(Note(line(flat("By the way")), quiet=True)))
    assert shown == '<p class="note quiet" dir="auto">By the way</p>'
