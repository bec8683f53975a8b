"""Trying sources without keeping anything: what whoever looks after them must see when a service changes its format."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct

from domain.paper import Record, Rejected
from sources.base import FetchError, Source

FIELDS = ("title", "abstract", "authors", "categories", "identifiers", "published", "announced", "page_url")
NEEDED = ("title", "page_url")  # of every paper; and one of the two dates, which is counted as `dated`
ENOUGH = 0.95  # of the papers, below which something has changed
BOTH = 0.5  # of the entries that could be read
EXAMPLES = 3


class Checked(Struct, frozen=True):
    """How a look at a source went: what it came to, how many of its papers have each field, and why others are none.

    `wrong` says what somebody must look at; nothing, where all is well.
    """

    source: str
    outcome: str
    why: str
    papers: int
    has: dict[str, int]
    rejected: dict[str, int]
    examples: tuple[str, ...]
    wrong: tuple[str, ...]


async def check(source: Source, now: datetime) -> Checked:
    """Look once, from the beginning, and count. Nothing is kept."""
    try:
        fetched = await source.fetch(None, now)
    except FetchError as error:
        return Checked(source.name, error.outcome, str(error), 0, {}, {}, (), (str(error),))
    return _counted(source.name, fetched.outcome, fetched.why, fetched.entries)


def _counted(name: str, outcome: str, why: str, entries: Iterable[Record | Rejected]) -> Checked:
    has, rejected = Counter[str](), Counter[str]()
    papers, examples, unread = 0, list[str](), 0
    for each in entries:
        if isinstance(each, Rejected):
            rejected[each.why.partition(":")[0]] += 1
            unread += not each.kind
            examples += [f"{each.where}: {each.why}"] if len(examples) < EXAMPLES else []
            continue
        papers += 1
        has.update(field for field in FIELDS if getattr(each, field))
        has["dated"] += bool(each.published or each.announced or each.quiet)
    wrong = [
        f"only {has[field]} of {papers} have {field}" for field in (*NEEDED, "dated") if has[field] < ENOUGH * papers
    ]
    if outcome in {"failed", "stalled"}:
        wrong.insert(0, f"{outcome}: {why}")
    elif not papers and not rejected:
        wrong.append("not one entry: does what is asked for exist, and is it still called so?")
    if unread > BOTH * (papers + unread):
        wrong.append(f"{unread} of {papers + unread} entries could not be read")
    return Checked(name, outcome, why, papers, dict(has), dict(rejected), tuple(examples), tuple(wrong))
