"""Opening forms, and showing what becomes of them."""

from __future__ import annotations

import re

from msgspec.structs import replace

from bot.commands.unsubscribe import found as found_subscription
from bot.slack.answer import Where
from bot.slack.asking import Asking
from bot.slack.modals import SCHEDULE, SUBSCRIBE, schedule_form, subscribe_form, waiting
from bot.slack.rich import Json
from db import channels
from domain.errors import PaperroundError
from domain.schedule import Schedule

_FORM = re.compile(r"form (subscribe|schedule)( to:me)?|(subscribe)( to:me)?|edit (\d+)( to:me)?")


async def opened(asking: Asking, where: Where, words: str, trigger: str) -> bool:
    """Open the form that these words stand for, if they do and Slack lets us."""
    found = _FORM.fullmatch(" ".join(words.lower().split()))
    if found is None:
        return False
    form, own = found[1] or found[3], bool(found[2] or found[4] or found[6])
    name = where.place.person if own else where.place.channel
    if form == SCHEDULE:
        channel = await asking.desk.store.read(channels.get, name)
        schedule = channel.schedule if channel else await _new(asking, where)
        view = schedule_form(schedule, asking.desk.sources, _about(where, own=own))
    elif form == SUBSCRIBE:
        view = subscribe_form(_about(where, own=own))
    else:
        try:
            there = await asking.desk.store.read(found_subscription, name, found[5])
        except PaperroundError:
            return False  # which the command itself says better
        view = subscribe_form({**_about(where, own=own), "number": there.number}, there.query.text)
    return bool(await shown(asking, where, view, trigger))


async def shown(asking: Asking, where: Where, view: Json, trigger: str) -> str:
    """Show a view: in the modal that is open, or in a new one. Returns its id; empty where Slack did not."""
    if where.view:
        how: Json = {"view_id": where.view}
        reply = await asking.web.call(where.workspace.token, "views.update", patient=True, view=view, **how)
    else:
        reply = await asking.web.call(where.workspace.token, "views.open", trigger_id=trigger, view=view)
    return str((reply.body.get("view") or {}).get("id") or "")


async def above(asking: Asking, where: Where, trigger: str) -> Where:
    """Where to answer what was asked in a modal: in another one above it, while Slack stacks any more."""
    view = waiting(_about(where, own=False))
    reply = await asking.web.call(where.workspace.token, "views.push", trigger_id=trigger, view=view)
    found = str((reply.body.get("view") or {}).get("id") or "")
    return replace(where, view=found) if reply.ok and found else where


async def _new(asking: Asking, where: Where) -> Schedule:
    person = await asking.people.known(where.workspace, where.user)
    return Schedule(timezone=person.timezone or asking.desk.timezone)


def _about(where: Where, *, own: bool) -> Json:
    return {"conversation": where.conversation, "own": own or where.place.channel == where.place.person}
