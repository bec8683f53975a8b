"""The application itself: who it is, its commands, and the way to the gateway."""

from __future__ import annotations

from tests.discordd import commands, payloads
from tests.discordd.refusals import Json, refuse
from tests.discordd.state import Call, Handler, Reply, State


async def me(state: State, call: Call) -> Reply:
    return 200, payloads.user(state.world.bot) | {"verified": True, "mfa_enabled": False, "email": None, "flags": 0}


async def about(state: State, call: Call) -> Reply:
    return 200, {
        "id": str(state.world.application),
        "name": "Paperround",
        "description": "",
        "icon": None,
        "summary": "",
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "team": None,
        "owner": payloads.user(next(iter(state.world.users.values()))),
        "flags": 0,
        "approximate_guild_count": len(state.world.guilds),
        "integration_types_config": {"0": {}, "1": {}},
        "bot": payloads.user(state.world.bot),
    }


async def gateway(state: State, call: Call) -> Reply:
    limit = {"total": 1000, "remaining": state.gateway.starts, "reset_after": 86_400_000}
    limit["max_concurrency"] = state.gateway.concurrency
    return 200, {"url": state.gateway.url, "shards": state.gateway.shards, "session_start_limit": limit}


def _ours(state: State, call: Call) -> None:
    if call.number("application_id") != state.world.application:
        refuse(10002)


async def listed(state: State, call: Call) -> Reply:
    _ours(state, call)
    return 200, state.commands


async def overwrite(state: State, call: Call) -> Reply:
    """Give the application these commands instead of all it had; one that stays keeps its number."""
    _ours(state, call)
    wanted: list[Json] = call.body or []
    commands.check(wanted)
    before = {(each["type"], each["name"]): each["id"] for each in state.commands}
    state.commands = []
    for each in wanted:
        kind = each.get("type") or commands.CHAT
        number = before.get((kind, each["name"])) or str(state.world.id())
        usual: Json = {"default_member_permissions": None, "dm_permission": True, "nsfw": False, "description": ""}
        own: Json = {
            "id": number,
            "type": kind,
            "application_id": str(state.world.application),
            "version": str(state.world.id()),
        }
        state.commands.append(usual | each | own)
    state.syncs += 1
    return 200, state.commands


ROUTES: dict[str, Handler] = {
    "GET /users/@me": me,
    "GET /applications/@me": about,
    "GET /oauth2/applications/@me": about,
    "GET /gateway/bot": gateway,
    "GET /applications/{application_id}/commands": listed,
    "PUT /applications/{application_id}/commands": overwrite,
}
