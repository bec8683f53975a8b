"""The workspaces that installed the app, with their tokens as they are given to us: encrypted."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct
from msgspec.structs import asdict
from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.sqlite import insert as upsert

from db import schema

_teams = schema.slack_teams


class Team(Struct, frozen=True):
    """A workspace: its id and name, its bot's user, id and name, and the bot's token, encrypted."""

    team: str
    name: str
    bot: str
    bot_id: str
    bot_name: str
    token: str


def put(connection: Connection, team: Team, now: datetime) -> None:
    """Keep a workspace, in place of what was kept of it."""
    row = {**asdict(team), "installed_at": now}
    connection.execute(upsert(_teams).values(row).on_conflict_do_update(index_elements=["team"], set_=row))


def drop(connection: Connection, team: str) -> None:
    """Forget a workspace's token; its channels are kept."""
    connection.execute(delete(_teams).where(_teams.c.team == team))


def every(connection: Connection) -> list[Team]:
    """All workspaces, by id."""
    columns = [_teams.c[name] for name in ("team", "name", "bot", "bot_id", "bot_name", "token")]
    return [Team(*row) for row in connection.execute(select(*columns).order_by(_teams.c.team))]
