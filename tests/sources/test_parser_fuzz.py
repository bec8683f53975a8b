"""Damaged replies and files: an error record or papers, never an exception, never a hang."""

from __future__ import annotations

import json
import random
import re
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element, ParseError, tostring

import pytest
from defusedxml.ElementTree import fromstring
from msgspec.structs import asdict

from domain.paper import Record, Rejected
from sources import (
    bibtex,
    biorxiv,
    crossref,
    datacite,
    feed,
    oai,
    openalex,
    openreview,
    page,
    pubmed,
    ris,
    semantic_scholar,
    table,
    xml_file,
)
from tests.bench.replies import SERVICES
from tests.bench.replies import replies as recorded
from tests.faults.table import kept
from tests.shared import shared
from tests.sources import replies

SAMPLE, LONG = 40, 10_000  # of each reader
LONGEST_SECONDS = 5.0
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")

Entries = Iterable[Record | Rejected]


def _lines(data: bytes) -> list[str]:
    return data.decode("utf-8", "replace").splitlines(keepends=True)


# Each reader with an invented reply to damage.
READERS: dict[str, tuple[Callable[[bytes], Entries], bytes]] = {
    "biorxiv": (lambda data: biorxiv.read(data, "biorxiv", "x"), replies.biorxiv()),
    "openreview": (lambda data: openreview.read(data, "x"), replies.openreview()),
    "pubmed": (lambda data: pubmed.read(data, "x"), replies.pubmed()),
    "semantic_scholar": (lambda data: semantic_scholar.read(data, "x"), replies.scholar()),
    "crossref": (lambda data: crossref.read(data, "x"), replies.crossref()),
    "openalex": (lambda data: openalex.read(data, "x"), replies.openalex()),
    "rss": (lambda data: feed.read(data, "x", "x"), replies.RSS),
    "atom": (lambda data: feed.read(data, "x", "x"), replies.ATOM),
    "oai": (lambda data: oai.read(data, "x"), replies.OAI),
    "bibtex": (lambda data: bibtex.read(data.decode("utf-8", "replace"), "x"), replies.BIBTEX),
    "ris": (lambda data: ris.read(_lines(data), "x"), replies.RIS),
    "csv": (lambda data: table.read(_lines(data), "x"), replies.CSV),
    "page": (lambda data: [page.read(data, "https://a.example/1", "x")], replies.PAGE),
    "datacite": (lambda data: [datacite.read(data, "x")], replies.DATACITE),
    "xml": (lambda data: xml_file.read(data.decode("utf-8", "replace"), "x"), replies.OAI),
}


@dataclass(slots=True)
class Came:
    """What mutants came to."""

    mutants: int = 0
    papers: int = 0
    others: int = 0
    longest: float = 0.0

    def kept(self, reader: str) -> None:
        """Write it into docs/reliability.md."""
        assert self.papers > self.mutants // 20, f"{reader}: hardly anything is read of what is damaged"
        cells = (f"{self.mutants:,}", f"{self.papers:,}", f"{self.others:,}", f"{self.longest:.2f} s")
        kept(f"{reader}, damaged", cells)


def check(read: Callable[[bytes], Entries], data: bytes, of: str, came: Came | None = None) -> None:
    began = time.process_time()
    try:
        found = list(read(data))
    except Exception as error:
        raise AssertionError(f"{of}: {error!r} escaped") from error
    took = time.process_time() - began
    assert took < LONGEST_SECONDS, f"{of}: {took:.1f} s"
    if came is not None:
        rejected = sum(isinstance(each, Rejected) for each in found)
        came.mutants, came.longest = came.mutants + 1, max(came.longest, took)
        came.papers, came.others = came.papers + len(found) - rejected, came.others + rejected
    for each in found:
        if isinstance(each, Rejected):
            assert each.why, of
            assert not _UNSTORABLE.search(each.why + each.where), of
        else:
            assert each.title == " ".join(each.title.split()) != "", of
            for name, value in asdict(each).items():
                assert not _UNSTORABLE.search(str(value)), (of, name)


def damaged(data: bytes, chance: random.Random) -> bytes:
    """The reply with one to four things wrong with it. Half of those in JSON or XML are so still, with wrong values."""
    if data[:1] in {b"{", b"["} and chance.random() < 0.5:
        with suppress(ValueError):  # some replies that are errors look like it and are none
            return _wrong(json.loads(data), chance)
    if data[:1] == b"<" and chance.random() < 0.5:
        with suppress(ParseError, ValueError):
            return _wrong_element(fromstring(data), chance)
    for _ in range(chance.randint(1, 4)):
        data = chance.choice(_DAMAGES)(data, chance)
    return data


