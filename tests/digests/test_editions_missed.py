"""What nobody was there for: no paper is passed over unsaid, however long it lasted (invariants 2 and 3)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from db import looks, schema
from db.audit import audit
from db.store import Store
from domain.edition import NEW_FOR, REACH
from domain.schedule import WEEKDAYS, Schedule
from tests.bot.talk import Talk
from tests.digests.round import DAILY, DAY, DUE, GENERAL, HOUR, START, bring, channel, edition, follow, plan, seats

ALL = Schedule(at=time(9), limit=100)


async def brought(store: Store, days: int) -> None:
    """A paper on each of so many days from the first on, each there in the morning it is announced."""
    for n in range(days):
        await bring(store, n + 1, now=START + n * DAY)


async def had(store: Store) -> set[int]:
    """The papers that the channel had or had held back."""

    wanted = select(schema.items.c.paper).where(schema.items.c.edition.is_not(None))
    return await store.read(lambda connection: set(connection.execute(wanted).scalars()))


def proved(store: Store) -> None:
    with store.reading() as connection:
        assert audit(connection).breaches == ()


async def test_invariant_2_a_machine_that_is_never_on_at_the_due_time_loses_nothing(store: Store) -> None:
    """Each time falls into an outage of more than 6 hours, for a month; then one does not."""
    await follow(store, schedule=ALL)
    for day in range(30):
        await bring(store, day + 1, now=START + day * DAY)
        assert await plan(store, DUE + day * DAY + 7 * HOUR) == 0
    assert await had(store) == set()
    assert await plan(store, DUE + 30 * DAY) == 1
    assert seats(await edition(store, 1)) == set(range(1, 31))
    proved(store)


async def test_invariant_3_a_month_without_a_process_is_one_edition_with_all_of_it(store: Store) -> None:
    await follow(store, schedule=Schedule(at=time(9), limit=3))
    await bring(store, 1)
    assert await plan(store) == 1
    for n in range(1, 31):  # what the sources fill in when they are asked again
        await bring(store, n + 1, now=START + 31 * DAY, announced=(START + n * DAY).date())
    assert await plan(store, DUE + 31 * DAY) == 1
    both = {item.paper.number for each in (1, 2) for item in (await edition(store, each)).items}
    assert both == set(range(1, 32))
    assert len((await edition(store, 2)).seats) == 3
    proved(store)


async def test_invariant_1_what_was_had_before_an_outage_does_not_come_after_it(store: Store) -> None:
    await follow(store, schedule=ALL)
    await brought(store, 1)
    await plan(store)
    await bring(store, 2, now=START + DAY)
    assert await plan(store, DUE + 25 * DAY) == 1
    assert seats(await edition(store, 2)) == {2}


async def test_a_paper_is_new_for_14_days_where_nothing_was_missed(store: Store) -> None:
    await follow(store, schedule=ALL)
    await plan(store)
    today = (DUE + DAY).date()
    await bring(store, 1, now=START + DAY, announced=today - NEW_FOR)
    assert await plan(store, DUE + DAY) == 0


async def test_invariant_2_what_no_edition_can_make_up_for_is_said(store: Store) -> None:
    """After so long a digest is not last year's news; why the rest was left out stands in the store."""
    await follow(store, schedule=ALL)
    await plan(store)
    await brought(store, 3)
    long = REACH + 30 * DAY
    assert await plan(store, DUE + long) == 0
    with store.reading() as connection:
        [gap] = looks.gaps(connection, [GENERAL])
    assert gap.after == DUE.date()
    assert gap.before == (DUE + long).date() - REACH
    assert "no digest was planned after 2026-11-16, and one reaches back 60 days at most" in gap.why
    proved(store)


async def test_a_rest_that_people_asked_for_is_told_from_an_outage(store: Store) -> None:
    talk = Talk(store)
    await talk.ok("subscribe caching")
    await talk.ok("schedule 09:00 limit 100")
    begin = talk.now
    await plan(store, begin + DAY)
    await talk.ok("schedule pause")
    for n in range(1, 41):
        await bring(store, n, now=begin + n * DAY)
    talk.pass_(days=40)
    await talk.ok("schedule resume")
    await plan(store, (await channel(store)).next_due)
    young = seats(await edition(store, 1))
    assert young == set(range(40 - len(young) + 1, 41))
    assert 12 <= len(young) <= 14
    why = await talk.ok("why p3")
    assert "passed over: the digest was paused until" in str(why.data["reason"])
    assert (await talk.ok("why p40")).data["edition"] == 1
    proved(store)


