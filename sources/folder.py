"""A folder on this machine: files put there are imported once, and again when they change."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from domain.errors import SettingsError, UnreadableError
from domain.paper import Record, Rejected
from sources.base import Fetched
from sources.files import read_file

EVERY_SECONDS = 60.0


class Folder:
    """The files of one folder, hidden ones left out."""

    name = "folder"
    every = EVERY_SECONDS

    def __init__(self, settings: Mapping[str, str]) -> None:
        if not settings.get("path"):
            raise SettingsError("The source “folder” needs a path.", "Set PAPERROUND_SOURCES__FOLDER__PATH.")
        self.path = Path(settings["path"])

    async def fetch(self, cursor: Any, now: datetime) -> Fetched:
        """Read the files that are new or changed since the cursor."""
        return await asyncio.to_thread(self._fetch, cursor or {})

    def _fetch(self, seen: dict[str, list[int]]) -> Fetched:
        try:
            files = sorted(path for path in self.path.iterdir() if path.is_file() and not path.name.startswith("."))
            marks = {path.name: _mark(path) for path in files}
        except OSError as error:
            return Fetched((), seen, "failed", f"the folder {self.path} cannot be read: {error.strerror}")
        fresh = [path for path in files if seen.get(path.name) != marks[path.name]]
        if not fresh:
            return Fetched((), seen, "quiet", "no new file")
        return Fetched(_entries(fresh), marks, "fresh", ", ".join(path.name for path in fresh[:5]))


def _mark(path: Path) -> list[int]:
    state = path.stat()
    return [state.st_size, state.st_mtime_ns]


def _entries(files: list[Path]) -> Iterator[Record | Rejected]:
    for path in files:
        try:
            yield from read_file(path)
        except UnreadableError as error:
            yield Rejected(str(path), str(error))
