"""What sources bring becomes papers: invariant 1 stands on one paper being one, and two being two."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Connection, select, text

from db import papers, schema
from db.store import Store
from domain.errors import NotFoundError, UsageError
from domain.identifier import Identifier
from domain.paper import Paper, Record
from tests.papers import NOW, TODAY, abstract, arxiv, doi, record, records

LONG, OTHER = abstract(1), abstract(2)
WHO = ("Ada Adler", "Bela Brandt", "Chiara Costa")


@pytest.fixture
def connection(store: Store) -> Connection:
    """One transaction for the whole test; it is never committed."""
    return store.engine.connect().execution_options(immediate=True)


@pytest.fixture(autouse=True)
def _closing(connection: Connection) -> object:
    yield
    connection.close()


def save(connection: Connection, *said: Record, archive: bool = False) -> list[int]:
    return [each.paper for each in papers.save(connection, said, NOW, archive=archive)]


def one(connection: Connection, number: int = 1) -> Paper:
    found = papers.load(connection, [number])
    assert found, number
    return found[0]


def test_a_paper_comes_back_as_it_was_saved(connection: Connection) -> None:
    said = records(1)[0]
    assert papers.save(connection, [said], NOW) == [papers.Saved(1, new=True, changed=True)]
    assert one(connection) == Paper(
        1,
        said.title,
        NOW,
        abstract=said.abstract,
        authors=said.authors,
        categories=said.categories,
        identifiers=said.identifiers,
        sources=("arxiv",),
        announced=TODAY,
        page_url=said.page_url,
        upvotes=said.upvotes,
    )
    assert papers.count(connection) == 1


def test_saving_twice_adds_nothing(connection: Connection) -> None:
    many = [*records(30), record("A bare title"), record("Two words", abstract="Short.")]
    first = papers.save(connection, many, NOW)
    before = list(connection.connection.iterdump())
    again = papers.save(connection, many, NOW + timedelta(hours=1))
    assert again == [papers.Saved(each.paper, new=False, changed=False) for each in first]
    assert list(connection.connection.iterdump()) == before


def test_nothing_at_all_can_be_saved(connection: Connection) -> None:
    assert papers.save(connection, [], NOW) == []


SAME: dict[str, tuple[Record, Record]] = {
    "the same identifier": (record("One", identifiers=(arxiv(1),)), record("Two", "hf", identifiers=(arxiv(1),))),
    "a second identifier": (
        record("One", identifiers=(arxiv(1), doi(1))),
        record("Two", "hf", identifiers=(doi(1),)),
    ),
    "a title in other spelling": (
        record("Self-attention: α", abstract=LONG),
        record("Self attention  — Alpha", "hf", abstract=LONG),
    ),
    "identifiers of two schemes": (
        record(abstract=LONG, identifiers=(arxiv(1),)),
        record(source="hf", abstract=LONG, identifiers=(doi(1),)),
    ),
    "authors for a missing abstract": (
        record(abstract=LONG, authors=WHO),
        record(source="hf", authors=("A. Adler", "B. Brandt")),
    ),
}


@pytest.mark.parametrize("case", SAME)
@pytest.mark.parametrize("together", [True, False])
def test_invariant_1_one_paper_is_one(connection: Connection, case: str, together: bool) -> None:
    first, second = SAME[case]
    if together:
        assert save(connection, first, second) == [1, 1]
    else:
        assert save(connection, first) + save(connection, second) == [1, 1]
    assert papers.count(connection) == 1
    found = one(connection)
    assert found.sources == ("arxiv", "hf")
    assert set(found.identifiers) == {*first.identifiers, *second.identifiers}
    # And from then on by either's names.
    assert save(connection, second, first) == [1, 1]


TWO: dict[str, tuple[Record, Record]] = {
    "namesakes": (record(abstract=LONG, authors=WHO), record(abstract=OTHER, authors=WHO)),
    "different arXiv ids, all else the same": (
        record(abstract=LONG, authors=WHO, identifiers=(arxiv(1),)),
        record(abstract=LONG, authors=WHO, identifiers=(arxiv(2),)),
    ),
    "a DOI in common, but different arXiv ids": (
        record(abstract=LONG, identifiers=(arxiv(1), doi(1))),
        record(abstract=LONG, identifiers=(doi(1), arxiv(2))),
    ),
    "another title": (record("One", abstract=LONG), record("Another", abstract=LONG)),
    "in doubt": (record(abstract=LONG), record(source="hf")),
}


@pytest.mark.parametrize("case", TWO)
@pytest.mark.parametrize("together", [True, False])
def test_two_papers_are_two(connection: Connection, case: str, together: bool) -> None:
    first, second = TWO[case]
    numbers = save(connection, first, second) if together else save(connection, first) + save(connection, second)
    assert numbers == [1, 2]
    assert save(connection, second, first) == [2, 1]
    assert papers.count(connection) == 2


def test_an_abstract_says_more_than_authors(connection: Connection) -> None:
    save(connection, record(authors=WHO), record(abstract=OTHER, identifiers=(arxiv(1),)))
    assert save(connection, record(source="hf", abstract=OTHER, authors=WHO)) == [2]
    assert save(connection, record(source="hf", authors=WHO)) == [1]


def test_an_identifier_is_claimed_once(connection: Connection) -> None:
    save(connection, record("One", identifiers=(arxiv(1), doi(1))), record("Two", identifiers=(arxiv(2), doi(1))))
    assert one(connection, 1).identifiers == (arxiv(1), doi(1))
    assert one(connection, 2).identifiers == (arxiv(2),)
    save(connection, record("Three", identifiers=(arxiv(2), doi(1))))
    assert one(connection, 2).identifiers == (arxiv(2),)


def test_a_new_version_is_the_same_paper(connection: Connection) -> None:
    """Invariant 1: whichever version's words a page repeats, it is that paper."""
    save(connection, record("First title", abstract=LONG, identifiers=(arxiv(1),)))
    save(connection, record("Second title", abstract=OTHER, identifiers=(arxiv(1),)))
    assert (one(connection).title, one(connection).abstract) == ("Second title", OTHER)
    assert save(connection, record("First title", "pages", abstract=LONG)) == [1]
    assert save(connection, record("Second title", "pages", abstract=OTHER)) == [1]
    assert papers.count(connection) == 1
    # Its old texts are kept once, however often the versions alternate.
    for _ in range(3):
        save(connection, record("First title", abstract=LONG, identifiers=(arxiv(1),)))
        save(connection, record("Second title", abstract=OTHER, identifiers=(arxiv(1),)))
    assert connection.execute(text("SELECT count(*) FROM former_texts")).scalar() == 2


