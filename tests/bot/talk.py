"""Asking as people do: words in, answers out, through the real desk on a real store."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from msgspec.structs import replace

from bot import ask
from bot.commands.base import Answer, Asked, Desk
from bot.render.plain import plain
from bot.settings import Settings
from bot.wiring import desk
from db import papers
from db.store import Store
from domain.errors import NotFoundError
from domain.message import Actions, Button, Card, Heading, Message, Note
from domain.paper import Record
from tests.papers import NOW, TODAY, arxiv

HERE, ADA, BELA = "local:general", "local:ada", "local:bela"


@dataclass
class Talk:
    """Somebody at a desk. `now` may be moved on; the clock of whatever is delivered follows."""

    store: Store
    now: datetime = NOW
    web: dict[str, Record] = field(default_factory=dict)  # what is found there, by what is asked for

    @property
    def desk(self) -> Desk:
        made = desk(self.store, Settings(timezone="Europe/Paris"), lambda: self.now)
        return replace(made, look_up=self.look_up)

    async def look_up(self, text: str) -> Record:
        """What the web knows; the web itself is not for tests."""
        if text not in self.web:
            raise NotFoundError(f"There is no paper {text}.", "Check it.")
        return self.web[text]

    def asked(self, channel: str = HERE, person: str = ADA, **more: Any) -> Asked:
        return Asked(person, channel, self.now, **more)

    async def say(self, text: str, **who: Any) -> Answer:
        """Whatever is answered."""
        return await ask.say(self.desk, self.asked(**who), text)

    async def ok(self, text: str, **who: Any) -> Answer:
        """What is answered, which is no error."""
        answer = await self.say(text, **who)
        assert "error" not in answer.data, f"{text}: {answer.data}"
        return answer

    async def fails(self, text: str, **who: Any) -> str:
        """What went wrong, with what to do about it, in one text."""
        answer = await self.say(text, **who)
        assert set(answer.data) == {"error", "hint"}, f"{text}: {answer.data}"
        assert " ".join(str(answer.data["error"]).split()) in said(answer)
        return f"{answer.data['error']} {answer.data['hint']}"

    async def press(self, answer: Answer, label: str, **who: Any) -> Answer:
        """Press a button of an answer, as a platform does."""
        return await self.say(button(answer, label).command, **who)

    def take(self, records: Sequence[Record], *, archive: bool = False) -> list[str]:
        """Let papers come in; returns their numbers as commands take them."""
        with self.store.writing() as connection:
            return [f"p{saved.paper}" for saved in papers.save(connection, records, self.now, archive=archive)]

    def pass_(self, **time: float) -> None:
        """Let time pass."""
        self.now += timedelta(**time)


def record(number: int, title: str, abstract: str = "", *, days_ago: int | None = 0, **more: Any) -> Record:
    """A paper announced so many days ago (None: nobody says when)."""
    announced = None if days_ago is None else TODAY - timedelta(days=days_ago)
    given = {"identifiers": (arxiv(number),), "announced": announced, "categories": ("cs.CL",), **more}
    return Record(title, "arxiv", abstract=abstract or f"The {number}th of its kind.", **given)


DRAFTS = (
    record(1, "Speculative decoding with lazy drafts", upvotes=5, authors=("Ada Adler", "Emre Ito")),
    record(2, "Draft models for speculative decoding", "We verify drafts in parallel.", days_ago=1, upvotes=9),
    record(3, "Diffusion for graphs", "Nothing about decoders.", days_ago=1, categories=("cs.LG",)),
    record(4, "A survey of speculative decoding", "Forty methods.", days_ago=2),
)


def buttons(message: Message) -> Iterator[Button]:
    """Every button of a message, its cards' too."""
    for block in message.blocks:
        if isinstance(block, Actions):
            yield from block.buttons
        elif isinstance(block, Card):
            yield from (*block.buttons, *block.menu)


def button(answer: Answer, label: str) -> Button:
    """The button with this label."""
    there = list(buttons(answer.message))
    found = next((each for each in there if each.label == label), None)
    assert found, f"no {label} among {[each.label for each in there]}"
    return found


def labels(answer: Answer) -> list[str]:
    """The labels of the buttons under an answer, those of its cards left out."""
    return [each.label for block in answer.message.blocks if isinstance(block, Actions) for each in block.buttons]


def heading(answer: Answer) -> str:
    """The first heading of an answer."""
    return next(block.text for block in answer.message.blocks if isinstance(block, Heading))


def cards(answer: Answer) -> list[str]:
    """The papers an answer shows, in order."""
    return [card.paper for card in answer.message.cards()]


def marked(answer: Answer) -> list[str]:
    """What an answer marks in its notes: what matched, or what is wrong."""
    notes = (block.text for block in answer.message.blocks if isinstance(block, Note))
    return [span.text for text in notes for span in text if span.style == "mark"]


def said(answer: Answer) -> str:
    """An answer as plain text."""
    return plain(answer.message)


def undated(number: int, title: str) -> Record:
    """A paper that nobody says the day of."""
    return replace(record(number, title), announced=None)
