"""Hearing what people do in forms: typing into them, and sending them."""

from __future__ import annotations

import asyncio
from collections import OrderedDict

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.slack import modals, opening
from bot.slack.answer import Where
from bot.slack.asking import Asking
from bot.slack.rich import Json
from bot.slack.tasks import Tasks

PAUSE_SECONDS = 0.3  # after a letter, in which another may come: only what stands then is tried
KEPT = 1_000


def register(app: AsyncApp, asking: Asking, tasks: Tasks) -> None:
    """Let the app hear forms."""
    latest: OrderedDict[str, str] = OrderedDict()

    async def typing(ack: AsyncAck, body: Json) -> None:
        await ack()
        tasks.begin(_tried(asking, body, latest))

    async def sent(ack: AsyncAck, body: Json) -> None:
        view = body["view"]
        text, wrong = modals.words(view, asking.desk.sources)
        if wrong:
            await ack(response_action="errors", errors=wrong)
            return
        await ack(response_action="update", view=modals.waiting(modals.about(view)))
        where = in_modal(asking, body)
        if where:
            latest.pop(where.view, None)
            tasks.begin(asking.reply(where, text))

    app.action(modals.QUERY)(typing)
    app.action(modals.WHOSE)(typing)
    app.view(modals.SUBSCRIBE)(sent)
    app.view(modals.SCHEDULE)(sent)


def in_modal(asking: Asking, body: Json) -> Where | None:
    """Where a modal of ours was opened from."""
    view = body["view"]
    conversation = str(modals.about(view).get("conversation", ""))
    team, user = str(body["team"]["id"]), str(body["user"]["id"])
    return asking.where(team, conversation, user, view=str(view["id"]), under=True)


async def _tried(asking: Asking, body: Json, latest: OrderedDict[str, str]) -> None:
    view, where = body["view"], in_modal(asking, body)
    query, text = modals.tried(view)
    if where is None:
        return
    latest[where.view] = text
    while len(latest) > KEPT:
        latest.popitem(last=False)
    await asyncio.sleep(PAUSE_SECONDS)
    if latest.get(where.view) != text or not query:
        return
    shown = modals.outlook(await asking.answered(where, text), where)
    if latest.get(where.view) == text:  # it may have been sent, or gone on, meanwhile
        form = modals.subscribe_form(modals.about(view), query, shown)
        await opening.shown(asking, where, form, "")
