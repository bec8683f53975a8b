"""Opens a saved file of papers, finds out what it is, and reads it bit by bit."""

from __future__ import annotations

import gzip
import io
import re
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any, Literal

from msgspec import Struct

from domain.errors import UnreadableError
from domain.paper import Record, Rejected
from sources import bibtex, daily_papers, json_array, jsonl, ris, table, xml_file
from sources.readable import storable

LARGEST = 4 * 2**30  # bytes, once unpacked
LARGEST_WHOLE = 128 * 2**20  # characters of a file that has to be read as a whole
# Text packs 3 to 20 times, and deflate's limit is 1,032. What packs better than this is no list of papers.
RATIO, RATIO_FROM = 200, 8 * 2**20
_GZIP = b"\x1f\x8b"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_PIECE = 64 * 1024
_BLANK_LINES = 10_000  # before the first line
# A row of short names of columns, one of them `title`.
_NAME = r"[\"\w .()/:-]{0,60}"
_TABLE = (
    rf"(?i)(?=(?:[^\r\n]{{0,2000}}[,;\t|])?\s*\"?(?:{table.TITLES})\"?\s*(?:[,;\t|\r\n]|$))"
    rf"{_NAME}(?:[,;\t|]{_NAME}){{1,200}}\s*$"
)
_ESCAPED = re.compile("[\udc80-\udcff]")

Entries = Iterator[Record | Rejected]


class Format(Struct, frozen=True):
    """A kind of file: how its first line that is not blank begins, and what reads it."""

    begins: str
    read: Callable[[Lines, str], Entries]


def _whole(reader: Callable[[str, str], Entries]) -> Callable[[Lines, str], Entries]:
    def read(lines: Lines, name: str) -> Entries:
        text, rest = lines.whole()
        yield from reader(text, name)
        if rest:
            yield Rejected(name, f"Only its first {len(text):,} characters were read. Divide it, or use JSON Lines.")

    return read


def read_file(path: Path, progress: Callable[[int], None] | None = None) -> Entries:
    """The papers of a file, plain or gzipped, in its order, and what of it could not be read.

    `progress` is told how many bytes of the file on disk have been read. What is undecodable or cut off is
    reported as rejected, once, and the rest is read. Raises UnreadableError on the first step if the file
    cannot be opened, and later if it can be read no further or unpacks to something enormous.
    """
    with _opened(path) as file:
        yield from _read(_Disk(file, path, progress or (lambda _: None)), storable(path.name))


def _opened(path: Path) -> IO[bytes]:
    try:
        return path.open("rb")
    except FileNotFoundError:
        raise UnreadableError(f"There is no file {path}.", "Check the name and the folder.") from None
    except IsADirectoryError:
        raise UnreadableError(f"{path} is a folder.", f"Name the files in it, for example {path}/*.jsonl.") from None
    except PermissionError:
        raise UnreadableError(f"{path} may not be read.", "Change its permissions, or run as its owner.") from None
    except (OSError, ValueError) as error:
        raise UnreadableError(f"{path} cannot be opened: {error}.", "Check the name.") from None


def _read(disk: _Disk, name: str) -> Entries:
    raw = io.BufferedReader(disk, _PIECE)
    unpacked = _Unpacked(raw, disk) if raw.peek(2)[:2] == _GZIP else None
    stream = io.BufferedReader(unpacked, _PIECE) if unpacked else raw
    wide = stream.peek(2)[:2] in _UTF16
    lines = Lines(io.TextIOWrapper(stream, *(("utf-16", "replace") if wide else ("utf-8-sig", "surrogateescape"))))
    first = lines.first()
    kind = next(kind for kind in FORMATS.values() if re.match(kind.begins, first))
    yield from kind.read(lines, name)
    if lines.guessed:
        why = "This line, and perhaps later ones, is not UTF-8. It was taken in with its characters guessed."
        yield Rejected(f"{name}:{lines.guessed}", why)
    if unpacked and unpacked.damage:
        yield Rejected(f"{name}:{lines.number + 1}", unpacked.damage)


