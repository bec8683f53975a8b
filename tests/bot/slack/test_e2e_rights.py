"""Rights, asked the way people ask in Slack: every command by each kind of person, as the table says."""

from __future__ import annotations

import asyncio

from bot.commands.rights import CHANGERS, PEOPLE
from tests.bot.slack.lab import Lab, read
from tests.bot.test_rights_table import FORMS, said
from tests.slackd.people import Person

OWNER, MEMBER, GUEST, BOT = (kind for kind in PEOPLE if kind.platform == "slack")


async def test_every_command_lets_in_whom_the_table_names(lab: Lab) -> None:
    people: dict[str, Person] = {
        OWNER.who: lab.person("boss", admin=True),
        MEMBER.who: lab.person("ada"),
        GUEST.who: lab.person("gus", guest=True),
    }
    for kind in (OWNER, MEMBER, GUEST):
        room = lab.room("general", *people.values())
        doing = [people[kind.who].types(room, said(form)) for form in FORMS]
        answers = await asyncio.gather(*(each.answer() for each in doing))
        refused = {
            form.words
            for form, answer in zip(FORMS, answers, strict=True)
            if "Only full members may change" in read(answer)
        }
        assert refused == {form.words for form in FORMS if form.who == CHANGERS and not kind.changes}, kind
        await lab.idle()


async def test_a_bot_that_speaks_to_ours_is_not_heard(lab: Lab) -> None:
    ada = lab.person()
    room = lab.room("general", ada)
    about = {"bot_id": "B1", "user": "U1", "text": f"<@{lab.workspace.team.bot.id}> help", "ts": "1.2"}
    lab.workspace.event("app_mention", channel=room.id, team=lab.workspace.team.id, event_ts="1.2", **about)
    await lab.idle()
    assert room.posts == []
    assert not BOT.heard
    ada.mentions(room, "help")
    await lab.idle()
    assert len(room.posts) > 1
