"""Discord's own description of its API, held against requests."""

from __future__ import annotations

import pytest

from tests.discordd import spec
from tests.shared import shared

SEND = "/channels/{channel_id}/messages"


@pytest.fixture(autouse=True)
def described() -> None:
    shared("contracts/discord-openapi.json")


def test_what_the_library_sends_is_taken() -> None:
    embed = {"title": "x", "flags": 0}
    body = {"content": "x", "embeds": [embed], "message_reference": {"message_id": 12}, "attachments": [{"id": 0}]}
    assert spec.problems("POST", SEND, body) == []


def test_what_is_wrong_deep_inside_is_named() -> None:
    button = {"type": 2, "style": 1, "label": "x" * 81, "custom_id": "a"}
    section = {"type": 9, "components": [{"type": 10, "content": "a"}], "accessory": button}
    body = {"flags": 1 << 15, "components": [{"type": 17, "components": [section]}]}
    (problem,) = spec.problems("POST", SEND, body)
    assert problem.startswith("components.0.components.0.accessory.label:")
    assert "too long" in problem


def test_callbacks_are_picked_by_their_type() -> None:
    path = "/interactions/{interaction_id}/{interaction_token}/callback"
    assert spec.problems("POST", path, {"type": 5, "data": {"flags": 64}}) == []
    wrong = {"type": 9, "data": {"custom_id": "a", "title": "x" * 46, "components": []}}
    assert any("data.title" in problem for problem in spec.problems("POST", path, wrong))
