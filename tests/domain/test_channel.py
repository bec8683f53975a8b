"""Channels by their ids, and from when on a subscription counts."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from domain.channel import Channel, Subscription, channel_id
from domain.errors import UsageError
from domain.parse import parse
from domain.schedule import Schedule

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("local:general", "local:general"),
        (" LOCAL:General ", "local:general"),
        ("local:my_team.2-a", "local:my_team.2-a"),
        ("slack:T024BE7LD/C061EG9SL", "slack:T024BE7LD/C061EG9SL"),
        ("Slack:t024be7ld/c061eg9sl", "slack:T024BE7LD/C061EG9SL"),
        ("discord:81384788765712384/41771983423143937", "discord:81384788765712384/41771983423143937"),
        ("discord:@me/41771983423143937", "discord:@me/41771983423143937"),
    ],
)
def test_one_spelling(text: str, expected: str) -> None:
    assert channel_id(text) == channel_id(expected) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "general",
        "local:",
        "local:-a",
        "local:a b",
        "local:ä",
        "slack:T024BE7LD",
        "slack:T0/C_1",
        "discord:1/2/3",
        "discord:x/1",
        "discord:١/٢",
        "mail:a@example.org",
        "local:a\nb",
        "local:" + "x" * 65,
        "x" * 10_000,
    ],
)
def test_what_is_no_channel_is_answered_with_an_example(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        channel_id(text)
    assert "local:general" in caught.value.hint
    assert len(str(caught.value)) < 300


def test_the_platform_stands_before_the_colon() -> None:
    assert Channel("slack:T1/C1", Schedule(), NOW, NOW).platform == "slack"


def test_a_first_edition_reaches_three_days_back() -> None:
    subscription = Subscription("local:general", 1, parse("diffusion"), "local:me", NOW)
    assert subscription.starts == datetime(2026, 11, 17, 12, tzinfo=UTC)
