"""What the long runs start from."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.discordd.fixture import discordd
from tests.faults.forks import Forks

__all__ = ["discordd"]


@pytest.fixture(scope="session")
def forks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Forks]:
    """Makes processes that are killed."""
    with closing(Forks(tmp_path_factory.mktemp("forks"))) as made:
        yield made
