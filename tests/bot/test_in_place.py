"""What a button replaces: another page, an edition's next page and Undo stand where their answer stood."""

from __future__ import annotations

import pytest

from bot.commands import COMMANDS
from bot.commands.again import in_place
from tests.bot.lived_in import LONG
from tests.bot.talk import BELA, Talk, button, record


def test_turning_pages_and_undo_happen_in_place() -> None:
    assert {name for name, command in COMMANDS.items() if command.in_place} == {"more", "undo", "edition"}


@pytest.mark.parametrize(
    ("text", "there"),
    [
        ("more 2 search drafts", True),
        ("/papers undo 1", True),
        ("edition 1 2", True),
        ("search drafts", False),
        ("again 5", False),  # the long search: an answer of its own
        ("again 999", False),
        ("again", False),
        ("again x", False),
        ("nothing such", False),
    ],
)
async def test_what_a_button_asks(settled: Talk, text: str, there: bool) -> None:
    assert await in_place(settled.desk, settled.asked(), text) is there


async def test_a_long_command_s_button_behaves_as_the_command_it_stands_for(stocked: Talk) -> None:
    stocked.take([record(n, f"Drafts, part {n}") for n in range(20, 35)])
    following = button(await stocked.ok(f"search {LONG}"), "Next").command
    assert following.startswith("again ")
    assert await in_place(stocked.desk, stocked.asked(), following)
    assert not await in_place(stocked.desk, stocked.asked(person=BELA), following)
