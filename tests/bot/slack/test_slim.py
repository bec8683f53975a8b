"""A page of an answer is one message, with as little left out as that takes."""

from __future__ import annotations

from bot.commands.parts import card
from bot.slack.render import messages
from bot.slack.rich import NOWHERE
from bot.slack.slim import MENU, slim
from domain.message import Actions, Button, Heading, Message, plain
from domain.paper import Paper
from domain.parse import parse
from tests.papers import NOW, abstract, arxiv


def page(many: int, sentences: int) -> Message:
    found = parse("diffusion OR learning OR models OR study")
    papers = [
        Paper(n, f"Learning models of diffusion, part {n}", NOW, abstract(n, sentences), identifiers=(arxiv(n),))
        for n in range(many)
    ]
    return Message.of(Heading("Found"), *(card(each, found) for each in papers), Actions((Button("Next", "more 2"),)))


def test_what_fits_is_left_as_it_is() -> None:
    assert slim(page(3, 2), NOWHERE) == page(3, 2)


def test_ten_papers_are_one_message_with_their_titles_and_their_first_buttons() -> None:
    whole = page(10, 20)
    assert len(messages(whole)) > 1
    made = slim(whole, NOWHERE)
    assert len(messages(made)) == 1
    for before, after in zip(whole.cards(), made.cards(), strict=True):
        assert plain(after.title) == plain(before.title)
        assert after.buttons == before.buttons
        assert after.menu == before.menu[:MENU]
    assert made.blocks[-1] == whole.blocks[-1]


def test_what_no_leaving_out_makes_one_message_is_left_whole() -> None:
    assert slim(page(60, 4), NOWHERE) == page(60, 4)
