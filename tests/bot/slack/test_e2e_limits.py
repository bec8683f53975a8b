"""§4.7: at every limit of Slack's, one under it and one over it, what is said is taken, whole, and rings nobody."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.again import LONGEST
from bot.render.text import one_line
from bot.slack import render
from bot.slack.rich import Place
from domain.message import Actions, Bars, Block, Button, Card, Heading, Listing, Message, Note, Span, line
from tests.bot.messages import messages as any_message
from tests.bot.messages import texts
from tests.slackd import reading, schema
from tests.slackd.checks import characters, check_message

HERE = Place("slack:T024BE7LD/C061EG9SL", "slack:T024BE7LD/U061F7AUR")


def taken(message: Message, ids: str = render.ANSWER) -> str:
    """What is read of a message, after every judge took each part of it."""
    shown = []
    for blocks in render.messages(message, HERE, ids):
        said = render.fallback(message, HERE)
        check_message({"text": said, "blocks": blocks})
        schema.check(blocks)
        assert characters(blocks) <= render.CHARACTERS
        read = reading.message(blocks, said)
        assert not read.rings
        shown.append(read.text)
    return reading.seen(" ".join(shown))


def words(length: int) -> str:
    """So many characters of different words."""
    return " ".join(f"w{n}" for n in range(length))[: length - 1] + "z"


def card(number: int = 1, *, title: str = "A title", url: str = "https://x.org", **more: str) -> Card:
    return Card(f"p{number}", line(title), url, buttons=(Button("Bookmark", f"bookmark p{number}"),), **more)  # type: ignore[arg-type]  # texts


def menu(many: int) -> Card:
    options = tuple(Button(f"Option {n}", f"why p{n}") for n in range(many))
    return Card("p1", line("A title"), "https://x.org", menu=options)


# The limit, and a message that is so large; then what must be readable of it.
LIMITS: dict[str, tuple[int, Callable[[int], Block | list[Block]]]] = {
    "header": (150, lambda n: Heading(words(n))),
    "text of a note": (3_000, lambda n: Note(line(words(n)))),
    "text of a piece": (render.PIECE, lambda n: Note(line(words(n)))),
    "text of a list": (3_000, lambda n: Listing((line(words(n)),))),
    "one long word": (3_000, lambda n: Note(line("x" * n))),
    "title of a card": (3_000, lambda n: card(title=words(n))),
    "lines of a list": (render.LINES, lambda n: Listing(tuple(line(f"line{k}") for k in range(n)))),
    "buttons": (25, lambda n: Actions(tuple(Button(f"B{k}", f"help {k}") for k in range(n)))),
    "options of an overflow": (5, menu),
    "options of a menu": (100, menu),
    "blocks": (50, lambda n: [Note(line(f"note{k}")) for k in range(n)]),
    "blocks of cards": (25, lambda n: [card(k) for k in range(n)]),
    "lines of compact cards": (
        100,
        lambda n: [Card(f"p{k}", line(f"t{k}"), "https://x.org", compact=True) for k in range(n)],
    ),
    "characters of all blocks": (11_000, lambda n: [Note(line(words(110))) for _ in range(n // 180)]),
}


@pytest.mark.parametrize("by", [-1, 0, 1], ids=["under", "at", "over"])
@pytest.mark.parametrize("what", LIMITS)
def test_invariant_7_at_a_limit_all_of_it_is_taken_and_read(what: str, by: int) -> None:
    limit, make = LIMITS[what]
    made = make(limit + by)
    blocks = made if isinstance(made, list) else [made]
    for ids in (render.ANSWER, render.DIGEST):
        shown = taken(Message.of(*blocks), ids).replace(" ", "")
        for block in blocks:
            for text in _texts(block):
                assert one_line(text).replace(" ", "") in shown, f"{text[:60]}… is lost"


def _texts(block: Block) -> list[str]:
    match block:
        case Heading(text):
            return [text]
        case Note(text):
            return [span.text for span in text]
        case Listing(lines):
            return [span.text for one in lines for span in one]
        case Card():
            return [span.text for span in block.title] + [button.label for button in block.menu]
        case Actions(buttons):
            return [button.label for button in buttons]
        case _:
            return []


@pytest.mark.parametrize("length", [74, 75, 76, 2_000])
def test_what_stands_on_a_button_is_shortened_and_what_it_does_is_not(length: int) -> None:
    label, command = words(length), "search " + "y" * (LONGEST - 7)
    message = Message.of(Actions((Button(label, command),)), Card("p1", line("t"), "", menu=(Button(label, command),)))
    [blocks] = render.messages(message, HERE)
    taken(message)
    values = [element.get("value") for block in blocks for element in block.get("elements", [])]
    values += [
        option["value"]
        for block in blocks
        for element in block.get("elements", [])
        for option in element.get("options", [])
    ]
    assert all(value in {None, command} for value in values), "half a command is another one"
    assert values.count(command) == 2


@pytest.mark.parametrize("length", [2_999, 3_000, 3_001])
def test_an_address_that_is_too_long_is_no_link_and_the_title_stands(length: int) -> None:
    url = "https://x.org/" + "y" * (length - 14)
    assert "A title" in taken(Message.of(card(url=url)))
    taken(Message.of(Note(line(Span("here", url=url)))))


@given(any_message)
def test_invariant_8_whatever_is_said_is_taken_and_rings_nobody(message: Message) -> None:
    taken(message)


@given(texts, st.integers(0, 60))
def test_invariant_8_any_text_many_times(text: str, many: int) -> None:
    taken(Message.of(Heading(text), *(Note(line(text)) for _ in range(many)), Bars(text, (1, many))))
