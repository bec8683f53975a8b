"""Reads XML that somebody else wrote, piece by piece: without entities and external references, in bounded memory."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import XMLParser

from sources.base import FetchError
from sources.readable import storable, taken

MOST_INSIDE = 60_000  # elements in one that is wanted: a paper by a collaboration has seven for each author
MOST = 20_000  # elements that are wanted: ten times the papers of any announcement or page of a harvest
TO_EACH = 25  # elements in all, for each that may be wanted
DEEPEST = 200
LONGEST_TAG = 512 * 1024  # bytes: every attribute of a tag costs forty times what it is long
_PIECE = 64 * 1024


def elements(data: bytes, wanted: Collection[str], place: str, most: int = MOST) -> Iterator[Element]:
    """The elements of these names, in order, each whole; what is around them is passed over.

    Names are without their namespaces, in what is yielded too. Raises FetchError, also after some, for what is no
    XML or not all of it, or holds more than `most` of them; `place` says in it where the data is from.
    """
    target = _Target(frozenset(wanted), most)
    try:
        parser = XMLParser(target=target)
        for start in range(0, len(data), _PIECE):
            parser.feed(data[start : start + _PIECE])
            if start - parser.parser.CurrentByteIndex > LONGEST_TAG:
                raise ValueError("a tag is longer than any is")  # noqa: TRY301  # told like the other damages
            yield from target.taken()
        parser.close()
    except DefusedXmlException:
        raise FetchError(f"The XML of {place} defines entities or refers elsewhere; it is not read.") from None
    except (ParseError, ValueError, LookupError) as error:
        if not data.strip():
            raise FetchError(f"{place} answers with nothing.", passing=True) from None
        if b"<html" in data[:2000].lower():
            raise FetchError(f"{place} answers with a web page where data should be.", passing=True) from None
        said = storable(str(error))[:100]
        raise FetchError(f"The XML of {place} is not whole, or is none: {said}.", passing=True) from None
    yield from target.taken()
    if target.root == "html":
        raise FetchError(f"{place} answers with a web page where data should be.", passing=True)


def text(element: Element | None, name: str = "") -> str:
    """The text of an element, or of its first child of this name, with what is inside; empty if there is none."""
    found = element.find(name) if element is not None and name else element
    return taken("".join(found.itertext())).strip() if found is not None else ""


class _Target:
    """Builds the wanted elements, one after the other, and forgets the rest."""

    def __init__(self, wanted: frozenset[str], most: int) -> None:
        self.wanted = wanted
        self.most = most
        self.all = 0
        self.root = ""
        self.depth = 0
        self.inside = 0  # the depth at which the element begins that is being built
        self.count = 0
        self.many = 0
        self.builder: TreeBuilder | None = None
        self.done: list[Element] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = _local(tag)
        self.root = self.root or name.lower()
        self.depth += 1
        self.all += 1
        if self.depth > DEEPEST:
            raise ValueError("it is nested deeper than any data is")
        if self.all > TO_EACH * self.most:
            raise ValueError("it holds more elements than any data does")
        if self.builder is None and name in self.wanted:
            self.many += 1
            if self.many > self.most:
                raise ValueError("it holds more entries than there are papers")
            self.builder, self.inside, self.count = TreeBuilder(), self.depth, 0
        if self.builder is not None:
            self.count += 1
            if self.count > MOST_INSIDE:
                raise ValueError("it holds more than any entry does")
            self.builder.start(name, {_local(key): value for key, value in attributes.items()})

    def end(self, tag: str) -> None:
        if self.builder is not None:
            self.builder.end(_local(tag))
            if self.depth == self.inside:
                self.done.append(self.builder.close())
                self.builder = None
        self.depth -= 1

    def data(self, data: str) -> None:
        if self.builder is not None:
            self.builder.data(data)

    def close(self) -> None:
        """The end of the document."""

    def taken(self) -> Iterator[Element]:
        """What is whole by now."""
        done, self.done = self.done, []
        return iter(done)


def _local(name: str) -> str:
    return name.rpartition("}")[2]
