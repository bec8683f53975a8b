"""Many rows in one statement, and many values in one question: what is done for each row is done once."""

from __future__ import annotations

import gc
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import lru_cache, partial
from itertools import chain, repeat
from typing import Any, ParamSpec, TypeVar

import msgspec
from sqlalchemy import Connection, Select, Table, Text, column, func, select
from sqlalchemy.types import NullType

P = ParamSpec("P")
T = TypeVar("T")

_VALUES = 30_000  # in one statement; SQLite takes 32,766
_FEWEST = 8  # rows that a statement is made for
_MANY = 1_000  # papers, from which on writing them in a thread of its own is worth it


def many(connection: Connection, statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Run a statement in SQLite's own words, with `?` for values, for each row; for none, not at all."""
    if rows:
        connection.exec_driver_sql(statement, list(rows))


def at_once(columns: int) -> int:
    """How many rows of so many columns go into one statement."""
    return _VALUES // columns


def insert(connection: Connection, into: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows of one length: `into` is a statement in SQLite's own words up to its values.

    As many of them go into one statement as it takes: meanwhile other threads run.
    """
    _together(connection, f"{into} SELECT *", "", rows)


def put(
    connection: Connection,
    table: Table,
    columns: Sequence[str],
    rows: Sequence[tuple[Any, ...]],
    encoded: Collection[str] = (),
) -> None:
    """Insert rows of these columns, of values as SQLite keeps them; texts of `encoded` ones come in UTF-8.

    Raises sqlalchemy.exc.IntegrityError as Core does.
    """
    named = ", ".join([table.c[name].name for name in columns])
    values = ", ".join(
        [f"CAST(column{n} AS TEXT)" if name in encoded else f"column{n}" for n, name in enumerate(columns, 1)]
    )
    _together(connection, f"INSERT INTO {table.name} ({named}) SELECT {values}", "", rows)


def change(connection: Connection, table: Table, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Set these columns, of the rows whose key is the last value of each tuple."""
    (key,) = table.primary_key.columns
    named = ", ".join([f"{table.c[name].name} = said.column{n}" for n, name in enumerate(columns, 1)])
    which = f") AS said WHERE {table.name}.{key.name} = said.column{len(columns) + 1}"
    _together(connection, f"UPDATE {table.name} SET {named} FROM (SELECT *", which, rows)  # noqa: S608  # names of the schema


def _together(connection: Connection, before: str, after: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Run a statement on rows that stand in it as a table, in as few statements as take them all.

    Each is of a size that is one of few, since the driver keeps it: of the last one what is left over is not looked at.
    Every statement more is a wait for the interpreter, where another thread computes.
    """
    if not rows:
        return
    width, size = len(rows[0]), at_once(len(rows[0]))
    for start in range(0, len(rows), size):
        some = rows[start : start + size]
        there = size
        while (half := there // 2) >= max(len(some), _FEWEST):
            there = half
        unused = repeat(0, width * (there - len(some)))  # None would take the driver eight times as long
        values = tuple(chain(chain.from_iterable(some), unused, (len(some),)))
        connection.exec_driver_sql(f"{before}{_table(width, there)}{after}", values)


@lru_cache(maxsize=200)
def _table(columns: int, rows: int) -> str:
    one = f"({', '.join('?' * columns)})"
    return f" FROM (VALUES {', '.join([one] * rows)}) LIMIT ?"


class Aside:
    """Runs work on a connection piece by piece, in a thread of its own where there are `rows` enough for that.

    SQLite's work leaves the interpreter to others, so that the next rows are made while the last are written. From the
    first work to `settle` the connection is not used otherwise. What work raises, `settle` raises, and none follows it:
    SQLite may have undone the transaction.
    """

    def __init__(self, rows: int) -> None:
        self._pool = ThreadPoolExecutor(1, "store-aside") if rows >= _MANY else None
        self._next: deque[Callable[[], None]] = deque()
        self._later: deque[Callable[[], None]] = deque()
        self._running: list[Future[Any]] = []
        self._failed: BaseException | None = None

    def __call__(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Do this after what came before, now or soon."""
        return self._wanted(self._next, partial(work, *args, **kwargs))

    def later(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Do this, after what of its kind came before, while there is nothing else to do."""
        return self._wanted(self._later, partial(work, *args, **kwargs))

    def _wanted(self, queue: deque[Callable[[], None]], work: Callable[[], T]) -> Future[T]:
        done: Future[T] = Future()
        queue.append(partial(self._do, work, done))
        if self._pool:
            self._running.append(done)
            self._pool.submit(self._one)
        else:
            self._one()
            done.result()
        return done

    def _one(self) -> None:
        # There are as many calls as pieces of work.
        (self._next or self._later).popleft()()

    def _do(self, work: Callable[[], T], done: Future[T]) -> None:
        if not self._failed:
            try:
                done.set_result(work())
            except BaseException as error:
                self._failed = error
        if self._failed:
            done.set_exception(self._failed)

    def settle(self) -> None:
        """Wait until all of it is done."""
        running, self._running = self._running, []
        for each in running:
            each.result()

    def __enter__(self) -> Aside:
        return self

    def __exit__(self, kind: object, raised: BaseException | None, trace: object) -> None:
        self._failed = self._failed or raised
        try:
            if not raised:
                self.settle()
        finally:
            if self._pool:
                self._pool.shutdown()


def each_of(values: Iterable[str] | Iterable[int]) -> Select[Any]:
    """The texts or whole numbers as a statement's list, however many: `column.in_(each_of(...))`.

    Core writes a statement anew for each number of values; this is one for all.
    """
    listed = func.json_each(msgspec.json.encode(list(values)).decode()).table_valued(column("value", NullType))
    return select(listed.c.value)


def taken(connection: Connection, wanted: Select[Any]) -> list[list[Any]]:
    """All rows of a select, of values as SQLite keeps them (no bytes), in their order.

    SQLite makes one JSON text of them. It hands over the interpreter at each row otherwise, which whoever computes
    meanwhile then keeps: of ten thousand rows that takes longer than to read them.
    """
    row = wanted.subquery()
    said = connection.execute(select(func.json_group_array(func.json_array(*row.c), type_=Text))).scalar_one()
    found: list[list[Any]] = msgspec.json.decode(said)
    return found


@contextmanager
def room(connection: Connection) -> Iterator[None]:
    """Let SQLite keep what a large transaction touches in memory, and give it back then.

    Of the 2 MB that it takes by itself the index of papers alone is more, and each page would be read again and again.
    """
    connection.exec_driver_sql("PRAGMA cache_size = -32000")
    try:
        yield
    finally:
        connection.exec_driver_sql("PRAGMA cache_size = -2000")


@contextmanager
def keeping_all() -> Iterator[None]:
    """Let nothing be looked through for garbage meanwhile: where all that is made is kept, that takes half the time.

    What is let go of without cycles is freed as ever. Where others pause it too, the first to end goes on with it.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
