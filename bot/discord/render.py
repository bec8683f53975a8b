"""A message as Discord's Components V2: one container, a section a paper, one menu for the rest. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, assert_never

from msgspec import Struct

from bot.discord.ids import ACT, PAPERS, Ids
from bot.discord.limits import (
    ACTION_ROW,
    BUTTON,
    CONTAINER,
    FILE,
    LABEL,
    OPTION,
    OPTIONS,
    ROW,
    SECTION,
    SELECT,
    TEXT_DISPLAY,
    Component,
    cut,
)
from bot.discord.markdown import Names, code, escape, linked, marked, named
from bot.render.text import described, details, figures, one_line, terms, title
from domain.message import Actions, Bars, Block, Button, Card, File, Heading, Listing, Message, Note

COMPONENTS_V2, SUPPRESS_EMBEDS, EPHEMERAL = 1 << 15, 1 << 2, 1 << 6
LASTING = Button("Subscriptions", "subscriptions")  # for a delivery without a button that could carry its id
MENU = "Act on …"
TAG = "x" * 20  # as long as a delivery's id
_STYLES = {"primary": 1, "danger": 4}
_SPARKS = "▁▂▃▄▅▆▇█"


class Body(Struct, frozen=True):
    """What one message of Discord consists of: the request's JSON, and the files that go with it."""

    payload: dict[str, Any]
    files: tuple[File, ...] = ()


def render(message: Message, tag: str = "", names: Names | None = None) -> Body:
    """The message. `tag` is the id of the delivery it is; `names` are identifiers of ours, and how they are shown."""
    payload = {
        "components": _components(message, tag, names or {}),
        "flags": COMPONENTS_V2 | SUPPRESS_EMBEDS,
        "allowed_mentions": {"parse": []},
    }
    return Body(payload, tuple(block for block in message.blocks if isinstance(block, File)))


def menus(message: Message) -> dict[str, Card]:
    """The cards with which more can be done than their own buttons do, by their paper."""
    return {one_line(card.paper): card for card in message.cards() if acts(card) and one_line(card.paper)}


def acts(card: Card) -> tuple[Button, ...]:
    """What the menu holds for a card; one of a single line has no buttons of its own."""
    return (*card.buttons, *card.menu) if card.compact else card.menu


def _components(message: Message, tag: str, names: Names) -> list[Component]:
    ids = Ids(tag)
    inside: list[Component] = []
    for block in message.blocks:
        for component in _block(block, ids, names):
            _join(inside, component)
    inside += menu(message, ids)
    if ids.wanting:
        inside += rows((LASTING,), ids)
    return [{"type": CONTAINER, "components": inside or [_text("…")]}]


def _join(inside: list[Component], component: Component) -> None:
    """Text that follows text is one component with it: there are few."""
    last = inside[-1] if inside else None
    if last and last["type"] == component["type"] == TEXT_DISPLAY:
        last["content"] += "\n" + component["content"]
    else:
        inside.append(component)


def _block(block: Block, ids: Ids, names: Names) -> list[Component]:
    match block:
        case Card():
            return _card(block, ids)
        case Actions(buttons):
            return rows(buttons, ids)
        case File(name=name):
            attached = {"type": FILE, "file": {"url": f"attachment://{filename(name)}"}}
            return [attached, *_texts(text_of(block, names))]
        case _:
            return _texts(text_of(block, names))


def text_of(block: Heading | Note | Listing | Bars | File, names: Names) -> str:
    """What a block that is only text says."""
    match block:
        case Heading(text):
            return f"## {named(one_line(text), names)}" if one_line(text) else ""
        case Note(text, quiet):
            shown = marked(text, names).strip()
            return "\n".join(f"-# {part}" if part else part for part in shown.split("\n")) if quiet else shown
        case Listing(lines):
            return "\n".join(f"- {marked(each, names, one_line=True).strip()}" for each in lines)
        case Bars():
            return _chart(block)
        case File():
            return escape(described(block))
    assert_never(block)


def _card(card: Card, ids: Ids) -> list[Component]:
    if card.compact:
        return _texts(f"- {words(card)}")
    text = _text(words(card))
    made = [each for each in (button(each, ids) for each in card.buttons) if each]
    if not made:
        return [text]
    if len(made) == 1:
        return [{"type": SECTION, "components": [text], "accessory": made[0]}]
    return [text, *_in_rows(made)]


def words(card: Card) -> str:
    """What a card says: on one line if it is compact."""
    heading = linked(marked(card.title, links=False, one_line=True).strip() or escape(title(card)), card.url)
    matched = f"Matched: {', '.join(map(code, terms(card)))}" if terms(card) else ""
    if card.compact:
        return " · ".join(filter(None, (heading, escape(details(card)), matched)))
    parts = (f"### {heading}", escape(details(card)), marked(card.text).strip(), f"-# {matched}" if matched else "")
    return "\n".join(filter(None, parts))


def _chart(bars: Bars) -> str:
    # A line of bars, and in figures for who cannot see it.
    top = max((*bars.counts, 1))
    drawn = "".join(_SPARKS[round(max(count, 0) / top * (len(_SPARKS) - 1))] for count in bars.counts)
    shown = f"{escape(one_line(bars.label))}\n`{drawn}`" if drawn else escape(one_line(bars.label))
    return f"{shown}\n-# {figures(bars)}"


def menu(message: Message, ids: Ids) -> list[Component]:
    """The one menu of a message: what there is to do with its paper, or where there are several, with which."""
    there = menus(message)
    if not there:
        return []
    if len(there) == 1:
        called = ACT
        wanted = {each.command: each.label for each in acts(next(iter(there.values())))}
    else:
        called = PAPERS
        wanted = {paper: title(card) for paper, card in there.items()}
    options = [
        {"label": cut(one_line(label) or value, OPTION), "value": value}
        for value, label in wanted.items()
        if value and len(value) <= OPTION
    ]
    if not options:
        return []
    select = {"type": SELECT, "custom_id": ids.take(called), "placeholder": MENU, "options": options[:OPTIONS]}
    return [{"type": ACTION_ROW, "components": [select]}]


def rows(buttons: Iterable[Button], ids: Ids) -> list[Component]:
    """Buttons side by side, as many as there is room for."""
    return _in_rows([made for made in (button(each, ids) for each in buttons) if made])


def _in_rows(made: Sequence[Component]) -> list[Component]:
    return [{"type": ACTION_ROW, "components": list(made[at : at + ROW])} for at in range(0, len(made), ROW)]


def button(button: Button, ids: Ids) -> Component | None:
    """A button that carries its command; None where that is too long for any."""
    command = one_line(button.command)
    custom_id = ids.take(command)
    if custom_id is None:
        return None
    label = cut(one_line(button.label) or command, LABEL)
    return {"type": BUTTON, "style": _STYLES.get(button.style, 2), "label": label, "custom_id": custom_id}


def filename(name: str) -> str:
    """A file's name as Discord takes it."""
    return "".join(sign if sign.isascii() and (sign.isalnum() or sign in "._-") else "_" for sign in name) or "file"


def _texts(content: str) -> list[Component]:
    return [_text(content)] if content.strip() else []


def _text(content: str) -> Component:
    return {"type": TEXT_DISPLAY, "content": content.strip() or "…"}
