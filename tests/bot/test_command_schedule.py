"""schedule, allow: when a channel's digest comes, and who may change it."""

from __future__ import annotations

import pytest

from db import channels
from domain.channel import EVERYONE
from tests.bot.talk import ADA, BELA, HERE, Talk, button, heading, labels, said

PARIS = "daily 09:00 Europe/Paris limit 10 layout rich"


@pytest.fixture
async def following(stocked: Talk) -> Talk:
    await stocked.ok("subscribe decoding")
    return stocked


async def test_the_whole_schedule_is_shown(following: Talk) -> None:
    answer = await following.ok("schedule")
    assert answer.data == {"channel": HERE, "schedule": PARIS, "next": "2026-11-17T08:00:00+00:00"}
    assert heading(answer) == "The schedule of local:general"
    assert PARIS in said(answer)
    assert "Next digest: Tuesday 17 November 2026, 09:00 Europe/Paris." in said(answer)
    assert labels(answer) == ["Pause"]
    assert answer.private


@pytest.mark.parametrize(
    ("words", "schedule", "next_"),
    [
        # What is not named stays.
        (
            "weekdays 09:00 Europe/Paris limit 10 layout rich",
            "weekdays 09:00 Europe/Paris limit 10 layout rich",
            "2026-11-17T08:00",
        ),
        ("mon,wed,fri 18:30", "mon,wed,fri 18:30 Europe/Paris limit 10 layout rich", "2026-11-16T17:30"),
        ("layout compact", "daily 09:00 Europe/Paris limit 10 layout compact", "2026-11-17T08:00"),
        ("limit 3", "daily 09:00 Europe/Paris limit 3 layout rich", "2026-11-17T08:00"),
        ("America/New_York", "daily 09:00 America/New_York limit 10 layout rich", "2026-11-16T14:00"),
        ("empty say", "daily 09:00 Europe/Paris limit 10 layout rich empty say", "2026-11-17T08:00"),
        ("sunday", "sun 09:00 Europe/Paris limit 10 layout rich", "2026-11-22T08:00"),
        ("8am weekends", "weekends 08:00 Europe/Paris limit 10 layout rich", "2026-11-21T07:00"),
    ],
)
async def test_words_in_any_order_change_what_they_name(following: Talk, words: str, schedule: str, next_: str) -> None:
    answer = await following.ok(f"schedule {words}")
    assert heading(answer) == "The schedule of local:general is changed"
    assert answer.data["schedule"] == schedule
    assert answer.data["next"] == f"{next_}:00+00:00"
    assert schedule in said(answer)
    assert labels(answer) == ["Undo", "Pause"]
    turned = " ".join(reversed(words.split())) if "," in words else words
    assert (await following.ok(f"schedule {turned}")).data["schedule"] == schedule
    assert (await following.ok("schedule")).data["schedule"] == schedule


async def test_waiting_for_a_source(following: Talk) -> None:
    answer = await following.ok("schedule weekdays 09:00 Europe/Paris wait arxiv until 11:00 limit 10 layout rich")
    assert answer.data["schedule"] == "weekdays 09:00 Europe/Paris wait arxiv until 11:00 limit 10 layout rich"
    off = await following.ok("schedule nowait")
    assert off.data["schedule"] == "weekdays 09:00 Europe/Paris limit 10 layout rich"
    assert "wait arxiv until 11:00" in (await following.press(off, "Undo")).data["said"]


async def test_pausing_and_resuming(following: Talk) -> None:
    paused = await following.ok("schedule pause")
    assert paused.data["next"] is None
    assert "Paused." in said(paused)
    assert labels(paused) == ["Undo", "Resume"]
    following.pass_(days=30)
    resumed = await following.press(paused, "Resume")
    assert resumed.data["next"] == "2026-12-17T08:00:00+00:00"  # not all the days before
    assert resumed.data["schedule"] == PARIS


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        ("yesterday", "yesterday"),
        ("25:00", "25:00"),
        ("Europe/Pariss", "Europe/Pariss"),
        ("limit 0", "0"),
        ("limit lots", "lots"),
        ("layout baroque", "baroque"),
        ("wait arxiv", "arxiv"),
        ("weekdays 09:00 tralala limit 3", "tralala"),
    ],
)
async def test_what_cannot_be_read_is_named_and_changes_nothing(following: Talk, words: str, wrong: str) -> None:
    assert wrong in await following.fails(f"schedule {words}")
    assert (await following.ok("schedule")).data["schedule"] == PARIS


