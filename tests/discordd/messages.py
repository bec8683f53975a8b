"""Messages: sending, looking, changing, removing."""

from __future__ import annotations

import re
import time

from tests.discordd import limits, payloads
from tests.discordd.refusals import Form, Json, refuse
from tests.discordd.state import Call, Handler, Reply, State
from tests.discordd.world import (
    ATTACH,
    DM,
    EMBED,
    FORUM,
    HISTORY,
    MANAGE_THREADS,
    SEND,
    SEND_IN_THREADS,
    THREADS,
    Place,
    Stored,
    User,
    iso,
)

PING = re.compile(r"@everyone|@here|<@&?!?\d+>")


def pings(body: Json) -> list[str]:
    """Who a new message would wake: what its texts name and its `allowed_mentions` do not forbid."""
    texts = [str(body.get("content") or "")]
    texts += [str(each.get("content") or "") for each in limits.walk(body.get("components") or [])]
    allowed = body.get("allowed_mentions")
    parse = {"everyone", "users", "roles"} if allowed is None else set(allowed.get("parse") or [])
    named = {str(each) for kind in ("users", "roles") for each in (allowed or {}).get(kind) or []}
    found = []
    for text in texts:
        for match in PING.findall(text):
            kind = "everyone" if match[0] == "@" else "roles" if "&" in match else "users"
            if kind in parse or re.sub(r"\D", "", match) in named:
                found.append(match)
    return found


def make(
    state: State, place: Place, call: Call, body: Json, *, only: User | None = None, number: int | None = None
) -> Stored:
    """Store a message. The nonce is told in the answer alone, as by Discord."""
    world = state.world
    nonce = str(body.get("nonce") or "")
    data: Json = {
        "id": str(number or world.id()),
        "channel_id": str(place.id),
        "type": 0,
        "author": payloads.user(world.bot),
        "content": str(body.get("content") or "").strip(),
        "timestamp": iso(),
        "edited_timestamp": None,
        "tts": False,
        "mention_everyone": False,
        "mentions": [],
        "mention_roles": [],
        "attachments": attachments(state, call),
        "embeds": [{"type": "rich"} | embed for embed in body.get("embeds") or []],
        "components": numbered(body.get("components") or []),
        "pinned": False,
        "flags": int(body.get("flags") or 0) & (limits.V2 | limits.SUPPRESS_EMBEDS | limits.SILENT)
        | (limits.EPHEMERAL if only else 0),
        "application_id": str(world.application),
    }
    stored = Stored(data, nonce, only, pings=pings(body))
    if call.fault and call.fault.hidden:
        stored.shown_at = time.monotonic() + call.fault.hidden
    place.messages.append(stored)
    if place.type in THREADS and not place.locked:
        place.archived = False
    if only is None and (place.guild is None or place.guild.installed):
        guild = {"guild_id": str(place.guild.id)} if place.guild else {}
        state.gateway.tell("MESSAGE_CREATE", data | guild | ({"nonce": nonce} if nonce else {}), place.guild)
    return stored


def numbered(components: list[Json]) -> list[Json]:
    """Every component has a number, as in answers."""
    for number, each in enumerate(limits.walk(components), 1):
        each.setdefault("id", number)
    return components


def attachments(state: State, call: Call) -> list[Json]:
    """The files that came, as a message shows them."""
    return [
        {
            "id": str(state.world.id()),
            "filename": name,
            "size": len(content),
            "url": f"http://127.0.0.1/files/{name}",
            "proxy_url": f"http://127.0.0.1/files/{name}",
            "content_type": "application/octet-stream",
            "content": content.decode("utf-8", "replace"),  # for tests to read
        }
        for name, content in call.files
    ]


def told(stored: Stored) -> Json:
    """A message in an answer."""
    return stored.data | ({"nonce": stored.nonce} if stored.nonce else {})


def writable(state: State, place: Place, body: Json, files: int) -> None:
    """Refuse where the bot may not say this."""
    if place.type == FORUM:
        refuse(50008)
    if place.type == DM:
        if place.with_ and place.with_.closed:
            refuse(50007)
        return
    state.world.may(place, SEND_IN_THREADS if place.type in THREADS else SEND)
    if body.get("embeds"):
        state.world.may(place, EMBED)
    if files:
        state.world.may(place, ATTACH)
    if place.locked and not state.world.permissions(state.world.bot, place) & MANAGE_THREADS:
        refuse(50083)


