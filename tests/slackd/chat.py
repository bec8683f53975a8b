"""chat.*: posting, changing and removing messages."""

from __future__ import annotations

from typing import Any

from tests.slackd.asking import Ask
from tests.slackd.checks import characters, check_message
from tests.slackd.hub import Hub
from tests.slackd.refused import Json, Refused
from tests.slackd.schema import check
from tests.slackd.world import Post, Room, Team

METADATA_CHARACTERS = 16_000


def checked(hub: Hub, args: Json) -> None:
    """Raise Refused unless a message of these arguments can be shown."""
    check_message(args)
    blocks = args.get("blocks") or []
    check(blocks)
    hub.heaviest = max(hub.heaviest, characters(blocks))
    for name in ("unfurl_links", "unfurl_media", "replace_original", "delete_original", "reply_broadcast"):
        if not isinstance(args.get(name, False), bool):
            raise Refused("invalid_arguments", f"{name} is no boolean")


def show(hub: Hub, team: Team, room: Room, args: Json, **more: Any) -> Post:
    """A message of these arguments appears."""
    post = Post(hub.new_ts(), room.id, team.bot.id, **more)
    _fill(hub, post, args)
    room.posts.append(post)
    hub.changes.tell()
    return post


def change(hub: Hub, post: Post, args: Json) -> None:
    """A message becomes this."""
    _fill(hub, post, args)
    post.edits += 1
    hub.changes.tell()


def _fill(hub: Hub, post: Post, args: Json) -> None:
    post.text = args.get("text") or ""
    post.blocks = [{"block_id": f"b{hub.number()}", **block} for block in args.get("blocks") or []]
    post.attachments = args.get("attachments") or []
    post.metadata = args.get("metadata", post.metadata)
    post.unfurl_links = args.get("unfurl_links", True)
    post.unfurl_media = args.get("unfurl_media", True)


def _writable(ask: Ask) -> Room:
    room = ask.team.room(ask.string("channel"))
    if room.archived:
        raise Refused("is_archived")
    if ask.team.bot.id not in room.members:
        raise Refused("not_in_channel")
    return room


def _metadata(metadata: Any) -> None:
    if metadata is None:
        return
    if (
        not isinstance(metadata, dict)
        or set(metadata) != {"event_type", "event_payload"}
        or not isinstance(metadata["event_payload"], dict)
    ):
        raise Refused("invalid_metadata_format")
    if len(str(metadata)) > METADATA_CHARACTERS:
        raise Refused("metadata_too_large")


def post_message(ask: Ask) -> Json:
    room = _writable(ask)
    checked(ask.hub, ask.args)
    _metadata(ask.args.get("metadata"))
    thread = ask.args.get("thread_ts") or ""
    if thread:
        room.post(thread).thread_ts = thread
    post = show(ask.hub, ask.team, room, ask.args, thread_ts=thread)
    return {"channel": room.id, "ts": post.ts, "message": post.to_json()}


def post_ephemeral(ask: Ask) -> Json:
    room = _writable(ask)
    checked(ask.hub, ask.args)
    person = ask.string("user")
    if person not in room.members:
        raise Refused("user_not_in_channel")
    post = show(ask.hub, ask.team, room, ask.args, thread_ts=ask.args.get("thread_ts") or "", only_for=person)
    return {"message_ts": post.ts}


def update(ask: Ask) -> Json:
    room = _writable(ask)
    post = room.post(ask.string("ts"))
    if post.user != ask.team.bot.id:
        raise Refused("cant_update_message")
    checked(ask.hub, ask.args)
    _metadata(ask.args.get("metadata"))
    change(ask.hub, post, ask.args)
    return {"channel": room.id, "ts": post.ts, "text": post.text, "message": post.to_json()}


def delete(ask: Ask) -> Json:
    room = ask.team.room(ask.string("channel"))
    post = room.post(ask.string("ts"))
    if post.user != ask.team.bot.id:
        raise Refused("cant_delete_message")
    post.deleted = True
    ask.hub.changes.tell()
    return {"channel": room.id, "ts": post.ts}


def unfurl(ask: Ask) -> Json:
    room = ask.team.room(ask.string("channel"))
    post = next((each for each in room.posts if each.ts == ask.string("ts")), None)
    if post is None:
        raise Refused("cannot_find_message")
    unfurls = ask.args.get("unfurls")
    if not isinstance(unfurls, dict) or not unfurls:
        raise Refused("missing_unfurls")
    for url, shown in unfurls.items():
        if f"<{url}>" not in post.text and f"<{url}|" not in post.text:
            raise Refused("cannot_unfurl_url", url)
        checked(ask.hub, {"text": " ", **shown})
    post.unfurls.update(unfurls)
    ask.hub.changes.tell()
    return {}
