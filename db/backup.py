"""A copy of the store while it is in use, checked before it counts."""

from __future__ import annotations

import os
import shutil
import sqlite3
from pathlib import Path

from domain.errors import PaperroundError, StoreError


def backup(source: Path, target: Path) -> int:
    """Copy the store to a new file, consistent as of one moment, and verify it; returns its size in bytes.

    Raises PaperroundError if the file exists already, StoreError if the copy cannot be made or is not sound;
    then no file is left.
    """
    if target.exists():
        raise PaperroundError(f"{target} exists already.", "Name a new file; backups are never overwritten.")
    unfinished = target.with_name(f".{target.name}.part")
    try:
        # Somebody else's eyes have no business in it: made readable for its owner only, before it has content.
        os.close(os.open(unfinished, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600))
        _copy(source, unfinished)
        unfinished.rename(target)
    except (sqlite3.Error, OSError) as error:
        raise StoreError(f"The backup to {target} failed: {error}.", "Check the folder and the space left.") from error
    finally:
        unfinished.unlink(missing_ok=True)
    return target.stat().st_size


def restore(source: Path, target: Path, aside: Path) -> None:
    """Put a backup in the place of a store that nobody uses, and the store, if there is one, aside, damaged or not.

    Raises StoreError if the backup is no sound store of ours; then nothing has changed.
    """
    unfinished = target.with_name(f".{target.name}.part")
    try:
        os.close(os.open(unfinished, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600))
        _copy(source, unfinished)
        _ours(unfinished)
        if target.exists():
            _put_aside(target, aside)
        for beside in ("-wal", "-shm"):
            target.with_name(target.name + beside).unlink(missing_ok=True)
        unfinished.replace(target)
    except (sqlite3.Error, OSError) as error:
        raise StoreError(f"{source} cannot be restored: {error}.", "Name a file that `backup` made.") from error
    finally:
        unfinished.unlink(missing_ok=True)


def _put_aside(store: Path, aside: Path) -> None:
    try:
        # By a copy and not by its name: what was written last may stand beside the file.
        backup(store, aside)
    except StoreError:
        # It is damaged, which is why it is replaced: kept as it is, for whoever can make something of it.
        for beside in ("", "-wal"):
            if store.with_name(store.name + beside).exists():
                shutil.copy(store.with_name(store.name + beside), aside.with_name(aside.name + beside))


def _ours(copy: Path) -> None:
    connection = sqlite3.connect(copy)
    try:
        connection.execute("SELECT version_num FROM alembic_version, channels LIMIT 1")
    except sqlite3.OperationalError as error:
        raise StoreError("That file is no store of Paperround.", "Name a file that `backup` made.") from error
    finally:
        connection.close()


def _copy(source: Path, target: Path) -> None:
    original = sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)
    copy = sqlite3.connect(target)
    try:
        # In one step: in WAL a reader holds nobody up, and in several every write would make it begin again.
        original.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, with nothing beside it
        found = copy.execute("PRAGMA integrity_check").fetchone()[0]
        if found != "ok":
            raise StoreError(f"The copy is not sound: {found}.", "Check the disk; the store itself may be damaged.")
    finally:
        copy.close()
        original.close()
