"""Where a paper stands in the full-text index: by its day and number, the newest first.

The index is read in that order, so that the newest matches come without looking at the others, and a span of days
is a range of places. Day and number can be read from a place, so that no table leads from one to the other.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, Integer, literal_column

_BITS = 26  # of the number: 67 million papers
_LAST = (1 << _BITS) - 1


def place(day: date, number: int) -> int:
    """The place of a paper of this day (`Paper.day`) and number. Raises OverflowError beyond 67 million papers."""
    if not 0 <= number <= _LAST:
        raise OverflowError(f"the index has no place for paper {number}")
    return (date.max.toordinal() - day.toordinal() << _BITS) | (_LAST - number)


def number(at: int) -> int:
    """The number of the paper at a place."""
    return _LAST - (at & _LAST)


def before(day: date) -> int:
    """The first place of the papers before a day: those of the day and later stand below it."""
    return date.max.toordinal() - day.toordinal() + 1 << _BITS


NUMBER: ColumnElement[int] = literal_column(f"({_LAST} - (papers_fts.rowid & {_LAST}))", Integer)
"""The number of a row of the index, in SQL."""
