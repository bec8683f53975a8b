"""The index in the order of dates, with marks; without prefixes, which the words of the store stand in for."""

from __future__ import annotations

import json
import logging
from datetime import date
from itertools import groupby

import sqlalchemy as sa
from alembic import op

from db import marks
from db.places import place

log = logging.getLogger(__name__)

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_BATCH = 20_000  # papers between two words on how far it is
_FTS = (
    "CREATE VIRTUAL TABLE papers_fts USING fts5("
    "title, abstract, authors, marks, tokenize = \"ascii tokenchars '|'\", columnsize = 0)"
)


def upgrade() -> None:
    """Take the analysed words over into an index that has them by date."""
    connection = op.get_bind()
    connection.execute(
        sa.text("CREATE TEMP TABLE indexed AS SELECT rowid AS number, title, abstract, authors FROM papers_fts")
    )
    op.execute("DROP TABLE papers_fts")
    op.execute(_FTS)
    everything = connection.execute(sa.text("SELECT count(*) FROM indexed")).scalar_one()
    carried = connection.execute(sa.text("SELECT paper, source FROM paper_sources ORDER BY paper"))
    sources = {paper: [source for _, source in rows] for paper, rows in groupby(carried, lambda row: row[0])}
    # The newest first, as they will stand.
    found = connection.execution_options(yield_per=1_000).execute(
        sa.text(
            "SELECT papers.number, papers.day, papers.categories, indexed.title, indexed.abstract, indexed.authors "
            "FROM indexed JOIN papers USING (number) ORDER BY papers.day DESC, papers.number DESC"
        )
    )
    done = 0
    for rows in found.partitions(1_000):
        connection.execute(
            sa.text("INSERT INTO papers_fts (rowid, title, abstract, authors, marks) VALUES (:at, :t, :a, :w, :m)"),
            [
                {
                    "at": place(date.fromisoformat(row.day), row.number),
                    "t": row.title,
                    "a": row.abstract,
                    "w": row.authors,
                    "m": " ".join(
                        marks.of(
                            row.title.split(),
                            row.abstract.split(),
                            json.loads(row.categories),
                            sources.get(row.number, ()),
                        )
                    ),
                }
                for row in rows
            ],
        )
        done += len(rows)
        if done % _BATCH < len(rows) and done < everything:
            log.warning("indexed anew: %s of %s papers", f"{done:,}", f"{everything:,}")
    op.execute("DROP TABLE indexed")
    op.create_index("ix_words_frequent", "words", ["kind", "word", "papers"], sqlite_where=sa.text("papers >= 50"))
