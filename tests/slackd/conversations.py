"""conversations.* and users.*: channels, what was said in them, and people."""

from __future__ import annotations

from tests.slackd.asking import Ask
from tests.slackd.refused import Json, Refused
from tests.slackd.world import Post, Room

HISTORY_MOST = 999


def _visible(ask: Ask, room: Room) -> list[Post]:
    if ask.team.bot.id not in room.members:
        raise Refused("not_in_channel")
    now = ask.hub.now()
    posts = [post for post in room.posts if not post.deleted and not post.only_for and post.found_from <= now]
    oldest, latest = float(ask.args.get("oldest") or 0), float(ask.args.get("latest") or now + 1e9)
    edges = ask.flag("inclusive")
    return [
        post for post in posts if oldest < float(post.ts) < latest or (edges and float(post.ts) in {oldest, latest})
    ]


def _page(ask: Ask, posts: list[Post], default: int) -> Json:
    limit = ask.integer("limit", default, HISTORY_MOST)
    start = int(str(ask.args.get("cursor") or "next:0").removeprefix("next:"))
    shown, more = posts[start : start + limit], len(posts) > start + limit
    metadata = ask.flag("include_all_metadata")
    return {
        "messages": [post.to_json(metadata=metadata) for post in shown],
        "has_more": more,
        "response_metadata": {"next_cursor": f"next:{start + limit}" if more else ""},
    }


def history(ask: Ask) -> Json:
    room = ask.readable("history")
    posts = [post for post in _visible(ask, room) if post.thread_ts in {"", post.ts}]
    return _page(ask, sorted(posts, key=lambda post: post.ts, reverse=True), 100)


def replies(ask: Ask) -> Json:
    room = ask.readable("history")
    parent = ask.string("ts")
    if not any(post.ts == parent and not post.deleted for post in room.posts):
        raise Refused("thread_not_found")
    posts = [post for post in _visible(ask, room) if parent in {post.thread_ts, post.ts}]
    return _page(ask, sorted(posts, key=lambda post: post.ts), 1000 - 1)


def info(ask: Ask) -> Json:
    room = ask.readable("read")
    return {"channel": room.to_json(ask.team.bot.id)}


def members(ask: Ask) -> Json:
    room = ask.readable("read")
    return {"members": sorted(room.members), "response_metadata": {"next_cursor": ""}}


def open_(ask: Ask) -> Json:
    person = ask.string("users")
    if person not in ask.team.members:
        raise Refused("user_not_found")
    ask.may("im:write")
    return {"channel": {"id": ask.team.direct(person).id}}


def list_(ask: Ask) -> Json:
    ask.integer("limit", 100, 1000)
    kinds = str(ask.args.get("types") or "public_channel").split(",")
    wanted = {{"public_channel": "channels", "private_channel": "groups", "im": "im", "mpim": "mpim"}[k] for k in kinds}
    for kind in wanted:
        ask.may(f"{kind}:read")
    rooms = [
        room
        for room in ask.team.rooms.values()
        if room.kind in wanted
        and not room.deleted
        and (room.kind == "channels" or ask.team.bot.id in room.members)
        and not (room.archived and ask.flag("exclude_archived"))
    ]
    if ask.method == "users.conversations":
        who = str(ask.args.get("user") or ask.team.bot.id)
        rooms = [room for room in rooms if {who, ask.team.bot.id} <= room.members]
    limit = ask.integer("limit", 100, 1000)
    start = int(str(ask.args.get("cursor") or "next:0").removeprefix("next:"))
    more = len(rooms) > start + limit
    return {
        "channels": [room.to_json(ask.team.bot.id) for room in rooms[start : start + limit]],
        "response_metadata": {"next_cursor": f"next:{start + limit}" if more else ""},
    }


def user_info(ask: Ask) -> Json:
    person = ask.team.members.get(ask.string("user"))
    if person is None:
        raise Refused("user_not_found")
    return {"user": person.to_json(ask.team.id)}
