"""XML that somebody else wrote, read without entities and external references."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError, tostring

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from domain.paper import Rejected
from sources.readable import storable
from sources.values import REPLY


def tree(data: bytes | str, where: str) -> Element | Rejected:
    """The root of a document, or why it is none. Never raises, and asks nobody for a DTD."""
    try:
        found: Element = fromstring(data)
    except DefusedXmlException:
        return Rejected(where, "The XML defines entities or refers elsewhere; that is not read.", REPLY)
    except (ParseError, ValueError, LookupError, RecursionError, MemoryError) as error:
        return Rejected(where, f"This is not valid XML: {storable(str(error))[:100]}", REPLY)
    return found


def marked(element: Element | None) -> str:
    """What stands in an element, with its markup."""
    if element is None:
        return ""
    inside = [element.text or "", *(tostring(each, encoding="unicode") for each in element)]
    return storable("".join(inside)).strip()


def said(element: Element, path: str) -> str:
    """The text of the first element at this path, and of what is in it; empty where there is none."""
    found = element.find(path)
    return _text(found) if found is not None else ""


def all_said(element: Element, path: str) -> Iterator[str]:
    """The texts of all elements at this path, those that are not empty."""
    return (text for each in element.iterfind(path) if (text := _text(each)))


def _text(element: Element) -> str:
    return " ".join(storable("".join(element.itertext())).split())
