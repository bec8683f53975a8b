"""Modals and Home: filled in, sent, pressed; what came of it is looked up in the store."""

from __future__ import annotations

from datetime import time

import pytest

from db import shelf
from tests.bot.slack.lab import Lab, shown
from tests.slackd import screen
from tests.slackd.hub import View
from tests.slackd.people import Person
from tests.slackd.world import Room


async def opened(lab: Lab, person: Person, room: Room, text: str, label: str) -> View:
    """The form behind a button of an answer."""
    answer = await lab.asks(person, room, text)
    return await person.presses(answer, label).modal()


async def sent(lab: Lab, person: Person, view: View) -> str:
    """Send a form; what it becomes."""
    await person.submits(view).heard()
    await lab.idle()
    assert person.modal
    return shown(person.modal)


async def test_a_subscription_by_its_form_with_what_it_would_bring(lab: Lab) -> None:
    ada = lab.person()
    room = lab.room("general", ada)
    view = await ada.types(room, "subscribe").modal()
    for typed in ("s", "sp", "speculative decoding"):
        doing = ada.enters(view, "What to follow", typed)
        assert doing
        await doing.heard()
    await lab.idle()
    assert "over the last 30 days" in shown(view)
    assert "Speculative decoding with lazy drafts" in shown(view)
    assert await lab.channel(lab.name(room)) is None, "nothing is recorded while one types"
    assert "Now following speculative decoding" in await sent(lab, ada, view)
    assert await lab.queries(lab.name(room)) == ["speculative decoding"]
    assert ada.modal
    await ada.presses(ada.modal, "Undo").heard()
    await lab.idle()
    assert await lab.queries(lab.name(room)) == []


async def test_a_subscription_for_oneself(lab: Lab) -> None:
    ada = lab.person()
    room = lab.room("general", ada)
    view = await opened(lab, ada, room, "help", "Subscribe in a form")
    ada.enters(view, "What to follow", "graphs")
    ada.enters(view, "For whom", "Me alone, in a digest of my own")
    await sent(lab, ada, view)
    assert await lab.queries(lab.me(ada)) == ["graphs"]
    assert await lab.queries(lab.name(room)) == []


async def test_a_query_that_cannot_be_read_says_so_at_its_field(lab: Lab) -> None:
    ada = lab.person()
    room = lab.room("general", ada)
    view = await ada.types(room, "subscribe").modal()
    ada.enters(view, "What to follow", "auhtor:ito")
    told = (await ada.submits(view).heard())["errors"]
    assert "auhtor" in told["query"]
    assert ada.modal is view
    ada.enters(view, "What to follow", "author:ito")
    await sent(lab, ada, view)
    assert await lab.queries(lab.name(room)) == ["author:ito"]


async def test_a_subscription_is_edited_in_its_form(lab: Lab) -> None:
    ada = lab.person()
    room = lab.room("general", ada)
    view = await opened(lab, ada, room, "subscribe diffusion", "Edit")
    assert screen.initial(screen.find(view.data["blocks"], "What to follow")) == "diffusion"
    ada.enters(view, "What to follow", "graphs -survey")
    await sent(lab, ada, view)
    assert await lab.queries(lab.name(room)) == ["graphs -survey"]


async def test_a_schedule_by_its_form(lab: Lab) -> None:
    ada = lab.person("ada", "Asia/Tokyo")
    room = lab.room("general", ada)
    await lab.asks(ada, room, "subscribe diffusion")
    view = await opened(lab, ada, room, "schedule", "Change it in a form")
    assert screen.initial(screen.find(view.data["blocks"], "Timezone")) == "Asia/Tokyo"
    ada.enters(view, "Days", ["Mondays", "Fridays"])
    ada.enters(view, "Time", "18:30")
    ada.enters(view, "Timezone", "Mars/Olympus")
    told = (await ada.submits(view).heard())["errors"]
    assert list(told) == ["timezone"]
    ada.enters(view, "Timezone", "Europe/Paris")
    ada.enters(view, "Papers in a digest", "7")
    ada.enters(view, "Layout", "compact")
    ada.enters(view, "Pause", ["Paused: no digests until it is resumed"])
    await sent(lab, ada, view)
    channel = await lab.channel(lab.name(room))
    assert channel
    made = channel.schedule
    assert (made.at, made.timezone, made.limit, made.layout, made.paused) == (
        time(18, 30), "Europe/Paris", 7, "compact", True,
    )  # fmt: skip
    assert str(made).startswith("mon,fri 18:30")


