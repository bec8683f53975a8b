"""§4.1 to §4.5 on a disk that is really full, and one that is really mounted to be read only."""

from __future__ import annotations

import logging
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from pathlib import Path

import pytest

from db.store import Store
from digests import deliver
from tests.bot.shell import Shell
from tests.conftest import quick
from tests.faults.table import measured, told
from tests.faults.test_town import LENGTH
from tests.faults.town import Town

MEGABYTES = 48


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk of its own."""
    path = tmp_path / "disk"
    path.mkdir()
    done = _mount("-t", "tmpfs", "-o", f"size={MEGABYTES}m", "tmpfs", path)
    if done.returncode:
        pytest.skip(f"this needs to mount a disk, which only root may: {done.stderr.strip()}")
    yield path
    subprocess.run(["umount", path], check=True)


@pytest.fixture
def store(disk: Path, template: Path) -> Iterator[Store]:
    """An empty store on it."""
    shutil.copyfile(template, disk / "paperround.db")
    with closing(quick(Store(f"sqlite:///{disk / 'paperround.db'}"))) as made:
        yield made


def _mount(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["mount", *words], capture_output=True, text=True, check=False)


@contextmanager
def full(store: Store) -> Iterator[None]:
    """Something else takes all the space there is."""
    with closing(sqlite3.connect(store.path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # what it has taken before it may use again
    ballast = store.path.with_name("ballast")
    with suppress(OSError), ballast.open("wb", buffering=0) as file:
        while file.write(bytes(1 << 20)):
            pass
    assert shutil.disk_usage(store.path.parent).free == 0
    yield
    ballast.unlink()


@contextmanager
def frozen(store: Store) -> Iterator[None]:
    """The disk is mounted anew, to be read only; nobody holds a file of it meanwhile."""
    store.engine.dispose()
    assert _mount("-o", "remount,ro", store.path.parent).returncode == 0
    yield
    store.engine.dispose()
    assert _mount("-o", "remount,rw", store.path.parent).returncode == 0


DISKS: dict[
    str, tuple[Callable[[Store], AbstractContextManager[None]], int, int]
] = {  # how often in a sample, and at length
    "disk full, a real one": (full, 2, 40),
    "read-only file system, a real one": (frozen, 2, 40),
}


@pytest.mark.parametrize("long", LENGTH)
@pytest.mark.parametrize("fault", DISKS)
async def test_each_message_comes_once(
    fault: str, long: bool, store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(deliver, "TIMEOUT_SECONDS", 0.02)
    monkeypatch.setattr(deliver, "AGAIN_SECONDS", 0.01)
    caplog.set_level(logging.INFO)
    town = Town(store, many=12 if long else 4, minutes=20 if long else 30)
    trouble, few, many = DISKS[fault]
    for _ in range(many if long else few):
        await town.live(hours=4)
        with trouble(store):
            await town.live(hours=7)
    count = await town.settled()
    assert (count.doubled, count.lost) == (0, 0)
    assert count.sent == count.expected > 0
    told(fault, caplog.messages)
    if long:
        measured(fault, many, count)


@pytest.mark.parametrize(
    ("trouble", "said"),
    [(full, "cannot grow: the disk is full.\nFree some space"), (frozen, "its disk is mounted to be read only.\n")],
)
def test_the_command_line_says_what_is_wrong_with_the_disk(
    store: Store, trouble: Callable[[Store], AbstractContextManager[None]], said: str
) -> None:
    shell = Shell(store.path.parent)
    with trouble(store):
        done = shell.inside("run", "--once", code=1)
        assert said in done.stderr
    shell.inside("run", "--once")
