"""One round of planning and delivering, killed with -9 at every statement boundary it has, each time from the start.

Run as `python -m tests.faults.ends FOLDER SHARE SEED`. The store in FOLDER is copied for each kill, a child is
forked that works on the copy and kills itself before or after its n-th statement (BEGIN and COMMIT are statements
too, and so is what the platform far away is told), and a second child starts on what is left, as `run` does. SHARE is
the share of the boundaries to try, drawn by SEED. Prints one line of JSON.

The store works in the event loop's own thread, so that all that happens happens in one order, the same in every child:
the n-th boundary is the one that it was when they were counted, and the child that dies there says so.

Two platforms are at work: the local one, in the store itself, and one far away, which keeps its messages in a file.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import random
import shutil
import signal
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, NoReturn

from sqlalchemy import Connection, Engine, event, select

from bot.local.platform import LocalPlatform
from db import channels, papers, schema
from db.audit import audit
from db.migrate import open_store
from db.store import Store
from digests import deliver
from digests.deliver import Courier
from digests.round import correct_times, plan_due
from domain.channel import Mute
from domain.delivery import Absent, Delivery, Finding, Outcome, Sent, State
from domain.message import Message
from domain.paper import Record
from domain.parse import parse
from domain.schedule import Schedule
from tests.conftest import quick
from tests.faults.simulated import OnTheSpot
from tests.rooms import cards

NOW = datetime(2026, 11, 16, 12, tzinfo=UTC)
CHANNELS = {"local:a": 22, "far:b": 4, "far:c": 1}  # and their limits: two messages, four, one with papers held back
PAPERS = 24
SHOWN = 3  # papers in a message far away


class Far:
    """A platform of which the store knows nothing: a file, which outlives whoever writes it."""

    settle = timedelta(0)
    room = cards(SHOWN)

    def __init__(self, path: Path, told: Callable[[str], None]) -> None:
        self.path, self.told = path, told

    async def send(self, delivery: Delivery) -> Outcome:
        self.told("send")
        cards = [card.paper for card in delivery.message.cards()]
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"id": delivery.id, "channel": delivery.channel, "cards": cards}) + "\n")
        self.told("sent")
        return Sent(delivery.id)

    async def find(self, delivery: Delivery) -> Finding:
        return Sent(delivery.id) if any(post["id"] == delivery.id for post in self.posts()) else Absent()

    def posts(self) -> list[Any]:
        """Everything that was sent here."""
        return [json.loads(line) for line in self.path.read_text().splitlines()] if self.path.exists() else []


class Boundaries:
    """Counts the statements as they are reached; at the wanted one it says so in a note, and sends itself a signal."""

    def __init__(self, at: int, note: Path, by: signal.Signals = signal.SIGKILL) -> None:
        self.at, self.note, self.by = at, note, by
        self.met, self.lock = list[str](), threading.Lock()
        event.listen(Engine, "before_cursor_execute", lambda *said: self.reached(f"before {said[2]}"))
        event.listen(Engine, "after_cursor_execute", lambda *said: self.reached(f"after {said[2]}"))
        event.listen(Engine, "commit", self.commit)

    def commit(self, connection: Connection) -> None:
        # The event comes before the commit, so it is done here, and the second one finds nothing to do.
        driver: Any = connection.connection.driver_connection
        self.reached("before COMMIT")
        driver.execute("COMMIT")
        self.reached("after COMMIT")
        driver.execute("BEGIN")

    def reached(self, what: str) -> None:
        """Another boundary."""
        with self.lock:
            self.met.append(" ".join(what.split()[:4]))
            if len(self.met) == self.at:
                self.note.write_text(self.met[-1])
                os.kill(os.getpid(), self.by)


def prepare(path: Path) -> int:
    """A store whose channels are all due; 0."""
    store = open_store(f"sqlite:///{path}")
    then = NOW - timedelta(hours=2)
    with store.writing() as connection:
        said = [
            Record(f"Paper {n} on couriers{' and ice' if n == 1 else ''}", "test", announced=NOW.date())
            for n in range(PAPERS)
        ]
        papers.save(connection, said, then)
        for name, limit in CHANNELS.items():
            channels.ensure(connection, name, Schedule(limit=limit), then)
            channels.subscribe(connection, name, parse("couriers"), "local:me", then)
            channels.mute(connection, Mute(name, parse("ice"), "local:me", then))
        connection.execute(schema.channels.update().values(next_due=NOW - timedelta(minutes=1)))
    store.close()
    return 0


async def work(store: Store, far: Far, clock: Callable[[], datetime]) -> None:
    """What `run` does at its start."""
    ids, worker = count(int(clock().timestamp()) * 1000), "run"
    local = LocalPlatform(store, clock)
    couriers = [Courier(store, "local", local, clock, worker), Courier(store, "far", far, clock, worker)]
    for courier in couriers:
        await courier.recover(own=True)
    await correct_times(store, clock())
    await plan_due(store, clock(), {"local": local.room, "far": far.room}, lambda: f"d{next(ids)}")
    for courier in couriers:
        await courier.deliver()
        await courier.work()  # what was unknown, and is proven not to be there


def child(path: Path, at: int, minutes: int) -> list[str]:
    """One process's life on the store; returns the boundaries it met."""
    boundaries = Boundaries(at, path.with_suffix(".died"))
    store = quick(OnTheSpot(f"sqlite:///{path}"))
    far = Far(path.with_suffix(".far"), boundaries.reached if at >= 0 else lambda _: None)
    asyncio.run(work(store, far, lambda: NOW + timedelta(minutes=minutes)))
    store.close()
    return boundaries.met