async def test_only_the_limits_of_a_schedule_are_taken(lab: Lab) -> None:
    ada = lab.person()
    room = lab.room("general", ada)
    await lab.asks(ada, room, "subscribe diffusion")
    view = await opened(lab, ada, room, "schedule", "Change it in a form")
    for wrong in ("0", "101", "many"):
        ada.enters(view, "Papers in a digest", wrong)
        assert list((await ada.submits(view).heard())["errors"]) == ["limit"]


# Home


async def at_home(lab: Lab, person: Person) -> View:
    person.opens_home()
    await lab.idle()
    assert person.home
    return person.home


async def test_home_shows_what_is_one_s_own_and_no_other_s(lab: Lab) -> None:
    ada, bela = lab.person(), lab.person("bela")
    room, other = lab.room("general", ada, bela), lab.room("secret", bela, private=True)
    await lab.asks(ada, room, "subscribe diffusion")
    await lab.asks(bela, other, "subscribe elephants")
    await lab.asks(ada, room, "subscribe graphs to:me")
    await lab.asks(ada, room, "bookmark p2 mine")
    ours = shown(await at_home(lab, ada))
    for words in ("graphs", "1 subscription", "Draft models", "Next digest"):
        assert words in ours
    theirs = shown(await at_home(lab, bela))
    assert "graphs" not in theirs
    assert "Draft models" not in theirs
    assert theirs.count("1 subscription") == 2
    assert ours.count("1 subscription") == 1


@pytest.mark.parametrize("label", ["Subscriptions", "Preview", "Pause", "Edit", "Unsubscribe"])
async def test_a_button_of_home_acts_and_home_is_shown_as_it_is_then(lab: Lab, label: str) -> None:
    ada = lab.person()
    room = lab.room("general", ada)
    await lab.asks(ada, room, "subscribe diffusion")
    await lab.asks(ada, room, "subscribe graphs to:me")
    home = await at_home(lab, ada)
    view = await ada.presses(home, label).modal()
    await lab.idle()
    match label:
        case "Subscriptions":
            assert "diffusion" in shown(view)
        case "Preview":
            assert "Diffusion for graphs" in shown(view)
        case "Pause":
            channel = await lab.channel(lab.name(room))
            assert channel
            assert channel.schedule.paused
            await ada.presses(home, "Resume").heard()
        case "Edit":
            ada.enters(view, "What to follow", "decoders")
            await sent(lab, ada, view)
            assert await lab.queries(lab.me(ada)) == ["decoders"]
        case "Unsubscribe":
            assert await lab.queries(lab.me(ada)) == []
            assert "You follow nothing yet" in shown(home)


async def test_the_forms_of_home_are_for_what_they_stand_beside(lab: Lab) -> None:
    ada = lab.person()
    room = lab.room("general", ada)
    await lab.asks(ada, room, "subscribe diffusion")
    home = await at_home(lab, ada)
    mine = await ada.presses(home, "Subscribe…", 0).modal()
    ada.enters(mine, "What to follow", "graphs")
    await sent(lab, ada, mine)
    theirs = await ada.presses(home, "Subscribe…", 1).modal()
    ada.enters(theirs, "What to follow", "drafts")
    await sent(lab, ada, theirs)
    assert await lab.queries(lab.me(ada)) == ["graphs"]
    assert await lab.queries(lab.name(room)) == ["diffusion", "drafts"]
    form = await ada.presses(home, "Schedule…", 1).modal()
    ada.enters(form, "Time", "07:15")
    await sent(lab, ada, form)
    channel = await lab.channel(lab.name(room))
    assert channel
    assert channel.schedule.at == time(7, 15)


async def test_bookmarks_are_searched_and_removed_at_home(lab: Lab) -> None:
    ada = lab.person()
    room = lab.room("general", ada)
    await lab.asks(ada, room, "bookmark p2")
    await lab.asks(ada, room, "bookmark p3")
    home = await at_home(lab, ada)
    doing = ada.enters(home, "Search them", "graphs")
    assert doing
    await doing.heard()
    await lab.idle()
    assert "Diffusion for graphs" in shown(home)
    assert "Draft models" not in shown(home)
    await ada.presses(home, "Remove").modal()
    await lab.idle()
    assert [mark.paper for mark, _ in await lab.store.read(shelf.bookmarks, lab.me(ada))] == [2]


async def test_a_home_of_very_much_is_one_that_slack_takes(lab: Lab) -> None:
    ada = lab.person()
    for number in range(22):
        room = lab.room(f"c{number}", ada)
        await lab.asks(ada, room, "subscribe " + " OR ".join(f"word{number}x{each}" for each in range(30)))
    for number in range(14):
        await lab.asks(ada, room, f"subscribe own{number} to:me")
    for paper in range(1, 5):
        await lab.asks(ada, room, f"bookmark p{paper} {'long ' * 200}")
    assert "And 7 more." in shown(await at_home(lab, ada))
