"""One connection to arXiv and a pause after each request, over feeds, API and OAI-PMH, whoever on the machine asks."""

from __future__ import annotations

import random
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.bot.shell import Shell
from tests.sources.local import LocalArxiv, made, served

PAUSE = 1.0  # seconds; arXiv's is 3


@pytest.mark.faults
def test_two_processes_on_a_store_are_as_polite_as_one(tmp_path: Path) -> None:
    today = datetime.now(UTC).date()
    days = [today - timedelta(days=n) for n in range(3)]
    chance = random.Random(5)
    there = LocalArxiv(
        {day: made(chance, 100 + 40 * n, 30, f"{day:%y%m}") for n, day in enumerate(reversed(days))}, today
    )
    with served(there) as url:
        here = Shell(
            tmp_path,
            {
                "PAPERROUND_SOURCES__ARXIV__CATEGORIES": "cs.AI,cs.CL,cs.CV,cs.LG",
                "PAPERROUND_SOURCES__ARXIV__URL": url,
                "PAPERROUND_SOURCES__ARXIV__PAUSE": str(PAUSE),
            },
        )
        here.inside("status")  # the store is there
        since = str(days[-1])
        both = [
            here.start("fetch", "arxiv", *more, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
            for more in ((), ("--since", since))
        ]
        said = [process.communicate(timeout=60)[1] for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert there.most_at_once == 1
    between = [after - before for before, after in zip(there.times, there.times[1:], strict=False)]
    kinds = [path.split("/")[1].partition("?")[0] for path in there.asked]
    assert kinds.index("oai") < len(kinds) - 1 - kinds[::-1].index("rss"), "the two were not at work together"
    assert min(between) >= PAUSE * 0.95, between
    assert set(kinds) == {"rss", "api", "oai"}
    print(f"{len(there.times)} requests of two processes, at least {min(between):.3f} s apart")
