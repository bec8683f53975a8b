"""The app's Home: one's own digest and bookmarks, and the channels one shares, each with what can be done about it."""

from __future__ import annotations

import re

from msgspec import Struct
from slack_bolt.async_app import AsyncAck, AsyncApp
from sqlalchemy import Connection

from bot.commands.base import Answer
from bot.commands.follow import next_digest
from bot.commands.parts import counted, frequency
from bot.slack import modals, opening, render
from bot.slack.answer import Where
from bot.slack.asking import Asking
from bot.slack.hear import team_of
from bot.slack.ids import ours
from bot.slack.pace import Pace
from bot.slack.rich import LONGEST, NOWHERE, Json, block, elements, section, text
from bot.slack.tasks import Tasks
from db import channels, outbox
from domain.channel import Channel
from domain.message import Span, line

IDS = "home"
SEARCH = "home_search"
BLOCKS = 100
CHANNELS, OWN = 15, 10  # that are shown
PAGE, PAGES = 200, 5  # of one's channels
TROUBLED = 200
_BUTTONS = re.compile(rf"^{IDS}(?::\d+)+$")
_ABOUT = re.compile(r"([CG][A-Z0-9]+)\|(.*)", re.DOTALL)


class Health(Struct, frozen=True):
    """A channel as its people want to know it."""

    channel: Channel
    subscriptions: int
    troubles: tuple[str, ...]


def register(app: AsyncApp, asking: Asking, tasks: Tasks, pace: Pace) -> None:
    """Let the app hear its Home."""

    async def opened(body: Json, event: Json) -> None:
        where = asking.where(team_of(body), "", str(event["user"]))
        if where and event.get("tab") == "home":
            tasks.begin(publish(asking, pace, where))

    async def searched(ack: AsyncAck, body: Json, action: Json) -> None:
        await ack()
        where = asking.where(str(body["team"]["id"]), "", str(body["user"]["id"]))
        if where:
            tasks.begin(publish(asking, pace, where, str(action.get("value") or "")))

    async def pressed(ack: AsyncAck, body: Json, action: Json) -> None:
        await ack()
        tasks.begin(_done(asking, pace, body, action))

    app.event("app_home_opened")(opened)
    app.action(SEARCH)(searched)
    app.action(_BUTTONS)(pressed)


async def _done(asking: Asking, pace: Pace, body: Json, action: Json) -> None:
    """Do what a button in Home says, show the answer in a modal, and Home as it is then."""
    value = str(action.get("value") or (action.get("selected_option") or {}).get("value") or "")
    found = _ABOUT.fullmatch(value)
    conversation, words = (found[1], found[2]) if found else ("", value)
    team, user = str(body["team"]["id"]), str(body["user"]["id"])
    where, home = asking.where(team, conversation, user), asking.where(team, "", user)
    if where is None or home is None:
        return
    if conversation and where.place.channel not in (await _mine(asking, pace, home) or ()):
        # Whoever left the channel since this was shown may do nothing there; they see what is so now.
        await publish(asking, pace, home)
        return
    trigger = str(body.get("trigger_id", ""))
    if await opening.opened(asking, where, words, trigger):
        return
    view = await opening.shown(asking, where, modals.waiting({"conversation": conversation}), trigger)
    there = asking.where(team, conversation, user, view=view, under=True)
    if there and view:
        await asking.reply(there, words.removeprefix("form "))
    await publish(asking, pace, home)


async def publish(asking: Asking, pace: Pace, where: Where, search: str = "") -> None:
    """Show somebody their Home as it is now."""
    own = await asking.answered(where, "subscriptions to:me")
    kept = await asking.answered(where, f"bookmarks {search}".strip())
    there = await _shared(asking, pace, where)
    blocks = [_header("Your own digest"), *_own(own)]
    blocks.append(_actions(2, [("Subscribe…", "form subscribe to:me"), ("Schedule…", "form schedule to:me")]))
    blocks += [_header("Your channels"), *_channels(there)]
    blocks += [_header("Your bookmarks"), _field(search)]
    for number, group in enumerate(render.groups(kept.message, where.place, f"{IDS}:9")):
        if number and len(blocks) + len(group) <= BLOCKS:  # the first is their heading
            blocks += group
    view = {"type": "home", "blocks": blocks[:BLOCKS]}
    await asking.web.call(where.workspace.token, "views.publish", patient=True, user_id=where.user, view=view)


