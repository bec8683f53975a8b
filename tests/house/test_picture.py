"""The picture in the README is what the demonstration shows today."""

from __future__ import annotations

import runpy

from tests.shared import ROOT


def test_the_picture_is_todays() -> None:
    drawn = runpy.run_path(str(ROOT / "docs" / "picture.py"))["draw"]()
    kept = (ROOT / "docs" / "digest.svg").read_text(encoding="utf-8")
    assert drawn == kept, "the look of a digest changed: .venv/bin/python docs/picture.py"
    assert "http" not in kept.replace("http://www.w3.org/2000/svg", "").replace("https://arxiv.org", "")
