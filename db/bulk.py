"""Many rows in one statement, and many values in one question: what SQLAlchemy does for each row is done once."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, cast

from sqlalchemy import Connection, Insert, Select, Table, Text, column, func, select


def many(connection: Connection, statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Run a statement in SQLite's own words, with `?` for values, for each row; for none, not at all."""
    if rows:
        connection.exec_driver_sql(statement, list(rows))


def insert_many(connection: Connection, statement: Insert, rows: Iterable[Mapping[str, Any]]) -> None:
    """Insert rows that all have the same columns, their values as the table's types keep them."""
    listed = list(rows)
    if not listed:
        return
    table, dialect = cast(Table, statement.table), connection.dialect
    compiled = statement.compile(dialect=dialect, column_keys=list(listed[0]))
    names = cast(list[str], compiled.positiontup)
    keeping = [(name, table.c[name].type.dialect_impl(dialect).bind_processor(dialect)) for name in names]
    many(
        connection,
        str(compiled),
        [tuple([kept(row[name]) if kept else row[name] for name, kept in keeping]) for row in listed],
    )


def each_of(values: Iterable[str]) -> Select[str]:
    """The texts as a statement's list, however many: `column.in_(each_of(...))`."""
    listed = func.json_each(json.dumps(list(values))).table_valued(column("value", Text))
    return select(listed.c.value)


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
