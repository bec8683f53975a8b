"""DataCite: what it says of a DOI that is not Crossref's, such as Zenodo's.

https://support.datacite.org/docs/api-get-doi describes the reply.
"""

from __future__ import annotations

from typing import Any

from domain.paper import Record, Rejected, doi, identifier
from sources.entry import made, turned
from sources.values import REPLY, at, items, parsed, period, text

SOURCE = "datacite"


def read(data: bytes, where: str) -> Record | Rejected:
    """The work of a reply to a look-up, or why it is none. Never raises."""
    found = parsed(data, where)
    if isinstance(found, Rejected):
        return found
    work = at(found, "data", "attributes")
    own = doi(text(work, "doi"))
    if own is None:
        return Rejected(where, "The reply holds no work with a DOI.", REPLY)
    dates = {text(each, "dateType"): period(text(each, "date")) for each in items(work, "dates")}
    stated = [dates.get(kind) for kind in ("Issued", "Available", "Created", "Submitted")]
    return made(
        where,
        SOURCE,
        text(work, "titles", 0, "title"),
        abstract=_abstract(work),
        authors=map(turned, (text(each, "name") for each in items(work, "creators"))),
        categories=(text(each, "subject") for each in items(work, "subjects")),
        identifiers=[own, *(identifier(text(each, "relatedIdentifier")) for each in _same(work))],
        published=next(filter(None, stated), None) or period(text(work, "publicationYear")),
        page=text(work, "url"),
        note=text(work, "publisher", "name") or text(work, "publisher"),
    )


def _abstract(work: Any) -> str:
    said = items(work, "descriptions")
    return next((text(each, "description") for each in said if text(each, "descriptionType") == "Abstract"), "")


def _same(work: Any) -> list[Any]:
    kinds = {"IsVersionOf", "IsIdenticalTo", "IsVariantFormOf", "IsPreprintOf"}
    return [each for each in items(work, "relatedIdentifiers") if text(each, "relationType") in kinds]
