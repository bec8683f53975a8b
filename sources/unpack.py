"""Unpacks what comes compressed over the wire, up to a limit: a small answer may be made to unpack without end."""

from __future__ import annotations

import io
import zlib

from sources.base import FetchError

_PIECE = 256 * 1024
_GZIP, _ZLIB, _RAW = 16 + zlib.MAX_WBITS, zlib.MAX_WBITS, -zlib.MAX_WBITS


class Body:
    """A body that arrives in pieces, of at most `largest` bytes, packed and unpacked.

    `encoding` is its Content-Encoding. Raises FetchError for more, for what is damaged, and for what is no gzip
    and no deflate.
    """

    def __init__(self, place: str, encoding: str, largest: int) -> None:
        self._place = place
        self._largest = largest
        self._arrived = 0
        self._data = io.BytesIO()  # gives what it holds without a copy
        self._kinds = {"": (), "identity": (), "gzip": (_GZIP,), "x-gzip": (_GZIP,), "deflate": (_ZLIB, _RAW)}.get(
            encoding.strip().lower()
        )
        if self._kinds is None:
            raise FetchError(f"{place} answers packed in a way nobody asked for ({encoding[:40]}).")
        self._packed = bool(self._kinds)
        self._unpacker: zlib._Decompress | None = None
        self._ended = False

    def add(self, piece: bytes) -> None:
        """Take the next piece."""
        self._arrived += len(piece)
        self._check(self._arrived)
        if self._packed:
            self._unpack(piece)
        else:
            self._data.write(piece)
            self._check(self._data.tell())

    def whole(self) -> bytes:
        """All of it, once it has come to its end."""
        if self._packed and self._arrived and not self._ended:
            raise FetchError(f"The answer of {self._place} ends in the middle.", passing=True)
        return self._data.getvalue()

    def _unpack(self, piece: bytes) -> None:
        while piece:
            try:
                if self._unpacker is None:
                    self._unpacker = _unpacker(self._kinds or (), piece)
                self._data.write(self._unpacker.decompress(piece, _PIECE))
            except zlib.error:
                raise FetchError(f"The answer of {self._place} is damaged.", passing=True) from None
            self._check(self._data.tell())
            self._ended = self._unpacker.eof
            piece = self._unpacker.unconsumed_tail
            if self._ended:  # gzip may go on with another member
                piece, self._unpacker = self._unpacker.unused_data, None
                if not piece.strip(b"\x00"):
                    return

    def _check(self, size: int) -> None:
        if size > self._largest:
            raise FetchError(f"The answer of {self._place} is larger than {self._largest / 2**20:,.0f} MiB.")


def _unpacker(kinds: tuple[int, ...], start: bytes) -> zlib._Decompress:
    # Some servers mean raw deflate by “deflate”: the first bytes tell.
    for kind in kinds[:-1]:
        try:
            zlib.decompressobj(kind).decompress(start, 1)
        except zlib.error:
            continue
        return zlib.decompressobj(kind)
    return zlib.decompressobj(kinds[-1])
