"""Who may: every command, asked by everybody, whoever is allowed to change the channel."""

from __future__ import annotations

import pytest

from bot.commands import COMMANDS
from bot.commands.base import Asked
from bot.commands.perform import perform
from domain.errors import NotAllowedError
from tests.bot.lived_in import ARGUMENTS
from tests.bot.talk import ADA, BELA, HERE, Talk, button
from tests.papers import NOW

CHANGING = {"subscribe", "unsubscribe", "mute", "unmute", "allow", "undo", "edit", "schedule pause", "digest now"}
CHANGING |= {"resend", "again"}  # the latter as the kept command does: it is a subscribe
OWN = {"again", "unbookmark"}  # what Ada has and others have not
DONE = ("already", "has no subscription", "does not mute")
WHO: dict[str, dict[str, object]] = {
    "ada": {"person": ADA},
    "bela": {"person": BELA},
    "a manager": {"person": "local:chiara", "manager": True},
}


def may(verb: str, allowed: str, who: str) -> bool:
    """Reading and one's own things, everyone; what changes the channel, those whom `allow` names."""
    if verb in OWN and who != "ada":
        return False
    return verb not in CHANGING or who == "a manager" or allowed == "everyone" or (allowed == ADA and who == "ada")


@pytest.mark.parametrize("allowed", ["everyone", "managers", ADA])
@pytest.mark.parametrize("verb", sorted({*COMMANDS, *CHANGING}))
async def test_who_may(settled: Talk, verb: str, allowed: str) -> None:
    name = verb.partition(" ")[0]
    text = verb if " " in verb else f"{name} {ARGUMENTS[name]}"
    for who, person in WHO.items():
        await settled.ok(f"allow {allowed}", person="local:chiara", manager=True)
        answer = await settled.say(text, **person)
        denied = str(answer.data.get("error", ""))
        if may(verb, allowed, who):
            # The second one may find that done which the first one did; both were let in.
            assert not denied or any(done in denied for done in DONE), (who, denied)
        elif verb in OWN and who != "ada":
            assert "You have no bookmark" in denied or "There is nothing under" in denied
        else:
            assert f"Only {allowed} may change {HERE}." in denied, who


@pytest.mark.parametrize("text", ["subscribe x", "mute x", "schedule pause", "digest now", "subscriptions"])
async def test_one_s_own_is_one_s_own_whoever_may_change_the_channel(stocked: Talk, text: str) -> None:
    await stocked.ok("subscribe drafts to:me")
    await stocked.ok("subscribe drafts")
    await stocked.ok("allow managers", manager=True)
    assert (await stocked.ok(f"{text} to:me")).data["channel"] == ADA
    assert "Only managers may change" in str((await stocked.say("mute x")).data)


async def test_rights_are_asked_where_the_arguments_come_from_a_form_too(stocked: Talk) -> None:
    await stocked.ok("subscribe drafts")
    await stocked.ok("allow managers", manager=True)
    asked = Asked(BELA, HERE, NOW)
    with pytest.raises(NotAllowedError):
        await perform(stocked.desk, asked, COMMANDS["subscribe"], {"query": "graphs"})
    with pytest.raises(NotAllowedError):
        await perform(stocked.desk, asked, COMMANDS["digest"], {"when": "NOW"})
    mine = await perform(stocked.desk, asked, COMMANDS["subscribe"], {"query": "graphs", "to": "ME"})
    assert mine.data["channel"] == BELA


async def test_nobody_undoes_what_somebody_did_for_themselves(stocked: Talk) -> None:
    for text in ("subscribe drafts to:me", "mute x to:me", "schedule pause to:me", "bookmark p1", "vote p1 up"):
        done = await stocked.ok(text)
        denied = await stocked.press(done, "Undo", person=BELA, manager=True)
        assert denied.data["error"] == "That was somebody else's.", text
        await stocked.ok(button(done, "Undo").command)
