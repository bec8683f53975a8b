"""Queries as matching reads them, beside their texts: reading a text takes longer than matching it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from domain.compact import compact
from domain.parse import parse

revision = "0006"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column to subscriptions and mutes, and fill it."""
    connection = op.get_bind()
    for name in ("subscriptions", "mutes"):
        op.add_column(name, sa.Column("compact", sa.Text()))
        table = sa.table(name, sa.column("rowid"), sa.column("query"), sa.column("compact"))
        texts = connection.execute(sa.select(table.c.query).distinct()).scalars().all()
        for text in texts:
            written = compact(parse(text).root)
            connection.execute(sa.update(table).where(table.c.query == text).values(compact=written))
        with op.batch_alter_table(name) as altered:
            altered.alter_column("compact", existing_type=sa.Text(), nullable=False)
