"""Messages survive the store: what is written as data reads back as the same message."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from domain.message import (
    Actions,
    Bars,
    Block,
    Button,
    Card,
    File,
    Heading,
    Line,
    Listing,
    Message,
    Note,
    Span,
    line,
    plain,
    weight,
)

TEXT = st.text(max_size=20)
SPANS = st.builds(Span, TEXT, st.sampled_from(("plain", "strong", "mark", "code", "quiet")), TEXT)
LINES: st.SearchStrategy[Line] = st.lists(SPANS, max_size=3).map(tuple)
BUTTONS = st.lists(st.builds(Button, TEXT, TEXT, st.sampled_from(("plain", "primary", "danger"))), max_size=3).map(
    tuple
)
TEXTS = st.lists(TEXT, max_size=3).map(tuple)
BLOCKS: st.SearchStrategy[Block] = st.one_of(
    st.builds(Heading, TEXT),
    st.builds(Note, LINES, st.booleans()),
    st.builds(Listing, st.lists(LINES, max_size=3).map(tuple)),
    st.builds(Card, TEXT, LINES, TEXT, TEXT, TEXTS, LINES, TEXTS, BUTTONS, BUTTONS, st.booleans()),
    st.builds(Bars, TEXT, st.lists(st.integers(0, 10**6), max_size=31).map(tuple)),
    st.builds(Actions, BUTTONS),
    st.builds(File, TEXT, TEXT, TEXT),
)
MESSAGES = st.lists(BLOCKS, max_size=4).map(lambda blocks: Message(tuple(blocks)))


@given(MESSAGES)
def test_through_json_and_back(message: Message) -> None:
    stored = json.loads(json.dumps(message.to_data()))
    assert Message.from_data(stored) == message
    assert json.loads(message.to_json()) == stored


def test_lone_surrogates_survive_as_well() -> None:
    message = Message.of(Heading("\ud800 \0 \u2028 </script>"))
    assert Message.from_data(json.loads(json.dumps(message.to_data()))) == message


def test_only_what_is_said_is_stored() -> None:
    said = b'[{"is":"Note","text":[{"is":"Span","text":"Hello"}]}]'
    assert Message.of(Note(line("Hello"))).to_json() == said


def test_a_message_of_the_blocks_that_are_there() -> None:
    card = Card("p1", line("A title"), "https://example.org/1")
    message = Message.of(Heading("Papers"), None, card, None)
    assert message.blocks == (Heading("Papers"), card)
    assert list(message.cards()) == [card]


def test_lines_are_made_of_texts_and_spans_and_read_plainly() -> None:
    made = line("Found ", Span("diffusion", "mark"), "", " twice")
    assert made == (Span("Found "), Span("diffusion", "mark"), Span(" twice"))
    assert plain(made) == "Found diffusion twice"


@given(MESSAGES, MESSAGES)
def test_weight_adds_up(first: Message, second: Message) -> None:
    assert weight(Message(first.blocks + second.blocks)) == weight(first) + weight(second)


def test_weight_counts_what_is_said() -> None:
    light = Message.of(Card("p1", line("A"), ""))
    heavy = Message.of(Card("p1", line("A"), "", text=line("x" * 1_000)))
    assert weight(heavy) - weight(light) >= 1_000
