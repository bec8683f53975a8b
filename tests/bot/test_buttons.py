"""Buttons are commands with their arguments filled in: each is short enough for any platform, and runs."""

from __future__ import annotations

import pytest

from bot.commands import COMMANDS
from bot.commands.again import LONGEST
from bot.commands.base import Answer
from bot.commands.perform import checked, read
from domain.message import Button
from domain.paper import Record
from tests.bot.lived_in import ARGUMENTS, LONG
from tests.bot.talk import BELA, Talk, button, buttons, heading, record


@pytest.mark.parametrize("verb", COMMANDS)
async def test_every_button_is_a_command_that_runs(settled: Talk, verb: str) -> None:
    answer = await settled.ok(f"{verb} {ARGUMENTS[verb]}")
    for each in undo_last(answer):
        assert len(each.command) <= LONGEST, each
        pressed = await settled.ok(each.command)
        for next_ in buttons(pressed.message):
            command, args = read(COMMANDS, next_.command)
            checked(command, args)


def undo_last(answer: Answer) -> list[Button]:
    return sorted(buttons(answer.message), key=lambda each: each.label == "Undo")


@pytest.mark.parametrize("verb", ["search", "subscribe", "edit", "bookmarks", "mute"])
async def test_buttons_stay_short_however_long_the_query(stocked: Talk, verb: str) -> None:
    words = " ".join(f"word{n}" for n in range(60))
    stocked.take([_long(n, words) for n in range(10, 25)])
    await stocked.ok("subscribe survey")
    for n in range(10, 25):
        await stocked.ok(f"bookmark 2611.000{n}")
    answer = await stocked.ok(f"{verb} {'1 ' if verb == 'edit' else ''}{words}")
    for each in undo_last(answer):
        assert len(each.command) <= LONGEST, each
        await stocked.ok(each.command)


def _long(number: int, words: str) -> Record:
    return record(number, f"Number{number}", words)


async def test_a_kept_command_runs_again_and_again_for_its_own_person(stocked: Talk) -> None:
    words = " OR ".join(f"survey{n}" for n in range(20)) + " OR survey"
    answer = await stocked.ok(f"search {words}")
    assert button(answer, "Subscribe to this").command.startswith("again ")
    first = await stocked.press(answer, "Subscribe to this")
    assert heading(first) == f"Now following {words}"
    stocked.pass_(days=400)
    assert heading(await stocked.press(answer, "Subscribe to this")) == f"Already following {words}"
    other = await stocked.press(answer, "Subscribe to this", person=BELA)
    assert "There is nothing under" in str(other.data["error"])
    for number in ("0", "999", "x", "1" * 30, "-1"):
        assert "error" in (await stocked.say(f"again {number}")).data


async def test_an_undo_number_is_no_kept_command_and_the_other_way_round(stocked: Talk) -> None:
    undo = button(await stocked.ok("mute x"), "Undo").command.split()[1]
    assert "nothing under" in await stocked.fails(f"again {undo}")
    long = button(await stocked.ok(f"search survey OR {LONG}"), "Subscribe to this").command.split()
    assert long[0] == "again"
    assert "nothing to undo" in await stocked.fails(f"undo {long[1]}")
