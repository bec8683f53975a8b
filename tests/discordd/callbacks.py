"""Answers to interactions: the first within three seconds, the others by a token that lives fifteen minutes."""

from __future__ import annotations

import time

from tests.discordd import limits, messages
from tests.discordd.interactions import (
    ANSWERS,
    CHOICES,
    DEFER,
    DEFER_UPDATE,
    FOLLOW_UPS,
    MODAL,
    SAY,
    UPDATE,
    Interaction,
)
from tests.discordd.refusals import Form, Json, refuse
from tests.discordd.state import Call, Handler, Reply, State
from tests.discordd.world import Stored


def _interaction(state: State, token: str, code: int) -> Interaction:
    found = state.interactions.by_token.get(token)
    if found is None:
        refuse(code)
    return found


async def answer(state: State, call: Call) -> Reply:
    """The first answer."""
    of = _interaction(state, call.ids["interaction_token"], 10062)
    if of.id != call.number("interaction_id"):
        refuse(10062)
    of.in_time()
    kind, body = int(call.body.get("type", 0)), call.body.get("data") or {}
    form = Form()
    form.need(kind in ANSWERS[of.kind], "type", f"Interactions of type {of.kind} are not answered by {kind}")
    form.need(kind not in {DEFER_UPDATE, UPDATE} or of.message, "type", "There is no message to update")
    form.check()
    ephemeral = bool(int(body.get("flags") or 0) & limits.EPHEMERAL)
    if kind == SAY:
        limits.message(body, len(call.files))
        of.original = _say(state, of, call, body, ephemeral=ephemeral)
    elif kind == UPDATE and of.message:
        _change(state, of, of.message, call)
        of.original = of.message
    elif kind == MODAL:
        limits.modal(body)
    elif kind == CHOICES:
        limits.choices(body)
    elif kind == DEFER_UPDATE:
        of.original = of.message
    of.answer, of.body, of.ephemeral, of.deferred = kind, body, ephemeral, kind == DEFER
    of.took = time.monotonic() - of.began
    await of.tell()
    if call.query.get("with_response", "").lower() not in {"true", "1"}:
        return 204, None
    about: Json = {"id": str(of.id), "type": of.kind, "response_message_ephemeral": ephemeral}
    resource: Json = {"type": kind}
    if of.original and kind in {SAY, UPDATE}:
        about["response_message_id"] = of.original.data["id"]
        resource["message"] = of.original.data
    return 200, {"interaction": about, "resource": resource}


def _say(state: State, of: Interaction, call: Call, body: Json, *, ephemeral: bool) -> Stored:
    return messages.make(state, of.place, call, body, only=of.user if ephemeral else None)


def _change(state: State, of: Interaction, stored: Stored, call: Call) -> None:
    whole = call.body
    call.body = whole.get("data", whole) if "type" in whole else whole
    messages.change(state, of.place, stored, call)
    call.body = whole


def _alive(state: State, call: Call) -> Interaction:
    if call.number("webhook_id") != state.world.application:
        refuse(10015)
    of = _interaction(state, call.ids["webhook_token"], 10015)
    of.alive()
    return of


async def follow_up(state: State, call: Call) -> Reply:
    """One more message. The first after a promise keeps it: it takes its place, and is as private as that."""
    of = _alive(state, call)
    body: Json = call.body or {}
    limits.message(body, len(call.files))
    if of.place.guild and not of.place.guild.installed and len(of.follow_ups) >= FOLLOW_UPS:
        refuse(40094)
    promised = of.deferred
    private = of.ephemeral if promised else bool(int(body.get("flags") or 0) & limits.EPHEMERAL)
    stored = _say(state, of, call, body, ephemeral=private)
    if promised:
        of.original, of.deferred = stored, False
    else:
        of.follow_ups.append(stored)
    await of.tell()
    return 200, stored.data


def _original(of: Interaction) -> Stored:
    if of.original is None:
        refuse(10008)
    return of.original


async def show_original(state: State, call: Call) -> Reply:
    return 200, _original(_alive(state, call)).data


async def edit_original(state: State, call: Call) -> Reply:
    """Change the first answer; after a promise, make it."""
    of = _alive(state, call)
    if of.deferred:
        limits.message(call.body or {}, len(call.files))
        of.original, of.deferred = _say(state, of, call, call.body or {}, ephemeral=of.ephemeral), False
    else:
        _change(state, of, _original(of), call)
    of.edits += 1
    await of.tell()
    return 200, _original(of).data


async def remove_original(state: State, call: Call) -> Reply:
    of = _alive(state, call)
    if of.original and of.original in of.place.messages:
        of.place.messages.remove(of.original)
    of.deleted, of.original = True, None
    await of.tell()
    return 204, None


async def edit(state: State, call: Call) -> Reply:
    of = _alive(state, call)
    stored = messages.found(of.place, call.number("message_id"))
    _change(state, of, stored, call)
    of.edits += 1
    await of.tell()
    return 200, stored.data


async def remove(state: State, call: Call) -> Reply:
    of = _alive(state, call)
    of.place.messages.remove(messages.found(of.place, call.number("message_id")))
    await of.tell()
    return 204, None


_HOOK = "/webhooks/{webhook_id}/{webhook_token}"
ROUTES: dict[str, Handler] = {
    "POST /interactions/{interaction_id}/{interaction_token}/callback": answer,
    f"POST {_HOOK}": follow_up,
    f"GET {_HOOK}/messages/@original": show_original,
    f"PATCH {_HOOK}/messages/@original": edit_original,
    f"DELETE {_HOOK}/messages/@original": remove_original,
    f"PATCH {_HOOK}/messages/{{message_id}}": edit,
    f"DELETE {_HOOK}/messages/{{message_id}}": remove,
}
