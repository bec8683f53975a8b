"""The audit: silent on an honest ledger, and naming each row that breaks a promise (invariants 1 to 4)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Connection, delete, insert, select, update

from db import papers, schema
from db.audit import CHECKS, audit
from db.store import Store
from domain.delivery import State
from tests.bot.talk import DRAFTS, HERE, Talk, record
from tests.conftest import quick

_items, _out, _moves = schema.items, schema.deliveries, schema.moves


@pytest.fixture
async def talk(store: Store) -> Talk:
    """A channel with two editions: papers shown, one held back, one muted."""
    talk = Talk(store)
    talk.take(DRAFTS)
    for text in ("subscribe decoding", "schedule limit 1", "mute survey", "digest now"):
        await talk.ok(text)
    talk.pass_(days=1)
    talk.take([record(n, f"More speculative decoding, part {n}") for n in (11, 12, 13)])
    for text in ("schedule limit 2", "digest now"):
        await talk.ok(text)
    return talk


@pytest.fixture
def connection(talk: Talk) -> Iterator[Connection]:
    with quick(talk.store).writing() as connection:
        yield connection


def test_an_honest_ledger_passes(connection: Connection) -> None:
    found = audit(connection)
    assert found.breaches == ()
    assert found.checked["editions"] == found.checked["deliveries"] == 2
    assert found.checked["papers"] == len(connection.execute(select(_items)).all()) > 4
    assert found.open == {}


def repeated(connection: Connection) -> str:
    """The first edition's message goes out as the second's too."""
    first, second = connection.execute(select(_out).order_by(_out.c.edition)).all()
    connection.execute(update(_out).where(_out.c.id == second.id).values(message=first.message))
    return "no repeats"


def unshown(connection: Connection) -> str:
    """A paper has a seat that no message shows."""
    held = connection.execute(select(_items.c.paper).where(_items.c.place == "held").limit(1)).scalar_one()
    connection.execute(update(_items).where(_items.c.paper == held).values(place="seat"))
    return "no silent loss"


def unseated(connection: Connection) -> str:
    """A message shows a paper that has no seat."""
    seat = connection.execute(select(_items.c.paper).where(_items.c.place == "seat").limit(1)).scalar_one()
    connection.execute(delete(_items).where(_items.c.paper == seat))
    return "no silent loss"


def unexplained(connection: Connection) -> str:
    """A paper was held back, and nobody knows why."""
    connection.execute(update(_items).where(_items.c.place == "held").values(why=""))
    return "no silent loss"


def unlooked(connection: Connection) -> str:
    """Days that no digest looked at, and nobody says why."""
    day = Talk.now.date() + timedelta(days=30)
    connection.execute(insert(schema.looks), {"channel": HERE, "since": day, "until": Talk.now, "why": ""})
    return "no silent loss"


def unposted(connection: Connection) -> str:
    """What counts as sent is not in the channel."""
    connection.execute(delete(schema.posts))
    return "no silent loss"


def strange(connection: Connection) -> str:
    """A post carries a delivery that nobody planned."""
    connection.execute(update(schema.posts).values(delivery=schema.posts.c.delivery + "x"))
    return "no repeats"


def gap(connection: Connection) -> str:
    """An edition is missing."""
    connection.execute(update(schema.channels).values(editions=3))
    return "crash anywhere"


def half(connection: Connection) -> str:
    """An edition lacks a part."""
    connection.execute(update(_out).where(_out.c.edition == 2).values(parts=2))
    return "crash anywhere"


def jumped(connection: Connection) -> str:
    """A delivery came to be sent without being sent."""
    connection.execute(delete(_moves).where(_moves.c.state == State.SENDING))
    return "unknown is neither lost nor sent"


def unplanned(connection: Connection) -> str:
    """A delivery was never planned."""
    connection.execute(delete(_moves).where(_moves.c.state == State.PLANNED))
    return "unknown is neither lost nor sent"


def moveless(connection: Connection) -> str:
    """A delivery has no moves at all."""
    connection.execute(delete(_moves))
    return "unknown is neither lost nor sent"


def elsewhere(connection: Connection) -> str:
    """A delivery stands where its moves do not lead."""
    connection.execute(update(_out).where(_out.c.edition == 1).values(state=State.DEAD))
    return "unknown is neither lost nor sent"


def unseen(connection: Connection) -> str:
    """What was unknown was sent again, and nobody says on what proof."""
    one = connection.execute(select(_out).where(_out.c.edition == 1)).one()
    connection.execute(delete(_moves).where(_moves.c.delivery == one.id, _moves.c.state == State.SENT))
    for state in (State.UNKNOWN, State.RETRY, State.CLAIMED, State.SENDING, State.SENT):
        row = {"delivery": one.id, "state": state, "moved_at": one.try_at or Talk.now, "why": ""}
        connection.execute(insert(_moves), row)
    return "unknown is neither lost nor sent"


WRONGS = (
    repeated,
    unshown,
    unseated,
    unexplained,
    unlooked,
    unposted,
    strange,
    gap,
    half,
    jumped,
    unplanned,
    moveless,
    elsewhere,
    unseen,
)


@pytest.mark.parametrize("wrong", WRONGS, ids=lambda wrong: wrong.__name__)
def test_each_wrong_is_named(connection: Connection, wrong: Callable[[Connection], str]) -> None:
    promise = wrong(connection)
    breaches = audit(connection).breaches
    assert breaches
    assert promise in {breach.promise for breach in breaches}
    assert {breach.channel for breach in breaches} == {HERE}


def test_every_check_finds_something(connection: Connection) -> None:
    silent = set(CHECKS)
    for wrong in WRONGS:
        with connection.begin_nested() as nested:
            wrong(connection)
            silent -= {check for check in silent if list(check(connection, [HERE]))}
            nested.rollback()
    assert not silent


def test_papers_recognised_as_one_after_both_went_out_are_no_repeat(talk: Talk) -> None:
    with quick(talk.store).writing() as connection:
        shown = connection.execute(
            select(_items.c.paper).where(_items.c.place == "seat").order_by(_items.c.edition)
        ).scalars()
        first, second, *_ = shown
        later = talk.now + timedelta(days=1)
        connection.execute(insert(schema.aliases), {"number": second, "paper": first, "recognised_at": later})
        assert audit(connection).breaches == ()
        before = talk.now - timedelta(days=1)
        connection.execute(update(schema.aliases).values(recognised_at=before))
        assert [breach.promise for breach in audit(connection).breaches] == ["no repeats"]
        assert papers.count(connection)


def test_what_is_on_its_way_is_open_and_no_breach(connection: Connection) -> None:
    one = connection.execute(select(_out).where(_out.c.edition == 2)).one()
    connection.execute(update(_out).where(_out.c.id == one.id).values(state=State.SENDING))
    connection.execute(delete(_moves).where(_moves.c.delivery == one.id, _moves.c.state == State.SENT))
    connection.execute(delete(schema.posts).where(schema.posts.c.delivery == one.id))
    found = audit(connection)
    assert found.breaches == ()
    assert found.open == {"sending": 1}
