"""Reads JSON Lines of papers: one object a line, with the fields that lists of papers commonly have.

`title`, `abstract`, `summary`, `authors`, `categories`, `comment`, the dates `announced`, `dates_seen`, `date`
and `published`, the identifiers `arxiv_id`, `doi`, `url`, `pdf_url` and `identifiers`, `code_url`, `upvotes`,
`comments` (how many) and `source`. Only a title is needed; fields that are not here are ignored.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from domain.paper import Identifier, Record, Rejected, arxiv, doi, identifier
from sources import people
from sources.readable import LONGEST, readable, storable

LONGEST_LINE = 2_000_000  # characters
SOURCE = "import"
MOST = 2**31 - 1  # votes and comments
_LONGEST_URL = 2_000
_PERIOD = re.compile(r"(\d{4})(?:-(\d{2}))?")
_SLUG = re.compile(r"[^a-z0-9]+")


class _WrongError(ValueError):
    """A field holds what it cannot hold; the message says so to a person."""


def read(lines: Iterable[str], name: str) -> Iterator[Record | Rejected]:
    """The papers of these lines, in order, and the lines that are none, with the reason. Never raises.

    `name` says in `where` which file it was. Blank lines are passed over.
    """
    for number, line in enumerate(lines, 1):
        where = f"{name}:{number}"
        if len(line) > LONGEST_LINE:
            yield Rejected(where, f"This line is longer than {LONGEST_LINE:,} characters.")
        elif line.strip("\ufeff \t\r\n\v\f"):
            yield read_line(line, where)


def read_line(line: str, where: str) -> Record | Rejected:
    """The paper of one line, or why it is none."""
    try:
        found = json.loads(line.strip("\ufeff \t\r\n\v\f"))
    except json.JSONDecodeError as error:
        return Rejected(where, f"This is not valid JSON: {error.msg} at character {error.colno}.")
    except (ValueError, RecursionError):
        return Rejected(where, "This is not valid JSON: it holds an enormous number, or is nested too deeply.")
    return read_object(found, where)


def read_object(found: object, where: str) -> Record | Rejected:
    """The paper of one JSON value, or why it is none."""
    if not isinstance(found, dict):
        return Rejected(where, f"A paper is an object with a title, not {_kind(found)}.")
    try:
        return _record(found, where)
    except _WrongError as error:
        return Rejected(where, str(error))


def _record(fields: dict[str, Any], where: str) -> Record:
    raw_title, raw_abstract = _text(fields, "title"), _text(fields, "abstract")
    title, abstract = readable(raw_title), readable(raw_abstract)
    if not title:
        raise _WrongError("It has no title." if not raw_title else "Its title is empty once it is made readable.")
    page = _url(fields, "url")
    announced, published = _dates(fields)
    note, comments = fields.get("comment"), fields.get("comments")
    if isinstance(comments, str) and not comments.strip().isdecimal():  # arXiv's comments are a note
        note, comments = note or comments, None
    raw = {"title": (raw_title, title), "abstract": (raw_abstract, abstract)}
    return Record(
        title=title,
        source=_source(page, _text(fields, "source")),
        abstract=abstract,
        summary=readable(_text(fields, "summary")),
        authors=_authors(fields.get("authors")),
        categories=tuple(dict.fromkeys(_words(fields, "categories"))),
        identifiers=_identifiers(fields),
        published=published,
        announced=announced,
        page_url=page,
        pdf_url=_url(fields, "pdf_url"),
        code_url=_url(fields, "code_url"),
        upvotes=_count(fields.get("upvotes"), "upvotes"),
        comments=_count(comments, "comments"),
        note=readable(_text({"comment": note}, "comment")),
        raw={key: storable(before) for key, (before, after) in raw.items() if before != after},
        where=where,
    )


def _kind(value: object) -> str:
    for kind, name in (
        (bool, "true or false"),
        (str, "text"),
        (int | float, "a number"),
        (list, "a list"),
        (dict, "an object"),
    ):
        if isinstance(value, kind):
            return name
    return "nothing"


def _text(fields: dict[str, Any], key: str) -> str:
    value = fields.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise _WrongError(f"Its {key} is {_kind(value)}, not text.")
    return value[:LONGEST]


def _words(fields: dict[str, Any], key: str) -> list[str]:
    value = fields.get(key)
    if value is None:
        return []
    if isinstance(value, str):
        value = re.split(r"[\s,;]+", value)
    if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
        raise _WrongError(f"Its {key} are no list of words.")
    return [word for word in map(readable, value) if word]


def _url(fields: dict[str, Any], key: str) -> str:
    """An address that may be shown as a link; anything else is none."""
    text = storable(_text(fields, key)).strip()
    try:
        url = urlsplit(text)
        host = url.hostname
    except ValueError:
        return ""
    fine = url.scheme in {"http", "https"} and host and len(text) <= _LONGEST_URL
    return text if fine and not re.search(r"[\s<>\"\x00-\x20\x7f]", text) else ""


def _source(page: str, named: str) -> str:
    if page:
        url = urlsplit(page)
        host = (url.hostname or "").removeprefix("www.")
        if host in {"huggingface.co", "hf.co"} and url.path.startswith("/papers/"):
            return "hf"
        if host == "arxiv.org" or host.endswith(".arxiv.org"):
            return "arxiv"
    return _SLUG.sub("-", readable(named).lower()).strip("-")[:40] or SOURCE


def _identifiers(fields: dict[str, Any]) -> tuple[Identifier, ...]:
    # One that cannot be read does not cost the paper: lists write "n/a" and worse here.
    found = [arxiv(_text(fields, "arxiv_id")) or identifier(_text(fields, "arxiv_id"))]
    found += [doi(_text(fields, "doi")) or identifier(_text(fields, "doi"))]
    found += [identifier(_text(fields, key)) for key in ("url", "pdf_url")]
    found += [identifier(word) for word in _words(fields, "identifiers")]
    clean = [Identifier(each.scheme, storable(each.value)) for each in found if each]
    return tuple(dict.fromkeys(clean))


def _authors(value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    if isinstance(value, str):
        return tuple(dict.fromkeys(people.several(value)))
    if not isinstance(value, list):
        raise _WrongError(f"Its authors are {_kind(value)}, not a list of names.")
    return tuple(dict.fromkeys(name for each in value if (name := people.one(_name(each)))))


def _name(author: object) -> str:
    if isinstance(author, str):
        return author
    if isinstance(author, dict):
        name = author.get("name") or " ".join(
            part for key in ("given", "first", "family", "last") if isinstance(part := author.get(key), str)
        )
        if isinstance(name, str):
            return name
    raise _WrongError(f"One of its authors is {_kind(author)}, not a name.")


def _count(value: object, key: str) -> int | None:
    if value is None or value == "":
        return None
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdecimal() and len(value) < 20:
        value = int(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST:
        raise _WrongError(f"Its {key} are no number that can be: “{_shown(value)}”.")
    return value


def _dates(fields: dict[str, Any]) -> tuple[date | None, date | None]:
    """When the paper was announced and when published. A month or a year is only ever a publication's."""
    seen = fields.get("dates_seen")
    if seen is not None and not isinstance(seen, list):
        raise _WrongError(f"Its dates_seen are {_kind(seen)}, not a list of dates.")
    announced, day, published = (_date(fields.get(key), key) for key in ("announced", "date", "published"))
    listed = [_date(each, "dates_seen") for each in seen or ()]
    first = min((each for each in listed if each and each.exact), default=None)
    stated = [each for each in (announced, first, day, *listed) if each]
    vague = next((each.day for each in stated if not each.exact), None)
    return next((each.day for each in stated if each.exact), None), published.day if published else vague


class _Date(NamedTuple):
    day: date
    exact: bool  # False where only a month or a year was stated


def _date(value: object, key: str) -> _Date | None:
    if value is None or value == "":
        return None
    text = str(value).strip() if isinstance(value, (str, int)) and not isinstance(value, bool) else ""
    period = _PERIOD.fullmatch(text)
    try:
        if period:
            found = _Date(date(int(period[1]), int(period[2] or 1), 1), exact=False)
        else:
            found = _Date(datetime.fromisoformat(text).date(), exact=True)
    except ValueError:
        found = _Date(date.min, exact=False)
    if not 1600 <= found.day.year <= 2200:
        raise _WrongError(f"Its {key} is no date: “{_shown(value)}”. Dates are written like 2024-07-30.")
    return found


def _shown(value: object) -> str:
    return readable(str(value)[:40])
