"""views.*: modals, three deep, and the Home."""

from __future__ import annotations

from tests.slackd.asking import Ask
from tests.slackd.checks import check_view
from tests.slackd.hub import Hub, View
from tests.slackd.refused import Json, Refused
from tests.slackd.schema import check
from tests.slackd.world import Team, new_id

DEEP = 3


def checked(view: object) -> Json:
    """Raise Refused unless Slack would show this."""
    data = check_view(view)
    try:
        check(data["blocks"], data)
    except Refused as no:
        raise Refused("invalid_arguments", *no.details) from None
    return data


def _new(hub: Hub, team: Team, person: str, data: Json) -> View:
    made = View(new_id("V"), team.id, person, data, f"{hub.now():.6f}.{hub.number()}")
    named(hub, made)
    return made


def named(hub: Hub, view: View) -> None:
    """Each block has a name, and what stands in it from the beginning is entered."""
    blocks = [{"block_id": f"b{hub.number()}", **block} for block in view.data["blocks"]]
    view.data = {**view.data, "blocks": blocks}
    kept = {block["block_id"] for block in blocks}
    view.state = {name: values for name, values in view.state.items() if name in kept}


def to_json(hub: Hub, view: View) -> Json:
    """A view as payloads and answers show it."""
    return {
        "id": view.id,
        "team_id": view.team,
        "app_id": hub.app_id,
        "app_installed_team_id": view.team,
        "bot_id": f"B{view.team[1:]}",
        "hash": view.hash,
        "state": {"values": view.state},
        "root_view_id": view.root or view.id,
        "previous_view_id": view.previous,
        "private_metadata": "",
        "callback_id": "",
        "external_id": "",
        "close": None,
        "submit": None,
        "clear_on_close": False,
        "notify_on_close": False,
        **view.data,
    }


def put(hub: Hub, team: Team, person: str, data: Json, opened_by: int, *, push: bool) -> View:
    """A modal opens, or another on top of it."""
    stack = hub.modals.setdefault((team.id, person), [])
    if push and len(stack) >= DEEP:
        raise Refused("push_limit_reached")
    made = _new(hub, team, person, data)
    made.opened_by = opened_by
    if push and stack:
        made.root, made.previous = stack[0].id, stack[-1].id
    else:
        stack.clear()
    stack.append(made)
    hub.changes.tell()
    return made


def replace(hub: Hub, view: View, data: Json) -> None:
    """A view becomes this."""
    view.data, view.hash = data, f"{hub.now():.6f}.{hub.number()}"
    named(hub, view)
    hub.changes.tell()


def open_(ask: Ask) -> Json:
    data = checked(ask.args.get("view"))
    pulled = ask.hub.pull(ask.team, ask.string("trigger_id"))
    push = ask.method == "views.push"
    if push and not ask.hub.modals.get((ask.team.id, pulled.person.id)):
        raise Refused("not_found", "no modal is open")
    view = put(ask.hub, ask.team, pulled.person.id, data, pulled.number, push=push)
    return {"view": to_json(ask.hub, view)}


def update(ask: Ask) -> Json:
    wanted, external = ask.args.get("view_id"), ask.args.get("external_id")
    there = [view for (team, _), stack in ask.hub.modals.items() if team == ask.team.id for view in stack]
    there += [view for (team, _), view in ask.hub.homes.items() if team == ask.team.id]
    found = next((v for v in there if v.id == wanted or (external and v.data.get("external_id") == external)), None)
    if found is None:
        raise Refused("not_found")
    if ask.args.get("hash") and ask.args["hash"] != found.hash:
        raise Refused("hash_conflict")
    replace(ask.hub, found, checked(ask.args.get("view")))
    return {"view": to_json(ask.hub, found)}


def publish(ask: Ask) -> Json:
    person = ask.string("user_id")
    if person not in ask.team.members:
        raise Refused("user_not_found")
    data = checked(ask.args.get("view"))
    if data["type"] != "home":
        raise Refused("invalid_arguments", "only a home can be published")
    if not ask.hub.manifest.get("features", {}).get("app_home", {}).get("home_tab_enabled"):
        raise Refused("not_enabled")
    shown = ask.hub.homes.get((ask.team.id, person))
    if shown and ask.args.get("hash") and ask.args["hash"] != shown.hash:
        raise Refused("hash_conflict")
    if shown is None:
        shown = ask.hub.homes[ask.team.id, person] = _new(ask.hub, ask.team, person, data)
    replace(ask.hub, shown, data)
    return {"view": to_json(ask.hub, shown)}
