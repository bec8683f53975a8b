"""The demonstration: both digests with their links, its own clock, nothing left behind, and a page to try it on."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from urllib.request import urlopen

import pytest

from bot.demo.show import CHANNELS, LAST_DAY, SAMPLE, SCHEDULES
from tests.bot.shell import COMMAND, Shell


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    (tmp_path / "scratch").mkdir()
    return Shell(tmp_path, {"TMPDIR": str(tmp_path / "scratch"), "TERM": "dumb", "COLUMNS": "100"})


def left_behind(shell: Shell) -> list[Path]:
    return [path for path in shell.folder.rglob("*") if path != shell.folder / "scratch"]


def test_both_digests_are_printed_with_their_links(shell: Shell) -> None:
    done = shell.run("demo", "--no-serve")
    shown = done.stdout
    assert done.stderr == ""
    assert "it is Monday, 29 September 2025, the last day of the sample." in " ".join(shown.split())
    for channel, queries in CHANNELS.items():
        name = channel.partition(":")[2]
        assert f"Papers for {name} · Monday, 29 September 2025 · No. 1" in shown
        for query in queries:
            assert f"{channel} $ /papers subscribe {query}\n" in shown
        assert f"{channel} $ /papers schedule {SCHEDULES[channel]}\n" in shown
        digest = shown.partition(f"Papers for {name} ·")[2].partition(" $ /papers")[0]
        assert len(re.findall(r"https://arxiv\.org/abs/25\d\d\.\d{5}\b", digest)) >= 5
    assert "Next digest: Tuesday 30 September 2025, 09:00 Europe/Paris." in shown
    assert "Next: paperround import PAGE…" in shown
    assert "papers a day over the last 30 days" in shown
    assert left_behind(shell) == []


def test_its_clock_stands_at_the_sample_s_last_day() -> None:
    days = [json.loads(line)["announced"] for line in SAMPLE.read_text(encoding="utf-8").splitlines()]
    assert date.fromisoformat(max(days)) == LAST_DAY.date()


@contextmanager
def serving(shell: Shell, **more: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The demonstration, and the address of its page; killed at the end if it has not ended by itself."""
    process = subprocess.Popen(
        [*COMMAND, "demo"],
        cwd=shell.folder,
        env=shell.environment | {"PYTHONUNBUFFERED": "1"} | more,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert process.stdout
        found = next(filter(None, (re.search(r"open (http://\S+) in a browser", line) for line in process.stdout)))
        yield process, found[1]
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
def test_then_its_page_is_served_until_it_is_stopped(shell: Shell, by: signal.Signals) -> None:
    with serving(shell) as (process, page):
        with urlopen(f"{page}/channels/local:robotics", timeout=10) as answer:  # noqa: S310  # the address is ours
            shown = answer.read().decode()
        assert "Papers for robotics · Monday, 29 September 2025 · No. 1" in shown
        process.send_signal(by)
        said, _ = process.communicate(timeout=10)
        assert process.returncode == 0
        assert "Traceback" not in said
    assert left_behind(shell) == []


def test_an_address_that_is_taken_is_no_reason_not_to_show_it(shell: Shell) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        with serving(shell, PAPERROUND_PAGE=address) as (_, page):
            assert page.startswith("http://127.0.0.1:")
            assert address not in page


def test_without_a_page_it_ends(shell: Shell) -> None:
    assert "Next: paperround import" in shell.run("demo", PAPERROUND_PAGE="off").stdout
    assert left_behind(shell) == []
