"""The table of docs/reliability.md: which faults there are, and the rows that the long run measures and writes."""

from __future__ import annotations

import fcntl
import re
from collections.abc import Sequence
from pathlib import Path

from tests.faults.town import Count
from tests.shared import ROOT

PAGE = ROOT / "docs" / "reliability.md"
HEAD = ("fault", "times", "editions", "messages expected", "messages sent", "twice", "lost")

# The faults there are, and the line of the log that tells each: who is concerned, the cause, what is done about it.
FAULTS: dict[str, str] = {
    "kill -9 at every statement of planning and delivering": r"deliveries were left behind by a stopped process; taki",
    "kill -9 at random": r"deliveries were left behind by a stopped process; taking them up",
    "answer never seen": r"channel=far:c\d+ edition=\d+ part=\d/\d delivery=d\d+ unknown: \w+; looked for at 20",
    "platform busy": r"channel=far:c\d+ edition=\d+ part=\d/\d delivery=d\d+ retry: busy; sent again at 20",
    "channel gone and back": r"channel=far:c\d+ edition=\d+ part=\d/\d delivery=d\d+ paused: gone; tried again at 20",
    "platform down for a day": r"channel=far:c\d+ edition=\d+ part=\d/\d delivery=d\d+ unknown: \w+.*; looked for at",
    "two workers on one store": r"channel=far:c\d+ edition=\d+ part=\d/\d delivery=d\d+ sent",
    "clock set back and forth by hours": r"platform=far \d+ deliveries waited by a wrong clock; trying them now",
    "daylight saving begins": r"channel=far:c\d+ edition=\d+ planned: \d+ papers",
    "store locked for a minute": r"job=\S+( \S+)? failed: .* is busy: another process is writing.* runs again in 5 s",
    "disk full": r"job=\S+( \S+)? failed: .* the disk is full\..* nothing is lost.* runs again in 5 s",
    "disk full, a real one": r"job=\S+( \S+)? failed: .* the disk is full\..* nothing is lost.* runs again in 5 s",
    "read-only file system, a real one": r"job=\S+( \S+)? failed: .* mounted to be read only\..* runs again in 5 s",
    "told to stop in the middle": r"bot.run stopped; what was left goes on at the next start",
    "told to stop while the store is locked": r"bot.run stopped; what was left goes on at the next start",
    "two `run` on one store by mistake": r"Another `paperround run` \(process \d+\) works on .*\.db",
    "store torn in the middle": r"The store .*\.db is damaged: ",
    "read-only file system": r"job=\S+( \S+)? failed: .* cannot be written\..* runs again in 5 s",
}


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
