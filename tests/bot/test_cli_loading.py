"""What the command line loads: little of what a command does not use."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

from db.store import Store

SELDOM = {"importlib.metadata", "email", "ssl", "asyncio.sslproto", "digests.deliver", "aiohttp", "alembic", "tomllib"}
SEARCH = f"""
import atexit, sys
sys.argv = ["paperround", "search", "sparse", "--json"]
there = lambda: sorted(name for name in {SELDOM!r} if type(sys.modules.get(name)).__name__ == "module")
atexit.register(lambda: print(there(), file=sys.stderr))
from bot.cli import main
main()
"""
PUT_OFF = """
from bot.cli.later import put_off
put_off()
import asyncio, importlib.metadata, ssl
print(isinstance(1, ssl.SSLContext), importlib.metadata.version.__name__, asyncio.sslproto.SSLProtocol.__name__)
"""


def ran(code: str, **environment: str) -> Any:
    here = os.environ | environment
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=here)


def test_a_search_loads_nothing_that_only_others_use(store: Store) -> None:
    done = ran(SEARCH, PAPERROUND_DATABASE_URL=f"sqlite:///{store.path}")
    assert '"total": 0' in done.stdout
    assert done.stderr == "[]\n"


def test_what_was_put_off_is_there_when_it_is_asked_for() -> None:
    assert ran(PUT_OFF).stdout == "False version SSLProtocol\n"
