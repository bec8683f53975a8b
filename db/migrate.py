"""Bringing a store to this version's schema: at start, in one transaction, and only forward."""

from __future__ import annotations

import logging
from pathlib import Path

from sqlalchemy import Connection, inspect

from db.store import Store
from domain.errors import StoreError

log = logging.getLogger(__name__)

REVISION = "0008"
MIGRATIONS = Path(__file__).parent / "migrations"


def open_store(url: str) -> Store:
    """Open the store and bring it up to date, after a backup beside it; a new file becomes an empty store.

    Raises StoreError when the file cannot be used, is another program's, or was written by a newer version.
    """
    store = Store(url)
    try:
        with store.reading() as connection:
            current = _revision(connection)
        if current != REVISION:
            with store.writing() as connection:
                # Under the write lock, so that of several who open it one makes the copy.
                current = _revision(connection)
                if current is not None and current < REVISION:
                    _keep(store.path)
                upgrade(connection)
    except BaseException:
        store.close()
        raise
    return store


def _keep(path: Path) -> None:
    target = path.with_name(f"{path.stem}-before-{REVISION}.db")
    from db.backup import backup  # noqa: PLC0415  # a store that is up to date needs none

    if not target.exists():  # else an upgrade that failed made it: nothing was written since
        backup(path, target)
        log.warning("the store is brought up to date; as it was before it is kept in %s", target)


def upgrade(connection: Connection) -> None:
    """Run the steps that are missing, in the connection's own transaction."""
    from alembic import command  # noqa: PLC0415  # a third of a second, which a store that is up to date need not pay
    from alembic.config import Config  # noqa: PLC0415  # likewise
    from alembic.script import ScriptDirectory  # noqa: PLC0415  # likewise

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
    # In SQLite's own words: what SQLAlchemy asks this with has to be made ready first, at each command.
    if not connection.exec_driver_sql("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").scalar():
        return None
    found: str | None = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return found
