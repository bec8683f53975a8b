"""Stores that one test can have many of, one after the other."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import count
from pathlib import Path

import pytest

from db.store import Store
from tests.conftest import quick


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