async def test_undo_brings_the_whole_schedule_back_once(following: Talk) -> None:
    await following.ok("schedule mon,thu 18:30 America/New_York limit 3 layout compact empty say pause")
    changed = await following.ok("schedule daily resume limit 9 empty silent layout rich")
    back = await following.press(changed, "Undo")
    before = "mon,thu 18:30 America/New_York limit 3 layout compact empty say pause"
    assert back.data["said"] == f"The schedule is {before} again"
    assert (await following.ok("schedule")).data["schedule"] == before
    assert "already" in str((await following.press(changed, "Undo")).data["error"])


async def test_what_is_due_stays_due_where_the_times_stay(following: Talk) -> None:
    following.pass_(days=1)  # 13:00, and nobody has served 09:00 yet
    changed = await following.ok("schedule limit 3")
    assert changed.data["next"] == "2026-11-17T08:00:00+00:00"
    await following.press(changed, "Undo")
    assert (await following.ok("schedule")).data["next"] == "2026-11-17T08:00:00+00:00"


async def test_a_schedule_may_come_before_any_subscription(talk: Talk) -> None:
    assert "Begin with `subscribe`" in await talk.fails("schedule")
    answer = await talk.ok("schedule weekdays 10:00", timezone="Asia/Kathmandu")
    assert answer.data["schedule"] == "weekdays 10:00 Asia/Kathmandu limit 10 layout rich"
    subscribed = await talk.ok("subscribe decoding")
    assert "weekdays 10:00 Asia/Kathmandu" in said(subscribed)
    assert "Tuesday 17 November 2026, 10:00 Asia/Kathmandu" in said(subscribed)


async def test_one_s_own_schedule(following: Talk) -> None:
    await following.ok("subscribe graphs to:me")
    paused = await following.ok("schedule pause to:me")
    assert paused.data["channel"] == ADA
    assert button(paused, "Resume").command == "schedule resume to:me"
    assert (await following.ok("schedule")).data["schedule"] == PARIS
    assert (await following.press(paused, "Resume")).data["schedule"] == PARIS


# allow


async def _allowed(talk: Talk) -> tuple[str, ...]:
    return (await talk.store.read(channels.existing, HERE)).allowed


async def test_at_first_everyone_may(following: Talk) -> None:
    assert await _allowed(following) == (EVERYONE,)


@pytest.mark.parametrize(
    ("who", "allowed"),
    [
        ("everyone", ("everyone",)),
        ("EVERYONE", ("everyone",)),
        (f"{ADA} {BELA}", (ADA, BELA)),
        (f"{ADA}, {BELA}", (ADA, BELA)),
        (f"{ADA} {ADA}", (ADA,)),
        ("managers", ("managers", ADA)),  # nobody locks themselves out by a slip
        (BELA, (BELA, ADA)),
    ],
)
async def test_allow_says_who(following: Talk, who: str, allowed: tuple[str, ...]) -> None:
    answer = await following.ok(f"allow {who}")
    assert answer.data == {"channel": HERE, "allowed": list(allowed)}
    assert await _allowed(following) == allowed
    assert "Before: everyone" in said(answer)
    assert labels(answer) == ["Undo"]


async def test_a_manager_may_leave_themselves_out(following: Talk) -> None:
    assert (await following.ok("allow managers", manager=True)).data["allowed"] == ["managers"]


@pytest.mark.parametrize("who", ["nobody", "slack:T1/U1", "@ada", "local:ada x"])
async def test_allow_knows_who_is_nobody(following: Talk, who: str) -> None:
    assert "is nobody here" in await following.fails(f"allow {who}")
    assert await _allowed(following) == (EVERYONE,)


async def test_undo_of_allow(following: Talk) -> None:
    changed = await following.ok(f"allow {ADA}")
    assert "Only local:ada may change" in str((await following.press(changed, "Undo", person=BELA)).data["error"])
    assert (await following.press(changed, "Undo")).data["said"] == "everyone may change this channel again"
    assert await _allowed(following) == (EVERYONE,)
    assert "already" in str((await following.press(changed, "Undo")).data["error"])
    assert "allow needs everyone" in await following.fails("allow")


async def test_those_who_may_are_named_to_those_who_may_not(following: Talk) -> None:
    await following.ok(f"allow {ADA}")
    denied = await following.fails("subscribe x", person=BELA)
    assert "Only local:ada may change local:general." in denied
    assert "use to:me for a digest of your own" in denied
