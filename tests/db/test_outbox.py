"""Deliveries from state to state: claimed by one, in order, taken back from who stopped (invariants 1, 3, 4 and 5)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import product
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import Connection, event, select, text, update

from db import channels, ledger, outbox, schema
from db.store import Store
from domain.delivery import LEASE, MOVES, Delivery, Move, State
from domain.edition import Edition
from domain.message import Heading, Message
from domain.schedule import Schedule
from tests.papers import NOW

A, B, SLACK = "local:a", "local:b", "slack:T1/C1"
ME, YOU = "me/local", "you/local"
SECOND = timedelta(seconds=1)


@pytest.fixture
def connection(store: Store) -> Iterator[Connection]:
    with store.writing() as connection:
        plan(connection, A, 1, 2)
        plan(connection, A, 2, 1)
        plan(connection, B, 1, 1)
        plan(connection, SLACK, 1, 1)
        yield connection


def plan(connection: Connection, channel: str, edition: int, parts: int) -> None:
    channels.ensure(connection, channel, Schedule(), NOW)
    message = Message.of(Heading("Hello"))
    deliveries = [
        Delivery(f"{channel[-1]}{edition}.{part}", channel, edition, part, parts, message)
        for part in range(1, parts + 1)
    ]
    ledger.record(connection, Edition(channel, edition, NOW, NOW, ()), deliveries)


def claim(connection: Connection, worker: str = ME, now: datetime = NOW, **more: Any) -> list[str]:
    options: dict[str, Any] = {"limit": 50, "platform": "local", **more}
    return [each.id for each in outbox.claim(connection, worker, now, options.pop("limit"), **options)]


def get(connection: Connection, name: str) -> Delivery:
    row = connection.execute(select(schema.deliveries).where(schema.deliveries.c.id == name)).one()
    return next(each for each in outbox.of_edition(connection, row.channel, row.edition) if each.id == name)


def go(connection: Connection, name: str, *states: State, worker: str = ME, **more: Any) -> Delivery:
    for state in states:
        if state is State.CLAIMED:
            channel = get(connection, name).channel
            platform = channel.partition(":")[0]
            assert claim(connection, worker, NOW, platform=platform, channel=channel) == [name]
        else:
            moved = outbox.move(connection, get(connection, name), worker, Move(state, **more), NOW)
            assert moved == get(connection, name)
    return get(connection, name)


def put(connection: Connection, name: str, **values: Any) -> None:
    connection.execute(update(schema.deliveries).where(schema.deliveries.c.id == name).values(**values))


def test_the_first_of_each_channel_is_claimed_and_what_follows_waits(connection: Connection) -> None:
    assert claim(connection) == ["a1.1", "b1.1"]
    assert claim(connection) == []
    go(connection, "a1.1", State.SENDING)
    assert claim(connection) == []
    go(connection, "a1.1", State.SENT)
    assert claim(connection) == ["a1.2"]
    go(connection, "a1.2", State.SENDING, State.SENT)
    assert claim(connection) == ["a2.1"]


@pytest.mark.parametrize("state", [State.RETRY, State.UNKNOWN, State.PAUSED])
def test_what_waits_holds_back_what_follows_it_and_no_other_channel(connection: Connection, state: State) -> None:
    claim(connection)
    go(connection, "a1.1", State.SENDING, state, try_at=NOW + LEASE)
    go(connection, "b1.1", State.SENDING, State.SENT)
    plan(connection, B, 2, 1)
    assert claim(connection) == ["b2.1"]


def test_what_is_dead_holds_back_nothing(connection: Connection) -> None:
    claim(connection)
    go(connection, "a1.1", State.SENDING, State.DEAD)
    assert claim(connection) == ["a1.2"]
    # A person may send it again.
    go(connection, "a1.2", State.SENDING, State.SENT)
    go(connection, "a1.1", State.RETRY)
    assert claim(connection) == ["a1.1"]


def test_claims_are_limited_to_a_number_a_channel_and_a_platform(connection: Connection) -> None:
    assert claim(connection, limit=1) == ["a1.1"]
    assert claim(connection, channel=A) == []
    assert claim(connection, channel=B) == ["b1.1"]
    assert claim(connection, platform="slack") == ["11.1"]
    assert claim(connection, platform="discord") == []


@pytest.mark.parametrize("state", [State.RETRY, State.PAUSED])
def test_what_waits_is_claimed_when_its_time_has_come(connection: Connection, state: State) -> None:
    claim(connection)
    go(connection, "b1.1", State.SENDING, state, try_at=NOW + SECOND)
    assert claim(connection, now=NOW) == []
    assert claim(connection, now=NOW + SECOND) == ["b1.1"]


def test_attempts_are_counted(connection: Connection) -> None:
    claim(connection)
    assert go(connection, "b1.1", State.SENDING).attempts == 1
    assert go(connection, "b1.1", State.RETRY).attempts == 1
    assert go(connection, "b1.1", State.CLAIMED, State.SENDING).attempts == 2
    assert go(connection, "b1.1", State.UNKNOWN).attempts == 2
    # Looking up again, in vain, counts too.
    assert go(connection, "b1.1", State.UNKNOWN).attempts == 3
    assert go(connection, "b1.1", State.SENT).attempts == 3


def test_what_a_move_says_is_kept(connection: Connection) -> None:
    claim(connection)
    go(connection, "b1.1", State.SENDING)
    moved = go(connection, "b1.1", State.RETRY, try_at=NOW + SECOND, why="busy")
    assert moved.try_at == NOW + SECOND
    [(delivery, why)] = outbox.troubled(connection)
    assert (delivery, why) == (moved, "busy")
    go(connection, "b1.1")
    connection.execute(text("UPDATE deliveries SET try_at = NULL"))
    go(connection, "b1.1", State.CLAIMED, State.SENDING)
    go(connection, "b1.1", State.SENT, ref="post 7")
    row = connection.execute(select(schema.deliveries).where(schema.deliveries.c.id == "b1.1")).one()
    assert (row.ref, row.why, row.worker, row.lease_until) == ("post 7", "", "", None)


def test_invariant_1_nobody_moves_what_another_holds(connection: Connection) -> None:
    claim(connection)
    mine = get(connection, "b1.1")
    assert outbox.move(connection, mine, YOU, Move(State.SENDING), NOW) is None
    assert outbox.move(connection, mine, ME, Move(State.SENDING), NOW) is not None
    assert outbox.move(connection, mine, ME, Move(State.SENDING), NOW) is None
    assert outbox.move(connection, get(connection, "b1.1"), YOU, Move(State.SENT), NOW) is None


def test_invariant_4_a_finding_from_before_another_send_decides_nothing(connection: Connection) -> None:
    """Looked up by two: when one has sent again since, the other's old "absent" is worth nothing."""
    claim(connection)
    stale = go(connection, "b1.1", State.SENDING, State.UNKNOWN)
    go(connection, "b1.1", State.RETRY)
    go(connection, "b1.1", State.CLAIMED, State.SENDING, State.UNKNOWN)
    assert outbox.move(connection, stale, YOU, Move(State.RETRY), NOW) is None
    assert get(connection, "b1.1").state is State.UNKNOWN