def test_a_small_revision_leaves_no_former_text(connection: Connection) -> None:
    save(connection, record("A title", abstract=LONG, identifiers=(arxiv(1),)))
    save(connection, record("A Title!", abstract=LONG + " Done.", identifiers=(arxiv(1),)))
    assert connection.execute(text("SELECT count(*) FROM former_texts")).scalar() == 0


def test_the_first_source_is_the_one_that_came_first(connection: Connection) -> None:
    save(connection, record(source="hf", abstract=LONG), record(source="arxiv", abstract=LONG))
    assert one(connection).sources == ("hf", "arxiv")
    save(connection, record("Lazy caching of graphs", "arxiv"))
    assert one(connection).sources == ("hf", "arxiv")


def test_where_it_stood_is_kept_for_each_source(connection: Connection) -> None:
    save(connection, record(abstract=LONG, where="a.txt:3"), record(source="hf", abstract=LONG, where="b.jsonl:7"))
    save(connection, record(abstract=LONG, where="c.txt:9"))
    rows = connection.execute(select(schema.sources.c.source, schema.sources.c.place)).all()
    assert {row.source: row.place for row in rows} == {"arxiv": "a.txt:3", "hf": "b.jsonl:7"}


def original(connection: Connection) -> dict[str, str]:
    found: dict[str, str] = connection.execute(select(schema.papers.c.raw)).scalar_one()
    return found


