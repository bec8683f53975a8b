"""The Web API: each method with the scopes that it needs, and answering one request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.slackd import access, chat, conversations, views
from tests.slackd.asking import Ask
from tests.slackd.hub import Asking, Hub
from tests.slackd.refused import Json, Refused


@dataclass(frozen=True)
class Method:
    """What it does, and the scopes that it always needs; others depend on the channel.

    Only methods that write take JSON (docs.slack.dev/apis/web-api#methods_supporting_json): the others do not see it.
    """

    run: Callable[[Ask], Json]
    scopes: tuple[str, ...] = ()
    json: bool = False


METHODS: dict[str, Method] = {
    "auth.test": Method(access.auth_test, json=True),
    "auth.revoke": Method(access.revoke),
    "bots.info": Method(access.bots_info, ("users:read",)),
    "chat.postMessage": Method(chat.post_message, ("chat:write",), json=True),
    "chat.postEphemeral": Method(chat.post_ephemeral, ("chat:write",), json=True),
    "chat.update": Method(chat.update, ("chat:write",), json=True),
    "chat.delete": Method(chat.delete, ("chat:write",), json=True),
    "chat.unfurl": Method(chat.unfurl, ("links:write",), json=True),
    "conversations.history": Method(conversations.history),
    "conversations.replies": Method(conversations.replies),
    "conversations.info": Method(conversations.info),
    "conversations.list": Method(conversations.list_),
    "conversations.members": Method(conversations.members),
    "conversations.open": Method(conversations.open_, ("im:write",), json=True),
    "files.completeUploadExternal": Method(access.complete_upload, ("files:write",), json=True),
    "files.getUploadURLExternal": Method(access.upload_url, ("files:write",)),
    "users.conversations": Method(conversations.list_),
    "users.info": Method(conversations.user_info, ("users:read",)),
    "views.open": Method(views.open_, json=True),
    "views.publish": Method(views.publish, json=True),
    "views.push": Method(views.open_, json=True),
    "views.update": Method(views.update, json=True),
}


def answer(hub: Hub, method: str, token: str, args: Json) -> tuple[Json, int | None]:
    """Slack's answer, and how many seconds to wait where it is that one asks too often."""
    try:
        return {"ok": True, **_run(hub, method, token, args)}, None
    except Refused as no:
        hub.refuse(method, no, args)
        after = no.more.pop("retry_after", None)
        told: Json = {"ok": False, "error": no.error, **no.more}
        if no.details:
            told["response_metadata"] = {"messages": [f"[ERROR] {detail}" for detail in no.details]}
        return told, after


def _run(hub: Hub, method: str, token: str, args: Json) -> Json:
    if method == "apps.connections.open":
        hub.rates.take("", method)
        return access.connection(hub, token)
    if method == "oauth.v2.access":
        hub.rates.take("", method)
        return access.exchange(hub, args)
    if method not in METHODS:
        raise Refused("unknown_method", method)
    team = hub.team_of(token)
    hub.asked.append(Asking(method, args, team.id, hub.now()))
    ask = Ask(hub, team, method, args)
    ask.may(*METHODS[method].scopes)
    hub.rates.take(team.id, method, str(args.get("channel") or ""))
    return METHODS[method].run(ask)
