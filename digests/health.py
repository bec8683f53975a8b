"""What a digest says of the sources: that one is broken, once; on request, that one is quiet or not out yet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from db.runs import Run, Trouble
from digests.cards import shortened
from domain.schedule import Schedule

SILENT, SAY, NEVER = "silent", "say", "never"
WHY = 200  # characters
_SAID = {"stalled": "has stood still", "failed": "could not be read"}


def trouble_said(troubles: Sequence[Trouble], schedule: Schedule, previous: datetime | None) -> list[str]:
    """One sentence about the sources that are broken; none if nothing is, or if the channel has been told.

    `previous` is when the channel's last edition was planned: what was notable by then stood in it. A schedule
    with `empty say` hears of it each time, one with `empty never` not at all.
    """
    news = [each for each in troubles if schedule.empty == SAY or previous is None or previous < each.notable]
    if not news or schedule.empty == NEVER:
        return []
    zone = ZoneInfo(schedule.timezone)
    parts = [
        f"{each.source} {_SAID[each.outcome]} since {each.since.astimezone(zone):%A %H:%M} ({shortened(each.why, WHY)})"
        for each in news
    ]
    return [f"Papers may be missing here: {'; '.join(parts)}. What comes late will be in a later digest."]


def quiet_said(latest: Sequence[Run], schedule: Schedule) -> list[str]:
    """Why there is nothing, where a schedule wants that said: sources that are quiet, or not out yet."""
    if schedule.empty != SAY:
        return []
    words = {"quiet": "has nothing to announce", "waiting": "is not out yet"}
    return [
        f"{run.source} {words[run.outcome]}{f': {shortened(run.why, WHY)}' if run.why else ''}."
        for run in latest
        if run.outcome in words
    ]