async def test_a_short_rest_leaves_nothing_out(store: Store) -> None:
    talk = Talk(store)
    for text in ("subscribe caching", "schedule 09:00 limit 100"):
        await talk.ok(text)
    begin = talk.now
    await plan(store, begin + DAY)
    await talk.ok("schedule pause")
    for n in range(1, 11):
        await bring(store, n, now=begin + n * DAY)
    talk.pass_(days=10)
    await talk.ok("schedule resume")
    await plan(store, (await channel(store)).next_due)
    assert seats(await edition(store, 1)) == set(range(1, 11))


async def test_why_tells_what_a_channel_that_missed_its_times_will_get(store: Store) -> None:
    talk = Talk(store)
    await talk.ok("subscribe caching")
    await bring(store, 1, now=talk.now)
    talk.pass_(days=20)
    assert (await talk.ok("why p1")).data["state"] == "next"
    assert [item["paper"] for item in (await talk.ok("digest")).data["items"]] == ["p1"]


async def test_a_clock_that_was_years_ahead_leaves_nothing_out(store: Store) -> None:
    """What it made old unseen is in the edition that was decided under it; what came after it, in the next."""
    await follow(store, schedule=ALL)
    await plan(store)
    await bring(store, 1, now=START + DAY)
    await plan(store, DUE + 50 * DAY)
    assert seats(await edition(store, 1)) == {1}
    await store.write(lambda c: c.execute(update(schema.channels).values(next_due=DUE + 3 * DAY, last_due=DUE)))
    await bring(store, 2, now=START + 2 * DAY)
    await plan(store, DUE + 3 * DAY)
    assert seats(await edition(store, 2)) == {2}
    await bring(store, 3, now=START + 5 * DAY)
    await plan(store, DUE + 24 * DAY)
    assert seats(await edition(store, 3)) == {3}
    proved(store)


TIMES = st.lists(st.tuples(st.integers(0, 44), st.integers(0, 23)), max_size=20, unique=True)


@settings(max_examples=6)
@given(TIMES, st.sampled_from([DAILY.days, WEEKDAYS, frozenset({0})]), st.integers(0, 3))
async def test_invariant_2_whenever_somebody_is_there_every_paper_of_every_day_is_accounted_for(
    fresh: Callable[[], AbstractContextManager[Store]], times: list[tuple[int, int]], days: frozenset[int], late: int
) -> None:
    """Somebody is there at some hours of some days only, and for good from the 46th day on. A paper a day."""
    with fresh() as store:
        await follow(store, schedule=Schedule(days=days, at=time(9), limit=100))
        known = 0
        final = [(day, 9) for day in range(46, 57)]  # the last one is a Monday
        for day, hour in [*sorted(times), *final]:
            now = START.replace(hour=hour) + day * DAY
            while known <= day - late:
                await bring(store, known + 1, now=now, announced=(START + known * DAY).date())
                known += 1
            await plan(store, now)
        assert await had(store) == set(range(1, known + 1))
        proved(store)


@pytest.mark.parametrize("wrong", ["unlooked", "unsaid"])
async def test_the_audit_finds_a_digest_that_looked_at_nothing_and_days_that_nobody_explains(
    store: Store, wrong: str
) -> None:
    await follow(store)
    await bring(store, 1)
    await plan(store)
    with store.writing() as connection:
        if wrong == "unlooked":
            connection.execute(delete(schema.looks))
        else:
            row = {"channel": GENERAL, "since": date(2027, 1, 1), "until": datetime(2027, 1, 9, tzinfo=DUE.tzinfo)}
            connection.execute(schema.looks.insert(), {**row, "why": ""})
        [breach] = audit(connection).breaches
    assert (breach.promise, breach.channel) == ("no silent loss", GENERAL)


async def test_a_look_costs_a_row_once_and_not_each_day(store: Store) -> None:
    await follow(store)
    for day in range(10):
        await plan(store, DUE + day * DAY)
    with store.reading() as connection:
        [row] = connection.execute(select(schema.looks)).all()
    assert row.until == DUE + 9 * DAY
    assert row.since == DUE.date() - NEW_FOR + timedelta(days=1)