async def send(state: State, call: Call) -> Reply:
    place = state.world.reachable(call.number("channel_id"))
    body: Json = call.body or {}
    writable(state, place, body, len(call.files))
    limits.message(body, len(call.files))
    nonce = str(body.get("nonce") or "")
    if nonce and body.get("enforce_nonce"):
        since = time.time() - state.nonce_seconds
        for each in place.messages:
            if each.nonce == nonce and (each.id >> 22) + 1_420_070_400_000 > since * 1000:
                return 200, told(each)
    return 200, told(make(state, place, call, body))


def _visible(state: State, place: Place) -> list[Stored]:
    if not state.world.permissions(state.world.bot, place) & HISTORY:
        return []
    now = time.monotonic()
    return [each for each in place.posted if each.shown_at <= now]


async def history(state: State, call: Call) -> Reply:
    place = state.world.reachable(call.number("channel_id"))
    if place.type == FORUM:
        refuse(50008)
    limit = int(call.query.get("limit", 50))
    if not 1 <= limit <= 100:
        form = Form()
        form.bad("limit", "NUMBER_TYPE_MAX", "int value should be 1 to 100.")
        form.check()
    there = _visible(state, place)
    if "after" in call.query:
        return 200, [each.data for each in there if each.id > int(call.query["after"])][:limit][::-1]
    if "before" in call.query:
        there = [each for each in there if each.id < int(call.query["before"])]
    if "around" in call.query:
        there = [each for each in there if each.id <= int(call.query["around"]) + (1 << 40)]
    return 200, [each.data for each in there[-limit:]][::-1]


def found(place: Place, number: int) -> Stored:
    """A message, or the refusal."""
    stored = next((each for each in place.messages if each.id == number), None)
    if stored is None:
        refuse(10008)
    return stored


async def look(state: State, call: Call) -> Reply:
    place = state.world.reachable(call.number("channel_id"))
    state.world.may(place, HISTORY)
    return 200, found(place, call.number("message_id")).data


def change(state: State, place: Place, stored: Stored, call: Call) -> Json:
    """Edit a message by a body that is checked."""
    body: Json = call.body or {}
    flags = int(stored.data["flags"])
    limits.message(body, len(call.files), flags=flags, edit=True)
    for name in ("content", "embeds", "components"):
        if name in body:
            stored.data[name] = body[name] or ("" if name == "content" else [])
    if "components" in body:
        numbered(stored.data["components"])
    stored.data["flags"] = flags | (int(body.get("flags") or 0) & (limits.V2 | limits.SUPPRESS_EMBEDS))
    if call.files or "attachments" in body:
        kept = {str(each.get("id")) for each in body.get("attachments") or []}
        stored.data["attachments"] = [each for each in stored.data["attachments"] if each["id"] in kept]
        stored.data["attachments"] += attachments(state, call)
    if int(stored.data["flags"]) & limits.V2 and (stored.data["content"] or stored.data["embeds"]):
        form = Form()
        form.bad("flags", "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", "content and embeds must be emptied")
        form.check()
    stored.data["edited_timestamp"] = iso()
    stored.pings = pings(body)
    return stored.data


async def edit(state: State, call: Call) -> Reply:
    place = state.world.reachable(call.number("channel_id"))
    return 200, change(state, place, found(place, call.number("message_id")), call)


async def remove(state: State, call: Call) -> Reply:
    place = state.world.reachable(call.number("channel_id"))
    place.messages.remove(found(place, call.number("message_id")))
    return 204, None


async def typing(state: State, call: Call) -> Reply:
    state.world.reachable(call.number("channel_id"))
    return 204, None


ROUTES: dict[str, Handler] = {
    "POST /channels/{channel_id}/messages": send,
    "GET /channels/{channel_id}/messages": history,
    "GET /channels/{channel_id}/messages/{message_id}": look,
    "PATCH /channels/{channel_id}/messages/{message_id}": edit,
    "DELETE /channels/{channel_id}/messages/{message_id}": remove,
    "POST /channels/{channel_id}/typing": typing,
}
