"""A message as Slack's blocks, in as many messages as its limits ask for. Pure.

Whatever comes from papers and people is in rich text or plain text, which Slack shows as it is: there is nothing to
escape, no mrkdwn to be read into it, and no name in it is anybody's. The only thing made of words is the name of the
place itself, as its channel, which pings nobody.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from typing import assert_never

from msgspec import structs

from bot.render.text import clean, described, details, figures, one_line, terms, title
from bot.slack.rich import LONGEST, NOWHERE, Json, Place, address, block, elements, listed, named, pieces, section, text
from digests.cards import shortened
from domain.message import Actions, Bars, Block, Button, Card, File, Heading, Line, Listing, Message, Note, Span
from domain.message import plain as without_styles

# docs.slack.dev/reference/block-kit; how much all blocks may hold together is not documented, and was seen to end
# at some 13,000 characters (github.com/slackapi/bolt-js/issues/2509).
BLOCKS, CHARACTERS = 50, 11_000
HEADER, LABEL, OPTION, VALUE, OVERFLOW, OPTIONS, BUTTONS = 150, 75, 75, 2_000, 5, 100, 25
NAMED = 500  # characters by which a heading with the channel's name in it may be longer than one with its id
FALLBACK = 1_000  # characters of what notifications show
AROUND = 360  # characters of a list of lines and of its menus, at most, without what is in them
PIECE = 2_500  # characters of a long text that stay together
LINES = 25  # of a listing that stay together
MESSAGES = 4  # that one answer may take: an interaction's address serves five
_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_CALLS = re.compile(r"@(?=channel|here|everyone)", re.IGNORECASE)
_HEIGHTS = "▁▂▃▄▅▆▇█"

# What a button's id begins with: whether it stands below an answer, or in a digest, which stays as it is.
ANSWER, DIGEST = "do", "of"
BOOKMARK, ABSTRACT = "bookmark", "abstract"  # what is done with papers that are lines


def messages(message: Message, place: Place = NOWHERE, ids: str = ANSWER) -> list[list[Json]]:
    """The blocks of each message that it takes, cut between blocks; what is too long for a block, between words."""
    found: list[list[Json]] = [[]]
    room = CHARACTERS - 2
    for group in groups(message, place, ids):
        weight = size(group) - 1  # without its brackets, with the comma that goes before
        if found[-1] and (weight > room or len(found[-1]) + len(group) > BLOCKS):
            found.append([])
            room = CHARACTERS - 2
        found[-1] += group
        room -= weight
    return found


def size(blocks: Sequence[object]) -> int:
    """How large blocks are: the characters of their shortest JSON."""
    return len(_ENCODE(blocks))


def fallback(message: Message, place: Place = NOWHERE) -> str:
    """What notifications say: the heading and the papers. Slack reads it as mrkdwn, so it is escaped."""
    said = [block.text for block in message.blocks if isinstance(block, Heading)][:1]
    said += [title(card) for card in message.cards()]
    said = said or [without_styles(block.text) for block in message.blocks if isinstance(block, Note)]
    return escaped(shortened(named(" · ".join(map(one_line, said)), place), FALLBACK)) or "Paperround"


def escaped(words: str) -> str:
    """Words in which mrkdwn finds no name, link or entity: docs.slack.dev/messaging/formatting-message-text."""
    words = words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _CALLS.sub("@\u2060", words)  # some of Slack's ways to read a text ring by these words alone


def groups(message: Message, place: Place, ids: str) -> Iterator[list[Json]]:
    """The blocks of each part that stays together."""
    numbers = iter(range(1_000_000))
    for compact, run in groupby(message.blocks, lambda block: isinstance(block, Card) and block.compact):
        if compact:
            cards = [each for each in run if isinstance(each, Card)]
            yield from _compact(cards, ids, numbers)
            continue
        for each in run:
            yield from _block(each, place, ids, numbers)


def buttons(card: Card) -> Json:
    """What one can do with a paper, where only that is shown of it."""
    return _actions(card.buttons, card.menu, ANSWER, iter(range(1_000)), title(card))


def _block(each: Block, place: Place, ids: str, numbers: Iterator[int]) -> Iterator[list[Json]]:
    match each:
        case Heading(words):
            yield [_heading(words, place)]
        case Note() | Listing():
            yield from ([found] for found in _texts(each, place))
        case Card():
            yield from _card(each, place, ids, numbers)
        case Bars():
            yield [_bars(each)]
        case Actions(buttons):
            for at in range(0, len(buttons), BUTTONS):
                yield [_actions(buttons[at : at + BUTTONS], (), ids, numbers)]
        case File():
            yield [block(section([text(described(each), code=True)]))]
        case _:
            assert_never(each)


def _texts(each: Note | Listing, place: Place) -> Iterator[Json]:
    lines = each.lines if isinstance(each, Listing) else (_quieted(each.text) if each.quiet else each.text,)
    filled = [found for line in lines for part in _parts(line) if (found := elements(part, place))]
    if isinstance(each, Listing):
        yield from (block(listed(run)) for run in _runs(filled))
    else:
        yield from (block(section(found)) for found in filled)


def _heading(words: str, place: Place) -> Json:
    words = one_line(words) or "Paperround"
    if named(words, place) != words or len(words) > HEADER:
        return block(section([e for part in pieces(words) for e in elements((Span(part, "strong"),), place)]))
    return {"type": "header", "text": {"type": "plain_text", "text": words, "emoji": False}}


def _card(card: Card, place: Place, ids: str, numbers: Iterator[int]) -> Iterator[list[Json]]:
    head = [*_title(card)]
    if said := details(card):
        head += elements((Span(f"\n{shortened(said, LONGEST)}", "quiet"),), place)
    head += [text("\n")] if card.text else []
    first, *rest = _parts(card.text) or [()]
    head += elements(first, place)
    for part in rest:
        yield [block(section(head))]
        head = elements(part, place)
    if matched := terms(card):
        head.append(text(shortened(f"\nMatched: {', '.join(matched)}", LONGEST), italic=True))
    group = [block(section(head))]
    if card.buttons or card.menu:
        group.append(_actions(card.buttons, card.menu, ids, numbers, title(card)))
    yield group


def _title(card: Card) -> list[Json]:
    words: list[Span] = []
    for one in card.title:
        said = one.text.replace("\n", " ")
        if clean(said).strip():
            words.append(Span(said, one.style))
        elif words:  # the space between two marked words goes with the first
            words[-1] = Span(words[-1].text + said, words[-1].style)
    return elements(tuple(words) or (Span("Untitled"),), NOWHERE, url=address(card.url), bold=True)


def _compact(cards: Sequence[Card], ids: str, numbers: Iterator[int]) -> Iterator[list[Json]]:
    """A line a paper. A line has no room for buttons, so there is one menu of papers for each thing to do."""
    run: list[Card] = []
    room = CHARACTERS - 2 - AROUND
    for card in cards:
        weight = line_size(card)
        if run and (len(run) == OPTIONS or weight > room):
            yield _lines(run, ids, numbers)
            run, room = [], CHARACTERS - 2 - AROUND
        run.append(card)
        room -= weight
    if run:
        yield _lines(run, ids, numbers)


def line_size(card: Card) -> int:
    """How large a compact card makes the group that it is in, at most: as a line, and where it is chosen."""
    return _line_size(structs.replace(card, matched=()) if card.matched else card)  # of which nothing is shown


@lru_cache(maxsize=5_000)
def _line_size(card: Card) -> int:
    verbs = [verb for verb, there in ((BOOKMARK, card.buttons), (ABSTRACT, card.menu)) if there]
    # Its label is cut, so that a longer number may make it shorter.
    chosen = [max(size([_choice(n, verb, card)]) for n in (1, 10, OPTIONS)) - 1 for verb in verbs]
    return size([section(_line(card))]) - 1 + sum(chosen)


def _line(card: Card) -> list[Json]:
    said = details(card)
    return [*_title(card), *([text(f" · {shortened(said, 200)}")] if said else [])]


def _lines(cards: Sequence[Card], ids: str, numbers: Iterator[int]) -> list[Json]:
    found, menus = [block(listed([_line(card) for card in cards], "ordered"))], _choices(cards)
    return [*found, _elements(menus, ids, numbers)] if menus else found


def _choices(cards: Sequence[Card]) -> list[Json]:
    return [
        _select(placeholder, [_choice(n, verb, card) for n, card in there])
        for placeholder, verb, there in (
            ("Bookmark…", BOOKMARK, [(n, card) for n, card in enumerate(cards, 1) if card.buttons]),
            ("Abstract and more…", ABSTRACT, [(n, card) for n, card in enumerate(cards, 1) if card.menu]),
        )
        if there
    ]


def _choice(number: int, verb: str, card: Card) -> Json:
    return _option(f"{number}. {title(card)}", f"{verb} {card.paper}")


def _actions(
    buttons: Iterable[Button], menu: Iterable[Button], ids: str, numbers: Iterator[int], subject: str = ""
) -> Json:
    made = [_button(button, subject) for button in buttons]
    options = [_option(button.label, button.command) for button in menu]
    if 0 < len(options) <= OVERFLOW:
        made.append({"type": "overflow", "options": options})
    else:
        made += [_select("More…", options[at : at + OPTIONS]) for at in range(0, len(options), OPTIONS)]
    return _elements(made, ids, numbers)


def _elements(made: Sequence[Json], ids: str, numbers: Iterator[int]) -> Json:
    return {"type": "actions", "elements": [{"action_id": f"{ids}:{next(numbers)}", **each} for each in made]}


def _button(button: Button, subject: str) -> Json:
    label = shortened(one_line(button.label), LABEL) or "…"
    words: Json = {"type": "plain_text", "text": label} | ({"emoji": False} if ":" in label else {})
    made: Json = {"type": "button", "text": words, "value": _value(button.command)}
    if subject:
        # Ten cards have ten buttons of one name: who hears them is told which paper each is for.
        made["accessibility_label"] = shortened(f"{label}: {subject}", LABEL)
    return made | ({"style": button.style} if button.style in {"primary", "danger"} else {})


def _option(label: str, command: str) -> Json:
    words = shortened(one_line(label), OPTION) or "…"
    return {"text": {"type": "plain_text", "text": words, "emoji": ":" not in words}, "value": _value(command, OPTION)}


def _value(command: str, most: int = VALUE) -> str:
    return one_line(command)[:most] or "help"


def _select(placeholder: str, options: Sequence[Json]) -> Json:
    return {
        "type": "static_select",
        "placeholder": {"type": "plain_text", "text": placeholder},
        "options": list(options),
    }


def _parts(line: Line) -> list[Line]:
    """A long line in parts that each stay together."""
    parts: list[list[Span]] = [[]]
    room = PIECE
    for span in line:
        for words in pieces(span.text, PIECE):
            if len(words) > room and parts[-1]:
                parts.append([])
                room = PIECE
            parts[-1].append(Span(words, span.style, span.url))
            room -= len(words)
    return [tuple(part) for part in parts if part]


def _runs(lines: Sequence[list[Json]]) -> Iterator[list[list[Json]]]:
    """Lines that stay together: not too many, and not too long."""
    run: list[list[Json]] = []
    for line in lines:
        if run and (len(run) >= LINES or size([*run, line]) > CHARACTERS // 2):
            yield run
            run = []
        run.append(line)
    if run:
        yield run


def _quieted(line: Line) -> Line:
    return tuple(Span(span.text, "quiet" if span.style == "plain" else span.style, span.url) for span in line)


def _bars(bars: Bars) -> Json:
    top = max((*bars.counts, 1))
    drawn = "".join(_HEIGHTS[round(max(count, 0) / top * (len(_HEIGHTS) - 1))] for count in bars.counts)
    said = f"{one_line(bars.label)}, at most {max(bars.counts, default=0)}\n"
    return block(section([text(said, italic=True), text(drawn or figures(bars), code=True)]))