def test_the_original_is_kept_of_the_text_that_stands(connection: Connection) -> None:
    save(connection, record("M2 nets", abstract=LONG, raw={"title": "M^2 nets"}))
    assert original(connection) == {"title": "M^2 nets"}
    # Another source adds authors, not texts: its original is not that of ours.
    save(connection, record("M2 nets", "hf", abstract=LONG, authors=WHO, raw={"title": "$M^2$ nets"}))
    assert original(connection) == {"title": "M^2 nets"}
    newer = record("M3 nets", abstract=LONG + " $x$", identifiers=(arxiv(1),), raw={"abstract": LONG + " \\(x\\)"})
    save(connection, record("M2 nets", abstract=LONG, identifiers=(arxiv(1),)), newer)
    assert original(connection) == {"abstract": LONG + " \\(x\\)"}


def test_categories_are_kept_for_comparing(connection: Connection) -> None:
    save(connection, record(identifiers=(arxiv(1),), categories=("cs.CL", "CS.cl", "stat.ML")))
    save(connection, record(identifiers=(arxiv(1),), categories=("cs.LG",)))
    assert list(connection.execute(select(schema.categories.c.category)).scalars()) == ["cs.lg"]
    assert one(connection).categories == ("cs.LG",)


def test_backfills_announce_nothing(connection: Connection) -> None:
    assert save(connection, *records(2), archive=True) == [1, 2]
    assert one(connection).archived
    # The same file again announces them; a record without a date does not.
    save(connection, record(records(2)[1].title, "pages", abstract=records(2)[1].abstract))
    save(connection, records(2)[0])
    assert not one(connection, 1).archived
    assert one(connection, 2).archived
    # What was announced stays so when it comes with an archive.
    save(connection, *records(2), archive=True)
    assert not one(connection, 1).archived


def test_the_day_that_counts_follows_the_dates(connection: Connection) -> None:
    def days() -> list[str]:
        return list(connection.execute(text("SELECT day FROM papers ORDER BY number")).scalars())

    save(connection, record("Undated"), record("Published", published=TODAY - timedelta(days=9)))
    assert days() == ["2026-11-16", "2026-11-07"]
    save(connection, record("Undated", "arxiv", announced=TODAY - timedelta(days=2)))
    assert days() == ["2026-11-14", "2026-11-07"]


def test_papers_come_in_the_order_asked(connection: Connection) -> None:
    save(connection, *records(5))
    assert [p.number for p in papers.load(connection, [4, 99, 1, 4, 2])] == [4, 1, 2]
    assert papers.load(connection, []) == []


def test_many_papers_in_one_go(connection: Connection) -> None:
    many = records(1_000)
    assert save(connection, *many) == list(range(1, 1_001))
    assert [p.title for p in papers.load(connection, range(1, 1_001))] == [r.title for r in many]
    assert save(connection, *many) == list(range(1, 1_001))


@pytest.mark.parametrize("asked", ["p1", "P1", " p1 ", "2611.00001", "arXiv:2611.00001v3", "10.5555/1"])
def test_a_paper_is_found_by_all_its_names(connection: Connection, asked: str) -> None:
    save(connection, record(identifiers=(arxiv(1), doi(1))))
    assert papers.named(connection, asked).number == 1
    assert papers.named(connection, "https://arxiv.org/abs/2611.00001").number == 1


@pytest.mark.parametrize("asked", ["p2", "p9999999999999999", "2611.00002", "p0"])
def test_a_paper_that_is_not_here(connection: Connection, asked: str) -> None:
    with pytest.raises(NotFoundError, match=asked):
        papers.named(connection, asked)


@pytest.mark.parametrize("asked", ["", "p", "pp1", "p-1", "1", "p" + "9" * 30, "'; DROP TABLE papers", "\ud800"])
def test_what_names_no_paper(connection: Connection, asked: str) -> None:
    with pytest.raises(UsageError, match="names no paper"):
        papers.named(connection, asked)


def test_openreview_ids_keep_their_case(connection: Connection) -> None:
    save(connection, record(identifiers=(Identifier("openreview", "aBcDeF123"),)))  # pragma: allowlist secret
    assert papers.named(connection, "openreview:aBcDeF123").number == 1
