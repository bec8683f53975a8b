"""The log as `run` writes it, for tests that read it."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bot.logs import JsonLines, Sealed


class Log:
    """What was written: as lines, and read again where those are JSON."""

    def __init__(self, stream: io.StringIO) -> None:
        self.stream = stream

    def lines(self, *having: str) -> list[str]:
        """The lines that hold all of these."""
        return [line for line in self.stream.getvalue().splitlines() if all(each in line for each in having)]

    def told(self, **fields: str) -> list[dict[str, Any]]:
        """The lines of JSON with these fields."""
        found = [json.loads(line) for line in self.lines()]
        return [each for each in found if all(each.get(name) == value for name, value in fields.items())]


@contextmanager
def logged(*, as_json: bool) -> Iterator[Log]:
    """The log at its fullest, while this lasts."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Sealed(JsonLines() if as_json else logging.Formatter("%(name)s %(message)s"), ()))
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield Log(stream)
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
