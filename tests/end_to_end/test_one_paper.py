"""§4.1: one paper from many sources, asked for and delivered as people see it."""

from __future__ import annotations

from datetime import timedelta

from msgspec.structs import replace

from db.store import Store
from domain.identifier import Identifier
from domain.paper import Record
from tests.bot.talk import Talk, said
from tests.papers import TODAY, abstract, arxiv, doi

ABSTRACT = abstract(1, sentences=6)
AUTHORS = ("Ada Adler", "Bela Brandt", "Chiara Costa")
PREPRINT = Record(
    "Lazy lanterns for α rivers",
    "arxiv",
    abstract=ABSTRACT,
    authors=AUTHORS,
    identifiers=(arxiv(1),),
    announced=TODAY,
)
JOURNAL = Record(
    "Lazy Lanterns for alpha-Rivers",
    "crossref",
    abstract=ABSTRACT.replace("Study 1.", "In this study we begin.").replace("in", "of", 1),
    authors=("A. Adler", "B. Brandt", "C. Costa"),
    identifiers=(doi(1),),
    published=TODAY + timedelta(days=3),
    announced=TODAY + timedelta(days=3),
    page_url="https://journal.example/1",
    note="Rivers and Mills",
)


async def test_invariant_1_a_preprint_that_appears_in_a_journal_comes_once(store: Store) -> None:
    talk = Talk(store)
    talk.take([PREPRINT])
    await talk.ok("subscribe lanterns")
    assert [item["paper"] for item in (await talk.ok("digest now")).data["items"]] == ["p1"]
    talk.pass_(days=3)
    assert talk.take([JOURNAL]) == ["p1"]
    assert (await talk.ok("digest")).data["items"] == []
    known = await talk.ok("abstract 10.5555/1")
    assert known.data["identifiers"] == ["arxiv:2611.00001", "doi:10.5555/1"]
    assert (known.data["title"], known.data["authors"]) == (PREPRINT.title, list(AUTHORS))
    assert known.data["sources"] == ["arxiv", "crossref"]
    assert "Rivers and Mills" in said(known)


async def test_invariant_1_a_journal_paper_whose_preprint_comes_later_comes_once(store: Store) -> None:
    talk = Talk(store)
    talk.take([replace(JOURNAL, announced=TODAY, published=TODAY)])
    await talk.ok("subscribe lanterns")
    assert [item["paper"] for item in (await talk.ok("digest now")).data["items"]] == ["p1"]
    talk.pass_(days=1)
    assert talk.take([replace(PREPRINT, announced=TODAY + timedelta(days=1))]) == ["p1"]
    assert (await talk.ok("digest")).data["items"] == []


async def test_invariant_1_two_papers_that_a_preprint_server_links_are_one(store: Store) -> None:
    own = Identifier("doi", "10.64898/2026.11.13.738145")
    other = replace(JOURNAL, title="Quite another title", abstract=abstract(2))
    preprint = replace(PREPRINT, source="biorxiv", identifiers=(own,))
    talk = Talk(store)
    assert talk.take([preprint, other]) == ["p1", "p2"]
    linked = replace(preprint, identifiers=(own, doi(1)), announced=None, quiet=True)
    assert talk.take([linked]) == ["p1"]
    assert (await talk.ok("abstract p2")).data["paper"] == "p1"


async def test_invariant_2_what_only_the_whole_abstract_says_is_matched(store: Store) -> None:
    teaser = Record(
        PREPRINT.title,
        "journal.example",
        abstract=ABSTRACT[:120] + "…",
        identifiers=(),
        announced=TODAY,
        page_url="https://journal.example/feed/1",
    )
    whole = replace(PREPRINT, abstract=f"{ABSTRACT} Finally we weigh kettles.")
    talk = Talk(store)
    talk.take([teaser])
    await talk.ok("subscribe kettles")
    assert (await talk.ok("digest now")).data["items"] == []
    talk.pass_(days=1)
    assert talk.take([whole]) == ["p1"]
    assert [item["paper"] for item in (await talk.ok("digest")).data["items"]] == ["p1"]
    assert (await talk.ok("abstract p1")).data["abstract"] == whole.abstract
