"""What an argument can be, by its kind: read from the store while somebody types, so each is a look or two."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.commands.base import Command
from bot.commands.resend import described
from bot.complete.choice import LABEL, MOST, Choice, Typing, alike, beginning, having, plain, short
from bot.complete.query import AGES, note, query
from bot.complete.schedule import schedule
from db import channels, choices, outbox, resend
from db.rank import Matches
from digests.cards import shortened
from domain.channel import EVERYONE, MANAGERS
from domain.errors import QueryError
from domain.identifier import identifier
from domain.parse import PREFIX_LETTERS, parse

_RECENT = 200  # bookmarks and shown papers that are looked at
_OWN = re.compile(r"[pP]([1-9][0-9]{0,8})")


def verbs(commands: Iterable[Command], start: str) -> list[Choice]:
    """The commands that people type: those that begin so, or else those that resemble it."""
    shown = [Choice(short(f"{each.name} · {each.meaning}"), each.name) for each in commands if not each.hidden]
    return [choice for choice in shown if choice.value.startswith(start.lower())] or alike(start, shown)


def _verb(connection: Connection, typing: Typing) -> list[Choice]:
    return verbs(typing.commands, typing.text)


def _choice(connection: Connection, typing: Typing) -> list[Choice]:
    return plain(beginning(typing.text, typing.param.choices))


def _who(connection: Connection, typing: Typing) -> list[Choice]:
    return plain(beginning(typing.text, (EVERYONE, MANAGERS)))


def _age(connection: Connection, typing: Typing) -> list[Choice]:
    return plain(beginning(typing.text, AGES))


def _subscription(connection: Connection, typing: Typing) -> list[Choice]:
    there = channels.subscriptions(connection, [typing.channel])[typing.channel]
    listed = [Choice(short(f"{each.number}. {each.query.text}"), str(each.number)) for each in there]
    return alike(typing.text.removeprefix("#"), listed)


def _mute(connection: Connection, typing: Typing) -> list[Choice]:
    there = channels.mutes(connection, [typing.channel])[typing.channel]
    return alike(typing.text, plain(each.mute.query.text for each in there))


def _edition(connection: Connection, typing: Typing) -> list[Choice]:
    channel = channels.get(connection, typing.channel)
    zone = ZoneInfo(channel.schedule.timezone if channel else "UTC")
    there = choices.editions(connection, typing.channel, _RECENT)
    return alike(
        typing.text, [Choice(f"{number} · {due.astimezone(zone):%d %b %Y}", str(number)) for number, due in there]
    )


def _delivery(connection: Connection, typing: Typing) -> list[Choice]:
    there = [d for d, _ in outbox.troubled(connection, _RECENT) if d.channel == typing.channel]
    waiting = resend.waiting(connection, {d.id: d.state for d in there}, typing.asked.now)
    return alike(typing.text, [Choice(f"{described(d)}: {d.state}", d.id) for d in there if d.id in waiting])


def _kept(connection: Connection, typing: Typing) -> list[Choice]:
    return alike(typing.text, _titled(choices.bookmarked(connection, typing.asked.person, _RECENT)))


def _paper(connection: Connection, typing: Typing) -> list[Choice]:
    text = typing.text.strip()
    own = _OWN.fullmatch(text)
    if own:
        return _titled(choices.numbered(connection, int(own[1]), MOST))
    recent = dict(choices.shown(connection, typing.channel, _RECENT if text else MOST // 2))
    recent |= dict(choices.bookmarked(connection, typing.asked.person, _RECENT))
    near = having(text, _titled(recent.items()))
    return list(dict.fromkeys([*near, *_titled(_matching(connection, typing, text))]))


def _matching(connection: Connection, typing: Typing, text: str) -> list[choices.Titled]:
    # The last word may not be all there yet.
    whole = identifier(text) or not text[-1:].isalnum() or len(text.rsplit(maxsplit=1)[-1]) < PREFIX_LETTERS
    try:
        wanted = parse(text if whole else f"{text}*")
    except QueryError:
        return []
    found = Matches(connection, wanted, typing.asked.now.date())
    return choices.titles(connection, found.best(MOST))


def _titled(papers: Iterable[choices.Titled]) -> list[Choice]:
    return [Choice(f"{shortened(title, LABEL - 14)} · p{number}", f"p{number}") for number, title in papers]


OFFERS: dict[str, Callable[[Connection, Typing], list[Choice]]] = {
    "query": query,
    "note": note,
    "subscription": _subscription,
    "mute": _mute,
    "paper": _paper,
    "kept": _kept,
    "edition": _edition,
    "delivery": _delivery,
    "verb": _verb,
    "schedule": schedule,
    "choice": _choice,
    "who": _who,
    "age": _age,
}
