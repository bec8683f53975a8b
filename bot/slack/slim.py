"""An answer in one message where leaving out the least makes it one: a page is then turned where it stands. Pure."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import structs

from bot.render.text import flat
from bot.slack.render import messages
from bot.slack.rich import Place
from digests.cards import shortened
from domain.message import Card, Message, Span, plain

SHORT, SHORTER = 140, 70  # characters of an abstract
MENU = 2  # the first entries of a menu: more like this, and the abstract, from where one comes to the rest


def slim(message: Message, place: Place) -> Message:
    """The message with as little left out of its cards as makes it one of Slack's; whole where nothing does."""
    for step in STEPS:
        made = Message(tuple(step(each) if isinstance(each, Card) else each for each in message.blocks))
        if len(messages(made, place)) == 1:
            return made
    return message


def _short(card: Card, most: int = SHORT) -> Card:
    words = shortened(flat(plain(card.text)), most)
    return structs.replace(card, text=(Span(words),) if words else (), menu=card.menu[:MENU])


def _shorter(card: Card) -> Card:
    return structs.replace(_short(card, SHORTER), title=(Span(plain(card.title)),))


def _bare(card: Card) -> Card:
    return structs.replace(_shorter(card), text=())


STEPS: tuple[Callable[[Card], Card], ...] = (lambda card: card, _short, _shorter, _bare)
