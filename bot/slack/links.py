"""Papers behind links in messages: bookmarked by the shortcut, and shown below arXiv links where that is wanted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from sqlalchemy import Connection

from bot.ask import sorry
from bot.commands.parts import card
from bot.mentioned import mentioned
from bot.render.text import details, title
from bot.slack import render
from bot.slack.asking import Asking
from bot.slack.hear import team_of
from bot.slack.manifest import SHORTCUT
from bot.slack.rich import LONGEST, Json
from bot.slack.tasks import Tasks
from db import loading
from digests.cards import shortened
from domain.errors import PaperroundError
from domain.message import Card
from domain.message import plain as without_styles

MOST = 25  # papers of one message
NONE = PaperroundError(
    "That message links to no paper.", "Links of arXiv, DOIs, OpenReview and Hugging Face are understood."
)
COMPOSER = "COMPOSER"  # the channel of a message that is still being written


def register(app: AsyncApp, asking: Asking, tasks: Tasks, *, unfurl: bool) -> None:
    """Let the app hear the shortcut, and links if they are to be shown."""

    async def bookmark(ack: AsyncAck, body: Json) -> None:
        await ack()
        tasks.begin(_bookmark(asking, body))

    async def shared(body: Json, event: Json) -> None:
        if event.get("channel") != COMPOSER:
            tasks.begin(_unfurl(asking, team_of(body), event))

    app.shortcut(SHORTCUT)(bookmark)
    if unfurl:
        app.event("link_shared")(shared)


async def _bookmark(asking: Asking, body: Json) -> None:
    message = body.get("message") or {}
    where = asking.where(
        str(body["team"]["id"]),
        str(body["channel"]["id"]),
        str(body["user"]["id"]),
        url=str(body.get("response_url", "")),
        thread=str(message.get("thread_ts") or ""),
    )
    if where is None:
        return
    # A digest's links are in its blocks, other apps' in attachments.
    found = mentioned(" ".join([str(message.get("text") or ""), *_links(message)]))[:MOST]
    if found:
        await asking.reply(where, f"keep {' '.join(found)}")
    else:
        await asking.saying.say(where, sorry(NONE))


def _links(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            if isinstance(inner, str) and name in {"url", "title_link", "from_url", "original_url"}:
                yield inner
            else:
                yield from _links(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _links(inner)


async def _unfurl(asking: Asking, team: str, event: Json) -> None:
    workspace = asking.workspaces.of(team)
    urls = [str(link.get("url", "")) for link in event.get("links") or ()]
    found = await asking.desk.store.read(_known, urls)
    if workspace and found:
        shown = {url: {"blocks": _shown(each)} for url, each in found.items()}
        await asking.web.call(
            workspace.token,
            "chat.unfurl",
            patient=True,
            channel=event["channel"],
            ts=event["message_ts"],
            unfurls=shown,
        )


def _known(connection: Connection, urls: list[str]) -> dict[str, Card]:
    found = {}
    for url in urls:
        for name in mentioned(url)[:1]:
            try:
                found[url] = card(loading.named(connection, name))
            except PaperroundError:
                continue  # of what is not here nothing can be shown
    return found


def _shown(each: Card) -> list[Json]:
    """The paper below its link, as plain text: what stands in attachments may hold fewer kinds of blocks."""
    said = "\n".join(filter(None, (title(each), details(each), without_styles(each.text))))
    text = {"type": "plain_text", "text": shortened(said, LONGEST), "emoji": False}
    return [{"type": "section", "text": text}, render.buttons(each)]
