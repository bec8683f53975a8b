"""What tests of commands start from."""

from __future__ import annotations

import pytest

from db.store import Store
from tests.bot.talk import DRAFTS, Talk


@pytest.fixture
def talk(store: Store) -> Talk:
    """A desk on an empty store."""
    return Talk(store)


@pytest.fixture
def stocked(talk: Talk) -> Talk:
    """A desk on a store with p1 to p4 (`talk.DRAFTS`)."""
    talk.take(DRAFTS)
    return talk
