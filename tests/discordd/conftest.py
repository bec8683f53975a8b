"""What the server's own tests start from."""

from __future__ import annotations

from tests.discordd.fixture import discordd

__all__ = ["discordd"]
