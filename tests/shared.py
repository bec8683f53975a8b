"""Where the project's shared test data is, for the tests that can use it as well."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("PAPERROUND_SHARED", ROOT.parent / "shared"))


def shared(name: str) -> Path:
    """A file or folder of the shared data; skips the test, saying so, where it is not there."""
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"the shared test data is not here ({name}); set PAPERROUND_SHARED to its folder to run this")
    return path
