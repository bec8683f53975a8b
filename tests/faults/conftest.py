"""What the long runs through Discord start from."""

from __future__ import annotations

from tests.discordd.fixture import discordd

__all__ = ["discordd"]
