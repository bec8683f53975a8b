"""What stands in XML that somebody else wrote, for readers that never raise."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from xml.etree.ElementTree import Element, tostring

from domain.paper import Rejected
from sources.base import FetchError
from sources.readable import taken
from sources.stream import MOST, elements
from sources.values import REPLY


def whole(data: bytes, wanted: Collection[str], where: str, most: int = MOST) -> Iterator[Element | Rejected]:
    """The elements of these names, and last why there are no more where a document is damaged. Never raises."""
    try:
        yield from elements(data, wanted, where, most)
    except FetchError as error:
        yield Rejected(where, str(error), REPLY)


def marked(element: Element | None) -> str:
    """What stands in an element, with its markup."""
    if element is None:
        return ""
    inside = [element.text or "", *(tostring(each, encoding="unicode") for each in element)]
    return taken("".join(inside)).strip()


def said(element: Element, path: str) -> str:
    """The text of the first element at this path, and of what is in it; empty where there is none."""
    found = element.find(path)
    return _text(found) if found is not None else ""


def all_said(element: Element, path: str) -> Iterator[str]:
    """The texts of all elements at this path, those that are not empty."""
    return (text for each in element.iterfind(path) if (text := _text(each)))


def _text(element: Element) -> str:
    return " ".join(taken("".join(element.itertext())).split())
