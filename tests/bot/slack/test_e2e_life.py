"""§4.5: what is gone or forbidden rests with everything kept, its people are told once, and it goes on by itself."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.bot.slack.conftest import Begin
from tests.bot.slack.lab import Lab, read
from tests.papers import records
from tests.slackd.access import install
from tests.slackd.people import Person
from tests.slackd.world import Room

PAPERS = 5


async def followed(lab: Lab, **more: bool) -> tuple[Person, Room]:
    """A channel with a subscription of Ada's, and papers that are new."""
    lab.take(records(PAPERS, seed=6))
    ada = lab.person()
    room = lab.room("general", ada, **more)
    await lab.asks(ada, room, "subscribe part")
    return ada, room


async def stopped(lab: Lab, room: Room) -> str:
    channel = await lab.channel(lab.name(room))
    assert channel
    return channel.stopped


def told(lab: Lab, person: Person) -> list[str]:
    """What the bot wrote to somebody directly."""
    return [read(post) for post in lab.workspace.team.direct(person.id).posts]


GONE: dict[str, tuple[Callable[[Lab, Room], None], Callable[[Lab, Room], None]]] = {
    "archived": (lambda lab, room: lab.workspace.archive(room), lambda lab, room: lab.workspace.unarchive(room)),
    "removed": (lambda lab, room: lab.workspace.remove(room), lambda lab, room: lab.workspace.invite(room)),
}


@pytest.mark.parametrize("private", [False, True], ids=["public", "private"])
@pytest.mark.parametrize("how", GONE)
async def test_invariant_5_a_channel_that_is_gone_rests_and_goes_on(lab: Lab, how: str, private: bool) -> None:
    ada, room = await followed(lab, private=private)
    go, come = GONE[how]
    go(lab, room)
    await lab.idle()
    assert await stopped(lab, room)
    [said] = told(lab, ada)
    assert "I can no longer post to" in said
    assert ("/invite @paperround" in said) == (how == "removed")
    await lab.due(lab.name(room))
    lab.slackd.hub.expect("is_archived", "not_in_channel", "channel_not_found")
    await lab.deliver()
    await lab.idle()
    assert lab.papers(room) == []
    assert await lab.queries(lab.name(room)) == ["part"]
    assert len(told(lab, ada)) == 1, "it is said once"
    come(lab, room)
    await lab.idle()
    assert await stopped(lab, room) == ""
    await lab.deliver()
    assert len(set(lab.papers(room))) == len(lab.papers(room)) == PAPERS
    assert await lab.states() == {"sent": 1}


async def test_invariant_5_a_channel_found_gone_by_a_send_is_tried_again_by_itself(lab: Lab) -> None:
    ada, room = await followed(lab)
    room.archived = True  # and Slack's event is lost
    lab.slackd.hub.expect("is_archived")
    await lab.due(lab.name(room))
    await lab.deliver()
    await lab.idle()
    assert "archived" in await stopped(lab, room)
    assert len(told(lab, ada)) == 1
    await lab.settle(571)
    await lab.idle()
    assert len(told(lab, ada)) == 1
    room.archived = False
    await lab.settle(571)
    assert len(lab.papers(room)) == PAPERS
    assert await stopped(lab, room) == ""


async def test_a_channel_that_becomes_private_or_gets_another_name_goes_on(lab: Lab) -> None:
    _, room = await followed(lab)
    lab.workspace.make_private(room)
    lab.workspace.rename(room, "secret")
    await lab.idle()
    await lab.due(lab.name(room))
    await lab.deliver()
    assert len(lab.papers(room)) == PAPERS


async def test_a_deleted_channel_keeps_its_settings(lab: Lab) -> None:
    ada, room = await followed(lab)
    lab.workspace.delete(room)
    await lab.idle()
    assert "deleted" in await stopped(lab, room)
    assert len(told(lab, ada)) == 1
    assert await lab.queries(lab.name(room)) == ["part"]


@pytest.mark.parametrize("how", ["revoke", "uninstall"])
async def test_invariant_5_a_workspace_without_the_app_rests_until_it_is_back(begin: Begin, how: str) -> None:
    async with begin() as lab:
        _, room = await followed(lab)
        lab.slackd.hub.expect("token_revoked")
        getattr(lab.workspace, how)()
        await lab.idle()
        assert await stopped(lab, room)
        await lab.due(lab.name(room))
        await lab.deliver()
        assert lab.papers(room) == []
        assert await lab.states() == {"paused": 1}
    install(lab.slackd.hub, lab.workspace.team)
    async with begin(workspace=lab.workspace) as later:
        assert await stopped(later, room) == ""
        await later.deliver()
        assert len(later.papers(room)) == PAPERS


async def test_invariant_5_a_token_that_is_refused_at_the_start_keeps_the_process_up(begin: Begin) -> None:
    async with begin() as lab:
        _, room = await followed(lab)
        lab.slackd.hub.expect("invalid_auth")
        token, lab.workspace.team.token = lab.workspace.team.token, "xoxb-another"
        await lab.due(lab.name(room))
        await lab.deliver()
        assert await lab.states() == {"paused": 1}
        lab.workspace.team.token = token
        await lab.settle(571)
        assert len(lab.papers(room)) == PAPERS
        assert await stopped(lab, room) == ""
