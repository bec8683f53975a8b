"""A local arXiv that does its worst, in a process of its own: other sources finish, and memory stays bounded."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from tests.bot.shell import COMMAND, Shell, page
from tests.sources.local import Handler, answering, served
from tests.sources.peak import peak

MOST_KIB = 300 * 1024
GIB = 2**30


def endless(size: int) -> Handler:
    """A feed that goes on for so many bytes."""

    async def handle(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "application/rss+xml"})
        await response.prepare(request)
        await response.write(b"<rss><channel><title>t</title>")
        for _ in range(size // 2**20):
            await response.write(b"<item/>" * (2**20 // 7))
        return response

    return handle


def bomb(size: int) -> Handler:
    """A feed that unpacks to so many bytes."""
    packer = zlib.compressobj(9, wbits=31)
    piece = bytes(2**20)
    packed = b"".join(packer.compress(piece) for _ in range(size // 2**20)) + packer.flush()
    return answering(packed, headers={"Content-Encoding": "gzip"})


def many(what: bytes) -> Handler:
    """As much of something as an answer may be large."""
    return answering(b"<rss><channel><title>t</title>" + what * (15 * 2**20 // len(what)))


def laughs() -> Handler:
    """Entities within entities."""
    lines = [b'<!ENTITY a0 "ha">', *(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 10))]
    return answering(b"<!DOCTYPE r [" + b"".join(lines) + b"]><rss>&a9;</rss>")


def fetched(folder: Path, url: str) -> tuple[dict[str, dict[str, Any]], int]:
    """What each source came to in a process of its own, and the most memory it had in KiB."""
    (folder / "inbox").mkdir()
    page(folder / "inbox", "a.jsonl", ["Small models for ladders"])
    more = {
        "PAPERROUND_SOURCES__ARXIV__CATEGORIES": "cs.CL",
        "PAPERROUND_SOURCES__ARXIV__URL": url,
        "PAPERROUND_SOURCES__FOLDER__PATH": "inbox",
    }
    said, code, most = peak([*COMMAND, "fetch", "--json"], folder, Shell(folder, more).environment)
    assert code in {0, 1}
    return {each["source"]: each for each in json.loads(said)["sources"]}, most


QUICK: dict[str, tuple[Callable[[], Handler], str]] = {
    "bomb": (lambda: bomb(100 * 2**20), "larger than 16 MiB"),
}
LONG: dict[str, tuple[Callable[[], Handler], str]] = {
    "laughs": (laughs, "defines entities"),
    "2 GB": (lambda: endless(2 * GIB), "larger than 16 MiB"),
    "bomb of 2 GB": (lambda: bomb(2 * GIB), "larger than 16 MiB"),
    "elements": (lambda: many(b"<a/>"), "is not whole"),
    "elements in one": (lambda: many(b"<item><a/><a/></x>"), "mismatched tag"),
    "items": (lambda: many(b"<item/>"), "more entries than there are papers"),
    "depth": (lambda: many(b"<a>"), "nested deeper"),
    "one long title": (lambda: many(b"title "), "is not whole"),
}


@pytest.mark.parametrize("how", QUICK)
def test_memory_stays_bounded_and_others_finish(how: str, tmp_path: Path) -> None:
    hostile, said = QUICK[how]
    _bounded(tmp_path, hostile(), said)


@pytest.mark.faults
@pytest.mark.parametrize("how", LONG)
def test_memory_stays_bounded_whatever_it_sends(how: str, tmp_path: Path) -> None:
    hostile, said = LONG[how]
    _bounded(tmp_path, hostile(), said)


def _bounded(folder: Path, hostile: Handler, said: str) -> None:
    with served(hostile) as url:
        found, most = fetched(folder, url)
    assert (found["arxiv"]["outcome"], found["arxiv"]["new"]) == ("failed", 0)
    assert said in found["arxiv"]["why"]
    assert (found["folder"]["outcome"], found["folder"]["new"]) == ("fresh", 1)
    print(f"{said}: {most / 1024:.0f} MiB")
    assert most < MOST_KIB
