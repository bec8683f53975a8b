"""A store as after years of use: for measures, and for tests of what must stay quick however long the ledger is."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import islice
from random import Random

from sqlalchemy import Connection, insert

from db import channels, papers, schema
from db.store import Store
from domain.delivery import State
from domain.message import Heading, Message, Note, line
from domain.paper import Record
from domain.parse import parse
from domain.schedule import Schedule
from tests.papers import NOW, abstract, records

CHANNELS, SEATS, HELD, PARTS = 20, 8, 4, 3
SOURCES = ("arxiv", "daily_papers", "folder")
TROUBLES = (State.DEAD, State.UNKNOWN, State.RETRY, State.PAUSED)


def lived(store: Store, *, many: int = 20_000, editions: int = 2_000, runs: int = 3_000) -> None:
    """Papers, editions with their items, three deliveries each with their moves, and runs of three sources.

    Of the deliveries one in a hundred is in trouble, the last ones; the newest paper is announced today.
    """
    left = iter(_records(many))
    while chunk := list(islice(left, 500)):
        with store.writing() as connection:
            papers.save(connection, chunk, NOW)
    with store.writing() as connection:
        _ledger(connection, many, editions)
        _runs(connection, runs)


def _records(many: int) -> list[Record]:
    per_day = max(1, many // 400)
    return [
        Record(
            each.title,
            SOURCES[at % 2],
            abstract=each.abstract,
            authors=each.authors,
            categories=each.categories,
            identifiers=each.identifiers,
            announced=NOW.date() - timedelta(days=(many - 1 - at) // per_day),
            upvotes=at % 40,
        )
        for at, each in enumerate(records(many))
    ]


def _ledger(connection: Connection, many: int, editions: int) -> None:
    names = [f"local:channel{n}" for n in range(min(CHANNELS, editions))]
    begun = NOW - timedelta(days=400)
    for name in names:
        channels.ensure(connection, name, Schedule(), begun)
        channels.subscribe(connection, name, parse("sparse diffusion"), "local:me", begun)
        channels.subscribe(connection, name, parse("graphs -lazy"), "local:me", begun)
    planned, items, deliveries, moves = [], [], [], []
    dice = Random(1)
    message = Message.of(Heading("An edition"), *(Note(line(abstract(n))) for n in range(3 * SEATS))).to_data()
    had: dict[str, int] = dict.fromkeys(names, 0)
    for at in range(editions):
        name = names[at % len(names)]
        number = at // len(names) + 1
        due = NOW - timedelta(hours=(editions - at) * 9600 / editions)
        planned.append({"channel": name, "number": number, "due_at": due, "planned_at": due})
        for position in range(SEATS + HELD):
            had[name] += 1
            if had[name] <= many:
                place, why = ("seat", "") if position < SEATS else ("held", "the edition was full")
                items.append(_item(name, had[name], number, position, place, why))
        for part in range(1, PARTS + 1):
            troubled = at >= editions - editions // 33 and part == PARTS
            state = dice.choice(TROUBLES) if troubled else State.SENT
            delivery = f"delivery{at}x{part}"
            row = {"id": delivery, "channel": name, "edition": number, "part": part, "parts": PARTS}
            why = "the platform said no" if troubled else ""
            said = {"message": message, "state": state.value, "attempts": 1, "worker": "", "ref": "", "why": why}
            again = due + timedelta(minutes=1) if troubled and state is not State.DEAD else None
            deliveries.append(row | said | {"try_at": again})
            moves += _moves(delivery, state, due, why)
    connection.execute(insert(schema.editions), planned)
    connection.execute(insert(schema.items), items)
    connection.execute(insert(schema.deliveries), deliveries)
    connection.execute(insert(schema.moves), moves)
    for name in names:
        last = len([row for row in planned if row["channel"] == name])
        connection.execute(schema.channels.update().where(schema.channels.c.id == name).values(editions=last))
        channels.reschedule(connection, name, Schedule(), Schedule().next_after(NOW))


def _item(channel: str, paper: int, edition: int, position: int, place: str, why: str) -> dict[str, object]:
    row = {"channel": channel, "paper": paper, "edition": edition, "position": position, "place": place, "why": why}
    return row | {"subscriptions": [1], "queries": ["sparse diffusion"], "late": False}


def _moves(delivery: str, state: State, due: datetime, why: str) -> list[dict[str, object]]:
    way = (State.PLANNED, State.CLAIMED, State.SENDING, state)
    return [
        {
            "delivery": delivery,
            "state": each.value,
            "moved_at": due + timedelta(seconds=at),
            "why": why if at == 3 else "",
        }
        for at, each in enumerate(way)
    ]


def _runs(connection: Connection, many: int) -> None:
    rows = []
    for at in range(many):
        began = NOW - timedelta(minutes=30 * (many - at))
        outcome = ("fresh", "quiet", "quiet", "failed")[at % 4]
        why = "no answer within 30 seconds" if outcome == "failed" else ""
        row = {"source": SOURCES[at % len(SOURCES)], "started_at": began, "finished_at": began + timedelta(seconds=4)}
        rows.append(row | {"outcome": outcome, "new": at % 9, "known": 3, "rejected": 0, "why": why})
    if rows:
        connection.execute(insert(schema.runs), rows)
