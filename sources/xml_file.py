"""Reads a saved XML file of papers by what its root is: a reply of OAI-PMH or PubMed, or an Atom or RSS feed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from msgspec.structs import replace

from domain.paper import Record, Rejected
from sources import feed, oai, pubmed

SOURCE = "import"
_PROLOG = re.compile(r"\s*<\?xml[^>]{0,200}\?>")
_ROOT = re.compile(r"(?:\s|<!--.{0,2000}?-->|<\?[^>]{0,500}\?>|<![A-Z][^>]{0,500}>)*<(?:[\w.-]+:)?([\w.-]+)", re.DOTALL)


def read(text: str, name: str) -> Iterator[Record | Rejected]:
    """The papers of a file, and what it holds besides, or that nothing here reads such a file. Never raises."""
    root = _ROOT.match(_PROLOG.sub("", text, count=1))
    reader = _ROOTS.get(root[1]) if root else None
    if reader is None:
        called = f"begins with <{root[1][:40]}>" if root else "has no root"
        yield Rejected(f"{name}:1", f"This XML {called}; known are {', '.join(_ROOTS)}.")
        return
    # Its characters are known by now, whatever it says that they are.
    yield from reader(_PROLOG.sub("", text, count=1).encode(), name)


def _feed(data: bytes, name: str) -> Iterator[Record | Rejected]:
    for each in feed.read(data, SOURCE, name, lenient=True):
        own = isinstance(each, Record) and "arxiv" in {identifier.scheme for identifier in each.identifiers}
        yield replace(each, source="arxiv") if own and isinstance(each, Record) else each


_ROOTS: dict[str, Callable[[bytes, str], Iterator[Record | Rejected]]] = {
    "OAI-PMH": oai.read,
    "PubmedArticleSet": pubmed.read,
    "feed": _feed,
    "rss": _feed,
    "RDF": _feed,
}
