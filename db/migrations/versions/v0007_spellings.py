"""What remains of each word without some of its letters, to find words that are spelt nearly so."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db import neighbours

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table, of the words that occur."""
    op.create_table(
        "spellings",
        sa.Column("key", sa.Integer, nullable=False),
        sa.Column("word", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("key", "word"),
        sqlite_with_rowid=False,
    )
    op.add_column("words", sa.Column("well_known", sa.Boolean, nullable=False, server_default=sa.text("0")))
    op.create_index("ix_words_seldom", "words", ["papers"], sqlite_where=sa.text("well_known = 0"))
    neighbours.add(op.get_bind(), 0)