_VALUES: tuple[Any, ...] = (
    None, True, 0, -1, 10**30, 1e308, "", " ", "\x00", "\ud800", "9999-99-99", "<b", "$\\alpha", "{" * 400,
    [], [None], [[]], {}, {"": 0}, {"value": []}, [2026, 13, 45], "http://[::1", "javascript:alert(1)", "word " * 2_000,
)  # fmt: skip


def _wrong(whole: Any, chance: random.Random) -> bytes:
    """JSON with one to four of its values something else, gone, doubled, or in another's place."""
    for _ in range(chance.randint(1, 4)):
        place, spot = _somewhere(whole, chance)
        if place is None:
            break
        what = chance.random()
        if what < 0.6:
            place[spot] = chance.choice(_VALUES)
        elif what < 0.8:
            del place[spot]
        else:
            other, there = _somewhere(whole, chance)
            # A copy, or it might be put into itself.
            place[spot] = json.loads(json.dumps(other[there])) if other is not None else None
    return json.dumps(whole).encode()


def _wrong_element(root: Element, chance: random.Random) -> bytes:
    """XML with one to four of its elements gone, doubled, empty, or with other texts, names or attributes."""
    for _ in range(chance.randint(1, 4)):
        around = chance.choice([each for each in root.iter() if len(each)] or [root])
        if not len(around):
            break
        at = chance.randrange(len(around))
        match chance.randrange(6):
            case 0:
                del around[at]
            case 1:
                around.append(around[at])
            case 2:
                around[at].clear()
            case 3:
                around[at].text = chance.choice(_TEXTS)
            case 4:
                around[at].tag = chance.choice([each.tag for each in root.iter()])
            case _:
                for name in around[at].attrib:
                    around[at].set(name, chance.choice(_TEXTS))
    return tostring(root)


_TEXTS = (
    "",
    " ",
    "-1",
    "9999-99-99",
    "<b",
    "$\\alpha",
    "{" * 400,
    "http://[::1",
    "javascript:alert(1)",
    "word " * 2_000,
)


def _somewhere(whole: Any, chance: random.Random) -> tuple[Any, Any]:
    """A list or object somewhere in a value, and a key or place in it; None where there is nothing in it."""
    place, spot = None, None
    while isinstance(whole, list | dict) and whole:
        place, spot = whole, chance.choice(list(whole)) if isinstance(whole, dict) else chance.randrange(len(whole))
        whole = place[spot]
        if chance.random() < 0.2:
            break
    return place, spot


def _cut(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data) + 1)]


def _flip(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.randint(1, 8) if data else 0):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


_PIECES = (
    b"\x00", b"\\ud800", b"\xed\xa0\x80", b"\xff\xfe", b"&#0;", b"&#xD800;", b"&amp;amp;lt;", b"]]>", b"<![CDATA[",
    b"null", b"[]", b"{}", b"-1", b"1e999", b"true", b'"', b"<", b">", b"&", b"<p", b"{" * 400, b"[" * 10_000,
    b"<sup>" * 300, b"<a b='", b"<!--", b"O_FIG", b"$", b"\\", b"@article{", b"TY  - ", b"ER  - ", b"\r", b"\t" * 50,
    b"9999-99-99", b"0000-00-00", b"http://[::1", b"javascript:alert(1)", b"(" * 500, b"The post " * 200,
)  # fmt: skip


