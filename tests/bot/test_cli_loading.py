"""What the command line loads: little of what a command does not use."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

from db.store import Store

OURS = {"digests.deliver", "digests.lay_out", "db.backup", "sources.ingest", "bot.run", "bot.local.front"}
LIBRARIES = {"aiohttp", "alembic", "apscheduler", "discord", "slack_bolt", "slack_sdk", "starlette", "tomllib"}
SEARCH = f"""
import atexit, sys
sys.argv = ["paperround", "search", "sparse", "--json"]
atexit.register(lambda: print(sorted({OURS | LIBRARIES!r}.intersection(sys.modules)), file=sys.stderr))
from bot.cli import main
main()
"""


def ran(code: str, **environment: str) -> Any:
    here = os.environ | environment
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=here)


def test_a_search_loads_nothing_that_only_others_use(store: Store) -> None:
    done = ran(SEARCH, PAPERROUND_DATABASE_URL=f"sqlite:///{store.path}")
    assert '"total": 0' in done.stdout
    assert done.stderr == "[]\n"
