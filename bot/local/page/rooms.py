"""A channel: what was posted in it, what was asked and answered there, and the box to ask in."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import datetime
from http import HTTPStatus
from typing import TypeAlias

from msgspec import Struct
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot import ask
from bot.commands.again import in_place
from bot.local.page.aside import look
from bot.local.page.guard import form
from bot.local.page.page import ME, PART, Page
from bot.local.page.said import Exchange
from bot.local.page.shown import path, short_name
from db import channels, outbox, posts
from domain.channel import channel_id
from domain.delivery import Delivery
from domain.errors import UsageError
from domain.message import Message

FIRST = "local:general"
SHOWN = 10  # posts at a time
LONGEST = 4_000  # characters that one can ask
PING_SECONDS = 15

Key: TypeAlias = tuple[int, int]  # where a post stands in its channel


class Entry(Struct, frozen=True):
    """A post or an exchange as the page shows it: `anchor` names it within the page."""

    anchor: str
    at: datetime
    message: Message
    exchange: Exchange | None = None
    state: str = ""


async def first(page: Page, request: Request) -> Response:
    """The first channel there is."""
    there = await page.desk.store.read(channels.every)
    local = [channel.id for channel in there if channel.platform == "local" and channel.id != ME]
    return RedirectResponse(path("channels", (local or [FIRST])[0]), HTTPStatus.SEE_OTHER)


async def go(page: Page, request: Request) -> Response:
    """The local channel whose name was typed."""
    name = request.query_params.get("name", "").strip().removeprefix("#").removeprefix("local:")
    return RedirectResponse(path("channels", channel_id(f"local:{name}")), HTTPStatus.SEE_OTHER)


async def room(page: Page, request: Request) -> Response:
    """A channel's page."""
    name = channel_id(request.path_params["name"])
    before = _key(request.query_params.get("before"))
    found = await _posted(page, name, before, SHOWN + 1)
    entries = found[-SHOWN:]
    earlier = entries[0].anchor.partition("-")[2] if len(found) > SHOWN else ""
    newest = entries[-1].anchor.partition("-")[2] if entries else "0"
    if before is None:
        since = entries[0].at if earlier else None
        answers = [_answer(e) for e in page.said.of(name) if since is None or e.at >= since]
        entries = sorted([*entries, *answers], key=lambda entry: entry.at)
    subscribed = (await page.desk.store.read(channels.subscriptions, [name]))[name]
    return await page.whole(
        request,
        "room.html",
        here=name,
        title=short_name(name),
        entries=entries,
        earlier=earlier,
        before=before,
        newest=newest,
        local=name.startswith("local:"),
        subscriptions=subscribed,
        draft=request.query_params.get("draft", "")[:LONGEST],
    )


async def say(page: Page, request: Request) -> Response:
    """Answer what was typed or pressed; an answer that belongs in the place of another takes it."""
    name = channel_id(request.path_params["name"])
    fields = await form(request)
    text = f"{fields.get('command', '') or fields.get('text', '')} {fields.get('note', '')}".strip()
    if len(text) > LONGEST:
        raise UsageError(f"That has {len(text):,} characters.", f"Up to {LONGEST:,} can be asked at once.")
    asked = page.asked(name, request)
    there = _key(request.query_params.get("in"))
    before = page.said.get(there[0]) if there else None
    answer = await ask.say(page.desk, asked, text or "help")
    if before and before.channel == name and await in_place(page.desk, asked, text):
        exchange = page.said.put(before.number, before.asked, answer)
    else:
        exchange = page.said.add(name, text or "help", answer, asked.now)
    if PART in request.headers:
        return page.bare(request, "entry.html", entry=_answer(exchange), here=name)
    back = request.query_params.get("back", "")
    if re.fullmatch(r"/(?:bookmarks|papers/|keeper)[^\s\\]*", back):
        joined = "&" if "?" in back else "?"
        return RedirectResponse(f"{back}{joined}said={exchange.number}", HTTPStatus.SEE_OTHER)
    return RedirectResponse(f"{path('channels', name)}#said-{exchange.number}", HTTPStatus.SEE_OTHER)


async def live(page: Page, request: Request) -> Response:
    """What is new in a channel, and beside it, as it comes: https://html.spec.whatwg.org/#server-sent-events"""
    name = channel_id(request.path_params["name"])
    after = _key(request.headers.get("last-event-id") or request.query_params.get("after")) or (0, 0)
    zone = page.zone(request)

    async def events() -> AsyncIterator[ServerSentEvent]:
        seen, beside, last = dict[str, str](), {"aside": "", "below": ""}, after
        while not page.live.closed:
            changed = page.live.changed()
            for entry in await _new(page, name, last, seen):
                seen[entry.anchor] = entry.state
                last = _key(entry.anchor.partition("-")[2]) or last
                shown = page.part(zone, "entry.html", entry=entry, here=name)
                yield ServerSentEvent(shown, event="post", id=entry.anchor.partition("-")[2])
            around = await page.desk.store.read(look, page.desk.sources, page.clock())
            for part, before in beside.items():
                told = page.part(zone, f"{part}.html", aside=around, here=name)
                if told != before:
                    beside[part] = told
                    yield ServerSentEvent(told, event=part)
            await changed.wait()

    return EventSourceResponse(page.live.told(events()), ping=PING_SECONDS)


async def _posted(page: Page, name: str, before: Key | None, most: int = SHOWN) -> list[Entry]:
    if name.startswith("local:"):
        found = await page.desk.store.read(posts.latest, name, most, before=before and before[0])
        return [_post(post) for post in found]
    return [_delivered(*each) for each in await page.desk.store.read(outbox.latest, name, most, before=before)]


async def _new(page: Page, name: str, last: Key, seen: dict[str, str]) -> list[Entry]:
    """What came after the last that was told; of messages to other platforms also those whose state changed."""
    if name.startswith("local:"):
        return [_post(post) for post in await page.desk.store.read(posts.later, name, last[0])]
    return [entry for entry in await _posted(page, name, None) if seen.get(entry.anchor) != entry.state]


def _post(post: posts.Post) -> Entry:
    return Entry(f"post-{post.number}", post.posted_at, post.message)


def _delivered(delivery: Delivery, planned_at: datetime) -> Entry:
    anchor = f"post-{delivery.edition}.{delivery.part}"
    return Entry(anchor, planned_at, delivery.message, state=delivery.state.value)


def _answer(exchange: Exchange) -> Entry:
    return Entry(f"said-{exchange.number}", exchange.at, exchange.answer.message, exchange)


def _key(text: str | None) -> Key | None:
    """A post's number, or a message's edition and part."""
    found = re.fullmatch(r"([0-9]{1,15})(?:\.([0-9]{1,4}))?", text or "", re.ASCII)
    return (int(found[1]), int(found[2] or 0)) if found else None
