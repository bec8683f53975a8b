"""Stores that one test can have many of, one after the other."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import count
from pathlib import Path

import pytest

from db.store import Store
from digests import deliver
from tests.conftest import quick
from tests.digests.place import Clock, Place


@pytest.fixture(scope="module")
def fresh(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], AbstractContextManager[Store]]:
    """Opens an empty store for as long as a property's example lasts."""
    folder, numbers = tmp_path_factory.mktemp("fresh"), count()

    @contextmanager
    def opened() -> Iterator[Store]:
        path = folder / f"{next(numbers)}.db"
        shutil.copyfile(template, path)
        store = quick(Store(f"sqlite:///{path}"))
        try:
            yield store
        finally:
            store.close()
            for file in folder.glob(f"{path.name}*"):
                file.unlink()

    return opened


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def place(clock: Clock) -> Place:
    return Place(clock)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    # Whoever waits for what hangs on purpose gives up soon.
    monkeypatch.setattr(deliver, "TIMEOUT_SECONDS", 0.02)
    monkeypatch.setattr(deliver, "AGAIN_SECONDS", 0.01)


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch, impatient: None) -> None:
    """Sends that hang do so until the test lets go of them."""
    monkeypatch.setattr(deliver, "TIMEOUT_SECONDS", 30.0)
