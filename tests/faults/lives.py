"""Lives of `run`: told to stop in the middle of anything, begun twice on one store, begun on a store that is torn.

Run as `python -m tests.faults.lives FOLDER SEED few` (or `many`). Each life is a forked process that is given a command
as people type it, on a copy of one store, with its log in a file. Prints one line of JSON.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sqlite3
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NoReturn

from sqlalchemy import select

from bot import run
from bot.cli.entry import execute
from db import channels, papers, schema
from db.audit import audit
from db.backup import backup
from db.migrate import open_store
from db.store import Store
from domain.delivery import State
from domain.message import Message
from domain.paper import Record
from domain.parse import parse
from domain.schedule import Schedule
from tests.faults.ends import Boundaries

CHANNELS, PAPERS = 6, 24  # an edition has two messages
STATEMENTS = 400  # of a life until everything is sent, or a little less
NAME = "paperround.db"
PAGE_SIZE = 4096
PATIENCE = 30.0  # seconds that something may take to come about
BROKE = 99  # the exit code of a child that was not meant to end so


@dataclass
class Found:
    """What came of it: the sums over all tries, what went wrong, the lines of the log, and the longest stop."""

    times: int = 0
    editions: int = 0
    expected: int = 0
    sent: int = 0
    doubled: int = 0
    lost: int = 0
    problems: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    longest: float = 0.0  # seconds from the signal to the end
    in_order: int = 0  # stops of what had begun


def prepare(path: Path) -> int:
    """A store whose channels are all due, and a backup of it beside; 0."""
    now = datetime.now(UTC)
    store = open_store(f"sqlite:///{path}")
    then = now - timedelta(hours=2)
    with store.writing() as connection:
        papers.save(connection, [Record(f"Graph {n}", "test", announced=then.date()) for n in range(PAPERS)], then)
        for n in range(CHANNELS):
            channels.ensure(connection, f"local:c{n}", Schedule(limit=PAPERS), then)
            channels.subscribe(connection, f"local:c{n}", parse("graph"), "local:me", then)
        connection.execute(schema.channels.update().values(next_due=now - timedelta(minutes=1)))
    store.close()
    backup(path, path.with_suffix(".backup"))
    return 0


class Child:
    """A forked process that does this, with what it says in a log."""

    def __init__(self, log: Path, work: Callable[[], int]) -> None:
        self.log = log
        self.pid = os.fork()
        if not self.pid:
            self._be(work)

    def _be(self, work: Callable[[], int]) -> NoReturn:
        code = BROKE
        try:
            with self.log.open("wb", buffering=0) as log:
                os.dup2(log.fileno(), 1)
                os.dup2(log.fileno(), 2)
            code = work()
            sys.stdout.flush()
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)

    def ended(self) -> int:
        """Its exit code; minus the signal that ended it."""
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])

    def said(self) -> str:
        """What it has said so far."""
        return self.log.read_text() if self.log.exists() else ""

    def until(self, sign: str) -> None:
        """Wait until it says this."""
        end = time.monotonic() + PATIENCE
        while sign not in self.said():
            if time.monotonic() > end:
                raise TimeoutError(f"{sign!r} never came:\n{self.said()}")
            time.sleep(0.01)


def life(folder: Path, *words: str, before: Callable[[], object] = lambda: None) -> Child:
    """A process that is given a command in a folder."""

    def live() -> int:
        os.chdir(folder)
        before()
        return execute([*words])

    return Child(folder / f"{time.monotonic_ns()}.log", live)


def checked(path: Path) -> int:
    """Count what is there, into a file beside; 0."""
    store = Store(f"sqlite:///{path}")
    with store.reading() as connection:
        found = audit(connection)
        states = connection.execute(select(schema.deliveries.c.id, schema.deliveries.c.state)).all()
        posts = connection.execute(select(schema.posts)).all()
    store.close()
    cards = Counter((row.channel, card.paper) for row in posts for card in Message.from_data(row.message).cards())
    counted = Found(
        editions=found.checked["editions"],
        expected=len(states),
        sent=len(posts),
        doubled=sum(n - 1 for n in cards.values()) + len(posts) - len({row.delivery for row in posts}),
        lost=CHANNELS * PAPERS - len(cards) + len({row.id for row in states} - {row.delivery for row in posts}),
        problems=[f"{breach}" for breach in found.breaches]
        + [f"{row.id} is {row.state}" for row in states if row.state != State.SENT],
    )
    path.with_suffix(".json").write_text(json.dumps(asdict(counted)))
    return 0


class Tries:
    """One try after the other, each on a store of its own, with what came of them."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder, self.chance, self.found = folder, random.Random(seed), Found()
        self.origin = folder / "origin.db"
        Child(folder / "log", lambda: prepare(self.origin)).ended()

    @contextmanager
    def new(self) -> Iterator[Path]:
        """A folder with a store; at the end everything must come by `run --once`, in three at most, and is counted."""
        self.found.times += 1
        here = self.folder / f"try{self.found.times}"
        here.mkdir()
        shutil.copyfile(self.origin, here / NAME)
        yield here
        for _ in range(3):
            alive = life(here, "run", "--once")
            if alive.ended():
                self.wrong(alive.said())
            self.found.said += alive.said().splitlines()
            Child(here / "log", lambda: checked(here / NAME)).ended()
            counted = Found(**json.loads((here / NAME).with_suffix(".json").read_text()))
            if not counted.problems:
                break
        for name in ("editions", "expected", "sent", "doubled", "lost"):
            setattr(self.found, name, getattr(self.found, name) + getattr(counted, name))
        for problem in counted.problems:
            self.wrong(problem)
        shutil.rmtree(here)

    def wrong(self, what: str) -> None:
        """Something is not as it must be."""
        self.found.problems.append(f"try {self.found.times}: {what}")

    def stopped(self, alive: Child, since: float) -> None:
        """It was told to stop at that time: it must have ended soon, in good order."""
        code, took = alive.ended(), time.time() - since
        self.found.longest = max(self.found.longest, took)
        said = alive.said()
        self.found.said += said.splitlines()
        in_order = code == 0 and "stopped; what was left goes on at the next start" in said
        self.found.in_order += in_order
        # Before it listens for signals there is nothing that it has begun.
        if not in_order and (code != -signal.SIGTERM or " ready: " in said):
            self.wrong(f"ended with {code}: {said}")