@pytest.mark.parametrize(("state", "to"), list(product(State, State)))
def test_every_move_is_one_that_is_allowed(connection: Connection, state: State, to: State) -> None:
    put(connection, "b1.1", state=state.value, worker=ME)
    delivery = get(connection, "b1.1")
    if to in MOVES[state]:
        moved = outbox.move(connection, delivery, ME, Move(to, why="so"), NOW)
        assert moved is not None
        assert moved.state is to
        last = connection.execute(select(schema.moves).order_by(schema.moves.c.number.desc())).first()
        assert last is not None
        assert (last.delivery, last.state, last.moved_at, last.why) == ("b1.1", to.value, NOW, "so")
    else:
        with pytest.raises(RuntimeError, match=f"cannot go from {state} to {to}"):
            outbox.move(connection, delivery, ME, Move(to), NOW)
        assert get(connection, "b1.1") == delivery


def test_invariant_3_what_its_worker_left_behind_is_taken_back(connection: Connection) -> None:
    claim(connection)
    go(connection, "a1.1", State.SENDING)
    assert len(outbox.recover(connection, NOW, YOU)) == 0
    assert len(outbox.recover(connection, NOW)) == 0
    assert len(outbox.recover(connection, NOW, ME)) == 2
    assert get(connection, "a1.1").state is State.UNKNOWN
    assert get(connection, "a1.1").try_at == NOW
    assert get(connection, "b1.1").state is State.PLANNED
    assert claim(connection, YOU) == ["b1.1"]


@pytest.mark.parametrize(
    ("later", "over"), [(LEASE - SECOND, False), (LEASE, True), (-SECOND, True), (timedelta(days=-9), True)]
)
def test_invariant_3_a_lease_ends_by_any_clock(connection: Connection, later: timedelta, over: bool) -> None:
    claim(connection)
    assert len(outbox.recover(connection, NOW + later)) == (2 if over else 0)


def test_sending_renews_the_lease(connection: Connection) -> None:
    claim(connection)
    outbox.move(connection, get(connection, "b1.1"), ME, Move(State.SENDING), NOW + LEASE - SECOND)
    assert len(outbox.recover(connection, NOW + LEASE)) == 1
    assert get(connection, "b1.1").state is State.SENDING


