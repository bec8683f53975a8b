"""The rows of new papers, as SQLite has their values: many at a time, where making them takes as long as writing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from json.encoder import encode_basestring_ascii as quoted

from sqlalchemy import Connection

from db.bulk import many
from domain.paper import Paper

_PAPER = """
INSERT INTO papers (number, title, title_key, abstract, summary, authors, categories, published, announced, day,
first_seen, page_url, pdf_url, code_url, upvotes, comments, note, archived, raw)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_IDENTIFIER = "INSERT OR IGNORE INTO identifiers (scheme, value, paper) VALUES (?, ?, ?)"
_CATEGORY = "INSERT INTO paper_categories (category, paper) VALUES (?, ?)"
_SOURCE = "INSERT OR IGNORE INTO paper_sources (paper, source, first_seen, place) VALUES (?, ?, ?, ?)"


def insert(connection: Connection, papers: Iterable[tuple[Paper, str, Mapping[str, str]]]) -> None:
    """Insert new papers, each with its title's key and what its sources wrote."""
    many(
        connection,
        _PAPER,
        [
            (
                paper.number,
                paper.title,
                key,
                paper.abstract,
                paper.summary,
                _listed(paper.authors),
                _listed_again(paper.categories),
                _day(paper.published),
                _day(paper.announced),
                _day(paper.day),
                _instant(paper.first_seen),
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
        ],
    )


def insert_parts(
    connection: Connection, papers: Sequence[Paper], places: Mapping[tuple[int, str], str], now: datetime
) -> None:
    """Insert what papers have several of: identifiers and sources that are not there yet, categories, of which none is.

    `places` says where each paper stood in a source.
    """
    at = _instant(now)
    many(connection, _IDENTIFIER, [(i.scheme, i.value, paper.number) for paper in papers for i in paper.identifiers])
    many(connection, _CATEGORY, [(name, paper.number) for paper in papers for name in _lower(paper.categories)])
    many(connection, _SOURCE, [(number, source, at, place) for (number, source), place in places.items()])


def _listed(texts: tuple[str, ...]) -> str:
    return f"[{', '.join(map(quoted, texts))}]"


# What many papers have alike.
_listed_again = lru_cache(maxsize=10_000)(_listed)


@lru_cache(maxsize=10_000)
def _lower(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(str.lower, names)))


@lru_cache(maxsize=20_000)
def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


@lru_cache(maxsize=100)
def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
