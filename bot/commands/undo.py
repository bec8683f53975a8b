"""undo: take back what a button's ticket stands for, once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot.commands.base import Answer, Args, Asked, Command, Desk, Param, may_change
from bot.commands.parts import whole
from bot.commands.schedule import settle
from db import channels, shelf, tickets
from db.tickets import Ticket
from digests.layouts import LAYOUTS
from domain.channel import SOFT, Bookmark
from domain.errors import NotAllowedError, NotFoundError, PaperroundError
from domain.message import Heading, Message
from domain.parse import parse
from domain.schedule import Schedule, change

_OWN = {"bookmark", "keep", "unbookmark", "vote"}  # one's own things: only for who did them


def _unsubscribe(connection: Connection, ticket: Ticket, asked: Asked) -> str:
    channels.unsubscribe(connection, ticket.channel, ticket.data["subscription"], asked.now)
    return f"Subscription {ticket.data['subscription']} is gone again"


def _restore(connection: Connection, ticket: Ticket, asked: Asked) -> str:
    if not channels.restore(connection, ticket.channel, ticket.data["subscription"]):
        raise NotFoundError("It is too late: that subscription is gone.", "Subscribe again.")
    _alone(connection, ticket)
    return f"Subscription {ticket.data['subscription']} is back"


def _alone(connection: Connection, ticket: Ticket) -> None:
    # Two subscriptions of a channel never ask the same; the one that came meanwhile stays.
    there = {s.number: s for s in channels.subscriptions(connection, [ticket.channel])[ticket.channel]}
    back = there.pop(ticket.data["subscription"], None)
    for other in there.values():
        if back and other.query.key == back.query.key:
            raise PaperroundError(f"Subscription {other.number} follows that by now.", "There is nothing to undo.")


def _edit(connection: Connection, ticket: Ticket, asked: Asked) -> str:
    query, since = parse(ticket.data["query"]), datetime.fromisoformat(ticket.data["created_at"])
    channels.change_query(connection, ticket.channel, ticket.data["subscription"], query, since)
    _alone(connection, ticket)
    return f"Subscription {ticket.data['subscription']} follows {query.text} again"


def _mute(connection: Connection, ticket: Ticket, asked: Asked) -> str:
    if not channels.unmute(connection, ticket.data["mute"], None):
        raise NotFoundError("It is too late: that mute is gone.", "Mute it again.")
    return "Muted again"


def _unmute(connection: Connection, ticket: Ticket, asked: Asked) -> str:
    channels.unmute(connection, ticket.data["mute"], asked.now)
    return "No longer muted"


def _bookmark(connection: Connection, ticket: Ticket, asked: Asked) -> str:
    before: dict[str, Any] | None = ticket.data["before"]
    if before is None:
        shelf.unbookmark(connection, ticket.person, ticket.data["paper"], asked.now)
        return "The bookmark is gone again"
    mark = Bookmark(ticket.person, ticket.data["paper"], before["note"], tuple(before["tags"]), asked.now)
    shelf.bookmark(connection, mark)
    return "The bookmark is as it was"


def _keep(connection: Connection, ticket: Ticket, asked: Asked) -> str:
    for paper in ticket.data["papers"]:
        shelf.unbookmark(connection, ticket.person, paper, asked.now)
    return "The bookmarks are gone again"


def _unbookmark(connection: Connection, ticket: Ticket, asked: Asked) -> str:
    if not shelf.unbookmark(connection, ticket.person, ticket.data["paper"], None):
        raise NotFoundError("It is too late: that bookmark is gone.", "Bookmark the paper again.")
    return "The bookmark is back"


def _vote(connection: Connection, ticket: Ticket, asked: Asked) -> str:
    shelf.vote(connection, ticket.channel, ticket.data["paper"], ticket.person, ticket.data["value"], asked.now)
    return "Your vote is as it was"


def _schedule(connection: Connection, ticket: Ticket, asked: Asked) -> str:
    # Read from blank, so that what the words leave out (wait, empty, pause) is off again.
    before = change(Schedule(), ticket.data["words"], layouts=LAYOUTS)
    settle(connection, channels.existing(connection, ticket.channel), before, asked)
    return f"The schedule is {before} again"


def _allow(connection: Connection, ticket: Ticket, asked: Asked) -> str:
    channels.allow(connection, ticket.channel, ticket.data["allowed"])
    return f"{', '.join(ticket.data['allowed'])} may change this channel again"


STEPS: dict[str, Callable[[Connection, Ticket, Asked], str]] = {
    "unsubscribe": _unsubscribe,
    "restore": _restore,
    "edit": _edit,
    "mute": _mute,
    "unmute": _unmute,
    "bookmark": _bookmark,
    "keep": _keep,
    "unbookmark": _unbookmark,
    "vote": _vote,
    "schedule": _schedule,
    "allow": _allow,
}


def _undo(connection: Connection, number: int, asked: Asked) -> str:
    ticket = tickets.get(connection, number)
    if ticket is None or ticket.kind != "undo":
        raise NotFoundError(f"There is nothing to undo under {number}.", "Use the Undo button of an answer.")
    if ticket.data["action"] in _OWN or ticket.channel == ticket.person:
        if ticket.person != asked.person:
            raise NotAllowedError("That was somebody else's.", "Everyone undoes their own.")
    elif asked.channel and asked.channel != ticket.channel and asked.person != ticket.person:
        raise NotAllowedError("That was done in another channel.", "Undo it there.")
    else:
        may_change(channels.get(connection, ticket.channel), ticket.channel, asked)
    if asked.now - ticket.created_at > SOFT:
        raise PaperroundError("That was more than 7 days ago.", "It cannot be undone any more; do it anew.")
    if not tickets.use(connection, number, asked.now):
        raise PaperroundError("That was undone already.")
    return STEPS[ticket.data["action"]](connection, ticket, asked)


async def _run(desk: Desk, asked: Asked, args: Args) -> Answer:
    number = whole(args["number"], COMMAND.examples[0])
    said = await desk.store.write(_undo, number, asked)
    return Answer(Message.of(Heading(said)), {"undone": number, "said": said})


COMMAND = Command(
    "undo",
    "Take back what was just done",
    _run,
    params=(Param("number", "the number on the Undo button", "number"),),
    examples=("undo 5",),
    hidden=True,
    in_channel=False,
    in_place=True,
)
