"""A message as a fragment of HTML that works with scripts off and under a strict content security policy.

All text and all attributes are escaped; there are no scripts, no style attributes and no event attributes.
Buttons submit a form by POST, with the command to run as `command`, to the page they stand on or as `Links` say.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import assert_never
from urllib.parse import quote

from msgspec import Struct

from bot.render.text import clean, described, figures, flat, link, one_line, terms, title
from domain.message import Actions, Bars, Block, Button, Card, File, Heading, Line, Listing, Message, Note, Span

_TAGS = {"strong": "strong", "mark": "mark", "code": "code", "quiet": "small"}
_BAR, _TALL = 6, 40  # a bar's share of the width, and the tallest bar, in the drawing's own units


class Links(Struct, frozen=True):
    """Where a message's own links lead, each empty for nowhere.

    `action`: what its buttons submit to; `file`: where its file can be had; `papers`: what stands before a paper's
    id in the address of a page about it.
    """

    action: str = ""
    file: str = ""
    papers: str = ""


_NOWHERE = Links()


def html(message: Message, links: Links = _NOWHERE) -> str:
    """The message as an HTML fragment, a block to a line; headings start at the second level."""
    return "\n".join(filter(None, (_block(block, links) for block in message.blocks)))


def _block(block: Block, links: Links) -> str:
    match block:
        case Heading(text):
            return f'<h2 dir="auto">{escape(one_line(text))}</h2>'
        case Note(text, quiet):
            return f'<p class="note{" quiet" if quiet else ""}" dir="auto">{_line(text)}</p>'
        case Listing(lines):
            return _list("listing", map(_line, lines))
        case Card():
            return _card(block, links)
        case Bars():
            return _bars(block)
        case Actions(buttons):
            return _form(links.action, buttons)
        case File(name, content=content):
            there = f'<p><a href="{escape(links.file)}" download>Download {escape(one_line(name))}</a></p>'
            download = there if links.file else ""
            # The first line end inside `pre` is no content: https://html.spec.whatwg.org/#the-pre-element
            return (
                f'{download}<details class="file"><summary>{escape(described(block))}</summary>'
                f"<pre>\n{escape(clean(content))}</pre></details>"
            )
    assert_never(block)


def _card(card: Card, links: Links) -> str:
    url = link(card.url)
    # Links inside a link are no HTML: the title's own address gives way to the card's.
    words = _line(card.title, links=not url) or escape(title(card))
    marked = ", ".join(f"<mark>{escape(term)}</mark>" for term in terms(card))
    facts = [escape(one_line(fact)) for fact in card.facts if not links.papers or fact != card.paper]
    if links.papers and card.paper:
        about = escape(f"About {card.paper}: {title(card)}")
        page = escape(f"{links.papers}{quote(card.paper, safe='')}")
        facts.append(f'<a href="{page}" aria-label="{about}">{escape(one_line(card.paper))}</a>')
    parts = [
        f'<h3 dir="auto">{_anchor(url, words)}</h3>',
        _paragraph("byline", escape(one_line(card.byline))),
        _list("facts", facts),
        _paragraph("text", _line(card.text)),
        _paragraph("matched", marked, "Matched: "),
        _form(links.action, card.buttons, card.menu, title(card)),
    ]
    kind = "card compact" if card.compact else "card"
    return f'<article class="{kind}">{"".join(parts)}</article>'


def _bars(bars: Bars) -> str:
    top = max((*bars.counts, 1))
    heights = [_TALL * max(count, 0) / top for count in bars.counts]
    drawn = "".join(
        f'<rect x="{_BAR * day}" y="{_TALL - height:.1f}" width="{_BAR - 1}" height="{height:.1f}"></rect>'
        for day, height in enumerate(heights)
    )
    return (
        f'<figure class="bars"><figcaption dir="auto">{escape(one_line(bars.label))}</figcaption>'
        f'<svg role="img" aria-label="{escape(figures(bars))}" viewBox="0 0 {max(_BAR * len(heights), 1)} {_TALL}">'
        f"{drawn}</svg></figure>"
    )


def _form(action: str, buttons: Iterable[Button], menu: Iterable[Button] = (), subject: str = "") -> str:
    shown = "".join(_button(button, subject) for button in buttons)
    more = "".join(_button(button, subject) for button in menu)
    if more:
        spoken = f' aria-label="{escape(f"More: {subject}")}"' if subject else ""
        shown += f'<details class="menu"><summary{spoken}>More</summary><div>{more}</div></details>'
    to = f' action="{escape(action)}"' if action else ""
    return f'<form method="post"{to}>{shown}</form>' if shown else ""


def _button(button: Button, subject: str) -> str:
    kind = button.style if button.style in {"primary", "danger"} else "plain"
    label = one_line(button.label)
    # Ten cards have ten buttons of one name: who hears them is told which paper each is for.
    spoken = f' aria-label="{escape(f"{label}: {subject}")}"' if subject else ""
    value = escape(one_line(button.command))
    return f'<button type="submit" name="command" value="{value}" class="{kind}"{spoken}>{escape(label)}</button>'


def _line(line: Line, *, links: bool = True) -> str:
    return "".join(_span(span, links=links) for span in line)


def _span(span: Span, *, links: bool) -> str:
    text = "<br>".join(escape(flat(part)) for part in clean(span.text).split("\n"))
    tag = _TAGS.get(span.style)
    styled = f"<{tag}>{text}</{tag}>" if tag and text else text
    return _anchor(link(span.url) if links else "", styled)


def _anchor(url: str, inner: str) -> str:
    return f'<a href="{escape(url)}" rel="noopener noreferrer">{inner}</a>' if url and inner else inner


def _paragraph(kind: str, inner: str, before: str = "") -> str:
    return f'<p class="{kind}" dir="auto">{before}{inner}</p>' if inner else ""


def _list(kind: str, items: Iterable[str]) -> str:
    shown = "".join(f'<li dir="auto">{item}</li>' for item in items)
    return f'<ul class="{kind}">{shown}</ul>' if shown else ""
