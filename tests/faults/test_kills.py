"""§4.1 to §4.4: killed with -9 at any instant of planning and delivering, each channel has each paper once."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import select

from db import channels, papers, posts, schema
from db.audit import audit
from db.migrate import open_store
from domain.delivery import MOVES, State
from domain.message import Heading
from domain.paper import Record
from domain.parse import parse
from domain.schedule import Schedule
from tests.faults.forks import Forks
from tests.faults.killed import POINTS

PAPERS = 45
LIMIT = 42  # of 45 papers, in messages of at most 20: three parts an edition


def _prepare(url: str, many: int) -> None:
    now = datetime.now(UTC)
    store = open_store(url)
    with store.writing() as connection:
        records = [
            Record(f"Paper {n} about couriers number{n}", "test", abstract=f"The {n}th.", announced=now.date())
            for n in range(PAPERS)
        ]
        papers.save(connection, records, now - timedelta(hours=3))
        for n in range(many):
            made = channels.ensure(connection, f"local:c{n:03}", Schedule(limit=LIMIT), now - timedelta(hours=2))
            channels.subscribe(connection, made.id, parse("couriers"), "local:me", now - timedelta(hours=2))
            due = now - timedelta(minutes=random.Random(n).randrange(1, 200))
            connection.execute(schema.channels.update().where(schema.channels.c.id == made.id).values(next_due=due))
    store.close()


def _run(forks: Forks, url: str, point: str, count: int, note: Path) -> int:
    forks.begin("killed", point, count, note, "run", "--once", PAPERROUND_DATABASE_URL=url)
    code = forks.ended()
    assert code in {0, -9}, forks.said()
    return code


def _kill(forks: Forks, url: str, folder: Path, kills: Sequence[tuple[str, int]]) -> Counter[str]:
    """Kill at each of the points in turn, on one store; returns how often each was really met."""
    met: Counter[str] = Counter()
    note = folder / "note"
    for point, count in kills:
        note.unlink(missing_ok=True)
        if _run(forks, url, point, count, note) == -9:
            met[note.read_text()] += 1
            _check_ledger(url, complete=None)
    return met


def _check_ledger(url: str, complete: int | None) -> None:
    """No paper twice in a channel, parts in order; with `complete`, everything sent in so many channels."""
    store = open_store(url)
    with store.reading() as connection:
        for n in range(complete or 0):
            shown = posts.latest(connection, f"local:c{n:03}", 100)
            cards = [card.paper for post in shown for card in post.message.cards()]
            assert len(cards) == len(set(cards)) == LIMIT, f"channel {n} has {len(cards)} papers"
            headings = [b.text for post in shown for b in post.message.blocks if isinstance(b, Heading)]
            assert [h.rsplit("(", 1)[1] for h in headings] == ["1/3)", "2/3)", "3/3)"], f"channel {n}: {headings}"
            planned = connection.execute(
                select(schema.items.c.paper)
                .where(schema.items.c.channel == f"local:c{n:03}", schema.items.c.place == "seat")
                .order_by(schema.items.c.position)
            ).scalars()
            assert cards == [f"p{number}" for number in planned], f"channel {n} is out of order"
        assert audit(connection).breaches == ()
        per_channel = connection.execute(select(schema.posts.c.channel, schema.posts.c.delivery)).all()
        assert len(per_channel) == len(set(per_channel))
        moved: dict[str, list[str]] = {}
        for row in connection.execute(select(schema.moves).order_by(schema.moves.c.number)):
            moved.setdefault(row.delivery, []).append(row.state)
        for states in moved.values():
            assert all(State(b) in MOVES[State(a)] for a, b in pairwise(states)), states
            if complete is not None:
                assert states[-1] == State.SENT
                assert states.count("sent") == 1
    store.close()


def _scenario(forks: Forks, folder: Path, many: int, kills: int, seed: int) -> Counter[str]:
    url = f"sqlite:///{folder / 'kills.db'}"
    _prepare(url, many)
    chance = random.Random(seed)
    # Each point in turn, so that all are met; how far into the run is left to chance. Early points first:
    # once everything is planned, nothing is planned again.
    order = sorted((POINTS[n % len(POINTS)] for n in range(kills)), key=POINTS.index)
    share = max(1, many // (2 * kills))
    met = _kill(forks, url, folder, [(point, chance.randint(1, share)) for point in order])
    while _run(forks, url, "-", 1, folder / "note"):
        pass
    _check_ledger(url, complete=many)
    print(f"\n{many} editions, {sum(met.values())} kills: " + ", ".join(f"{p} {met[p]}" for p in POINTS))
    return met


def test_invariants_1_to_4_survive_kills_at_every_state(forks: Forks, tmp_path: Path) -> None:
    """A sample of what `make faults` does at length."""
    met = _scenario(forks, tmp_path, many=30, kills=6, seed=1)
    assert set(met) == set(POINTS)


@pytest.mark.faults
@pytest.mark.parametrize("seed", [2, 3, 4])
def test_twenty_kills_over_200_editions_leave_each_paper_once(forks: Forks, tmp_path: Path, seed: int) -> None:
    met = _scenario(forks, tmp_path, many=200, kills=20, seed=seed)
    assert all(met[point] >= 2 for point in POINTS), met
