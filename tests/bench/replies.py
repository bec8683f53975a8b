"""The recorded replies of services in the shared data, and what the readers make of them."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from domain.paper import Record, Rejected
from sources import biorxiv, crossref, feed, hf, oai, openalex, pubmed, semantic_scholar
from sources.arxiv import api, rss
from sources.arxiv import oai as arxiv_oai
from sources.base import FetchError
from sources.values import REPLY
from tests.bench.corpora import TODAY
from tests.bench.frame import Bench

Read = Callable[[bytes, str], Iterator[Record | Rejected]]


@dataclass(slots=True)
class Counted:
    """What the recordings of one service came to. `others` by kind; `rejected` with where and why."""

    files: int = 0
    replies: int = 0
    papers: list[Record] = field(default_factory=list)
    others: Counter[str] = field(default_factory=Counter)
    rejected: list[Rejected] = field(default_factory=list)

    @property
    def entries(self) -> int:
        """How many entries there were, replies that are none left out."""
        broken = sum(each.kind == REPLY for each in self.rejected)
        return len(self.papers) + self.others.total() + len(self.rejected) - broken


def _biorxiv(data: bytes, where: str) -> Iterator[Record | Rejected]:
    return biorxiv.read(data, "medrxiv" if where.startswith("medrxiv") else "biorxiv", where)


def _feed(data: bytes, where: str) -> Iterator[Record | Rejected]:
    return feed.read(data, "feed", where)


def _hugging_face(data: bytes, where: str) -> Iterator[Record | Rejected]:
    yield from hf.read(json.loads(data), where, TODAY)


def _announced(data: bytes, where: str) -> Iterator[Record | Rejected]:
    listing = rss.read(data, where)
    yield from (item.record(listing.date) for item in listing.items)
    yield from listing.rejected


def _harvested(data: bytes, where: str) -> Iterator[Record | Rejected]:
    page = arxiv_oai.read(data, where)
    yield from page.entries()
    if page.error:
        yield Rejected(where, page.error, REPLY)


def _said(read: Read) -> Read:
    """A reader that raises for a reply that is none, as one that says so."""

    def reading(data: bytes, where: str) -> Iterator[Record | Rejected]:
        try:
            yield from read(data, where)
        except FetchError as error:
            yield Rejected(where, str(error), REPLY)

    return reading


# For each service the folders of its recordings below `api`, and what reads them.
SERVICES: dict[str, tuple[tuple[str, ...], Read]] = {
    "arXiv, API": (("arxiv_api/atom/*.xml",), _said(api.read)),
    "arXiv, RSS": (("arxiv_rss/*.xml",), _said(_announced)),
    "arXiv, OAI-PMH": (("arxiv_oai/**/*.xml", "arxiv_oai/nock/*.json"), _said(_harvested)),
    "Hugging Face": (("hf/*.json",), _said(_hugging_face)),
    "bioRxiv, medRxiv": (("biorxiv/*.json",), _biorxiv),
    "PubMed": (("pubmed/**/*.xml",), pubmed.read),
    "Semantic Scholar": (("semanticscholar/**/*.json", "semanticscholar/**/*.yaml"), semantic_scholar.read),
    "Crossref": (("crossref/**/*.json", "crossref/**/*.yaml"), crossref.read),
    "OpenAlex": (("openalex/*.json",), openalex.read),
    "feeds": (("feeds_other/*.xml", "hf/*.xml"), _feed),
    "OAI-PMH, other servers": (("oai_other/**/*.xml", "oai_other/**/*.json"), oai.read),
}


def count(api: Path, service: str) -> Counted:
    """Read all recordings of a service. Raises whatever a reader raises, which should be nothing."""
    patterns, read = SERVICES[service]
    counted = Counted()
    for path in sorted({path for pattern in patterns for path in api.glob(pattern)}):
        counted.files += 1
        for number, data in enumerate(replies(path)):
            counted.replies += 1
            for each in read(data, f"{path.name}#{number}"):
                if isinstance(each, Record):
                    counted.papers.append(each)
                elif each.kind and each.kind != REPLY:
                    counted.others[each.kind] += 1
                else:
                    counted.rejected.append(each)
    return counted


def replies(path: Path) -> Iterator[bytes]:
    """The replies in a recording: the file, or those of the exchanges that it keeps."""
    if path.suffix == ".yaml":
        for exchange in yaml.load(path.read_bytes(), yaml.CSafeLoader)["interactions"]:
            yield _body(exchange["response"])
        return
    data = path.read_bytes()
    nock = json.loads(data) if path.parent.name == "nock" else None
    if nock is None:
        yield data
        return
    for exchange in nock:
        said = exchange["response"]
        yield bytes.fromhex("".join(said)) if isinstance(said, list) else str(said).encode()


def _body(response: dict[str, Any]) -> bytes:
    body = response.get("content", (response.get("body") or {}).get("string") if "body" in response else None) or b""
    data = body.encode() if isinstance(body, str) else bytes(body)
    return gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data


def measure(bench: Bench) -> None:
    """A table of all services."""
    report, api = bench.report, bench.shared / "data" / "api"
    if not api.exists():
        report.say(f"The shared data is not here ({bench.shared}): no recorded replies to read.")
        return
    rows = []
    for service in SERVICES:
        counted = count(api, service)
        others = ", ".join(f"{number:,} {kind}" for kind, number in sorted(counted.others.items()))
        broken = sum(each.kind == REPLY for each in counted.rejected)
        lacking = len(counted.rejected) - broken
        rejected = [f"{broken} {'reply' if broken == 1 else 'replies'}"] if broken else []
        rejected += [f"{lacking} {'entry' if lacking == 1 else 'entries'}"] if lacking else []
        numbers = (counted.files, counted.replies, counted.entries, len(counted.papers))
        rows.append((service, *(f"{each:,}" for each in numbers), others or "0", ", ".join(rejected) or "0"))
    head = ("service", "files", "replies", "entries", "papers", "others", "rejected")
    report.table("Recorded replies", head, rows, name="sources", sized=False)
