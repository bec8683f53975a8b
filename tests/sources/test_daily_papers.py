"""Saved pages of Daily Papers, whole and damaged."""

from __future__ import annotations

import random
import textwrap
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.paper import Record, Rejected
from sources.daily_papers import read
from sources.readable import readable
from tests.shared import shared
from tests.sources.invented import HEADER, page, papers

Entry = tuple[str, str]


def entries() -> list[Entry]:
    return papers(random.Random(1), 30)


def split(text: str) -> tuple[list[Record], list[Rejected]]:
    found = list(read(text, "page"))
    return [each for each in found if isinstance(each, Record)], [each for each in found if isinstance(each, Rejected)]


def found(records: list[Record]) -> list[Entry]:
    """Title and abstract as they came, to be compared."""
    return [(each.raw.get("title", each.title), each.raw.get("abstract", each.abstract)) for each in records]


LAYOUTS = {
    "blank lines": page(entries()),
    "no blank lines": page(entries(), "\n"),
    "carriage returns and a byte-order mark": "\ufeff" + page(entries(), "\r\n\r\n"),
    "old Mac line ends": page(entries(), "\r"),
    "pairs": "\n\n".join("\n".join(entry) for entry in entries()),
    "no header": "\n".join(line for entry in entries() for line in entry),
    "one word glued to the title": "Get trending papers in your email inbox once a day!\nSubscribe"
    + page(entries(), "\n").partition("Jul 30\n")[2],
    "all words glued": "".join(HEADER) + page(entries(), "\n").partition("Jul 30\n")[2],
    "all words on one line": " ".join(HEADER) + "\n" + page(entries(), "\n").partition("Jul 30\n")[2],
    "a long date": page(entries()).replace("Jul 30", "July 30, 2024").replace("byAK", "by AK"),
    "abstracts broken at 80 characters": "\n\n".join(
        part for title, abstract in entries() for part in (title, "\n".join(textwrap.wrap(abstract, 80)))
    ),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_gives_the_same_papers(layout: str) -> None:
    records, rejected = split(LAYOUTS[layout])
    assert rejected == []
    wanted = [(title, " ".join(abstract.split())) for title, abstract in entries()]
    assert found(records) == wanted
    assert {record.source for record in records} == {"daily-papers"}
    assert {(record.announced, record.published) for record in records} == {(None, None)}


def test_a_paper_says_where_it_stood_and_what_it_was() -> None:
    text = (
        "Subscribe\n\n{\\em New} Routes for M^{2}Papers\n\nWe propose \\ours, which is 20\\% better.\n\n"
        "Plain Routes\n\nWe go on."
    )
    first, second = read(text, "mine.txt")
    assert first == Record(
        "New Routes for M²Papers",
        "daily-papers",
        abstract="We propose ours, which is 20% better.",
        raw={"title": "{\\em New} Routes for M^{2}Papers", "abstract": "We propose \\ours, which is 20\\% better."},
        where="mine.txt:3",
    )
    assert second == Record("Plain Routes", "daily-papers", abstract="We go on.", where="mine.txt:7")


def test_words_of_the_page_are_no_part_of_titles_that_begin_like_them() -> None:
    titles = [
        "Subscribe to Routes: A Study",
        "Daily Papers of Old Harbours",
        "newton and the Mills",
        "May 5 Lanterns",
    ]
    text = "\n".join(f"{title}\nWe measure small routes." for title in titles)
    records, _ = split(text)
    assert [record.title for record in records] == titles


DAMAGE = ("title", "abstract", "sentence", "middle", "junk")


def damaged(entry: Entry, how: str, chance: random.Random) -> Iterator[str]:
    title, abstract = entry
    cut = abstract.find(". " if how == "sentence" else " ", len(abstract) // 3) + (how == "sentence")
    yield from {
        "title": [abstract],
        "abstract": [title],
        "sentence": [title, abstract[:cut], abstract[cut:].strip()],
        "middle": [title, abstract[:cut], abstract[cut:].strip()],
        "junk": [title, str(chance.randint(1, 99)), abstract],
    }[how]


@pytest.mark.parametrize("how", DAMAGE)
@pytest.mark.parametrize("between", ["\n", "\n\n"])
def test_damage_costs_only_what_is_damaged(how: str, between: str) -> None:
    for seed in range(20):
        chance = random.Random(seed)
        whole = papers(chance, 30)
        broken = set(chance.sample(range(30), 4))
        lines = list(HEADER)
        for number, entry in enumerate(whole):
            lines += damaged(entry, how, chance) if number in broken else entry
        records, rejected = split(between.join(lines))
        lost = [number for number, entry in enumerate(whole) if entry not in found(records)]
        if how in {"sentence", "middle"}:
            assert (lost, rejected) == ([], [])  # put together again
        elif how == "junk":
            assert (lost, len(rejected)) == ([], 4)
        else:
            assert set(lost) == broken
            assert len(records) == 26
            assert len(rejected) == 4
            for each in rejected:
                line = int(each.where.removeprefix("page:")) - 1
                cited = each.why.partition("“")[2].removesuffix("”").removesuffix("…")
                assert readable(between.join(lines).split("\n")[line]).startswith(cited)
                assert ("no title before" if how == "title" else "no abstract after") in each.why


def test_titles_alone_and_abstracts_alone_are_rejected() -> None:
    titles, abstracts = zip(*entries(), strict=True)
    for lines in (titles, abstracts):
        records, rejected = split("\n".join(lines))
        assert records == []
        assert rejected


NO_PAGES = {
    "nothing": "",
    "blank lines": "\n \r\n\t\n",
    "a web page": "<!DOCTYPE html>\n<html><body><h1>Daily Papers</h1></body></html>",
    "bytes": "\x00\x01\x02PNG\ufffd\ufffd" * 50,
    "only the header": "\n\n".join(HEADER),
    "a shopping list": "milk\neggs\nbread\n12\n",
    "a script": "import os\nfor x in y:\n    print(x)\n",
}


@pytest.mark.parametrize("what", NO_PAGES)
def test_what_is_no_page_gives_no_papers(what: str) -> None:
    records, rejected = split(NO_PAGES[what])
    assert records == []
    assert bool(rejected) is (what not in {"nothing", "blank lines", "only the header"})


def test_a_web_page_is_named() -> None:
    assert list(read(NO_PAGES["a web page"], "x.html")) == [
        Rejected("x.html:1", "This is the code of a web page. Save the page as text, or copy its text into a file.")
    ]


@given(st.lists(st.sampled_from([*HEADER, "A Title", "It is so.", "", "12", "é", "\x00", "$", "a\u2028b", "x" * 300])))
def test_every_line_is_accounted_for(lines: list[str]) -> None:
    text = "\n".join(lines)
    results = list(read(text, "page"))
    told = sum(len(f"{each.title}{each.abstract}") if isinstance(each, Record) else 1 for each in results)
    worth = [line for line in lines if line.strip("\x00") and line not in HEADER]
    assert bool(told) is bool(worth)
    where = [int(each.where.split(":")[1]) for each in results]
    assert all(1 <= number <= len(lines) for number in where)


@given(st.text(max_size=400))
def test_never_raises(text: str) -> None:
    for each in read(text, "page"):
        assert each.where.startswith("page:")


@pytest.mark.shared
@pytest.mark.parametrize(("name", "count"), [("mar14", 76), ("jul30", 102), ("compact", 220)])
def test_the_real_pages(name: str, count: int) -> None:
    text = shared(f"data/pages/daily-papers-{name}.txt").read_text(encoding="utf-8")
    records, rejected = split(text)
    assert (len(records), rejected) == (count, [])
    lines = text.split("\n")
    for record, (title, _) in zip(records, found(records), strict=True):
        assert lines[int(record.where.split(":")[1]) - 1].endswith(title)
        assert 5 < len(record.title) < 250 < len(record.abstract)
        assert "Subscribe" not in record.title
    written = "\n".join(line for record in records for line in found([record])[0])
    assert sum(map(len, written.split())) >= 0.99 * sum(map(len, text.split()))
