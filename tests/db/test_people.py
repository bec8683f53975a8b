"""What is kept about a person can be read, and forgotten: all of it, and nothing of anybody else."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from db import people, schema
from db.audit import audit
from db.store import Store
from tests.bot.talk import ADA, BELA, DRAFTS, HERE, Talk

# Tables and columns that hold ids of people or channels, or none at all: a new one has to be thought about here.
NOBODY = {
    *("papers", "identifiers", "paper_categories", "former_texts", "paper_aliases", "spellings", "words"),
    *("source_runs", "source_cursors", "delivery_moves", "slack_teams", "audits"),
}


@pytest.fixture
async def talk(store: Store) -> Talk:
    """Two people who do everything that leaves something behind."""
    talk = Talk(store)
    talk.take(DRAFTS)
    for person in (ADA, BELA):
        for text in (
            "bookmark p1 for later #club",
            "vote p2 up",
            f"mute {person.partition(':')[2]}",
            "mute survey to:me",
            "subscribe decoding to:me",
            "digest now to:me",
            f"subscribe diffusion OR {person.partition(':')[2]}",
        ):
            await talk.ok(text, person=person)
    await talk.ok(f"allow {ADA}", manager=True)
    await talk.ok("digest now", person=ADA)
    with store.writing() as connection:
        credit = {"paper": 2, "source": "submitted", "first_seen": talk.now, "place": ADA}
        connection.execute(schema.sources.insert(), credit)
        moves = schema.moves
        first = connection.execute(select(moves.c.number).limit(1)).scalar_one()
        connection.execute(moves.update().where(moves.c.number == first).values(why=f"sent again by {ADA}"))
    return talk


def everything(store: Store) -> str:
    """The whole store as one text."""
    with store.reading() as connection:
        rows = [row for table in schema.metadata.sorted_tables for row in connection.execute(select(table))]
    return repr(rows)


async def test_everything_about_a_person_is_told(talk: Talk) -> None:
    with talk.store.reading() as connection:
        found = people.kept(connection, ADA)
    assert set(found) == {*people.OWN, *people.MADE, "allowed_in"}
    assert found["bookmarks"][0]["note"] == "for later"
    assert found["allowed_in"] == [{"channel": HERE}]
    assert all(row["channel"] == HERE for row in found["subscriptions_made"])
    assert BELA not in repr(found)


async def test_a_person_is_forgotten_and_nobody_else(talk: Talk) -> None:
    with talk.store.reading() as connection:
        other = people.kept(connection, BELA)
    with talk.store.writing() as connection:
        many = people.forget(connection, ADA)
    assert many["bookmarks"] == many["votes"] == 1
    assert ADA not in everything(talk.store)
    with talk.store.reading() as connection:
        assert people.kept(connection, ADA) == {}
        assert people.kept(connection, BELA) == other
        assert audit(connection).breaches == ()
    assert "diffusion OR ada" in repr((await talk.ok("subscriptions", person=BELA)).data)
    with talk.store.writing() as connection:
        assert people.forget(connection, ADA) == {}


async def test_a_channel_that_only_they_might_change_is_its_managers(talk: Talk) -> None:
    with talk.store.writing() as connection:
        people.forget(connection, ADA)
    await talk.fails("subscribe graphs", person=BELA)
    await talk.ok("subscribe graphs", person=BELA, manager=True)


def test_every_table_is_thought_of() -> None:
    known = {table.name for table, _ in (*people.OWN.values(), *people.MADE.values())}
    assert {table.name for table in schema.metadata.sorted_tables} == known | NOBODY