class Lines:
    """The lines of a text, read as they are asked for. `number` is how many have been."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text
        self._ahead: list[str] = []
        self.number = 0
        self.guessed = 0  # the first line that was not UTF-8

    def first(self) -> str:
        """The first line that is not blank, left there to be read; empty where there is none."""
        while len(self._ahead) < _BLANK_LINES and (line := self._text.readline(jsonl.LONGEST_LINE + 1)):
            self._ahead.append(line)
            if line := line.lstrip("\ufeff \t\r\n\v\f"):
                return line
        return ""

    def __iter__(self) -> Iterator[str]:
        while line := self._ahead.pop(0) if self._ahead else self._text.readline(jsonl.LONGEST_LINE + 1):
            mended = self._mended(line)
            while line and not line.endswith("\n"):  # the rest of one that is too long for anybody
                line = self._text.readline(_PIECE)
                self.number += line.endswith("\n")
            yield mended

    def whole(self) -> tuple[str, bool]:
        """All of the text up to the largest that is taken, and whether there is more."""
        pieces = [self._mended(line) for line in self._ahead]
        size = sum(map(len, pieces))
        while piece := self._text.read(_PIECE):
            if size >= LARGEST_WHOLE:
                return "".join(pieces), True
            pieces.append(self._mended(piece))
            size += len(piece)
        return "".join(pieces), False

    def _mended(self, text: str) -> str:
        if _is_odd(text):
            lines = text.split("\n")
            odd = [number for number, line in enumerate(lines, self.number + 1) if _is_odd(line)]
            self.guessed = self.guessed or odd[0]
            text = "\n".join(_guess(line) if _is_odd(line) else line for line in lines)
        self.number += text.count("\n")
        return text


def _is_odd(text: str) -> bool:
    return not text.isascii() and _ESCAPED.search(text) is not None


def _guess(line: str) -> str:
    """A line with bytes that are not UTF-8: all of it as Windows-1252 if nothing in it is, else the bytes marked."""
    if _ESCAPED.sub("", line).isascii():
        return line.encode("ascii", "surrogateescape").decode("cp1252", "replace")
    return _ESCAPED.sub("\ufffd", line)


class _Disk(io.RawIOBase):
    """The file on disk, telling how much of it has been read."""

    def __init__(self, file: IO[bytes], path: Path, progress: Callable[[int], None]) -> None:
        self.file, self.path, self.progress, self.done = file, path, progress, 0

    def readable(self) -> Literal[True]:
        return True

    def readinto(self, buffer: Any, /) -> int:
        try:
            data = self.file.read(len(buffer))
        except OSError as error:
            raise UnreadableError(f"{self.path} cannot be read: {error.strerror}.", "Copy it and try again.") from error
        buffer[: len(data)] = data
        self.done += len(data)
        self.progress(self.done)
        return len(data)


class _Unpacked(io.RawIOBase):
    """What a gzipped file holds, up to where it is damaged. Raises UnreadableError for one made to be enormous."""

    def __init__(self, packed: io.BufferedReader[_Disk], disk: _Disk) -> None:
        self.gzip, self.disk, self.done, self.damage = gzip.GzipFile(fileobj=packed), disk, 0, ""

    def readable(self) -> Literal[True]:
        return True

    def readinto(self, buffer: Any, /) -> int:
        try:
            data = b"" if self.damage else self.gzip.read1(len(buffer))
        except EOFError:
            data, self.damage = b"", "The compressed file ends in the middle; what came before was read."
        except (gzip.BadGzipFile, zlib.error):
            data, self.damage = b"", "The compressed file is damaged from here on; what came before was read."
        buffer[: len(data)] = data
        self.done += len(data)
        if self.done > LARGEST or (self.done > RATIO_FROM and self.done > RATIO * self.disk.done):
            raise UnreadableError(
                f"{self.disk.path} unpacks to something enormous ({self.done / 2**20:,.0f} MiB so far).",
                "Unpack it, look what it is, and divide it.",
            )
        return len(data)


# In the order in which they are tried. The last one takes everything, and says of what it cannot read why.
FORMATS: dict[str, Format] = {
    "json-lines": Format(r"\{(?!\\)", jsonl.read),
    "json-array": Format(r"\[\s*(?:\{|\]|$)", _whole(json_array.read)),
    "bibtex": Format(r"%|@\w+\s*[{(]", _whole(bibtex.read)),
    "ris": Format(r"TY  ?-", ris.read),
    "xml": Format(r"<(?:\?xml|OAI-PMH|PubmedArticleSet|(?:atom:)?feed|rss|rdf:RDF)\b", _whole(xml_file.read)),
    "csv": Format(_TABLE, table.read),
    "daily-papers": Format("", _whole(daily_papers.read)),
}
