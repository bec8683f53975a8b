"""Rights, asked the way people ask in Discord: every command by each kind of person, as the table says."""

from __future__ import annotations

from bot.commands import COMMANDS
from bot.commands.perform import arguments
from bot.commands.rights import CHANGERS, PEOPLE
from tests.bot.discord.house import House
from tests.bot.test_rights_table import FORMS, said

MANAGER, MEMBER, BOT = (kind for kind in PEOPLE if kind.platform == "discord")
# What only buttons ask is no slash command there.
TYPED = [form for form in FORMS if not COMMANDS[form.words.partition(" ")[0]].hidden]


async def test_every_command_lets_in_whom_the_table_names(home: House) -> None:
    for kind, person in ((MEMBER, home.ada), (MANAGER, home.boss)):
        refused = set()
        for form in TYPED:
            verb, _, words = said(form).replace("allow everyone", "allow managers").partition(" ")
            told = await person.slash(home.place, verb, **arguments(COMMANDS[verb], words))
            if "Only managers may change" in told.text:
                refused.add(form.words)
        assert refused == {form.words for form in TYPED if form.who == CHANGERS and not kind.changes}, kind


def test_bots_have_no_way_in() -> None:
    """Discord gives commands, buttons and forms to people only, and what is written is not read."""
    assert not BOT.heard
