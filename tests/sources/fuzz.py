"""Damages saved files in every way disks, editors and networks do, and checks what is read of them.

`files(count, seed, folder)` is the whole of it: the tests run a few hundred, the long run many thousands.
"""

from __future__ import annotations

import gzip
import json
import random
import re
from collections.abc import Callable
from pathlib import Path

from msgspec.structs import asdict

from domain.errors import UnreadableError
from domain.paper import Record, Rejected
from sources.files import read_file
from tests.sources.invented import page, papers

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def files(count: int, seed: int, folder: Path) -> int:
    """Read so many damaged files, one after the other; gives how many papers were read in all.

    An assertion fails, naming the file's number, where an exception escapes, text gets through that no store
    takes, or something that was not damaged is missing.
    """
    path, total = folder / "damaged", 0
    for number in range(count):
        chance = random.Random(f"{seed}-{number}")
        check = chance.choice((_lines, _page, _noise))
        data, wanted, most = check(chance)
        path.write_bytes(data)
        try:
            results = list(read_file(path))
        except UnreadableError:
            continue
        except Exception as error:
            raise AssertionError(f"{seed}-{number}: {error!r} escaped") from error
        titles = {each.title for each in results if isinstance(each, Record)}
        assert wanted <= titles, (number, wanted - titles)
        assert len(results) <= most, number
        for each in results:
            _check(each, number)
        total += len(titles)
    return total


def _check(each: Record | Rejected, number: int) -> None:
    assert each.where.startswith("damaged"), number
    if isinstance(each, Rejected):
        assert each.why.endswith((".", "”")), (number, each)
        return
    assert each.title == " ".join(each.title.split()) != "", number
    for name, value in asdict(each).items():
        assert not _UNSTORABLE.search(str(value)), (number, name)


# Each gives a file's bytes, the titles that must be read, and how many entries there may be at most.
Damaged = tuple[bytes, set[str], int]


def _lines(chance: random.Random) -> Damaged:
    """JSON Lines of which some are damaged; the first and the others are whole."""
    whole = papers(chance, chance.randint(2, 12))
    lines = [
        json.dumps({"title": title.replace("\\", ""), "abstract": abstract, "authors": ["Ada Smith"]}).encode()
        for title, abstract in whole
    ]
    broken = set(chance.sample(range(1, len(lines)), chance.randint(0, len(lines) - 1)))
    for at in broken:
        lines[at] = chance.choice(_DAMAGES)(lines[at], chance).replace(b"\n", b" ").replace(b"\r", b" ")
    data = chance.choice((b"", b"\xef\xbb\xbf")) + chance.choice((b"\n", b"\r\n", b"\n\n")).join(lines)
    if chance.random() < 0.3:
        data = gzip.compress(data)
    wanted = {title.replace("\\", "") for at, (title, _) in enumerate(whole) if at not in broken}
    return data, wanted, len(lines) + 1  # and the note on bytes that are not UTF-8


def _page(chance: random.Random) -> Damaged:
    """A page with damage in one line; the papers that are not beside it are whole."""
    whole = papers(chance, chance.randint(5, 12))
    between = chance.choice(("\n", "\n\n", "\r\n"))
    lines = page(whole, between).encode().split(between.encode())
    header = len(lines) - 2 * len(whole)
    at = chance.randrange(header, len(lines))
    lines[at] = chance.choice(_DAMAGES)(lines[at], chance)
    if lines[at].count(b"\x00") + lines[at].count(b"\xff") > 100:
        return between.encode().join(lines), set(), 10_000
    near = range((at - header) // 2 - 1, (at - header) // 2 + 2)
    wanted = {title for number, (title, _) in enumerate(whole) if number not in near}
    return between.encode().join(lines), wanted, 10_000


def _noise(chance: random.Random) -> Damaged:
    """Anything: cut off, packed, shuffled or made up."""
    data = chance.choice((page(papers(chance, 5)).encode(), _lines(chance)[0], chance.randbytes(3_000), b""))
    for _ in range(chance.randint(0, 3)):
        data = chance.choice((*_DAMAGES, *_WHOLES))(data, chance)
    return data, set(), 100_000


def _cut(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data) + 1)]


def _flip(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.randint(1, 5) if data else 0):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def _insert(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data) + 1)
    piece = chance.choice(
        (b"\x00", b"\\", b"{" * 300, b"$", b"\xff\xfe", b'"', b"\\ud800", b"\xed\xa0\x80", b"%", b"\x1a")
    )
    return data[:at] + piece + data[at:]


def _repeat(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[:at] + data[max(0, at - chance.randint(1, 60)) :]


_DAMAGES: tuple[Callable[[bytes, random.Random], bytes], ...] = (_cut, _flip, _insert, _repeat)
_WHOLES: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    lambda data, _: gzip.compress(data),
    lambda data, _: b"[" + data.replace(b"\n", b",") + b"]",
    lambda data, _: data.decode("utf-8", "replace").encode("utf-16"),
    lambda data, _: data.decode("utf-8", "replace").encode("cp1252", "replace"),
    lambda data, _: b"\x1f\x8b" + data,
)
