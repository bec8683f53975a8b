"""The log: lines for people or JSON for programs, on standard error, and never a secret."""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Collection
from copy import copy
from datetime import UTC, datetime

from msgspec import structs

from bot.settings import Secret, Settings
from digests.followed import FOLLOWED

TEXT, JSON = "text", "json"
_LINE = "%(asctime)s %(levelname)-7s %(name)s %(message)s"
_KEYS = re.compile(r"(\w+)=(\S+?),?(?:\s+|$)")
_SECRET = re.compile(r"token|secret|password|key", re.IGNORECASE)
_SHORT = 6  # characters; a secret so short stands in too many words to be blotted out


def start(settings: Settings, level: str = "") -> None:
    """Start the log, at the settings' level or at this one, unless everything is wanted."""
    handler = logging.StreamHandler(sys.stderr)
    form = JsonLines() if settings.log_format == JSON else logging.Formatter(_LINE)
    handler.setFormatter(Sealed(form, secrets(settings)))
    chosen = level if level and settings.log_level != "DEBUG" else settings.log_level
    logging.basicConfig(level=chosen, handlers=[handler], force=True)
    # The scheduler tells of every run of every job; only what goes wrong matters.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)


def secrets(settings: Settings) -> list[str]:
    """Every secret among the settings, the longest first."""
    own = [str(value) for value in structs.asdict(settings).values() if isinstance(value, Secret)]
    theirs = [value for named in settings.sources.values() for key, value in named.items() if _SECRET.search(key)]
    return sorted({value for value in (*own, *theirs) if len(value) > _SHORT}, key=len, reverse=True)


class Sealed(logging.Formatter):
    """Another formatter's text, with secrets blotted out: libraries log what they like, tracebacks too.

    What is logged while a delivery is worked on, by whomever, begins with which one that is.
    """

    def __init__(self, form: logging.Formatter, hidden: Collection[str]) -> None:
        super().__init__()
        self.form = form
        self.hidden = hidden

    def format(self, record: logging.LogRecord) -> str:
        """The record as text."""
        text = self.form.format(_followed(record))
        for secret in self.hidden:
            text = text.replace(secret, "[secret]")
        return text


def _followed(record: logging.LogRecord) -> logging.LogRecord:
    which, message = FOLLOWED.get(), record.getMessage()
    if not which or message.startswith(which):
        return record
    # Another's record stays as it is: other handlers have it too.
    named = copy(record)
    named.msg, named.args = f"{which} {message.removeprefix(which.partition(' ')[0]).lstrip()}", None
    return named


class JsonLines(logging.Formatter):
    """A line of JSON each. What a message begins with as `key=value` (channel, delivery …) has fields of its own."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as a line of JSON."""
        message = record.getMessage()
        told: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": message,
        }
        at = 0
        while found := _KEYS.match(message, at):
            told.setdefault(found[1], found[2])
            at = found.end()
        if record.exc_info:
            told["error"] = self.formatException(record.exc_info)
        return json.dumps(told, ensure_ascii=False)
