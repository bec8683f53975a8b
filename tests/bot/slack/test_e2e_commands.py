"""Every verb, typed in a workspace; what it did is looked up in the store."""

from __future__ import annotations

import pytest

from bot.commands import COMMANDS
from tests.bot.slack.drives import DRIVES, Scene
from tests.bot.slack.lab import Lab, read


@pytest.fixture
def scene(lab: Lab) -> Scene:
    ada, bela = lab.person("ada"), lab.person("bela")
    return Scene(lab, ada, bela, lab.room("general", ada, bela))


@pytest.mark.parametrize("verb", COMMANDS)
async def test_a_verb_does_in_slack_what_it_says(scene: Scene, verb: str) -> None:
    await DRIVES[verb](scene)


async def test_a_private_answer_is_nobody_else_s(scene: Scene) -> None:
    await scene.ask("search diffusion")
    assert scene.bela.sees(scene.room) == []


async def test_what_cannot_be_read_is_answered_with_what_to_do(scene: Scene) -> None:
    assert "Did you mean search?" in await scene.lab.fails(scene.ada, scene.room, "saerch diffusion")
    assert "Did you mean author: ?" in await scene.lab.fails(scene.ada, scene.room, "search auhtor:ito")


async def test_a_channel_that_the_bot_is_not_in_says_how_to_invite_it(scene: Scene) -> None:
    for private in (False, True):
        room = scene.lab.room("elsewhere", scene.ada, bot=False, private=private)
        scene.lab.slackd.hub.expect("channel_not_found")
        answer = await scene.lab.asks(scene.ada, room, "subscribe diffusion")
        assert "/invite @paperround" in read(answer)
        assert await scene.lab.queries(scene.lab.name(room)) == ["diffusion"]


async def test_guests_read_and_do_not_change(scene: Scene) -> None:
    guest = scene.lab.person("gil", guest=True)
    scene.room.members.add(guest.id)
    assert "Diffusion for graphs" in read(await scene.lab.asks(guest, scene.room, "search diffusion"))
    await scene.lab.fails(guest, scene.room, "subscribe diffusion")
    assert await scene.lab.queries(scene.here) == []
    await scene.lab.asks(guest, scene.room, "subscribe diffusion to:me")
    assert await scene.lab.queries(scene.lab.me(guest)) == ["diffusion"]
