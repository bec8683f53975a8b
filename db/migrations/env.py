"""What Alembic runs: the steps, on the connection and in the transaction that `db.migrate` gives it."""

from __future__ import annotations

from alembic import context

from db.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
