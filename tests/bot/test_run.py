"""`run`: everything that is configured, in a process of its own, stopped by signals, one at a time."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.alone import alone, holder
from bot.run import once
from bot.settings import Settings
from bot.wiring import now
from db import channels, outbox, papers, posts, runs, schema
from db.store import Store
from domain.errors import StoreError
from domain.parse import parse
from domain.schedule import Schedule
from tests.bot.shell import Shell, page
from tests.conftest import quick

PATIENCE = 10.0  # seconds that a stop may take


@pytest.fixture
def shell(tmp_path: Path, template: Path) -> Shell:
    """A folder with an empty store, and an inbox that is fetched."""
    shutil.copyfile(template, tmp_path / "paperround.db")
    (tmp_path / "inbox").mkdir()
    return Shell(tmp_path, {"PAPERROUND_SOURCES__FOLDER__PATH": "inbox"})


@contextmanager
def opened(shell: Shell) -> Iterator[Store]:
    with closing(quick(Store(f"sqlite:///{shell.folder / 'paperround.db'}"))) as store:
        yield store


def follow(shell: Shell, channel: str, query: str, *, due: bool = True, limit: int = 10) -> None:
    """Let a channel follow something, its digest due a minute ago."""
    moment = now() - timedelta(hours=2)
    with opened(shell) as store, store.writing() as connection:
        channels.ensure(connection, channel, Schedule(limit=limit), moment)
        channels.subscribe(connection, channel, parse(query), "local:me", moment)
        when = now() - timedelta(minutes=1) if due else now() + timedelta(hours=2)
        connection.execute(schema.channels.update().values(next_due=when).where(schema.channels.c.id == channel))


def shown(shell: Shell, channel: str) -> list[str]:
    """The titles in a channel, in order."""
    with opened(shell) as store, store.reading() as connection:
        found = posts.latest(connection, channel)
        return ["".join(s.text for s in card.title) for post in found for card in post.message.cards()]


@contextmanager
def running(shell: Shell) -> Iterator[subprocess.Popen[str]]:
    """`run`, ready; killed at the end if it has not ended by itself."""
    process = shell.start("run", stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        lines = read_until(process, " ready: ")
        assert sum("ready" in line for line in lines) == 1
        assert re.search(r" ready: page http://127\.0\.0\.1:\d+, store ", lines[-1])
        yield process
    finally:
        process.kill()
        process.communicate()


def read_until(process: subprocess.Popen[str], sign: str) -> list[str]:
    assert process.stderr
    lines: list[str] = []
    for line in process.stderr:
        lines.append(line)
        if sign in line:
            return lines
    raise AssertionError(f"{sign!r} never came:\n{''.join(lines)}")


def stop(process: subprocess.Popen[str], by: signal.Signals = signal.SIGTERM) -> str:
    started = time.monotonic()
    process.send_signal(by)
    _, said = process.communicate(timeout=PATIENCE)
    assert time.monotonic() - started < PATIENCE
    assert process.returncode == 0, said
    return said


# Once.


def test_once_fetches_plans_delivers_and_ends(shell: Shell) -> None:
    page(shell.folder / "inbox", "a.jsonl", ["Graph drawing", "Graph coloring", "Ice sheets"])
    follow(shell, "local:general", "graph")
    follow(shell, "local:later", "graph", due=False)
    done = shell.run("run", "--once")
    assert "source=folder fresh: 3 new, 0 known, 0 rejected" in done.stderr
    assert "channel=local:general edition=1 planned: 2 papers" in done.stderr
    assert sorted(shown(shell, "local:general")) == ["Graph coloring", "Graph drawing"]
    assert shown(shell, "local:later") == []
    again = shell.run("run", "--once").stderr
    assert "source=folder quiet" in again
    assert "planned" not in again
    assert len(shown(shell, "local:general")) == 2


def test_a_broken_source_delays_nobody(shell: Shell) -> None:
    page(shell.folder, "a.jsonl", ["Graph drawing"])
    shell.inside("import", "a.jsonl")
    follow(shell, "local:general", "graph")
    (shell.folder / "inbox").rmdir()
    done = shell.run("run", "--once")
    assert "source=folder failed" in done.stderr
    assert shown(shell, "local:general") == ["Graph drawing"]
    with opened(shell) as store, store.reading() as connection:
        (run,) = runs.latest(connection)
    assert (run.outcome, run.why) == ("failed", "the folder inbox cannot be read: No such file or directory")


def test_once_takes_up_what_was_left_behind_and_lets_go_of_what_was_removed(shell: Shell) -> None:
    page(shell.folder / "inbox", "a.jsonl", ["Graph drawing"])
    follow(shell, "local:general", "graph")
    shell.run("run", "--once")
    with opened(shell) as store, store.writing() as connection:
        channels.unsubscribe(connection, "local:general", 1, now() - timedelta(days=8))
        connection.execute(schema.posts.delete())
        left = {"state": "sending", "worker": "run/local", "lease_until": now() + timedelta(seconds=50)}
        connection.execute(schema.deliveries.update().values(**left))
    done = shell.run("run", "--once")
    assert "1 deliveries were left behind" in done.stderr
    with opened(shell) as store:
        # It was being sent, so it is looked up, and sent again since it is not there.
        asyncio.run(_until_sent(store))
        with store.reading() as connection:
            assert connection.execute(schema.subscriptions.select()).all() == []
    assert shown(shell, "local:general") == ["Graph drawing"]


async def _until_sent(store: Store) -> None:
    settings = Settings(database_url=f"sqlite:///{store.path}")
    later = timedelta(0)
    for _ in range(3):
        later += timedelta(minutes=1)
        await once(settings, lambda: now() + later)  # noqa: B023  # asked for within this turn
    assert await store.read(outbox.counts) == {"sent": 1}


# One at a time.


def test_run_says_ready_serves_and_stops(shell: Shell) -> None:
    page(shell.folder / "inbox", "a.jsonl", ["Graph drawing"])
    follow(shell, "local:general", "graph")
    with running(shell) as process:
        # What was due while nobody was here holds what the sources have by now.
        assert "planned: 1 papers" in read_until(process, "edition=1 planned")[-1]
        assert "stopped; what was left goes on at the next start" in stop(process)


def test_a_page_that_is_off_is_not_served(shell: Shell) -> None:
    off = replace(shell, more={**shell.more, "PAPERROUND_PAGE": "off"})
    process = off.start("run", stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        assert " ready: page off, store " in read_until(process, " ready: ")[-1]
        stop(process)
    finally:
        process.kill()
        process.communicate()


def test_where_the_page_cannot_be_served_run_says_why_and_ends(shell: Shell) -> None:
    open_to_all = shell.inside("run", code=1, PAPERROUND_PAGE="0.0.0.0:8420").stderr
    assert "0.0.0.0:8420 can be reached from other machines, so the page needs a token." in open_to_all
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        said = shell.inside("run", code=1, PAPERROUND_PAGE=address).stderr
    assert f"The page cannot be served at {address}: Address already in use." in said
    assert "set PAPERROUND_PAGE to another address, or to off" in said


def test_ctrl_c_stops_it_too_and_a_killed_one_leaves_no_lock(shell: Shell) -> None:
    with running(shell) as process:
        process.kill()
        process.wait()
        with running(shell) as another:
            said = stop(another, signal.SIGINT)
    assert "stopped" in said
    assert "Traceback" not in said


def test_a_second_run_says_who_holds_the_store_and_the_command_line_works_beside(shell: Shell) -> None:
    page(shell.folder, "a.jsonl", ["Graph drawing", "Ice sheets"])
    with running(shell) as process:
        for words in (["run"], ["run", "--once"]):
            said = shell.run(*words, code=1).stderr
            assert f"Another `paperround run` (process {process.pid}) works on paperround.db." in said
            assert "Stop that one first, or let it work." in said
        assert shell.data("import", "a.jsonl")["new"] == 2
        assert shell.data("search", "graph")["total"] == 1
        shell.inside("subscribe", "local:general", "ice")
        assert shell.data("digest", "local:general", "--send")["deliveries"] == ["sent"]
        assert str(process.pid) in shell.inside("doctor").stdout
        stop(process)
    assert shown(shell, "local:general") == ["Ice sheets"]
    assert "no `run` works on it" in shell.inside("doctor").stdout
    shell.run("run", "--once")


def test_stopped_in_the_middle_of_delivering_nothing_is_lost(shell: Shell) -> None:
    titles = [f"Graph number {n}" for n in range(12)]
    page(shell.folder, "a.jsonl", titles)
    shell.inside("import", "a.jsonl")
    names = [f"local:c{n:02}" for n in range(40)]
    for name in names:
        follow(shell, name, "graph", limit=12)
    with running(shell) as process:
        read_until(process, "delivery=")  # the first of forty
        stop(process)
    with opened(shell) as store:
        settings = Settings(database_url=f"sqlite:///{store.path}")
        for minutes in (1, 2, 3):
            asyncio.run(once(settings, lambda: now() + timedelta(minutes=minutes)))  # noqa: B023  # as above
    for name in names:
        assert sorted(shown(shell, name)) == sorted(titles), name


def test_stopped_in_the_middle_of_a_large_file_it_goes_on_from_there(shell: Shell) -> None:
    lines = [json.dumps({"title": f"Paper {n}", "abstract": "word " * 50}) for n in range(8_000)]
    (shell.folder / "inbox" / "a.jsonl").write_text("\n".join(lines))
    with running(shell) as process:
        wait_for(lambda: count(shell) > 0)
        stop(process)
    assert 0 < count(shell) <= 8_000
    shell.run("run", "--once")
    assert count(shell) == 8_000


def count(shell: Shell) -> int:
    with opened(shell) as store, store.reading() as connection:
        return papers.count(connection)


def wait_for(condition: object) -> None:
    assert callable(condition)
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)  # another process: there is nothing of its to wait for


# The lock.


def test_the_lock_is_let_go_of(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    assert holder(path) == ""
    for _ in range(2):
        with alone(path):
            assert holder(path).isdigit()
            with pytest.raises(StoreError, match="Another `paperround run`"), alone(path):
                pass
        assert holder(path) == ""


def test_where_no_lock_can_be_made_it_is_said(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be written"), alone(tmp_path / "nowhere" / "x.db"):
        pass
