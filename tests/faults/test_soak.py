"""A few days of what `make soak` does for 72."""

from __future__ import annotations

from pathlib import Path

from tests.faults.soak import Size, soaked


async def test_every_edition_comes_at_its_minute_or_for_a_reason(tmp_path: Path) -> None:
    kinds, wrong, figures = await soaked(tmp_path, Size(days=5, channels=36, waiting=6, kills=3))
    assert wrong == []
    assert kinds["at its minute"] > kinds.total() / 2
    assert kinds["waited for its source to the end"] > 0
    assert figures["kills"] == 3
