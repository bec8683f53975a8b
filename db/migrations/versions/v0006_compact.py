"""Queries as matching reads them, beside their texts: reading a text takes longer than matching it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from domain.compact import compact
from domain.parse import parse

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_GIVEN = sa.table("sqlite_sequence", sa.column("name"), sa.column("seq"))


def upgrade() -> None:
    """Add the column to subscriptions and mutes, and fill it."""
    connection = op.get_bind()
    given = connection.execute(sa.select(_GIVEN.c.seq).where(_GIVEN.c.name == "mutes")).scalar()
    for name, numbered in (("subscriptions", False), ("mutes", True)):
        op.add_column(name, sa.Column("compact", sa.Text()))
        table = sa.table(name, sa.column("rowid"), sa.column("query"), sa.column("compact"))
        fill = sa.update(table).where(table.c.rowid == sa.bindparam("row")).values(compact=sa.bindparam("written"))
        for row in connection.execute(sa.select(table.c.rowid, table.c.query)).all():
            connection.execute(fill, {"row": row.rowid, "written": compact(parse(row.query).root)})
        # A column of a table that is there becomes NOT NULL by copying it all.
        with op.batch_alter_table(name, table_kwargs={"sqlite_autoincrement": numbered}) as altered:
            altered.alter_column("compact", existing_type=sa.Text(), nullable=False)
    # No number of a mute is given again, though the copy forgot which were.
    connection.execute(sa.delete(_GIVEN).where(_GIVEN.c.name == "mutes"))
    if given is not None:
        connection.execute(sa.insert(_GIVEN), {"name": "mutes", "seq": given})
