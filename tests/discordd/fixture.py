"""The server as a fixture: running, and at its end without complaints."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.discordd.server import Discordd, running


@pytest.fixture
async def discordd() -> AsyncIterator[Discordd]:
    """A Discord of one's own. The test fails if it refused anything that the test did not expect."""
    async with running() as server:
        yield server
    complaints = server.complaints()
    assert not complaints, "Discord refused:\n" + "\n".join(complaints)
