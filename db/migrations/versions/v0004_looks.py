"""How far each channel's digests have looked, and what each night's audit came to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# What a channel had before counts as looked at until its last edition, or the last time that it was served.
_BEFORE = """
INSERT INTO looks (channel, since, until, why)
SELECT id, date(created_at, '-3 days'), max(coalesce(last_due, planned_at), coalesce(planned_at, last_due)), ''
FROM (SELECT channels.*, (SELECT max(planned_at) FROM editions WHERE channel = channels.id) AS planned_at FROM channels)
WHERE coalesce(last_due, planned_at) IS NOT NULL
ORDER BY id
"""


def upgrade() -> None:
    """Create their tables, and fill the first with what is known."""
    op.create_table(
        "looks",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.DateTime(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index("ix_looks_channel", "looks", ["channel", "number"], unique=False)
    op.execute(_BEFORE)
    op.create_table(
        "audits",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("audited_at", sa.DateTime(), nullable=False),
        sa.Column("deliveries", sa.Integer(), nullable=False),
        sa.Column("breaches", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
