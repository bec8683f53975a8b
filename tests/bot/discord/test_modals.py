"""Forms: when one opens, how it is told to Discord, and how it is read."""

from __future__ import annotations

from typing import Any

import pytest

from bot.commands.perform import read
from bot.discord import modals
from bot.discord.limits import MODAL_LABEL, MODAL_TITLE
from domain.errors import NotFoundError
from tests.bot.talk import ADA, Talk, button


async def form(talk: Talk, text: str) -> dict[str, Any]:
    return await modals.opened(talk.desk, talk.asked(), *read(talk.desk.commands, text))


def values(told: dict[str, Any]) -> dict[str, str]:
    return {
        each["component"]["custom_id"]: each["component"].get("value", "")
        or next((o["value"] for o in each["component"].get("options", ()) if o["default"]), "")
        for each in told["components"]
    }


def sent(**written: str | list[str]) -> dict[str, Any]:
    """What Discord sends of a form that was filled in."""
    return {
        "components": [
            {"type": 18, "component": {"custom_id": name, "values" if isinstance(text, list) else "value": text}}
            for name, text in written.items()
        ]
    }


@pytest.mark.parametrize(
    ("text", "pressed", "opens"),
    [
        ("schedule …", True, True),
        ("schedule", True, False),
        ("schedule …", False, False),
        ("bookmark p1 …", True, True),
        ("bookmark p1", True, False),
        ("edit 1", True, True),
        ("edit 1", False, True),
        ("edit 1 words", False, False),
        ("search …", True, False),
    ],
)
async def test_a_form_opens_for_a_button_that_asks_for_it_or_where_the_last_argument_is_wanting(
    talk: Talk, text: str, pressed: bool, opens: bool
) -> None:
    assert modals.wants(*read(talk.desk.commands, text), button=pressed) is opens


async def test_a_form_shows_what_is_and_carries_its_command(stocked: Talk) -> None:
    await stocked.ok("subscribe decoding")
    await stocked.ok("subscribe drafts to:me")
    await stocked.ok("schedule weekdays 07:30 Asia/Tokyo limit 3 layout compact")
    await stocked.ok("bookmark p1 read #soon")
    schedule = await form(stocked, "schedule …")
    assert schedule["custom_id"] == "/schedule"
    assert values(schedule) == {
        "days": "weekdays",
        "at": "07:30",
        "timezone": "Asia/Tokyo",
        "limit": "3",
        "layout": "compact",
    }
    edit = await form(stocked, "edit 1 to:me")
    assert (edit["custom_id"], values(edit)) == ("/edit 1 to:me", {"query": "drafts"})
    note = await form(stocked, "bookmark p1 …")
    assert (note["custom_id"], values(note)) == ("/bookmark p1", {"note": "read #soon"})
    assert values(await form(stocked, "bookmark p2 …")) == {"note": ""}
    for told in (schedule, edit, note):
        assert len(told["title"]) <= MODAL_TITLE
        assert all(len(each["label"]) <= MODAL_LABEL for each in told["components"])
        assert 1 <= len(told["components"]) <= 5
    with pytest.raises(NotFoundError):
        await form(stocked, "edit 7")


async def test_what_was_written_is_the_command_s_argument_and_what_was_left_empty_is_not(talk: Talk) -> None:
    command, args = read(talk.desk.commands, "schedule to:me")
    given = sent(days="mon,fri", at="", timezone=" Europe/Paris ", limit="5", layout=["thread"])
    assert modals.filled(command, args, given) == {
        "to": "me",
        "words": "mon,fri Europe/Paris limit 5 layout thread",
    }


async def test_answers_offer_the_form_of_what_they_are_about(stocked: Talk) -> None:
    for text, label, command in (
        ("schedule daily", "Change…", "schedule …"),
        ("schedule daily to:me", "Change…", "schedule … to:me"),
        ("bookmark p1", "Note…", "bookmark p1 …"),
    ):
        asked = read(stocked.desk.commands, text)
        answer = modals.offered(await stocked.ok(text), stocked.asked(), *asked)
        assert button(answer, label).command == command
    failed = await stocked.say("bookmark p99", person=ADA)
    assert modals.offered(failed, stocked.asked(), *read(stocked.desk.commands, "bookmark p99")) is failed
    search = await stocked.ok("search drafts")
    assert modals.offered(search, stocked.asked(), *read(stocked.desk.commands, "search drafts")) is search
