"""Two papers that turn out to be one: nothing of either is lost, and neither comes twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Connection, select, text

from db import channels, ledger, papers, schema, shelf, unite
from db.store import Store
from domain.channel import Bookmark
from domain.edition import Edition, Item, Place
from domain.paper import Paper, Record
from domain.schedule import Schedule
from tests.db.test_vocabulary import check
from tests.papers import NOW, TODAY, abstract, arxiv, doi, record

LONG, OTHER = abstract(1), abstract(2)
LATER = NOW + timedelta(hours=1)
GENERAL, OTHERS = "local:general", "local:others"
# A page's paper and a publisher's, of which nobody knew that they are one.
PAGE = record("A first title", "pages", abstract=LONG, categories=("cs.CL",), identifiers=(arxiv(1),), upvotes=3)
PRESS = record("A second title", "press", abstract=OTHER, authors=("Ada Adler",), identifiers=(doi(1),), where="x:1")
BOTH = record("A third title", "arxiv", abstract=LONG, identifiers=(doi(1), arxiv(1)))


@pytest.fixture
def connection(store: Store) -> Iterator[Connection]:
    with store.writing() as connection:
        for channel in (GENERAL, OTHERS):
            channels.ensure(connection, channel, Schedule(), NOW)
        save(connection, PAGE, PRESS, record("Quite another", identifiers=(arxiv(3),)))
        yield connection


def save(connection: Connection, *said: Record) -> list[int]:
    return [each.paper for each in papers.save(connection, said, LATER)]


def one(connection: Connection, number: int) -> Paper:
    return papers.load(connection, [number])[0]


def item(connection: Connection, channel: str, number: int, place: Place = Place.SEAT) -> None:
    """Say that the channel got the paper in an edition of its own, or that it is muted there."""
    what = Item(one(connection, number), place, (1,), ("title",))
    if place is Place.MUTED:
        ledger.put_items(connection, ledger.item_rows(channel, None, [what]))
    else:
        edition = channels.existing(connection, channel).editions + 1
        ledger.record(connection, Edition(channel, edition, NOW, NOW, (what,)), [])


def items(connection: Connection) -> set[tuple[str, int, int | None]]:
    rows = connection.execute(select(schema.items.c.channel, schema.items.c.paper, schema.items.c.edition))
    return {(row.channel, row.paper, row.edition) for row in rows}


def test_a_record_with_the_identifiers_of_both_makes_them_one(connection: Connection) -> None:
    assert save(connection, BOTH) == [1]
    assert papers.count(connection) == 2
    found = one(connection, 1)
    assert (found.title, found.abstract, found.authors) == ("A third title", LONG, ("Ada Adler",))
    assert found.identifiers == (arxiv(1), doi(1))
    assert found.sources == ("pages", "press", "arxiv")
    assert (found.categories, found.upvotes, found.announced) == (("cs.CL",), 3, None)
    check(connection)
    rows = connection.execute(select(schema.sources.c.source, schema.sources.c.place)).all()
    assert ("press", "x:1") in [tuple(row) for row in rows]


def test_its_number_and_its_texts_stay_good(connection: Connection) -> None:
    save(connection, BOTH)
    assert papers.named(connection, "p2").number == 1
    assert papers.named(connection, "10.5555/1").number == 1
    assert unite.homes(connection, [1, 2, 3]) == {2: 1}
    assert connection.execute(select(schema.aliases.c.recognised_at)).scalar() == LATER
    # Whoever repeats its title and abstract means the one paper.
    assert save(connection, record("A second title", "pages", abstract=OTHER)) == [1]
    assert save(connection, record("A second title", "pages", authors=("A. Adler",))) == [1]
    assert save(connection, PAGE, PRESS, BOTH) == [1, 1, 1]
    # A new paper does not get a number that was shown for another one.
    assert save(connection, record("A new one")) == [4]


def test_the_number_of_the_last_paper_is_not_given_again(connection: Connection) -> None:
    save(connection, record("Fourth", "press", identifiers=(doi(3),)))
    save(connection, record("Fifth", identifiers=(doi(3), arxiv(3))))
    assert papers.named(connection, "p4").number == 3
    assert save(connection, record("A new one")) == [5]


def test_an_identifier_and_the_abstract_of_another_make_them_one(connection: Connection) -> None:
    assert save(connection, record("A second title", "hf", abstract=OTHER, identifiers=(arxiv(1),))) == [1]
    assert unite.homes(connection, [2]) == {2: 1}


def test_a_title_alone_makes_nothing_one(connection: Connection) -> None:
    assert save(connection, record("A second title", "blog", identifiers=(arxiv(1),), authors=("Ada Adler",))) == [1]
    assert save(connection, record("A second title", "blog", authors=("Ada Adler",))) == [2]
    assert unite.homes(connection, [1, 2, 3]) == {}


def test_two_arxiv_ids_stay_two_whatever_a_record_says(connection: Connection) -> None:
    assert save(connection, record("Both", identifiers=(arxiv(1), arxiv(3)))) == [1]
    assert save(connection, record("A second title", "hf", abstract=OTHER, identifiers=(arxiv(3),))) == [2]
    assert save(connection, record("Both", identifiers=(doi(1), arxiv(1)))) == [1]
    assert unite.homes(connection, [1, 2, 3]) == {3: 2}
    assert one(connection, 2).identifiers == (arxiv(3), doi(1))


def test_three_become_one_one_after_the_other(connection: Connection) -> None:
    save(connection, record("Fourth", "press", abstract=LONG + " Else.", identifiers=(doi(4),)))
    # The fourth is first found to be the second, and then both to be the first.
    save(connection, record("Fourth", "hf", abstract=LONG + " Else.", identifiers=(doi(4),)))
    connection.execute(text("DELETE FROM identifiers WHERE value = '10.5555/4'"))
    save(connection, record("Fourth", "hf", abstract=LONG + " Else.", identifiers=(doi(1),)))
    assert unite.homes(connection, [4]) == {4: 2}
    save(connection, BOTH)
    assert unite.homes(connection, [2, 4]) == {2: 1, 4: 1}
    assert papers.named(connection, "p4").number == 1
    assert save(connection, record("Fourth", "pages", abstract=LONG + " Else.")) == [1]
    check(connection)


def test_in_one_go_only_the_first_is_new(connection: Connection) -> None:
    said = [
        record("New", "press", abstract=LONG, identifiers=(doi(5),)),
        record("Newer", "hf", abstract=OTHER, identifiers=(arxiv(5),), where="y:2"),
        record("Newest", "arxiv", identifiers=(arxiv(5), doi(5))),
    ]
    saved = papers.save(connection, said, LATER)
    assert [(each.paper, each.new) for each in saved] == [(4, True), (4, False), (4, False)]
    assert one(connection, 4).sources == ("press", "hf", "arxiv")
    check(connection)
    again = papers.save(connection, said, LATER)
    assert [(each.paper, each.new, each.changed) for each in again] == [(4, False, False)] * 3


def test_what_said_little_is_still_known_by_what_it_said(connection: Connection) -> None:
    bare = record("A bare title", "pages", identifiers=(arxiv(8),))
    full = record("A bare title", "press", abstract=LONG, authors=("Ines Ito",), identifiers=(doi(8),))
    assert save(connection, bare) == [4]
    assert save(connection, full) == [5]
    assert save(connection, record("A title", "hf", identifiers=(arxiv(8), doi(8)))) == [4]
    assert one(connection, 4).abstract == LONG
    # The page again, without its identifier: what it says is what the paper said before it was one with the other.
    assert save(connection, record("A bare title", "pages")) == [4]


def test_invariant_1_what_one_of_them_was_sent_as_the_other_will_not_be(connection: Connection) -> None:
    item(connection, GENERAL, 2)
    save(connection, BOTH)
    assert items(connection) == {(GENERAL, 1, 1)}
    assert ledger.decided(connection, {GENERAL: [1, 2], OTHERS: [1, 2]}) == {GENERAL: {1}, OTHERS: set()}
    shown = ledger.edition(connection, GENERAL, 1)
    assert shown is not None
    assert [each.paper.number for each in shown.seats] == [1]


def test_invariant_1_what_went_out_as_two_is_recorded_as_that(connection: Connection) -> None:
    item(connection, GENERAL, 1)
    item(connection, GENERAL, 2)
    save(connection, BOTH)
    assert items(connection) == {(GENERAL, 1, 1), (GENERAL, 2, 2)}
    for number in (1, 2):
        shown = ledger.edition(connection, GENERAL, number)
        assert shown is not None
        assert [each.paper.number for each in shown.seats] == [1]
    assert ledger.decided(connection, {GENERAL: [1]}) == {GENERAL: {1}}


def test_a_muted_one_gives_way_to_one_that_went_out(connection: Connection) -> None:
    item(connection, GENERAL, 1, Place.MUTED)
    item(connection, GENERAL, 2)
    item(connection, OTHERS, 1)
    item(connection, OTHERS, 2, Place.MUTED)
    save(connection, BOTH)
    assert items(connection) == {(GENERAL, 1, 1), (OTHERS, 1, 1)}


def test_muted_twice_is_muted(connection: Connection) -> None:
    item(connection, GENERAL, 1, Place.MUTED)
    item(connection, GENERAL, 2, Place.MUTED)
    save(connection, BOTH)
    assert items(connection) == {(GENERAL, 1, None)}


def bookmark(connection: Connection, owner: str, number: int, note: str, *tags: str) -> None:
    shelf.bookmark(connection, Bookmark(owner, number, note, tags, NOW))


def test_bookmarks_move_and_join(connection: Connection) -> None:
    bookmark(connection, "local:a", 2, "mine", "x")
    bookmark(connection, "local:b", 1, "first", "x", "y")
    bookmark(connection, "local:b", 2, "second", "y", "z")
    bookmark(connection, "local:c", 1, "gone")
    shelf.unbookmark(connection, "local:c", 1, NOW)
    bookmark(connection, "local:c", 2, "kept")
    bookmark(connection, "local:d", 1, "kept")
    bookmark(connection, "local:d", 2, "gone")
    shelf.unbookmark(connection, "local:d", 2, NOW)
    save(connection, BOTH)

    def kept(owner: str) -> list[tuple[int, str, tuple[str, ...]]]:
        return [(mark.paper, mark.note, mark.tags) for mark, _ in shelf.bookmarks(connection, owner)]

    assert kept("local:a") == [(1, "mine", ("x",))]
    assert kept("local:b") == [(1, "first\nsecond", ("x", "y", "z"))]
    assert kept("local:c") == [(1, "kept", ())]
    assert kept("local:d") == [(1, "kept", ())]


def test_votes_move_each_person_once(connection: Connection) -> None:
    shelf.vote(connection, GENERAL, 1, "local:a", 1, NOW)
    shelf.vote(connection, GENERAL, 2, "local:a", -1, NOW)
    shelf.vote(connection, GENERAL, 2, "local:b", 1, NOW)
    save(connection, BOTH)
    assert [(paper.number, value) for paper, value in shelf.votes(connection, [GENERAL])[GENERAL]] == [(1, 2)]


def test_a_paper_that_was_archived_comes_alive_with_its_other_half(connection: Connection) -> None:
    papers.save(connection, [record("Old", "press", identifiers=(doi(7),))], NOW, archive=True)
    save(connection, record("New", "hf", identifiers=(arxiv(7),), announced=TODAY))
    save(connection, record("Both", "arxiv", identifiers=(arxiv(7), doi(7))))
    found = one(connection, 4)
    assert (found.title, found.archived, found.announced) == ("Both", False, TODAY)
