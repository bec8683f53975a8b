"""What is done at night: old papers and messages let go of, where a setting says so, the ledger audited, and the file
read through for damage.

In small pieces off the event loop, each over in a moment, so that nobody who asks meanwhile waits, and whoever stops
the process does not either. A night that was missed is made up for when somebody is there again.
"""

from __future__ import annotations

import logging
import time as clocks
from datetime import datetime, time, timedelta

from bot.front import Clock
from bot.settings import Settings
from db import audits, retention
from db.audit import Audit, audit, places, together
from db.audits import Night
from db.retention import Gone
from db.sound import read_through
from db.store import Store

log = logging.getLogger(__name__)

NIGHT = time(3)  # UTC
LOOK_SECONDS = 600.0  # between two looks at whether it is night
CHANNELS = 10  # audited on one view of the store
NAMED = 3  # rows that break a promise, in the line that the log gets


async def night(store: Store, settings: Settings, clock: Clock) -> None:
    """Do what is done once a night, unless this night's is done. Raises StoreError where the file is damaged."""
    now = clock()
    if not _due(await store.read(audits.last), now):
        return
    await _let_go(store, settings, now)
    began = clocks.monotonic()
    found = await audited(store)
    _tell(found, clocks.monotonic() - began)
    await store.write(audits.record, Night(clock(), found.checked["deliveries"], len(found.breaches)))
    await read_through(store)  # last, since it may raise


def _due(last: Night | None, now: datetime) -> bool:
    began = datetime.combine(now, NIGHT, now.tzinfo)
    began -= timedelta(days=now < began)
    # One of tomorrow was made under another clock.
    return last is None or not began <= last.audited_at <= now + timedelta(days=1)


async def audited(store: Store) -> Audit:
    """The audit of all channels, a few at a time."""
    names = await store.read(places)
    some = (names[start : start + CHANNELS] for start in range(0, len(names), CHANNELS))
    return together([await store.read(audit, each) for each in some])


def _tell(found: Audit, seconds: float) -> None:
    many = ", ".join(f"{number:,} {name}" for name, number in found.checked.items())
    if not found.breaches:
        log.info("audit: %s checked in %.1f s; nothing was lost, nothing came twice", many, seconds)
        return
    first = "; ".join(f"{breach.promise}: {breach.channel}: {breach.what}" for breach in found.breaches[:NAMED])
    wrong = len(found.breaches)
    log.error("audit: %d rows break a promise (%s checked): %s. `paperround audit` lists all", wrong, many, first)


async def _let_go(store: Store, settings: Settings, now: datetime) -> None:
    gone = Gone()
    if settings.keep_papers:
        before = (now - timedelta(days=settings.keep_papers)).date()
        number = 0
        while papers := await store.read(retention.old_papers, before, number):
            gone += await store.write(retention.let_go, papers, before)
            number = papers[-1]
    if settings.keep_editions:
        before = (now - timedelta(days=settings.keep_editions)).date()
        name = ""
        while deliveries := await store.read(retention.old_messages, before, name):
            gone += await store.write(retention.shorten, deliveries)
            name = deliveries[-1]
    if gone != Gone():
        said = "let go of %d old papers, of the long texts of %d more, and of those of %d messages"
        log.info(said, gone.papers, gone.texts, gone.messages)