def wrong(path: Path) -> list[str]:
    """What is not as it must be: each paper once in each channel, everything sent, the audit clean."""
    store = Store(f"sqlite:///{path}")
    with store.reading() as connection:
        found = [f"{breach}" for breach in audit(connection).breaches]
        for name, limit in CHANNELS.items():
            wanted = select(schema.deliveries).where(schema.deliveries.c.channel == name)
            rows = connection.execute(wanted.order_by(schema.deliveries.c.edition, schema.deliveries.c.part)).all()
            found += [f"{row.id} is {row.state}" for row in rows if row.state != State.SENT]
            if name.startswith("far:"):
                sent = [post for post in Far(path.with_suffix(".far"), print).posts() if post["channel"] == name]
                order = [post["id"] for post in sent]
                shown = [card for post in sent for card in post["cards"]]
            else:
                kept = connection.execute(select(schema.posts).order_by(schema.posts.c.number)).all()
                order = [post.delivery for post in kept]
                shown = [card.paper for post in kept for card in Message.from_data(post.message).cards()]
            if order != [row.id for row in rows]:
                found.append(f"{name} has the messages {order}")
            if not len(shown) == len(set(shown)) == limit:
                found.append(f"{name} shows {shown}")
    store.close()
    return found


def forked(run: Callable[[], int]) -> int:
    """Run in a child; returns its exit code, -9 if it was killed."""
    pid = os.fork()
    if not pid:
        _end(run)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _end(run: Callable[[], int]) -> NoReturn:
    try:
        code = run()
    except BaseException:
        logging.exception("the child broke")
        code = 99
    os._exit(code)


def tried(origin: Path, at: int, what: str, log: set[str]) -> list[str]:
    """Killed at one boundary and started again, which adds to the log; returns what is wrong then."""
    path = origin.with_name(f"at{at}.db")
    shutil.copyfile(origin, path)
    died, said, told = (path.with_suffix(suffix) for suffix in (".died", ".said", ".log"))
    if forked(lambda: len(child(path, at, 0)) and 0) != -signal.SIGKILL or died.read_text() != what:
        return [f"{at} ({what}) was never reached"]

    def again() -> int:
        logging.disable(logging.NOTSET)
        logging.basicConfig(filename=told, level=logging.INFO, format="%(message)s", force=True)
        child(path, -1, 1)
        problems = wrong(path)
        said.write_text("\n".join(problems))
        return bool(problems)

    code = forked(again)
    problems = said.read_text().splitlines() if said.exists() else []
    log.update(told.read_text().splitlines())
    for file in origin.parent.glob(f"at{at}.*"):
        file.unlink()
    return [f"killed at {at} ({what}): {problem}" for problem in problems or [f"ended with {code}"] * bool(code)]


def main(folder: Path, share: float, seed: int) -> None:
    """Try the boundaries, and print what came of it."""
    origin, met = folder / "origin.db", folder / "met"
    forked(lambda: prepare(origin))
    whole = folder / "whole.db"
    shutil.copyfile(origin, whole)

    def unharmed() -> int:
        met.write_text("\n".join(child(whole, 0, 0)))
        return bool(wrong(whole))

    problems = ["it goes wrong without any kill"] * forked(unharmed)
    there = list(enumerate(met.read_text().splitlines(), 1))
    chosen = there if share >= 1 else sorted(random.Random(seed).sample(there, max(1, int(len(there) * share))))
    log = set[str]()
    problems += [problem for at, what in chosen for problem in tried(origin, at, what, log)]
    kinds = sorted({what for _, what in chosen})
    found = {"boundaries": len(there), "kills": len(chosen), "kinds": kinds, "problems": problems, "log": sorted(log)}
    print(json.dumps(found))


if __name__ == "__main__":
    logging.disable(logging.WARNING)
    deliver.AGAIN_SECONDS = 1000.0  # nothing happens by the clock
    main(Path(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]))
