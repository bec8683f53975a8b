"""Tokens, connections and files: auth.*, oauth.*, apps.*, files.*."""

from __future__ import annotations

import secrets

from tests.slackd.asking import Ask
from tests.slackd.hub import Hub
from tests.slackd.refused import Json, Refused
from tests.slackd.world import Post, Team, new_id

UPLOAD_BYTES = 1_000_000_000


def scopes(manifest: Json) -> frozenset[str]:
    """What a manifest asks for, for the bot."""
    return frozenset(manifest.get("oauth_config", {}).get("scopes", {}).get("bot", []))


def install(hub: Hub, team: Team) -> str:
    """A new token for the team's bot, with what the manifest asks for."""
    team.token = f"xoxb-{team.id}-{secrets.token_hex(12)}"
    team.scopes = scopes(hub.manifest)
    return team.token


def auth_test(ask: Ask) -> Json:
    bot = ask.team.bot
    return {
        "url": f"https://{ask.team.name}.slack.com/",
        "team": ask.team.name,
        "user": bot.name,
        "team_id": ask.team.id,
        "user_id": bot.id,
        "bot_id": f"B{ask.team.id[1:]}",
        "is_enterprise_install": False,
    }


def bots_info(ask: Ask) -> Json:
    return {"bot": {"id": ask.string("bot"), "app_id": ask.hub.app_id, "user_id": ask.team.bot.id, "name": "bot"}}


def revoke(ask: Ask) -> Json:
    ask.team.revoked.add(ask.team.token)
    return {"revoked": True}


def connection(hub: Hub, token: str) -> Json:
    """apps.connections.open: an address that is good once."""
    if not token:
        raise Refused("not_authed")
    if token != hub.app_token:
        raise Refused("not_allowed_token_type" if token.startswith("xoxb-") else "invalid_auth")
    if not hub.manifest.get("settings", {}).get("socket_mode_enabled", True):
        raise Refused("forbidden_team")
    ticket = secrets.token_hex(16)
    hub.tickets.add(ticket)
    return {"url": f"{hub.origin.replace('http', 'ws', 1)}/link/?ticket={ticket}&app_id={hub.app_id}"}


def exchange(hub: Hub, args: Json) -> Json:
    """oauth.v2.access: a code becomes a token, once."""
    if args.get("client_id") != hub.client_id:
        raise Refused("invalid_client_id")
    if args.get("client_secret") != hub.client_secret:
        raise Refused("bad_client_secret")
    found = hub.codes.pop(str(args.get("code")), None)
    if found is None:
        raise Refused("invalid_code")
    name, person, redirect = found
    if (args.get("redirect_uri") or "") != redirect:
        raise Refused("bad_redirect_uri")
    team = hub.teams[name]
    return {
        "app_id": hub.app_id,
        "authed_user": {"id": person},
        "scope": ",".join(sorted(scopes(hub.manifest))),
        "token_type": "bot",
        "access_token": install(hub, team),
        "bot_user_id": team.bot.id,
        "team": {"id": team.id, "name": team.name},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def upload_url(ask: Ask) -> Json:
    length = ask.integer("length", 0, UPLOAD_BYTES)
    file = {"id": new_id("F"), "name": ask.string("filename"), "size": length, "team": ask.team.id}
    ask.hub.uploads[str(file["id"])] = file
    return {"upload_url": f"{ask.hub.origin}/upload/v1/{file['id']}", "file_id": file["id"]}


def complete_upload(ask: Ask) -> Json:
    files = []
    for each in ask.args.get("files") or []:
        file = ask.hub.uploads.get(each.get("id"))
        if file is None or file["team"] != ask.team.id or "content" not in file:
            raise Refused("file_not_found")
        file["title"] = each.get("title") or file["name"]
        files.append({key: value for key, value in file.items() if key not in {"content", "team"}})
    if not files:
        raise Refused("invalid_arguments", "missing required field: files")
    channel = ask.args.get("channel_id") or ask.args.get("channels")
    if channel:
        room = ask.team.room(channel)
        if room.archived:
            raise Refused("is_archived")
        if ask.team.bot.id not in room.members:
            raise Refused("not_in_channel")
        said, thread = ask.args.get("initial_comment") or "", ask.args.get("thread_ts") or ""
        post = Post(ask.hub.new_ts(), room.id, ask.team.bot.id, said, thread_ts=thread, files=files)
        room.posts.append(post)
        ask.hub.changes.tell()
    return {"files": files}