def hurry() -> None:
    """Let the jobs of this process come round more often."""
    run.PLAN_SECONDS = run.DELIVER_SECONDS = 0.1


def stops(tries: Tries) -> None:
    """Told to stop at a statement."""
    at = tries.chance.randint(1, STATEMENTS)
    with tries.new() as here:
        note = here / "told"

        def before() -> None:
            hurry()
            Boundaries(at, note, signal.SIGTERM)

        alive = life(here, "run", before=before)
        tries.stopped(alive, _since(alive, note))


def _since(alive: Child, note: Path) -> float:
    """When it was told; if everything is sent before, it is told now."""
    end = time.monotonic() + PATIENCE
    while not note.exists():
        if time.monotonic() > end:
            os.kill(alive.pid, signal.SIGTERM)
            return time.time()
        time.sleep(0.01)
    return note.stat().st_mtime


def held(tries: Tries) -> None:
    """Told to stop while another process holds the store."""
    with tries.new() as here:
        alive = life(here, "run", before=hurry)
        alive.until("delivery=")
        with closing(sqlite3.connect(here / NAME, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            os.kill(alive.pid, signal.SIGTERM)
            tries.stopped(alive, time.time())


def twice(tries: Tries) -> None:
    """Two at once, and somebody who sends by hand beside them."""
    with tries.new() as here:
        first = life(here, "run", before=hurry)
        first.until(" ready: ")
        second = life(here, "run")
        by_hand = life(here, "digest", f"local:c{tries.chance.randrange(CHANNELS)}", "--send")
        code, sent = second.ended(), by_hand.ended()
        if code != 1 or f"Another `paperround run` (process {first.pid}) works on" not in second.said():
            tries.wrong(f"the second ended with {code}: {second.said()}")
        if sent:
            tries.wrong(f"by hand: {by_hand.said()}")
        tries.found.said.append(" ".join(second.said().split()))
        os.kill(first.pid, signal.SIGTERM)
        tries.stopped(first, time.time())


def torn(tries: Tries) -> None:
    """Some pages are rubbish: it is found and said, nothing is touched, and the backup brings it all back."""
    with tries.new() as here:
        path = here / NAME
        whole = path.read_bytes()
        rubbish = tries.chance.randbytes(tries.chance.randint(1, 4) * PAGE_SIZE)
        at = tries.chance.randrange(1, (len(whole) - len(rubbish)) // PAGE_SIZE) * PAGE_SIZE
        harmed = whole[:at] + rubbish + whole[at + len(rubbish) :]
        path.write_bytes(harmed)
        alive = life(here, "run")
        code = alive.ended()
        tries.found.said.append(" ".join(alive.said().split()))
        if code != 1 or f"{NAME} is damaged" not in alive.said() or path.read_bytes() != harmed:
            tries.wrong(f"torn at {at}, ended with {code}: {alive.said()}")
        shutil.copyfile(tries.origin.with_suffix(".backup"), here / "backup.db")
        restored = life(here, "restore", "backup.db")
        if restored.ended():
            tries.wrong(restored.said())


KINDS: dict[str, tuple[Callable[[Tries], None], int, int]] = {  # how often in a sample, and at length
    "told to stop in the middle": (stops, 3, 100),
    "told to stop while the store is locked": (held, 1, 20),
    "two runs on one store by mistake": (twice, 2, 60),
    "store torn in the middle": (torn, 3, 60),
}


def main(folder: Path, seed: int, *, many: bool) -> None:
    """Try each so many times, and print what came of it."""
    os.environ.clear()
    os.environ.update(PATH=os.defpath, HOME=str(folder), PAPERROUND_PAGE="127.0.0.1:0")
    found = {}
    for number, (kind, (fault, few, more)) in enumerate(KINDS.items()):
        here = folder / str(number)
        here.mkdir()
        tries = Tries(here, seed)
        for _ in range(more if many else few):
            fault(tries)
        found[kind] = asdict(tries.found)
    print(json.dumps(found))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), many=sys.argv[3] == "many")
