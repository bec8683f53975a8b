"""A few days of what `make soak` does for 72."""

from __future__ import annotations

from pathlib import Path

from tests.faults import simulated
from tests.faults.soak import BEGIN, Size, soaked


def test_every_edition_comes_at_its_minute_or_for_a_reason_in_slack_and_discord(tmp_path: Path) -> None:
    found = simulated.run(BEGIN, lambda loop: soaked(tmp_path, Size(days=3, channels=24, waiting=6, kills=2), loop))
    assert found.wrong == []
    assert found.kinds["came at their minute"] > found.kinds.total() / 2
    assert found.kinds["waited for their source as long as they may"] > 0
    assert found.figures["kills"] == 2
