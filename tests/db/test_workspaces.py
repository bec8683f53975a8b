"""Slack's workspaces: kept, replaced, forgotten."""

from __future__ import annotations

from msgspec.structs import replace

from db import workspaces
from db.store import Store
from db.workspaces import Team
from tests.papers import NOW

LAB = Team("T1", "The lab", "U1", "B1", "paperround", "sealed")


def test_workspaces_are_kept_until_they_are_dropped(store: Store) -> None:
    other = replace(LAB, team="T2", name="Another")
    with store.writing() as connection:
        for team in (other, LAB):
            workspaces.put(connection, team, NOW)
    with store.reading() as connection:
        assert workspaces.every(connection) == [LAB, other]
    with store.writing() as connection:
        workspaces.drop(connection, "T2")
        workspaces.drop(connection, "T3")
    with store.reading() as connection:
        assert workspaces.every(connection) == [LAB]


def test_what_installs_again_replaces_what_it_gave_before(store: Store) -> None:
    again = replace(LAB, name="The lab, again", bot="U9")
    with store.writing() as connection:
        workspaces.put(connection, LAB, NOW)
        workspaces.put(connection, again, NOW)
    with store.reading() as connection:
        assert workspaces.every(connection) == [again]
