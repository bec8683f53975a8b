"""Channels, threads, forum posts, direct messages, guilds and who is in them."""

from __future__ import annotations

from tests.discordd import limits, messages, payloads
from tests.discordd.refusals import Form, Json, refuse
from tests.discordd.state import Call, Handler, Reply, State
from tests.discordd.world import (
    CREATE_THREADS,
    FORUM,
    HISTORY,
    MANAGE_THREADS,
    SEND,
    THREADS,
    Guild,
    Place,
)

TAG_REQUIRED = 1 << 4
TAGS = 5


async def show(state: State, call: Call) -> Reply:
    return 200, payloads.place(state.world.reachable(call.number("channel_id")), state.world)


async def change(state: State, call: Call) -> Reply:
    place = state.world.reachable(call.number("channel_id"))
    if place.type not in THREADS:
        state.world.may(place, 1 << 4)
    body: Json = call.body or {}
    for name in ("name", "archived", "locked"):
        if name in body:
            setattr(place, name, body[name])
    return 200, payloads.place(place, state.world)


def _named(call: Call) -> str:
    form = Form()
    form.text((call.body or {}).get("name"), "name", 100, 1)
    form.need(
        (call.body or {}).get("auto_archive_duration") in {None, 60, 1440, 4320, 10080},
        "auto_archive_duration",
        "No such duration",
    )
    form.check()
    return str(call.body["name"])


async def open_thread(state: State, call: Call) -> Reply:
    """A thread without a message, or a post in a forum, which is a thread that begins with one."""
    parent = state.world.reachable(call.number("channel_id"))
    if parent.type in THREADS or parent.guild is None:
        refuse(50024)
    name = _named(call)
    if parent.type != FORUM:
        state.world.may(parent, CREATE_THREADS)
        thread = state.world.thread(parent, name)
        _told(state, thread)
        return 201, payloads.place(thread, state.world)
    state.world.may(parent, SEND)
    body: Json = call.body.get("message") or {}
    form = Form()
    tags = [str(each) for each in call.body.get("applied_tags") or []]
    known = {each["id"]: each for each in parent.tags}
    form.need(len(tags) <= TAGS, "applied_tags", f"Must be {TAGS} or fewer in length.", "BASE_TYPE_MAX_LENGTH")
    form.need(all(tag in known for tag in tags), "applied_tags", "Invalid tag")
    form.check()
    if parent.flags & TAG_REQUIRED and not tags:
        refuse(40067)
    if any(known[tag].get("moderated") for tag in tags):
        state.world.may(parent, MANAGE_THREADS)
    limits.message(body, len(call.files))
    thread = state.world.thread(parent, name)
    thread.applied = tags
    _told(state, thread)
    first = messages.make(state, thread, call, body, number=thread.id)
    return 201, payloads.place(thread, state.world) | {"message": first.data}


async def open_thread_of(state: State, call: Call) -> Reply:
    """A thread that begins with a message; it has that one's number."""
    parent = state.world.reachable(call.number("channel_id"))
    state.world.may(parent, CREATE_THREADS | HISTORY)
    stored = messages.found(parent, call.number("message_id"))
    name = _named(call)
    if stored.id in state.world.places:
        refuse(160004)
    thread = state.world.thread(parent, name, stored.id)
    stored.data["thread"] = payloads.place(thread, state.world)
    stored.data["flags"] |= 1 << 5
    _told(state, thread)
    return 201, stored.data["thread"]


def _told(state: State, thread: Place) -> None:
    state.gateway.tell("THREAD_CREATE", payloads.place(thread, state.world) | {"newly_created": True}, thread.guild)


async def open_direct(state: State, call: Call) -> Reply:
    user = state.world.users.get(int(call.body["recipient_id"]))
    if user is None or user.bot:
        refuse(10013)
    return 200, payloads.place(state.world.direct(user), state.world)


def _guild(state: State, call: Call) -> Guild:
    guild = state.world.guilds.get(call.number("guild_id"))
    if guild is None:
        refuse(10004)
    if not guild.installed:
        refuse(50001)
    return guild


async def guild(state: State, call: Call) -> Reply:
    return 200, payloads.guild(_guild(state, call), state.world, whole=False)


async def places(state: State, call: Call) -> Reply:
    there = _guild(state, call).places.values()
    return 200, [payloads.place(each, state.world) for each in there if each.type not in THREADS]


async def active(state: State, call: Call) -> Reply:
    there = [each for each in _guild(state, call).places.values() if each.type in THREADS and not each.archived]
    return 200, {"threads": [payloads.place(each, state.world) for each in there], "members": []}


async def archived(state: State, call: Call) -> Reply:
    parent = state.world.reachable(call.number("channel_id"))
    state.world.may(parent, HISTORY)
    there = [each for each in state.world.places.values() if each.parent is parent and each.archived]
    return 200, {"threads": [payloads.place(each, state.world) for each in there], "members": [], "has_more": False}


async def member(state: State, call: Call) -> Reply:
    found = _guild(state, call).members.get(call.number("user_id"))
    if found is None:
        refuse(10007)
    return 200, payloads.member(found)


async def roles(state: State, call: Call) -> Reply:
    return 200, [payloads.role(each) for each in _guild(state, call).roles.values()]


async def user(state: State, call: Call) -> Reply:
    found = state.world.users.get(call.number("user_id"))
    if found is None:
        refuse(10013)
    return 200, payloads.user(found)


ROUTES: dict[str, Handler] = {
    "GET /channels/{channel_id}": show,
    "PATCH /channels/{channel_id}": change,
    "POST /channels/{channel_id}/threads": open_thread,
    "POST /channels/{channel_id}/messages/{message_id}/threads": open_thread_of,
    "GET /channels/{channel_id}/threads/archived/public": archived,
    "POST /users/@me/channels": open_direct,
    "GET /guilds/{guild_id}": guild,
    "GET /guilds/{guild_id}/channels": places,
    "GET /guilds/{guild_id}/threads/active": active,
    "GET /guilds/{guild_id}/members/{user_id}": member,
    "GET /guilds/{guild_id}/roles": roles,
    "GET /users/{user_id}": user,
}
