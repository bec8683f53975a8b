"""What tests of commands start from."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from db import tickets
from db.store import Store
from tests.bot.lived_in import ARGUMENTS, SETUP, stuck
from tests.bot.shell import TITLES, Shell, page
from tests.bot.talk import DRAFTS, Talk
from tests.conftest import quick


@pytest.fixture
def talk(store: Store) -> Talk:
    """A desk on an empty store."""
    return Talk(store)


@pytest.fixture
def stocked(talk: Talk) -> Talk:
    """A desk on a store with p1 to p4 (`talk.DRAFTS`)."""
    talk.take(DRAFTS)
    return talk


@pytest.fixture(scope="session")
def lived_in(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store in which all of SETUP was said; copied, never opened again."""
    path = tmp_path_factory.mktemp("store") / "lived-in.db"
    shutil.copyfile(template, path)

    async def live(talk: Talk) -> None:
        talk.take(DRAFTS)
        for text in SETUP:
            await talk.ok(text)
        with talk.store.reading() as connection:
            kept = tickets.get(connection, int(ARGUMENTS["again"]))
        assert kept
        assert kept.kind == "again"
        await talk.store.write(stuck)

    with closing(quick(Store(f"sqlite:///{path}"))) as store:
        asyncio.run(live(Talk(store)))
    return path


@pytest.fixture
def settled(lived_in: Path, tmp_path: Path) -> Iterator[Talk]:
    """A desk on a copy of that store."""
    shutil.copyfile(lived_in, tmp_path / "settled.db")
    with closing(quick(Store(f"sqlite:///{tmp_path / 'settled.db'}"))) as store:
        yield Talk(store)


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """The command line in an empty folder."""
    return Shell(tmp_path)


@pytest.fixture(scope="session")
def stocked_shell(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """The command line where p1 to p4 (`shell.TITLES`) and a channel are, for tests that leave them as they are."""
    shell = Shell(tmp_path_factory.mktemp("stocked"))
    page(shell.folder, "papers.jsonl", TITLES)
    assert shell.data("import", "papers.jsonl") == {"new": 4, "known": 0, "rejected": []}
    shell.inside("subscribe", "local:robots", "decoding")
    return shell