def _own(answer: Answer) -> list[Json]:
    """One's own subscriptions, each with what can be done about it."""
    there = answer.data.get("subscriptions") or []
    if not there:
        return [_said("You follow nothing yet. What you follow comes to you directly, at an hour of yours.")]
    blocks = [block(section([text("Schedule: "), text(str(answer.data["schedule"]), code=True)]))]
    for at, each in enumerate(there[:OWN]):
        number = each["subscription"]
        told = [text(f"{number}. "), text(str(each["query"])[:LONGEST], code=True)]
        told.append(text(f" · {frequency(each['per_week'], 'week')}"))
        buttons = [("Edit", f"edit {number} to:me"), ("Unsubscribe", f"unsubscribe {number} to:me")]
        blocks += [block(section(told)), _actions(10 + 2 * at, buttons)]
    if len(there) > OWN:
        blocks.append(_said(f"And {len(there) - OWN} more: /papers subscriptions to:me"))
    return blocks


async def _shared(asking: Asking, pace: Pace, where: Where) -> list[Health] | None:
    """The channels that get digests and that both of us are in; None where Slack does not say."""
    names = await _mine(asking, pace, where)
    return None if names is None else await asking.desk.store.read(_health, names)


async def _mine(asking: Asking, pace: Pace, where: Where) -> set[str] | None:
    """The channels that both of us are in; None where Slack does not say."""
    names: set[str] = set()
    cursor: str | None = None
    for _ in range(PAGES):
        if await pace.ask(where.workspace.team, "users.conversations"):
            return None
        asked = {"user": where.user, "types": "public_channel,private_channel", "limit": PAGE, "cursor": cursor}
        reply = await asking.web.call(where.workspace.token, "users.conversations", patient=True, **asked)
        if not reply.ok:
            return None
        names |= {ours(where.workspace.team, str(each["id"])) for each in reply.body.get("channels") or ()}
        cursor = (reply.body.get("response_metadata") or {}).get("next_cursor") or None
        if cursor is None:
            break
    return names


def _health(connection: Connection, names: set[str]) -> list[Health]:
    there = [each for each in channels.every(connection) if each.id in names]
    subscribed = channels.subscriptions(connection, [each.id for each in there])
    waiting: dict[str, list[str]] = {}
    for delivery, why in outbox.troubled(connection, TROUBLED):
        waiting.setdefault(delivery.channel, []).append(why or delivery.state.value)
    return [Health(each, len(subscribed[each.id]), tuple(dict.fromkeys(waiting.get(each.id, ())))) for each in there]


def _channels(there: list[Health] | None) -> list[Json]:
    if there is None:
        return [_said("Slack does not say just now which channels you are in; open this page again in a minute.")]
    if not there:
        return [_said("None that you are in has subscriptions. Invite me into one, and write /papers subscribe there.")]
    blocks = []
    for number, health in enumerate(there[:CHANNELS]):
        channel = health.channel
        conversation = channel.id.rpartition("/")[2]
        resting = channel.stopped or "; ".join(health.troubles)
        told = [
            {"type": "channel", "channel_id": conversation, "style": {"bold": True}},
            text(f" · {counted(health.subscriptions, 'subscription')}\nNext digest: "),
            text(next_digest(channel), bold=True),
            text(" · "),
            text(str(channel.schedule), code=True),
            text("\n"),
            *elements(line(Span(f"Rests: {resting}", "strong") if resting else "All is well."), NOWHERE),
        ]
        other = "resume" if channel.schedule.paused else "pause"
        shown = [("Subscriptions", "subscriptions"), ("Preview", "digest preview"), ("Subscribe…", "form subscribe")]
        shown += [("Schedule…", "form schedule"), (other.capitalize(), f"schedule {other}")]
        blocks += [block(section(told)), _actions(100 + 10 * number, [(a, f"{conversation}|{b}") for a, b in shown])]
    if len(there) > CHANNELS:
        blocks.append(_said(f"And {len(there) - CHANNELS} more."))
    return blocks


def _actions(first: int, buttons: list[tuple[str, str]]) -> Json:
    made = [
        {"type": "button", "action_id": f"{IDS}:{number}", "text": _plain(label), "value": value}
        for number, (label, value) in enumerate(buttons, first)
    ]
    return {"type": "actions", "elements": made}


def _field(search: str) -> Json:
    field: Json = {
        "type": "plain_text_input",
        "action_id": SEARCH,
        "placeholder": _plain("words or #tags"),
        "dispatch_action_config": {"trigger_actions_on": ["on_enter_pressed"]},
        **({"initial_value": search} if search else {}),
    }
    return {
        "type": "input",
        "label": _plain("Search them"),
        "element": field,
        "dispatch_action": True,
        "optional": True,
    }


def _header(words: str) -> Json:
    return {"type": "header", "text": _plain(words)}


def _said(words: str) -> Json:
    return block(section([text(words, italic=True)]))


def _plain(words: str) -> Json:
    return {"type": "plain_text", "text": words}
