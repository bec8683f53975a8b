"""One `run` at a time on a store: a lock beside it, which the system lets go of however the process ends."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from domain.errors import StoreError


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold the lock of the store at this path. Raises StoreError naming the process that holds it."""
    lock = _lock(path)
    try:
        handle = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise StoreError(f"{lock} cannot be written: {error.strerror}.", "Check who owns the folder.") from error
    try:
        if not _locked(handle):
            raise StoreError(
                f"Another `paperround run` (process {_written(handle)}) works on {path}.",
                "Stop that one first, or let it work.",
            )
        os.ftruncate(handle, 0)
        os.pwrite(handle, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(handle)


def holder(path: Path) -> str:
    """The process that works on the store, as it wrote itself down; empty if none does."""
    try:
        handle = os.open(_lock(path), os.O_RDWR)
    except OSError:
        return ""
    try:
        return "" if _locked(handle) else _written(handle)
    finally:
        os.close(handle)


def _lock(path: Path) -> Path:
    return path.with_name(path.name + ".lock")


def _locked(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _written(handle: int) -> str:
    return os.pread(handle, 20, 0).decode("ascii", "replace").strip() or "unknown"
