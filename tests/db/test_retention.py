"""What is old goes where a setting says so; what people keep and what proves delivery stays (invariants 1 to 4)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import delete, func, select, text

from db import papers, retention, schema, search
from db.audit import audit
from db.places import number
from db.retention import GONE, Gone
from db.store import Store
from domain.message import Card, Message
from domain.parse import parse
from tests.bot.talk import HERE, Talk, cards, record, undated
from tests.conftest import quick
from tests.papers import TODAY, doi

LATER = TODAY + timedelta(days=100)
LONG = "Nobody announces this twice, however long ago that was, for its words are all the same."
OLD = (
    record(1, "Shown decoding", LONG, authors=("Ada Adler", "Emre Ito"), upvotes=5),
    record(2, "Unmatched graphs", "Nothing of this is followed by anybody."),
    record(3, "Bookmarked graphs", "Ada keeps this."),
    record(4, "Voted graphs", "Bela likes this."),
    undated(5, "Undated graphs"),
    record(6, "Held decoding", "Over the limit."),
    record(7, "Young graphs", "Announced yesterday."),
)
SHOWN, UNMATCHED, BOOKMARKED, VOTED, UNDATED, HELD, YOUNG = range(1, 8)


@pytest.fixture
async def talk(store: Store) -> Talk:
    """Papers of all kinds, and an edition that showed one and held one back; all of it 100 days old, but one paper."""
    talk = Talk(store)
    talk.take(OLD[:-1])
    for said in ("subscribe decoding", "schedule limit 1", "bookmark p3", "vote p4 up", "digest now"):
        await talk.ok(said)
    talk.pass_(days=100)
    talk.take([record(7, "Young graphs", "Announced yesterday.", days_ago=-99)])
    return talk


def let_go(store: Store, before: date = TODAY + timedelta(days=10)) -> Gone:
    gone, after = Gone(), 0
    with store.writing() as connection:
        while numbers := retention.old_papers(connection, before, after):
            gone += retention.let_go(connection, numbers, before)
            after = numbers[-1]
    return gone


def shorten(store: Store, before: date = TODAY + timedelta(days=10)) -> Gone:
    gone, after = Gone(), ""
    with store.writing() as connection:
        while deliveries := retention.old_messages(connection, before, after):
            gone += retention.shorten(connection, deliveries)
            after = deliveries[-1]
    return gone


def there(store: Store) -> dict[int, str]:
    """The papers that are there, with their abstracts."""
    with store.reading() as connection:
        return {paper.number: paper.abstract for paper in papers.load(connection, range(1, 20))}


def proved(store: Store) -> None:
    with store.reading() as connection:
        assert audit(connection).breaches == ()
        # The index has the papers that there are and counts their words.
        indexed = set(map(number, connection.execute(text("SELECT rowid FROM papers_fts")).scalars()))
        assert indexed == set(connection.execute(select(schema.papers.c.number)).scalars())
        counted = dict(connection.execute(select(schema.words.c.word, schema.words.c.papers)).all())
        for word in ("graph", "follow", "decod", "limit"):
            found = connection.execute(text("SELECT count(*) FROM papers_fts(:word)"), {"word": word}).scalar_one()
            assert counted.get(word, 0) == found, word


def test_what_nobody_ever_got_goes_with_all_its_rows(talk: Talk) -> None:
    assert let_go(talk.store).papers == 1
    assert UNMATCHED not in there(talk.store)
    with talk.store.reading() as connection:
        for table in (schema.identifiers, schema.categories, schema.sources):
            assert connection.execute(select(func.count()).where(table.c.paper == UNMATCHED)).scalar_one() == 0
        assert search.strict(connection, parse("followed"), LATER) == []
    proved(talk.store)


def test_bookmarks_votes_and_what_is_young_stay_whole(talk: Talk) -> None:
    before = there(talk.store)
    let_go(talk.store)
    after = there(talk.store)
    for each in (BOOKMARKED, VOTED, YOUNG):
        assert after[each] == before[each]
        assert after[each]


def test_a_bookmark_that_was_removed_and_may_be_restored_keeps_its_paper(talk: Talk) -> None:
    with talk.store.writing() as connection:
        connection.execute(schema.bookmarks.update().values(removed_at=talk.now))
    let_go(talk.store)
    assert there(talk.store)[BOOKMARKED]


async def test_invariant_1_what_was_shown_or_held_back_is_recognised_and_not_announced_again(talk: Talk) -> None:
    assert let_go(talk.store).texts == 3  # and the undated one
    assert {number for number, said in there(talk.store).items() if not said} == {SHOWN, UNDATED, HELD}
    again = record(1, "Shown decoding", LONG, authors=("Ada Adler", "Emre Ito"), days_ago=-100)
    journal = record(8, "Held decoding", "Over the limit.", days_ago=-100, identifiers=(*OLD[5].identifiers, doi(8)))
    namesake = record(1, "Shown decoding", LONG, days_ago=-100, identifiers=(doi(9),), authors=("Emre Ito",))
    assert talk.take([again, journal, namesake]) == ["p1", "p6", "p1"]
    assert (await talk.ok("digest")).data["items"] == []
    proved(talk.store)


async def test_invariant_1_what_nobody_dated_is_not_new_when_it_comes_again(talk: Talk) -> None:
    let_go(talk.store)
    assert talk.take([undated(5, "Undated graphs")]) == ["p5"]
    await talk.ok("subscribe graphs")
    assert cards(await talk.ok("digest")) == ["p7"]


async def test_what_came_again_whole_goes_again(talk: Talk) -> None:
    let_go(talk.store)
    talk.take([OLD[0]])
    assert there(talk.store)[SHOWN]
    assert let_go(talk.store) == Gone(0, 1, 0)
    assert let_go(talk.store) == Gone()


async def test_the_highest_number_is_not_given_twice(store: Store) -> None:
    talk = Talk(store)
    talk.take([record(n, f"Graphs, part {n}") for n in (1, 2, 3)])
    let_go(store)
    assert set(there(store)) == {3}
    assert talk.take([record(9, "Another")]) == ["p4"]


async def test_old_editions_still_tell_what_they_were(talk: Talk) -> None:
    let_go(talk.store)
    assert shorten(talk.store) == Gone(0, 0, 1)
    assert shorten(talk.store) == Gone()
    assert cards(await talk.ok("edition 1")) == ["p1"]
    assert cards(await talk.ok("edition 1 2")) == ["p6"]
    assert (await talk.ok("why p1")).data["edition"] == 1
    assert "over the limit of 1" in str((await talk.ok("history p6")).data)
    proved(talk.store)


def test_a_message_keeps_its_papers_titles(talk: Talk) -> None:
    with talk.store.reading() as connection:
        (before,) = connection.execute(select(schema.deliveries.c.message)).scalars()
    shorten(talk.store)
    for table in (schema.deliveries, schema.posts):
        with talk.store.reading() as connection:
            (message,) = connection.execute(select(table.c.message)).scalars()
        assert Message.from_data(message).blocks[0] == GONE
        assert [(card.paper, card.text) for card in Message.from_data(message).cards()] == [("p1", ())]
        assert len(str(message)) < len(str(before)) / 2
    proved(talk.store)


def test_what_is_not_sent_stays_whole(talk: Talk) -> None:
    with talk.store.writing() as connection:
        connection.execute(schema.deliveries.update().values(state="unknown"))
    assert shorten(talk.store) == Gone()


def test_what_is_younger_stays_whole(talk: Talk) -> None:
    assert shorten(talk.store, TODAY) == Gone()
    assert let_go(talk.store, TODAY) == Gone()


def test_what_somebody_bookmarks_meanwhile_stays(talk: Talk) -> None:
    before = TODAY + timedelta(days=10)
    with quick(talk.store).writing() as connection:
        numbers = retention.old_papers(connection, before, 0)
        row = {"owner": "local:me", "note": "", "tags": [], "created_at": talk.now}
        connection.execute(schema.bookmarks.insert(), [{**row, "paper": number} for number in (SHOWN, UNMATCHED)])
        assert retention.let_go(connection, numbers, before).papers == 0
    assert there(talk.store)[UNMATCHED]
    assert there(talk.store)[SHOWN]


def test_the_audit_still_finds_what_is_wrong_afterwards(talk: Talk) -> None:
    shorten(talk.store)
    with talk.store.writing() as connection:
        connection.execute(delete(schema.items).where(schema.items.c.paper == SHOWN))
        assert [breach.channel for breach in audit(connection).breaches] == [HERE]


def test_shortened_cards_are_cards(talk: Talk) -> None:
    shorten(talk.store)
    with talk.store.reading() as connection:
        (message,) = connection.execute(select(schema.deliveries.c.message)).scalars()
    assert [type(block) for block in Message.from_data(message).blocks if isinstance(block, Card)]
