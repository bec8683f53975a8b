"""Whether a digest waits for its source: until that has said what it will today, and not past a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, time
from types import MappingProxyType
from zoneinfo import ZoneInfo

from db import runs
from db.store import Store
from domain.channel import Channel

# When the last of what a source announces by an instant comes.
Calendars = Mapping[str, Callable[[datetime], datetime]]
NO_CALENDARS: Calendars = MappingProxyType({})


class Sources:
    """What sources came to, each looked up once for all the channels that wait."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._known: dict[tuple[str, str, datetime], bool] = {}

    async def came_to(self, source: str, outcome: str, since: datetime) -> bool:
        """As `runs.came_to` says it."""
        asked = source, outcome, since
        if asked not in self._known:
            self._known[asked] = await self.store.read(runs.came_to, *asked)
        return self._known[asked]


async def must_wait(sources: Sources, channel: Channel, due: datetime, now: datetime, calendars: Calendars) -> bool:
    """Whether a digest waits: its source has not said all that it will, and the time to wait is not over."""
    schedule = channel.schedule
    if not schedule.wait or now >= schedule.deadline(due):
        return False
    since = datetime.combine(due.astimezone(ZoneInfo(schedule.timezone)), time(0), ZoneInfo(schedule.timezone))
    if comes := calendars.get(schedule.wait):
        # The last that can be there by the deadline. East of it, that came the day before, and waiting brings no more.
        since = comes(schedule.deadline(due))
    if await sources.came_to(schedule.wait, "fresh", since):
        return False
    # What comes in the evening is none of this morning's; but then the source has nothing more to announce.
    return not await sources.came_to(schedule.wait, "quiet", due)
