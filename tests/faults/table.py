"""The table of docs/reliability.md: which faults there are, and the rows that the long run measures and writes."""

from __future__ import annotations

import fcntl
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from tests.faults.town import Count
from tests.shared import ROOT

PAGE = ROOT / "docs" / "reliability.md"
MEASURED = 2  # of several seeds, the one that writes the row
HEAD = ("fault", "times", "editions", "messages expected", "messages sent", "twice", "lost")

_ONE = r"channel=far:c\d+ edition=\d+ part=\d/\d delivery=d\d+ "
_SLACK = r"channel=slack:\w+/\w+ edition=\d+ part=\d/\d delivery=\w+ "
_DISCORD = r"channel=discord:\d+/\d+ edition=\d+ part=\d/\d delivery=\w+ "
_STORE = r"job=(?:plan|deliver \S+) failed: The store \S+ "
_WAITS = r" What it does is not done now, for any channel; nothing is lost, it runs again in 5 s"
_STOPPED = r"its worker stopped while sending; looked for at \d"
_ENDS = r"bot\.run stopped; what was left goes on at the next start"

# The faults there are, and the one line that tells each: which channel (or that it is all), why, what is done about it.
FAULTS: dict[str, str] = {
    "kill -9 at every statement of planning and delivering": r"channel=far:\w .*unknown: " + _STOPPED,
    "kill -9 and lost answers in Slack": _SLACK + r"unknown: the connection broke \(\w+\); looked for at \d",
    "kill -9 in Discord": _DISCORD + "unknown: " + _STOPPED,
    "lost answers in Discord": _DISCORD + r"unknown: (?:the connection broke|Discord answered with 50\d).*; looked for",
    "kill -9 at random": _ONE + "unknown: " + _STOPPED,
    "told to stop in the middle": _ENDS,
    "told to stop while the store is locked": _ENDS,
    "two runs on one store by mistake": r"Another `paperround run` \(process \d+\) works on \S+\.db\. Stop that one",
    "two workers on one store": _ONE + r"unknown: \w+Error; looked for at \d",
    "answer never seen": _ONE + r"unknown: (?:no answer within \d+ seconds|\w+Error); looked for at \d",
    "platform busy": _ONE + r"retry: busy; sent again at \d",
    "channel gone and back": _ONE + r"paused: gone; tried again at \d",
    "platform down for a day": _ONE + r"unknown: \w+Error; looked for at \d",
    "clock set back and forth by hours": _ONE + r"\w+: waited until \S+ \S+ by a wrong clock; tried now",
    "daylight saving begins": r"channel=far:c\d+ edition=\d+ planned: .*; due at 2026-03-08 03:00 America/New_York",
    "store locked for a minute": _STORE + r"is busy: another process is writing to it\." + ".*" + _WAITS,
    "store torn in the middle": r"The store \S+\.db is damaged: .* Restore the last backup\.",
    "disk full": _STORE + r"cannot grow: the disk is full\. Free some space" + ".*" + _WAITS,
    "disk full, a real one": _STORE + r"cannot grow: the disk is full\. Free some space" + ".*" + _WAITS,
    "read-only file system": _STORE + r"cannot be written\. Check who owns the file" + ".*" + _WAITS,
    "read-only file system, a real one": _STORE + r"cannot be written: its disk is mounted to be read only\.",
}


def told(fault: str, lines: Iterable[str]) -> None:
    """Assert that one of these lines of the log tells what happened to whom, why, and what is done about it."""
    said = [*lines]
    assert any(re.search(FAULTS[fault], line) for line in said), (fault, said[-40:])


def measured(fault: str, times: int, count: Count, page: Path = PAGE) -> None:
    """Write a fault's row into the page, in the place of the one that was there."""
    assert fault in FAULTS, f"{fault} is no fault of the table"
    fields = (times, count.editions, count.expected, count.sent, count.doubled, count.lost)
    kept(fault, [f"{field:,}" for field in fields], page)


def kept(name: str, cells: Sequence[str], page: Path = PAGE) -> None:
    """Write a row of the page anew, by its first cell."""
    row = f"| {name} | " + " | ".join(cells) + " |"
    with page.open("r+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # the long run has several workers
        text, found = re.subn(rf"^\| {re.escape(name)} \|.*$", row, file.read(), flags=re.MULTILINE)
        assert found == 1, f"{page.name} has no row for {name}"
        file.seek(0)
        file.write(text)
        file.truncate()