def _insert(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[:at] + chance.choice(_PIECES) + data[at:]


def _swap(data: bytes, chance: random.Random) -> bytes:
    """A value that is something else than it was: the text between two quotes or tags."""
    spots = [found.span(1) for found in re.finditer(rb"[>\":]([^<>\":]{1,80})[<\",]", data[:200_000])]
    if not spots:
        return data
    start, end = chance.choice(spots)
    return data[:start] + chance.choice(_PIECES) + data[end:]


def _repeat(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[:at] + data[max(0, at - chance.randint(1, 4_000)) :]


def _remove(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[:at] + data[at + chance.randint(1, 400) :]


_DAMAGES = (_cut, _flip, _insert, _insert, _swap, _swap, _repeat, _remove)


@pytest.mark.parametrize("reader", READERS)
def test_damaged_replies_are_read_or_rejected(reader: str) -> None:
    read, data = READERS[reader]
    chance = random.Random(f"sample {reader}")
    check(read, data, reader)
    for number in range(SAMPLE):
        check(read, damaged(data, chance), f"{reader} {number}")


def _sources(service: str) -> Iterator[tuple[str, bytes]]:
    patterns, _ = SERVICES[service]
    for path in sorted({path for pattern in patterns for path in shared("data/api").glob(pattern)}):
        yield from ((path.name, data) for data in recorded(path) if data)


def _fewer(data: bytes, chance: random.Random) -> bytes:
    """A reply with two of the entries of its lists."""
    whole = json.loads(data)
    return json.dumps(
        {k: chance.sample(v, 2) if isinstance(v, list) and v[2:] else v for k, v in whole.items()}
    ).encode()


@pytest.mark.shared
@pytest.mark.faults
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("service", [each for each in SERVICES if not each.startswith(("arXiv", "Hugging Face"))])
def test_damaged_real_replies_are_read_or_rejected(service: str) -> None:
    """Ten thousand of each reader; the largest recordings less often, so that it ends."""
    read, came = SERVICES[service][1], Came()
    known = sorted(_sources(service), key=lambda each: len(each[1]))
    telling = [each for each in known if any(isinstance(said, Record) for said in read(each[1], "x"))]
    chance = random.Random(f"long {service}")
    for number in range(LONG):
        some = known if chance.random() < 0.2 else telling
        name, data = some[int(len(some) * chance.random() ** 2)]
        if len(data) > 60_000 and data[:1] == b"{":
            data = _fewer(data, chance)
        elif len(data) > 60_000 and chance.random() < 0.9:
            start = chance.randrange(len(data) - 20_000)
            data = data[:2_000] + data[start : start + 20_000] + data[-500:]
        check(lambda given: read(given, "x"), damaged(data, chance), f"{service} {number} {name}", came)
    came.kept(service)


@pytest.mark.faults
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("reader", ["openreview", "bibtex", "ris", "csv", "xml", "page", "datacite"])
def test_damaged_invented_replies_are_read_or_rejected(reader: str) -> None:
    """Of those that nothing is recorded of."""
    read, data = READERS[reader]
    chance, came = random.Random(f"long {reader}"), Came()
    for number in range(LONG):
        check(read, damaged(data, chance), f"{reader} {number}", came)
    came.kept(reader)


# What makes careless readers take very long: the same, many times.
PATIENCE = {
    "tags": "<b " * 13_000,
    "open comments": "<!--" * 13_000,
    "open attributes": "<a b='" * 10_000,
    "raised": "<sup>" * 16_000,
    "titles": "<title>" * 13_000,
    "braces": "{" * 33_000,
    "figures": "O_FIG " * 10_000,
    "sections": "O_ST_ABS" * 10_000,
    "headings": "Results. " * 10_000,
    "posts": "The post " * 10_000,
    "dates": "Publication date: " * 10_000,
    "entities": "&amp;" * 20_000,
    "commas": "a," * 20_000,
    "quotes": '"' * 33_000,
    "ands": " and " * 13_000,
}


@pytest.mark.parametrize("what", PATIENCE)
def test_no_text_takes_long(what: str) -> None:
    text = PATIENCE[what]
    quoted = text.replace('"', "'")
    began = time.process_time()  # the machine may be busy with other tests
    check(lambda data: biorxiv.read(data, "biorxiv", "x"), replies.biorxiv(replies.preprint(abstract=text)), what)
    check(lambda data: crossref.read(data, "x"), replies.crossref(replies.work("a", abstract=text)), what)
    shown = quoted.replace("&", "&amp;").replace("<", "&lt;").encode()
    check(lambda data: feed.read(data, "x", "x"), replies.RSS.replace(replies.ABSTRACT.encode(), shown), what)
    check(
        lambda data: bibtex.read(data.decode(), "x"),
        f"@misc{{a, title = {{{quoted}}}, author = {{{quoted}}}}}".encode(),
        what,
    )
    check(lambda data: table.read(_lines(data), "x"), f"title,authors\n{quoted},{quoted}\n".encode(), what)
    assert time.process_time() - began < LONGEST_SECONDS
