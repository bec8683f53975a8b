"""What the ledger knows of editions: what was shown, what was not, and why (invariants 1 and 2)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select
from sqlalchemy.exc import IntegrityError

from db import channels, ledger, outbox, papers, schema
from db.store import Store
from domain.delivery import Delivery, State
from domain.edition import NEW_FOR, Edition, Item, Place
from domain.message import Heading, Message
from domain.paper import Paper
from domain.schedule import Schedule
from tests.papers import NOW, TODAY, arxiv, doi, record

GENERAL, OTHER = "local:general", "local:other"
DAY = timedelta(days=1)


@pytest.fixture
def connection(store: Store) -> Iterator[Connection]:
    with store.writing() as connection:
        for channel in (GENERAL, OTHER):
            channels.ensure(connection, channel, Schedule(), NOW)
        said = [record(f"Paper {n}", identifiers=(arxiv(n),), announced=TODAY) for n in range(1, 6)]
        papers.save(connection, said, NOW)
        yield connection


def paper(connection: Connection, number: int) -> Paper:
    return papers.load(connection, [number])[0]


def item(connection: Connection, number: int, place: Place = Place.SEAT, **more: Any) -> Item:
    return Item(paper(connection, number), place, (1, 2), ("a", '"b c"'), **more)


def edition(number: int, items: Sequence[Item] = (), channel: str = GENERAL) -> Edition:
    return Edition(channel, number, NOW, NOW + number * DAY, tuple(items))


def messages(name: str, number: int, count: int = 1, channel: str = GENERAL) -> list[Delivery]:
    content = Message.of(Heading("Hello"))
    return [Delivery(f"{name}{n}", channel, number, n, count, content) for n in range(1, count + 1)]


def test_an_edition_comes_back_as_it_was_planned(connection: Connection) -> None:
    items = [item(connection, 3, late=True), item(connection, 1), item(connection, 2, Place.HELD, why="over the limit")]
    planned = edition(1, items)
    ledger.record(connection, planned, messages("m", 1, 2))
    assert ledger.edition(connection, GENERAL, 1) == planned
    assert channels.existing(connection, GENERAL).editions == 1
    sent = outbox.of_edition(connection, GENERAL, 1)
    assert sent == messages("m", 1, 2)
    moves = connection.execute(select(schema.moves).order_by(schema.moves.c.number)).all()
    assert [(m.delivery, m.state, m.moved_at) for m in moves] == [
        ("m1", "planned", NOW + DAY),
        ("m2", "planned", NOW + DAY),
    ]


def test_an_edition_that_is_not_there(connection: Connection) -> None:
    assert ledger.edition(connection, GENERAL, 1) is None


def test_an_edition_may_be_empty(connection: Connection) -> None:
    ledger.record(connection, edition(1), [])
    assert ledger.edition(connection, GENERAL, 1) == edition(1)


def test_invariant_1_the_ledger_takes_no_paper_twice(store: Store, connection: Connection) -> None:
    ledger.record(connection, edition(1, [item(connection, 1)]), [])
    for again in ([item(connection, 1)], [item(connection, 2), item(connection, 1, Place.HELD)]):
        with pytest.raises(IntegrityError), connection.begin_nested():
            ledger.record(connection, edition(2, again), messages("m", 2))
    with pytest.raises(IntegrityError), connection.begin_nested():
        ledger.record(connection, edition(1, [item(connection, 3)]), [])
    with pytest.raises(IntegrityError), connection.begin_nested():
        ledger.put_items(connection, ledger.item_rows(GENERAL, None, [item(connection, 1, Place.MUTED)]))
    assert channels.existing(connection, GENERAL).editions == 1
    assert outbox.counts(connection) == {}
    ledger.record(connection, edition(1, [item(connection, 1)], OTHER), [])


def test_invariant_2_what_is_muted_may_be_decided_again(connection: Connection) -> None:
    for why in ("muted by a", "muted by b"):
        ledger.put_items(connection, ledger.item_rows(GENERAL, None, [item(connection, 1, Place.MUTED, why=why)]))
    made = ledger.decision(connection, GENERAL, paper(connection, 1))
    assert made == ledger.Decision(None, None, item(connection, 1, Place.MUTED, why="muted by b"))
    ledger.record(connection, edition(1, [item(connection, 1)]), [])
    made = ledger.decision(connection, GENERAL, paper(connection, 1))
    assert made == ledger.Decision(1, NOW + DAY, item(connection, 1))
    assert ledger.decision(connection, GENERAL, paper(connection, 2)) is None
    assert ledger.decision(connection, OTHER, paper(connection, 1)) is None


def test_nothing_may_be_put_too(connection: Connection) -> None:
    ledger.put_items(connection, ledger.item_rows(GENERAL, None, []))
    ledger.record_all(connection, [])


def test_what_a_channel_has_had(connection: Connection) -> None:
    items = [item(connection, 1), item(connection, 2, Place.HELD)]
    ledger.record(connection, edition(1, items), [])
    ledger.put_items(connection, ledger.item_rows(GENERAL, None, [item(connection, 3, Place.MUTED)]))
    ledger.record(connection, edition(1, [item(connection, 4)], OTHER), [])
    every = range(1, 6)
    found = ledger.decided(connection, {GENERAL: [*every], OTHER: [*every], "local:new": [*every]})
    assert found == {GENERAL: {1, 2}, OTHER: {4}, "local:new": set()}
    # Only what was asked for.
    assert ledger.decided(connection, {GENERAL: [2, 3], OTHER: []}) == {GENERAL: {2}, OTHER: set()}
    assert ledger.decided(connection, {}) == {}


def test_candidates_are_new_papers_the_newest_first(connection: Connection) -> None:
    said = [
        record("Yesterday's", announced=TODAY - DAY),
        record("Old", announced=TODAY - NEW_FOR),
        record("Not so old", announced=TODAY - NEW_FOR + DAY),
        record("Undated"),
        record("Published", published=TODAY - 30 * DAY),
    ]
    papers.save(connection, said, NOW)
    papers.save(connection, [record("Archived", announced=TODAY)], NOW, archive=True)
    assert [p.title for p in ledger.candidates(connection, NOW)] == [
        "Undated",
        *(f"Paper {n}" for n in range(5, 0, -1)),
        "Yesterday's",
        "Not so old",
    ]


def test_a_paper_is_a_candidate_again_when_its_fields_change(connection: Connection) -> None:
    papers.save(connection, [record("Old", "pages", announced=TODAY - 30 * DAY)], NOW, archive=True)
    before = len(ledger.candidates(connection, NOW))
    papers.save(connection, [record("Paper 1", identifiers=(arxiv(1),), upvotes=500)], NOW)
    found = {p.number: p for p in ledger.candidates(connection, NOW)}
    assert len(found) == before
    assert found[1].upvotes == 500


def test_when_channels_had_their_last_edition(connection: Connection) -> None:
    ledger.record(connection, edition(1), [])
    ledger.record(connection, edition(2), [])
    assert ledger.previous(connection, [GENERAL, OTHER]) == {GENERAL: NOW + 2 * DAY}


def test_a_decided_edition_stands_while_its_papers_do(connection: Connection) -> None:
    papers.save(connection, [record("By the press", "press", identifiers=(doi(2),))], NOW)
    first, second = edition(1, [item(connection, 2)]), edition(1, [item(connection, 6)])
    assert ledger.standing(connection, [first])
    assert ledger.standing(connection, [second])
    papers.save(connection, [record("By both", identifiers=(arxiv(2), doi(2)))], NOW)
    assert ledger.standing(connection, [first])
    assert not ledger.standing(connection, [second])


def test_recent_editions_and_how_their_messages_stand(connection: Connection) -> None:
    ledger.record(
        connection,
        edition(1, [item(connection, 1), item(connection, 2), item(connection, 3, Place.HELD)]),
        messages("m", 1, 2),
    )
    ledger.record(connection, edition(2), [])
    ledger.record(connection, edition(1, [item(connection, 4)], OTHER), messages("o", 1, 1, OTHER))
    outbox.claim(connection, "me", NOW, 1, platform="local", channel=GENERAL)
    found = ledger.recent(connection)
    assert [(e.channel, e.number) for e in found] == [(GENERAL, 2), (GENERAL, 1), (OTHER, 1)]
    assert [(e.seats, e.held) for e in found] == [(0, 0), (2, 1), (1, 0)]
    assert [e.states for e in found] == [{}, {"claimed": 1, "planned": 1}, {"planned": 1}]
    assert (found[0].due_at, found[0].planned_at) == (NOW, NOW + 2 * DAY)
    assert [e.number for e in ledger.recent(connection, GENERAL, limit=1)] == [2]
    assert [e.channel for e in ledger.recent(connection, OTHER)] == [OTHER]
    assert ledger.recent(connection, "local:nobody") == []


def test_the_store_knows_the_states_and_places(connection: Connection) -> None:
    ledger.record(connection, edition(1), messages("m", 1))
    with pytest.raises(IntegrityError), connection.begin_nested():
        connection.exec_driver_sql("UPDATE deliveries SET state = 'somewhere'")
    ledger.put_items(connection, ledger.item_rows(GENERAL, None, [item(connection, 1, Place.MUTED)]))
    with pytest.raises(IntegrityError), connection.begin_nested():
        connection.exec_driver_sql("UPDATE edition_items SET place = 'somewhere'")
    assert outbox.counts(connection) == {State.PLANNED: 1}
