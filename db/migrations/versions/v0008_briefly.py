"""The words of short titles have lists of their own, in the place of one list of all the short titles."""

from __future__ import annotations

import json
import logging

import sqlalchemy as sa
from alembic import op

log = logging.getLogger(__name__)

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_CHUNK = 1_000  # papers that are read and written at a time
_BATCH = 20_000  # papers between two words on how far it is
_SHORT = sa.text("SELECT rowid FROM papers_fts WHERE papers_fts MATCH '\"|l6\"'")
_READ = sa.text("SELECT rowid, marks FROM papers_fts WHERE rowid IN (SELECT value FROM json_each(:those))")
_WRITE = sa.text("UPDATE papers_fts SET marks = :marks WHERE rowid = :at")


def upgrade() -> None:
    """Mark the words of titles that were marked as short. Others keep that of their length; nothing asks for it."""
    connection = op.get_bind()
    found = connection.execute(_SHORT).scalars().all()
    for done in range(0, len(found), _CHUNK):
        if done and done % _BATCH == 0:
            log.warning("indexed anew: %s of %s papers", f"{done:,}", f"{len(found):,}")
        rows = connection.execute(_READ, {"those": json.dumps(found[done : done + _CHUNK])}).all()
        connection.execute(_WRITE, [{"at": row.rowid, "marks": _marks(row.marks.split())} for row in rows])


def _marks(before: list[str]) -> str:
    kept = [mark for mark in before if not mark.startswith("|l")]
    briefly = [f"|b{mark[2:]}" for mark in kept if mark.startswith("|t")]
    return " ".join([*kept[: len(briefly)], *briefly, *kept[len(briefly) :]])
