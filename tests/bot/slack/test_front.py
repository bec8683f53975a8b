"""Slack is opened where the settings ask for it, and what they lack is said at the start."""

from __future__ import annotations

from typing import Any

import pytest

from bot.settings import Secret, Settings
from bot.slack import configured
from bot.slack.front import SlackFront
from bot.slack.install import flow, new_key
from bot.slack.web import Web
from bot.wiring import now
from db.store import Store
from domain.errors import SettingsError

TOKENS = {"slack_bot_token": Secret("xoxb-1"), "slack_app_token": Secret("xapp-1")}
MANY = {"slack_client_id": "7.8", "slack_client_secret": Secret("hush"), "slack_app_token": Secret("xapp-1")}


def opened(store: Store, **settings: Any) -> object:
    return configured(Settings(**settings), store, now)


def test_without_a_token_there_is_no_slack(store: Store) -> None:
    assert opened(store) is None
    assert opened(store, slack_app_token=Secret("xapp-1")) is None


def test_with_one_there_is(store: Store) -> None:
    assert isinstance(opened(store, **TOKENS), SlackFront)
    assert isinstance(opened(store, **MANY, slack_token_key=Secret(new_key())), SlackFront)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"slack_bot_token": Secret("xoxb-1")}, "SLACK_APP_TOKEN"),
        ({**TOKENS, "slack_mode": "http"}, "SLACK_SIGNING_SECRET"),
        ({**TOKENS, "slack_mode": "http", "slack_signing_secret": Secret("s"), "page": None}, "PAPERROUND_PAGE"),
        (MANY, "PAPERROUND_SLACK_TOKEN_KEY"),
        ({**MANY, "slack_token_key": Secret("guessed")}, "PAPERROUND_SLACK_TOKEN_KEY"),
        ({**MANY, "slack_token_key": Secret(new_key()), "page": None}, "PAPERROUND_PAGE"),
    ],
    ids=["app token", "signing secret", "no page", "no key", "no real key", "no page to install"],
)
def test_what_is_missing_is_named(store: Store, settings: dict[str, Any], said: str) -> None:
    with pytest.raises(SettingsError) as caught:
        opened(store, **settings)
    assert said in str(caught.value)
    assert caught.value.hint


async def test_installing_needs_the_client_s_secret(store: Store) -> None:
    settings = Settings(slack_client_id="7.8", slack_app_token=Secret("x"), slack_token_key=Secret(new_key()))
    made = SlackFront(settings, store, now)
    assert made.installs is not None
    async with Web("https://slack.com/api/") as web:
        with pytest.raises(SettingsError, match="SLACK_CLIENT_SECRET"):
            flow(settings, web, made.installs)
