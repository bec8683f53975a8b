"""A person sends again what is dead, held by its channel, or unknown: one more move in the ledger, with their name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, select

from db import outbox, schema
from domain.delivery import Delivery, Move, State, again_from
from domain.errors import NotFoundError, PaperroundError

_out, _moves = schema.deliveries, schema.moves


def resend(connection: Connection, channel: str, delivery: str, person: str, now: datetime) -> Delivery:
    """Let a dead, paused or unknown delivery of the channel go out again, as this person wishes; returns it as it was.

    Raises NotFoundError where the channel has none of that id, and PaperroundError where it needs no person.
    """
    edition = select(_out.c.edition).where(_out.c.id == delivery, _out.c.channel == channel)
    number = connection.execute(edition).scalar_one_or_none()
    there = outbox.of_edition(connection, channel, number) if number is not None else []
    found = next((each for each in there if each.id == delivery), None)
    if found is None:
        raise NotFoundError(f"{channel} has no message “{delivery[:40]}”.", "`status` shows those that are stuck.")
    since = min(_since(connection, {found.id: found.state}).get(found.id, now), now)
    at = again_from(found.state, since)
    if found.state is State.SENT:
        raise PaperroundError("That message is sent already.")
    if at is None:
        raise PaperroundError(f"That message is {found.state}: it goes on by itself.", "`status` says how it stands.")
    if at > now:
        raise PaperroundError(
            "That message may have arrived: its platform is asked for it now.",
            f"If that finds nothing, it may be sent again from {at:%H:%M} UTC on.",
        )
    outbox.move(connection, found, "", Move(State.RETRY, now, f"sent again by {person}"), now)
    return found


def waiting(connection: Connection, states: Mapping[str, State], now: datetime) -> set[str]:
    """Of these deliveries, by id, those that wait for a person, and may be sent again now."""
    wanted = {name: state for name, state in states.items() if state in {State.DEAD, State.UNKNOWN, State.PAUSED}}
    since = _since(connection, wanted)
    # What is later than now was written by a wrong clock.
    return {name for name, at in since.items() if (again := again_from(wanted[name], min(at, now))) and again <= now}


def _since(connection: Connection, states: Mapping[str, State]) -> dict[str, datetime]:
    """Since when each delivery is in its state, however often it was looked up in it.

    One whose last move does not lead to its state is left out: somebody else's hand was there.
    """
    rows = connection.execute(
        select(_moves.c.delivery, _moves.c.state, _moves.c.moved_at)
        .where(_moves.c.delivery.in_(list(states)))
        .order_by(_moves.c.number.desc())
    )
    found: dict[str, datetime] = {}
    ended: set[str] = set()
    for row in rows:
        if row.state != states[row.delivery]:
            ended.add(row.delivery)
        elif row.delivery not in ended:
            found[row.delivery] = row.moved_at
    return found
