"""The table of rights: it has every command, it is what commands check, and docs/security.md shows it."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.commands import COMMANDS
from bot.commands.base import Asked
from bot.commands.perform import arguments
from bot.commands.rights import CHANGERS, PEOPLE, TICKETS, Form, forms
from domain.channel import PLATFORMS, allowed_at_first
from tests.bot.lived_in import ARGUMENTS
from tests.bot.shell import Shell
from tests.bot.talk import Talk
from tests.house.tree import plain, table
from tests.papers import NOW
from tests.shared import ROOT

FORMS = forms(COMMANDS.values())
PAGE = ROOT / "docs" / "security.md"
CHANNELS = {"local": "local:general", "slack": "slack:T1/C1", "discord": "discord:1/2"}


def said(form: Form) -> str:
    """What somebody types to ask for it, where something is there to ask of (`lived_in`)."""
    verb, _, more = form.words.partition(" ")
    given = {"WORDS": "pause", "": ARGUMENTS[verb]}.get(more, more)
    return f"{verb} {given}".strip()


def test_every_command_is_in_it_in_each_of_its_forms() -> None:
    assert {form.words.partition(" ")[0] for form in FORMS} == set(COMMANDS)
    changing = {form.words for form in FORMS if form.who == CHANGERS}
    assert {"schedule WORDS", "digest now", "subscribe", "mute", "allow", "resend"} <= changing
    assert not {"schedule", "digest", "search", "bookmark", "status"} & changing
    assert set(TICKETS) <= set(COMMANDS)


def test_every_platform_has_its_people() -> None:
    assert {kind.platform for kind in PEOPLE} == set(PLATFORMS)
    assert all(kind.heard or not kind.changes for kind in PEOPLE)


def test_the_page_shows_it() -> None:
    rows = [(plain(row[0]), plain(row[1])) for row in table(PAGE, "command", "who may")]
    assert rows == [(form.words, form.who) for form in FORMS]
    people = [tuple(map(plain, row)) for row in table(PAGE, "platform", "who", "is heard", "changes a channel")]
    answers = {True: "yes", False: "no"}
    assert people == [(k.platform, k.who, answers[k.heard], answers[k.changes]) for k in PEOPLE]


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_what_commands_check_is_what_it_says(settled: Talk, platform: str) -> None:
    """A member without any right, a guest, and whoever manages it, in a channel of each platform at its first."""
    channel = CHANNELS[platform]
    for form in (form for form in FORMS if form.words not in TICKETS):
        text = said(form).replace("everyone", allowed_at_first(channel)[0])
        command, _, words = text.partition(" ")
        changes = COMMANDS[command].changing(arguments(COMMANDS[command], words))
        assert changes is (form.who == CHANGERS), form
        for manager, member in ((False, True), (False, False), (True, True)):
            asked = Asked("slack:T1/U1", channel, NOW, manager=manager, member=member)
            refused = await denied(settled, asked, text)
            may = manager or (member and platform != "discord")
            assert refused is (form.who == CHANGERS and not may), (form, asked)


async def denied(settled: Talk, asked: Asked, text: str) -> bool:
    answer = await settled.say(
        text, **{name: getattr(asked, name) for name in ("person", "channel", "manager", "member")}
    )
    return f"may change {asked.channel}" in str(answer.data.get("error", ""))


def test_whoever_may_use_the_machine_may_everything_on_the_command_line(lived_in: Path, shell: Shell) -> None:
    shutil.copyfile(lived_in, shell.folder / "paperround.db")
    with closing(sqlite3.connect(shell.folder / "paperround.db")) as store, store:
        store.execute("UPDATE channels SET allowed = '[\"managers\"]'")
    for form in FORMS:
        verb, *words = said(form).replace("everyone", "managers").split()
        there = ["local:general"] if COMMANDS[verb].in_channel else []
        done = shell.inside(verb, *there, *words, code=None)
        assert done.returncode in {0, 1}, (form, done.stderr)
        assert "Only managers may change" not in done.stderr, form
