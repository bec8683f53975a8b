"""The log: for people, for programs, and for nobody any secret (invariant 9)."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator

import pytest

from bot.logs import JsonLines, Sealed, secrets, start
from bot.settings import Secret, Settings

TOKEN = "the-token-of-the-page"  # noqa: S105  # of no page


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    """The log as it was."""
    root = logging.getLogger()
    level, handlers = root.level, root.handlers[:]
    yield
    root.setLevel(level)
    root.handlers[:] = handlers


def record(message: str, *args: object, **more: object) -> logging.LogRecord:
    given = {"name": "bot", "level": logging.WARNING, "pathname": "", "lineno": 0, "exc_info": None, **more}
    return logging.LogRecord(msg=message, args=args, **given)  # type: ignore[arg-type]  # as the library has it


def test_what_a_message_begins_with_has_fields_of_its_own() -> None:
    line = JsonLines().format(record("channel=%s edition=%d delivery=%s sent: x=y", "local:a", 3, "d1"))
    told = json.loads(line)
    assert told["channel"] == "local:a"
    assert (told["edition"], told["delivery"]) == ("3", "d1")
    assert "x" not in told
    assert told["message"] == "channel=local:a edition=3 delivery=d1 sent: x=y"
    assert told["level"] == "warning"
    assert told["at"].endswith("+00:00")


def test_a_message_cannot_pretend_to_be_a_field_or_a_line() -> None:
    told = JsonLines().format(record("level=debug message=none at=never\nsecond line"))
    assert "\n" not in told
    assert json.loads(told)["level"] == "warning"


def failed() -> logging.LogRecord:
    try:
        int(TOKEN)
    except ValueError:
        return record("refused with %s", TOKEN, exc_info=sys.exc_info())
    raise AssertionError("it was a number")


@pytest.mark.parametrize("form", [JsonLines(), logging.Formatter()], ids=["json", "text"])
def test_no_secret_is_in_it(form: logging.Formatter) -> None:
    settings = Settings(page_token=Secret(TOKEN), sources={"pubmed": {"api_key": "k" * 20, "query": "long enough"}})
    assert secrets(settings) == [TOKEN, "k" * 20]
    shown = Sealed(form, secrets(settings)).format(failed())
    assert TOKEN not in shown
    assert shown.count("[secret]") == 2
    assert "ValueError" in shown


@pytest.mark.parametrize(("log_format", "first"), [("text", "2"), ("json", "{")])
def test_it_goes_to_standard_error(capsys: pytest.CaptureFixture[str], log_format: str, first: str) -> None:
    start(Settings(log_format=log_format))
    logging.getLogger("bot").info("channel=local:a hello")
    logging.getLogger("apscheduler.x").info("every tick")
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(first)
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize(("level", "shown"), [("INFO", 0), ("DEBUG", 1)])
def test_a_quieter_level_gives_way_to_debugging(capsys: pytest.CaptureFixture[str], level: str, shown: int) -> None:
    start(Settings(log_level=level), "ERROR")
    logging.getLogger("bot").info("hello")
    assert len(capsys.readouterr().err.splitlines()) == shown
