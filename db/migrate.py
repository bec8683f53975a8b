"""Bringing a store to this version's schema: at start, in one transaction, and only forward."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from db.store import Store
from domain.errors import StoreError

REVISION = "0002"
MIGRATIONS = Path(__file__).parent / "migrations"


def open_store(url: str) -> Store:
    """Open the store and bring it up to date; a new file becomes an empty store.

    Raises StoreError when the file cannot be used, is another program's, or was written by a newer version.
    """
    store = Store(url)
    try:
        with store.reading() as connection:
            current = _revision(connection)
        if current != REVISION:
            with store.writing() as connection:
                upgrade(connection)
    except BaseException:
        store.close()
        raise
    return store


def upgrade(connection: Connection) -> None:
    """Run the steps that are missing, in the connection's own transaction."""
    # Alembic takes a third of a second to load, which a store that is up to date need not pay.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    current = _revision(connection)
    if current is None and inspect(connection).get_table_names():
        raise StoreError("That SQLite file belongs to another program.", "Check PAPERROUND_DATABASE_URL.")
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if current is not None and current not in known:
        raise StoreError(
            "The store was written by a newer version of Paperround.",
            "Upgrade Paperround, or restore a backup made by this version.",
        )
    command.upgrade(config, REVISION)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found
