"""What is made to cost whoever reads it costs little: under 300 MB and five seconds, whatever an answer repeats."""

from __future__ import annotations

import json
import os
import sys

import pytest

from domain.paper import Rejected
from sources import crossref, feed
from sources.base import FetchError
from sources.stream import TO_EACH, elements
from sources.values import MOST_HELD, MOST_VALUES, loads
from tests.faults.table import kept
from tests.shared import ROOT
from tests.sources import hostile
from tests.sources.peak import peak

MOST_KIB, LONGEST_SECONDS = 300 * 1024, 5.0


@pytest.mark.parametrize("data", [b"[],", b"{},", b"1,"])
def test_json_that_would_take_up_all_memory_is_none(data: bytes) -> None:
    most = MOST_VALUES if data == b"1," else MOST_HELD
    assert len(loads(b"[" + data * (most - 1) + b"1]")) == most
    with pytest.raises(ValueError):  # noqa: PT011  # there is nothing to say
        loads(b"[" + data * (most + 1) + b"1]")
    (said,) = crossref.read(b'{"message": [' + data * (most + 1), "x")
    assert isinstance(said, Rejected)
    assert "not JSON" in said.why


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"<r>" + b"<a/>" * (TO_EACH * 100), "more elements than any data does"),
        (b"<r>" + b"<item/>" * 101, "more entries than there are papers"),
        (b"<r><a " + b"".join(b'a%d="" ' % n for n in range(100_000)) + b"/>", "a tag is longer than any is"),
        (b"<a>" * 300, "nested deeper"),
    ],
    ids=["elements", "entries", "attributes", "depth"],
)
def test_xml_that_would_take_up_all_memory_is_read_no_further(data: bytes, why: str) -> None:
    with pytest.raises(FetchError, match=why):
        list(elements(data, {"item"}, "x", 100))


def test_a_feed_of_more_than_any_holds_is_not_read_but_a_long_article_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "MOST_TAGS", 1_000)
    around = b'<rss version="2.0"><channel><title>t</title>%s</channel></rss>'
    (said,) = feed.read(around % (b"<item/>" * (feed.MOST_TAGS + 1)), "x", "x")
    assert isinstance(said, Rejected)
    assert "more elements than any data does" in said.why
    article = b"<item><title>a</title><description><![CDATA[" + b"<p>b" * feed.MOST_TAGS + b"]]></description></item>"
    (found,) = feed.read(around % article, "x", "x", lenient=True)
    assert not isinstance(found, Rejected)


@pytest.mark.faults
@pytest.mark.timeout(900)
@pytest.mark.parametrize("reader", hostile.READERS)
def test_no_answer_costs_much(reader: str) -> None:
    worst, longest, papers = 0, 0.0, 0
    there = hostile.tricks(reader)
    for trick in there:
        said, code, most = peak([sys.executable, "-m", "tests.sources.hostile", reader, trick], ROOT, os.environ)
        assert code == 0, trick
        cost = json.loads(said)
        assert most < MOST_KIB, (trick, most)
        assert cost["seconds"] < LONGEST_SECONDS, (trick, cost)
        worst, longest, papers = max(worst, most), max(longest, cost["seconds"]), papers + cost["papers"]
    size = hostile.READERS[reader][1]
    shown = f"{size / 2**20:.0f} MiB" if size >= 2**20 else f"{size / 2**10:.0f} KiB"
    kept(f"{reader}, hostile", [shown, str(len(there)), f"{worst / 1024:.0f} MiB", f"{longest:.1f} s"])