def test_only_one_platforms_are_taken_back_and_none_that_is_known_to_be_under_way(connection: Connection) -> None:
    claim(connection)
    claim(connection, platform="slack")
    assert len(outbox.recover(connection, NOW + LEASE, platform="slack")) == 1
    assert len(outbox.recover(connection, NOW + LEASE, platform="local", spare={"a1.1"})) == 1
    assert get(connection, "a1.1").state is State.CLAIMED


def test_what_is_unknown_is_looked_up_when_its_time_has_come(connection: Connection) -> None:
    claim(connection)
    claim(connection, platform="slack")
    for name, later in (("a1.1", 2), ("b1.1", 1), ("11.1", 0)):
        go(connection, name, State.SENDING, State.UNKNOWN, try_at=NOW + later * SECOND)
    assert outbox.unknown(connection, NOW, 9, "local") == []
    assert [d.id for d in outbox.unknown(connection, NOW + SECOND, 9, "local")] == ["b1.1"]
    assert [d.id for d in outbox.unknown(connection, NOW + 2 * SECOND, 9, "local")] == ["b1.1", "a1.1"]
    assert [d.id for d in outbox.unknown(connection, NOW + 2 * SECOND, 1, "local")] == ["b1.1"]
    put(connection, "a1.1", try_at=None)
    assert [d.id for d in outbox.unknown(connection, NOW, 9, "local")] == ["a1.1"]


def test_what_waits_for_access_is_woken(connection: Connection) -> None:
    claim(connection)
    for name in ("a1.1", "b1.1"):
        go(connection, name, State.SENDING, State.PAUSED, try_at=NOW + LEASE)
    outbox.wake(connection, [B], NOW)
    assert get(connection, "a1.1").try_at == NOW + LEASE
    assert get(connection, "b1.1").try_at == NOW
    outbox.wake(connection, [B], NOW + SECOND)
    assert get(connection, "b1.1").try_at == NOW


def test_invariant_11_times_a_wrong_clock_set_are_drawn_back(connection: Connection) -> None:
    claim(connection)
    go(connection, "a1.1", State.SENDING, State.RETRY, try_at=NOW + timedelta(days=400))
    go(connection, "b1.1", State.SENDING, State.RETRY, try_at=NOW + LEASE)
    assert len(outbox.drawn_back(connection, NOW, NOW + 2 * LEASE)) == 1
    assert get(connection, "a1.1").try_at == NOW
    assert get(connection, "b1.1").try_at == NOW + LEASE


def test_counts_and_troubles(connection: Connection) -> None:
    assert outbox.counts(connection) == {"planned": 5}
    assert outbox.troubled(connection) == []
    claim(connection)
    go(connection, "a1.1", State.SENDING, State.DEAD, why="refused")
    go(connection, "b1.1", State.SENDING, State.UNKNOWN, why="lost")
    assert outbox.counts(connection) == {"planned": 3, "dead": 1, "unknown": 1}
    assert [(d.id, why) for d, why in outbox.troubled(connection)] == [("a1.1", "refused"), ("b1.1", "lost")]
    assert len(outbox.troubled(connection, limit=1)) == 1


def test_a_message_travels_as_it_is(connection: Connection) -> None:
    [first, _] = outbox.claim(connection, ME, NOW, 9, platform="local")
    assert first == replace(get(connection, "a1.1"), state=State.CLAIMED)
    assert first.message == Message.of(Heading("Hello"))


def test_a_long_ledger_costs_the_outbox_nothing(store: Store) -> None:
    said: list[str] = []

    def listen(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        said.append(statement)

    with store.writing() as connection:
        event.listen(store.engine, "before_cursor_execute", listen)
        outbox.claim(connection, ME, NOW, 9, platform="local")
        outbox.recover(connection, NOW, ME, platform="local")
        outbox.unknown(connection, NOW, 9, "local")
        outbox.drawn_back(connection, NOW, NOW)
        outbox.wake(connection, [A], NOW)
        event.remove(store.engine, "before_cursor_execute", listen)
        asked = [statement for statement in said if "deliveries" in statement]
        assert len(asked) == 5, asked
        for statement in asked:
            blanks = ("x",) * statement.count("?")
            steps = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", blanks)]
            reads = [step for step in steps if step.startswith(("SCAN", "SEARCH"))]
            assert reads
            # One index has only what is open; by the other these statements look for single states that are.
            small = ("ix_deliveries_open", "ix_deliveries_state (state=?)")
            assert all(any(index in step for index in small) for step in reads), steps


def test_how_an_edition_began_is_known_to_its_later_messages(connection: Connection) -> None:
    first, second = outbox.of_edition(connection, A, 1)
    assert outbox.first(connection, second) == outbox.First(NOW, "")
    go(connection, first.id, State.CLAIMED, State.SENDING)
    outbox.move(connection, get(connection, first.id), ME, Move(State.SENT, ref="77"), NOW)
    assert outbox.first(connection, second) == outbox.First(NOW, "77")
