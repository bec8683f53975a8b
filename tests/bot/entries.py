"""Kept papers, usual and odd, for the tests of exports."""

from __future__ import annotations

from datetime import UTC, date, datetime

from hypothesis import strategies as st

from bot.exports import Entry, export
from domain.paper import SCHEMES, Identifier, Paper
from tests.bot.messages import texts, urls, words

ARXIV = Identifier("arxiv", "2610.01234")
PAPER = Paper(
    number=12,
    title="Sparse {Diffusion} for 100% of R&D_documents: $5 ~ #1 \\ x^2",
    first_seen=datetime(2026, 10, 2, 8, tzinfo=UTC),
    abstract="First paragraph.\n\nSecond <paragraph>.",
    summary="Short.",
    authors=("Ada Lovelace", "Hopper, Grace", "The Ada & Grace Collaboration", "道元"),
    categories=("cs.CL", "stat.ML"),
    identifiers=(
        ARXIV,
        Identifier("doi", "10.1000/a_b(1)%{x}"),
        Identifier("openreview", "aBcDeF1"),
    ),
    published=date(2026, 9, 30),
    announced=date(2026, 10, 2),
    page_url="https://arxiv.org/abs/2610.01234",
    pdf_url="https://arxiv.org/pdf/2610.01234",
    code_url="https://code.example/a",
    upvotes=0,
    comments=3,
    note="12 pages",
)
ENTRY = Entry(PAPER, note="For the club, =maybe?", tags=("llm", "to-read"))
names = st.lists(words | st.sampled_from(["A and B", "{", "Lovelace, Ada", "a, b, c", ","]), max_size=3).map(tuple)
days = st.none() | st.dates(date(1991, 8, 14))
entries = st.builds(
    Entry,
    st.builds(
        Paper,
        number=st.integers(1),
        title=texts,
        first_seen=st.just(PAPER.first_seen),
        abstract=texts,
        summary=texts,
        authors=names,
        categories=st.lists(st.sampled_from(["cs.CL", "hep-th", "a}b", "astro-ph.HE", "cond-mat.mes-hall"])).map(tuple),
        identifiers=st.lists(st.builds(Identifier, st.sampled_from(SCHEMES), words), max_size=3).map(tuple),
        published=days,
        announced=days,
        page_url=urls,
        pdf_url=urls,
        code_url=urls,
        upvotes=st.none() | st.integers(0),
        comments=st.none() | st.integers(0),
    ),
    note=texts
    | st.sampled_from(["=1+1", "  @x", "a;-1", 'b;"=1', "\t=2", "－1", "ER  - \r\nTY  - BOOK", "1. x", "- x"]),
    tags=names,
)
lists = st.lists(entries, max_size=4)


def written(form: str, *items: Entry) -> str:
    """What an export of these entries holds."""
    return export(items, form).content
