"""The rows of new papers, as SQLite has their values: many at a time, where making them takes as long as writing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache

from sqlalchemy import Connection

from db import bulk
from db.bulk import Aside
from db.values import day, instant, listed, listed_again
from domain.paper import Paper

_PAPER = """\
INSERT INTO papers (number, title, title_key, abstract, summary, authors, categories, published, announced, day,
first_seen, page_url, pdf_url, code_url, upvotes, comments, note, archived, raw)
"""
_IDENTIFIER = "INSERT OR IGNORE INTO identifiers (scheme, value, paper)"
_CATEGORY = "INSERT INTO paper_categories (category, paper)"
_SOURCE = "INSERT OR IGNORE INTO paper_sources (paper, source, first_seen, place)"

AT_ONCE = bulk.at_once(19)  # papers in one statement


def insert(connection: Connection, papers: Iterable[tuple[Paper, str, Mapping[str, str]]], aside: Aside) -> None:
    """Insert new papers, each with its title's key and what its sources wrote."""
    rows = [
        (
            paper.number,
            paper.title,
            key,
            paper.abstract,
            paper.summary,
            listed(paper.authors),
            listed_again(paper.categories),
            day(paper.published),
            day(paper.announced),
            day(paper.day),
            instant(paper.first_seen),
            paper.page_url,
            paper.pdf_url,
            paper.code_url,
            paper.upvotes,
            paper.comments,
            paper.note,
            paper.archived,
            json.dumps(raw) if raw else "{}",
        )
        for paper, key, raw in papers
    ]
    aside(bulk.insert, connection, _PAPER, rows)


def insert_parts(
    connection: Connection,
    papers: Sequence[Paper],
    places: Mapping[tuple[int, str], str],
    now: datetime,
    aside: Aside,
) -> None:
    """Insert what papers have several of: identifiers and sources where they are new, and all their categories.

    `places` says where each paper stood in a source.
    """
    at = instant(now)
    named = [(each.scheme, each.value, paper.number) for paper in papers for each in paper.identifiers]
    aside(bulk.insert, connection, _IDENTIFIER, named)
    sorted_in = [(name, paper.number) for paper in papers for name in _lower(paper.categories)]
    aside(bulk.insert, connection, _CATEGORY, sorted_in)
    carried = [(number, source, at, place) for (number, source), place in places.items()]
    aside(bulk.insert, connection, _SOURCE, carried)


@lru_cache(maxsize=10_000)
def _lower(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(str.lower, names)))
