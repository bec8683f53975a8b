"""The manifest: Slack takes it, it asks for the fewest permissions, and the page says why each is needed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from bot.commands import COMMANDS
from bot.slack.install import lock
from bot.slack.manifest import SCOPES, UNFURL_SCOPES, manifest, scopes
from tests.bot.shell import Shell
from tests.house.tree import codes, plain, table
from tests.shared import ROOT, shared

PAGE = ROOT / "docs" / "slack.md"
WAYS: list[dict[str, Any]] = [
    {},
    {"socket": False, "url": "https://papers.example.org"},
    {"socket": False},
    {"url": "https://papers.example.org/", "unfurl": True},
]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.shared
def test_slack_s_own_schema_takes_it(way: dict[str, Any]) -> None:
    schema = json.loads(shared("contracts/slack-manifest.schema.json").read_text(encoding="utf-8"))
    wrong = [error.message for error in Draft7Validator(schema).iter_errors(manifest(COMMANDS, **way))]
    assert not wrong


def test_it_is_within_slack_s_limits() -> None:
    made = manifest(COMMANDS)
    told = made["display_information"]
    assert len(told["name"]) <= 35
    assert len(told["description"]) <= 140
    assert 175 <= len(told["long_description"]) <= 4000
    assert all(len(each["name"]) <= 24 for each in made["features"]["shortcuts"])
    assert all(len(each["usage_hint"]) <= 1000 for each in made["features"]["slash_commands"])


def test_the_hint_is_made_of_the_commands() -> None:
    hint = manifest(COMMANDS)["features"]["slash_commands"][0]["usage_hint"]
    verbs = hint.removesuffix(" | …").split(" | ")
    assert verbs == [name for name, command in COMMANDS.items() if not command.hidden][: len(verbs)]
    assert len(verbs) > 5


def test_over_http_it_names_where_slack_reaches_us() -> None:
    made = manifest(COMMANDS, socket=False, url="https://papers.example.org/")
    address = "https://papers.example.org/slack/events"
    assert not made["settings"]["socket_mode_enabled"]
    assert made["settings"]["event_subscriptions"]["request_url"] == address
    assert made["settings"]["interactivity"]["request_url"] == address
    assert made["features"]["slash_commands"][0]["url"] == address
    assert made["oauth_config"]["redirect_urls"] == ["https://papers.example.org/slack/oauth_redirect"]


def test_by_socket_mode_it_names_no_address() -> None:
    assert "http" not in json.dumps(manifest(COMMANDS)["settings"])


def test_links_are_only_heard_where_they_are_shown() -> None:
    without, shown = manifest(COMMANDS), manifest(COMMANDS, unfurl=True)
    assert "links:read" not in json.dumps(without)
    assert "link_shared" not in json.dumps(without)
    assert shown["features"]["unfurl_domains"] == ["arxiv.org"]
    assert set(shown["oauth_config"]["scopes"]["bot"]) == set(scopes(unfurl=True))


@pytest.mark.parametrize(("head", "told"), [("permission", SCOPES), ("permission, for links", UNFURL_SCOPES)])
def test_the_page_says_why_each_permission_is_needed(head: str, told: dict[str, str]) -> None:
    rows = table(PAGE, head, "why")
    assert {codes(row[0])[0]: plain(row[1]) for row in rows} == told


def test_the_command_line_prints_it_by_the_settings(tmp_path: Path) -> None:
    more = {"PAPERROUND_SLACK_MODE": "http", "PAPERROUND_SLACK_UNFURL": "on"}
    printed = Shell(tmp_path, more).inside("slack", "manifest", "--url", "https://papers.example.org").stdout
    assert json.loads(printed) == manifest(COMMANDS, socket=False, url="https://papers.example.org", unfurl=True)
    printed = Shell(tmp_path, {"PAPERROUND_PAGE_URL": "https://papers.lab"}).inside("slack", "manifest").stdout
    assert json.loads(printed) == manifest(COMMANDS, url="https://papers.lab")


def test_the_command_line_makes_a_key_that_serves(tmp_path: Path) -> None:
    keys = {Shell(tmp_path).inside("slack", "key").stdout.strip() for _ in range(2)}
    assert len(keys) == 2
    for key in keys:
        assert lock(key).decrypt(lock(f" {key},").encrypt(b"xoxb")) == b"xoxb"
