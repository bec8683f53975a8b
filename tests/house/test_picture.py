"""The picture in the README is what the demonstration shows today."""

from __future__ import annotations

import runpy

from tests.shared import ROOT


def test_the_picture_is_todays() -> None:
    drawn = runpy.run_path(str(ROOT / "docs" / "picture.py"))["draw"]()
    kept = (ROOT / "docs" / "digest.svg").read_text(encoding="utf-8")
    assert drawn == kept, "the look of a digest changed: .venv/bin/python docs/picture.py"
    assert "url(http" not in kept
    assert "@import" not in kept
