"""Timezones by the names people write."""

from __future__ import annotations

from zoneinfo import ZoneInfo, available_timezones

import pytest

from domain.errors import UsageError
from domain.timezones import find, known_timezone, meant, resembling, timezone_named


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Europe/Paris", "Europe/Paris"),
        ("europe/paris", "Europe/Paris"),
        ("AMERICA/NEW_YORK", "America/New_York"),
        ("America/New York", "America/New_York"),
        (" utc ", "UTC"),
        ("america/argentina/buenos aires", "America/Argentina/Buenos_Aires"),
        ("etc/gmt+5", "Etc/GMT+5"),
    ],
)
def test_names_whatever_the_case(text: str, name: str) -> None:
    assert timezone_named(text) == find(text) == name


def test_every_name_is_itself() -> None:
    names = {name for name in available_timezones() if name[0].isupper()}
    assert len(names) > 400
    assert {timezone_named(name) for name in names} == names


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ("Europe/Pariss", "Europe/Paris"),
        ("Eruope/Paris", "Europe/Paris"),
        ("America/NewYork", "America/New_York"),
        ("berlin", "Europe/Berlin"),
        ("Kathmandu", "Asia/Kathmandu"),
        ("new york", "America/New_York"),
        ("Londn", "Europe/London"),
        ("PST", "America/Los_Angeles"),
        ("cest", "Europe/Paris"),
        ("ist", "Asia/Kolkata"),
    ],
)
def test_what_is_none_is_answered_with_what_was_meant(text: str, suggestion: str) -> None:
    with pytest.raises(UsageError) as caught:
        timezone_named(text)
    assert f"“{text}”" in caught.value.what
    assert suggestion in caught.value.hint
    assert caught.value.hint.count("/") <= 3


@pytest.mark.parametrize("text", ["", "Mars/Olympus_Mons", "posix/Europe/Paris", "../etc/passwd", "x" * 10_000, "\0"])
def test_what_resembles_none_is_answered_with_examples(text: str) -> None:
    assert find(text) is None
    with pytest.raises(UsageError, match="like Europe/Paris") as caught:
        timezone_named(text)
    assert len(str(caught.value)) < 200


def test_suggestions_exist() -> None:
    for text in ("berlin", "pst", "cst", "edt", "sgt", "aest", "bst", "cdt", "jst", "kst", "mdt", "pdt"):
        assert all(str(ZoneInfo(name)) == name for name in meant(text))
        assert meant(text)
    assert resembling("Pariss") == ["Europe/Paris"]
    assert resembling("zzzzzz") == meant("zzzzzz") == []


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("Europe/Paris", True),
        ("Europe/Atlantis", False),
        ("", False),
        ("../x", False),
        ("/etc/passwd", False),
        ("a\0", False),
    ],
)
def test_known_here(name: str, known: bool) -> None:
    assert known_timezone(name) is known
