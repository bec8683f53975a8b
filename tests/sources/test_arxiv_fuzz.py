"""Damaged replies of arXiv and Hugging Face: an error or papers, never an exception, never a hang."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta

import pytest

from domain.paper import Record, Rejected
from sources import hf
from sources.arxiv import api, oai, rss
from sources.base import FetchError
from tests.shared import shared
from tests.sources.local import Known, atom, feed, harvest, made
from tests.sources.test_hf import listed
from tests.sources.test_parser_fuzz import Came, check, damaged

SAMPLE, LONG = 60, 10_000
NAMES = {"rss": "arXiv, RSS", "api": "arXiv, API", "oai": "arXiv, OAI-PMH", "hf": "Hugging Face"}
MON = date(2026, 3, 2)
Entries = Iterable[Record | Rejected]


def _announcement(data: bytes) -> Iterator[Record | Rejected]:
    listing = rss.read(data, "x")
    yield from listing.rejected
    yield from (item.record(listing.date) for item in listing.items)


def _list(data: bytes) -> Entries:
    try:
        return hf.read(json.loads(data), "x", MON)
    except (ValueError, RecursionError):  # which the fetcher says
        raise FetchError("no JSON") from None


def _said(read: Callable[[bytes], Entries]) -> Callable[[bytes], Entries]:
    """The same with its errors as what they become."""

    def reading(data: bytes) -> Entries:
        found: list[Record | Rejected] = []
        try:
            found += read(data)
        except FetchError as error:
            found.append(Rejected("x", str(error)))
        return found

    return reading


def _papers() -> list[Known]:
    return made(random.Random(6), 100, 6, "2603")


READERS: dict[str, tuple[Callable[[bytes], Entries], Callable[[], bytes], str]] = {
    "rss": (_announcement, lambda: feed(_papers(), MON), "arxiv_rss/*.xml"),
    "api": (lambda data: api.read(data, "x"), lambda: atom(_papers()), "arxiv_api/atom/*.xml"),
    "oai": (
        lambda data: oai.read(data, "x").entries(),
        lambda: harvest([(MON + timedelta(days=1), paper) for paper in _papers()], more="a|b"),
        "arxiv_oai/**/*.xml",
    ),
    "hf": (_list, lambda: json.dumps([listed(n) for n in range(6)]).encode(), "hf/*.json"),
}


@pytest.mark.parametrize("reader", READERS)
def test_damaged_replies_are_read_or_said_to_be_damaged(reader: str) -> None:
    read, reply, _ = READERS[reader]
    chance, data = random.Random(f"sample {reader}"), reply()
    assert all(isinstance(each, Record) for each in _said(read)(data))
    for number in range(SAMPLE):
        check(_said(read), damaged(data, chance), f"{reader} {number}")


@pytest.mark.shared
@pytest.mark.faults
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("reader", READERS)
def test_ten_thousand_damaged_recorded_replies(reader: str) -> None:
    read, _, pattern = READERS[reader]
    chance, came = random.Random(f"long {reader}"), Came()
    replies = [path.read_bytes() for path in sorted(shared("data/api").glob(pattern))]
    for number in range(LONG):
        check(_said(read), damaged(chance.choice(replies), chance), f"{reader} {number}", came)
    came.kept(NAMES[reader])
