"""Real processes in trouble: stopped in the middle of anything, alone with a store that is locked, or damaged."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.wiring import now
from db import channels, papers, schema
from db.audit import audit
from db.store import Store
from domain.delivery import State
from domain.message import Message
from domain.paper import Record
from domain.parse import parse
from domain.schedule import Schedule
from tests.bot.shell import Shell
from tests.conftest import quick
from tests.faults.town import Count, locked

PATIENCE = 10.0  # seconds that a stop may take
PAPERS = 12


@pytest.fixture
def shell(tmp_path: Path, template: Path) -> Shell:
    """A folder with an empty store."""
    shutil.copyfile(template, tmp_path / "paperround.db")
    return Shell(tmp_path)


@contextmanager
def opened(shell: Shell) -> Iterator[Store]:
    with closing(quick(Store(f"sqlite:///{shell.folder / 'paperround.db'}"))) as store:
        yield store


def peopled(shell: Shell, many: int) -> None:
    """Channels whose digests are due."""
    moment = now() - timedelta(hours=2)
    said = [Record(f"Graph number {n}", "test", announced=moment.date()) for n in range(PAPERS)]
    with opened(shell) as store, store.writing() as connection:
        papers.save(connection, said, moment)
        for n in range(many):
            channels.ensure(connection, f"local:c{n:03}", Schedule(limit=PAPERS), moment)
            channels.subscribe(connection, f"local:c{n:03}", parse("graph"), "local:me", moment)
        connection.execute(schema.channels.update().values(next_due=now() - timedelta(minutes=1)))


@contextmanager
def running(shell: Shell, sign: str) -> Iterator[subprocess.Popen[str]]:
    """`run`, as far as the sign in its log; killed at the end if it has not ended by itself."""
    process = shell.start("run", stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        assert process.stderr
        assert any(sign in line for line in process.stderr), f"{sign!r} never came"
        yield process
    finally:
        process.kill()
        process.communicate()


def stopped(process: subprocess.Popen[str]) -> str:
    """What it says while it stops, within its time."""
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=3 * PATIENCE)
    took = time.monotonic() - began
    assert took < PATIENCE, f"it took {took:.1f} s:\n{said}"
    assert process.returncode == 0, said
    return said


@pytest.mark.parametrize(("times", "many"), [(1, 30)])
def test_told_to_stop_in_the_middle_it_ends_in_time_and_loses_nothing(shell: Shell, times: int, many: int) -> None:
    peopled(shell, many)
    for n in range(times):
        with running(shell, "delivery=" if n % 2 == 0 else " ready: ") as process:
            said = stopped(process)
        assert re.search(r"stopped; what was left goes on at the next start", said), said
    while "sent" in shell.run("run", "--once").stderr:
        pass
    with opened(shell) as store, store.reading() as connection:
        found = audit(connection)
        posts = connection.execute(select(schema.posts)).all()
        expected = connection.execute(select(func.count()).select_from(schema.deliveries)).scalar_one()
        cards = [(row.channel, c.paper) for row in posts for c in Message.from_data(row.message).cards()]
    count = Count(
        found.checked["editions"], expected, len(posts), len(cards) - len({*cards}), many * PAPERS - len({*cards})
    )
    assert (found.breaches, found.open, count.doubled, count.lost) == ((), {}, 0, 0)
    assert count.sent == expected >= many


def test_told_to_stop_while_another_process_holds_the_store_it_ends_in_time(shell: Shell) -> None:
    peopled(shell, 30)
    with running(shell, "delivery=") as process, opened(shell) as store, locked(store):
        assert "stopped" in stopped(process)
    with opened(shell) as store, store.reading() as connection:
        assert audit(connection).breaches == ()
        states = {*connection.execute(select(schema.deliveries.c.state)).scalars()}
        assert states & {State.PLANNED, State.CLAIMED, State.SENDING}, "it was in the middle"


def test_a_store_torn_in_the_middle_is_found_at_the_start_and_left_as_it_is(shell: Shell) -> None:
    peopled(shell, 30)
    path = shell.folder / "paperround.db"
    whole = path.read_bytes()
    assert not path.with_name("paperround.db-wal").exists(), "all of it is in the one file"
    torn = bytearray(whole)
    middle = len(torn) // 2 // 4096 * 4096
    torn[middle : middle + 3 * 4096] = bytes(range(256)) * 48
    path.write_bytes(torn)
    for words in (["run", "--once"], ["run"], ["doctor"]):
        done = shell.run(*words, code=1)
        assert "paperround.db is damaged" in done.stderr + done.stdout
        assert "Restore the last backup." in done.stderr + done.stdout
    assert hashlib.sha256(path.read_bytes()).digest() == hashlib.sha256(torn).digest()
    path.write_bytes(whole)
    shell.run("run", "--once")
    assert json.loads(shell.run("audit", "--json").stdout)["breaches"] == []
