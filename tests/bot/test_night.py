"""Once a night the ledger is audited and what is old let go of: said in the log, kept for who asks, in nobody's way."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import func, insert, select, update

from bot import night as nights
from bot.commands.base import Desk
from bot.night import audited, night
from bot.settings import Settings
from db import audits, retention, schema
from db.audit import audit
from db.audits import Night
from db.store import Store
from domain.errors import StoreError
from tests.bot.talk import HERE, Talk, record, said
from tests.db.test_sound import spoil
from tests.papers import NOW

SETTINGS = Settings()


@pytest.fixture
async def talk(store: Store) -> Talk:
    """A channel that had an edition."""
    talk = Talk(store)
    talk.take([record(n, f"Decoding, part {n}", "A long text.") for n in (1, 2)])
    for text in ("subscribe decoding", "digest now"):
        await talk.ok(text)
    return talk


def damage(store: Store) -> None:
    """A paper of an edition is in no message."""
    with store.writing() as connection:
        connection.execute(update(schema.deliveries).values(message=[]))


async def made(store: Store) -> list[datetime]:
    return await store.read(lambda c: list(c.execute(select(schema.audits.c.audited_at)).scalars()))


async def test_it_is_done_once_a_night_and_made_up_for_when_missed(talk: Talk) -> None:
    begin = NOW.replace(hour=12)
    hours = [0, 1, 14, 15, 16, 38, 39.5, 24 * 5, 24 * 5 + 6]
    for hour in hours:
        now = begin + timedelta(hours=hour)
        await night(talk.store, SETTINGS, partial(datetime.fromisoformat, now.isoformat()))
    done = [(at - begin) / timedelta(hours=1) for at in await made(talk.store)]
    assert done == [0, 15, 39.5, 24 * 5]


async def test_the_file_is_read_through_for_damage(talk: Talk) -> None:
    spoil(talk.store, "spellings")
    with pytest.raises(StoreError, match="is damaged"):
        await night(talk.store, SETTINGS, lambda: NOW)
    assert len(await made(talk.store)) == 1, "after the audit, which is not made again for it"


async def test_one_made_by_a_wrong_clock_does_not_stand_for_others(talk: Talk) -> None:
    await night(talk.store, SETTINGS, lambda: NOW + timedelta(days=400))
    await night(talk.store, SETTINGS, lambda: NOW)
    assert len(await made(talk.store)) == 2


async def test_a_clean_one_is_one_line(talk: Talk, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    await night(talk.store, SETTINGS, lambda: NOW)
    [line] = [each.getMessage() for each in caplog.records if each.getMessage().startswith("audit: ")]
    assert "1 editions, 2 papers, 1 deliveries, 4 moves checked in " in line
    assert line.endswith("s; nothing was lost, nothing came twice")
    assert await talk.store.read(audits.last) == Night(NOW, 1, 0)


async def test_what_is_wrong_is_one_line_with_the_first_rows(talk: Talk, caplog: pytest.LogCaptureFixture) -> None:
    damage(talk.store)
    await night(talk.store, SETTINGS, lambda: NOW)
    [line] = [each for each in caplog.records if each.levelno == logging.ERROR]
    assert line.getMessage().startswith("audit: 2 rows break a promise (1 editions,")
    assert f"no silent loss: {HERE}: p1 has a seat in edition 1 and is in no message; " in line.getMessage()
    assert line.getMessage().endswith("`paperround audit` lists all")
    assert await talk.store.read(audits.last) == Night(NOW, 1, 2)
    status = await talk.ok("status")
    assert "found 2 rows that should not be there" in said(status)
    assert status.data["audit"] == {"at": NOW.isoformat(), "breaches": 2}


async def test_a_few_channels_at_a_time_find_what_all_at_once_do(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nights, "CHANNELS", 2)
    for n in range(5):
        await talk.ok("subscribe decoding", channel=f"local:c{n}")
        await talk.ok("digest now", channel=f"local:c{n}")
    damage(talk.store)
    parts = await audited(talk.store)
    with talk.store.reading() as connection:
        whole = audit(connection)
    assert parts == whole
    assert len(parts.breaches) == 12


async def test_others_write_between_any_two_steps_of_it(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each step is a transaction of its own: who waits for the writer waits for one batch at most."""
    monkeypatch.setattr(retention, "BATCH", 1)
    talk.take([record(n, f"Graphs, part {n}") for n in range(3, 9)])
    let_go = retention.let_go
    between: list[int] = []

    def once(connection: object, *given: object) -> object:
        between.append(len(between))
        return let_go(connection, *given)  # type: ignore[arg-type]  # as it was called

    monkeypatch.setattr(retention, "let_go", once)
    settings = Settings(keep_papers=90, keep_editions=90)
    later = NOW + timedelta(days=200)
    working = asyncio.create_task(night(talk.store, settings, lambda: later))
    seen = set()
    while not working.done():
        await talk.store.write(lambda _: None)
        seen.add(len(between))
    await working
    assert len(between) == 8
    assert len(seen) > 4


async def test_what_is_old_goes_by_the_settings_and_the_audit_after_it_is_clean(
    talk: Talk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    talk.take([record(n, f"Graphs, part {n}") for n in range(3, 6)])
    later = NOW + timedelta(days=200)
    await night(talk.store, SETTINGS, lambda: later)
    assert await many(talk.desk) == 5
    await night(talk.store, Settings(keep_papers=90, keep_editions=90), lambda: later + timedelta(days=1))
    assert await many(talk.desk) == 3  # two that were shown, and the highest number
    assert "let go of 2 old papers, of the long texts of 3 more, and of those of 1 messages" in caplog.text
    assert await talk.store.read(audits.last) == Night(later + timedelta(days=1), 1, 0)


async def many(desk: Desk) -> int:
    return await desk.store.read(lambda c: int(c.execute(select(func.count()).select_from(schema.papers)).scalar_one()))


async def test_audits_of_long_ago_are_forgotten(store: Store) -> None:
    with store.writing() as connection:
        old = {"audited_at": NOW - timedelta(days=91), "deliveries": 1, "breaches": 0}
        connection.execute(insert(schema.audits), old)
        audits.record(connection, Night(NOW, 2, 0))
    assert await made(store) == [NOW]
