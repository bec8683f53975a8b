"""A folder on this machine: files put there are imported once, and again when they change."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from stat import S_ISREG
from typing import Any

from domain.errors import SettingsError, UnreadableError
from domain.paper import Record, Rejected
from sources.base import Fetched
from sources.fetcher import Fetcher

EVERY_SECONDS = 60.0


class Folder:
    """The files of one folder, hidden ones left out."""

    name = "folder"
    every = EVERY_SECONDS

    def __init__(self, settings: Mapping[str, str], fetcher: Fetcher) -> None:
        unknown = sorted(settings.keys() - {"path"})
        if unknown or not settings.get("path"):
            what = f"has no setting “{unknown[0]}”" if unknown else "needs a path"
            raise SettingsError(f"The source “folder” {what}.", "Set PAPERROUND_SOURCES__FOLDER__PATH, and only that.")
        self.path = Path(settings["path"]).expanduser()

    async def fetch(self, cursor: Any, now: datetime) -> Fetched:
        """Read the files that are new or changed since the cursor."""
        return await asyncio.to_thread(self._fetch, cursor or {})

    def _fetch(self, seen: dict[str, list[int]]) -> Fetched:
        try:
            there = sorted(path for path in self.path.iterdir() if not path.name.startswith("."))
            marks = {path.name: mark for path in there if (mark := _mark(path))}
        except OSError as error:
            return Fetched((), seen, "failed", f"the folder {self.path} cannot be read: {error.strerror}")
        fresh = [path for path in there if path.name in marks and seen.get(path.name) != marks[path.name]]
        if not fresh:
            return Fetched((), seen, "quiet", "no new file")
        return Fetched(_entries(fresh), marks, "fresh", ", ".join(path.name for path in fresh[:5]))


def _mark(path: Path) -> list[int] | None:
    # What changes when the file does; its rights too, so that one that could not be read is tried again.
    try:
        state = path.stat()
    except FileNotFoundError:  # gone since it was listed, or a link to nowhere
        return None
    return [state.st_size, state.st_mtime_ns, state.st_ctime_ns] if S_ISREG(state.st_mode) else None


def _entries(files: list[Path]) -> Iterator[Record | Rejected]:
    from sources.files import read_file  # noqa: PLC0415  # every start knows the sources; what reads LaTeX is only loaded to read

    for path in files:
        try:
            yield from read_file(path)
        except UnreadableError as error:
            yield Rejected(str(path), str(error))
