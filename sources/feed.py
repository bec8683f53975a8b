"""Any RSS or Atom feed: a journal's table of contents, a blog. Read with feedparser, which bears with broken ones."""

from __future__ import annotations

import io
import re
from calendar import timegm
from collections import deque
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import feedparser

from domain.identifier import arxiv, identifier
from domain.paper import Identifier, Record, Rejected
from sources.base import FetchError
from sources.entry import NOTICE, UNDATED, clean, entry, made
from sources.readable import storable, taken
from sources.stream import TO_EACH, elements
from sources.values import EARLIEST, LATEST, REPLY, day, link, period

LONGEST_TEXT = 2_400  # characters of an abstract; what is longer is a whole article, of which the beginning is kept
MOST_ENTRIES = 2_000
MOST_TAGS = 150_000  # that feedparser reads: at twenty microseconds each
_SENTENCE = re.compile(r"[.!?]['\"”’)]?\s")
# Elsevier's feeds state these in the text, and nowhere else.
_DATED = re.compile(r"Publication date:\s*(?:Available online\s*)?(?:(\d{1,2}) )?([A-Z][a-z]{2,8}) (\d{4})")
_ISSUE = re.compile(r"Publication date:.{0,80}?Source:.{0,200}?(?:Author\(s\):\s*(.{0,4000}))?$", re.DOTALL)
# Springer Nature's and Wiley's texts begin with where and when, then repeat the title.
_PUBLISHED = re.compile(
    r"^[^.;]{2,90}, (?:Published online: [^;]{4,40}; doi:\s*\S+|(?:Volume|EarlyView|Ahead of Print)[^.]{0,80}\.?)\s*"
)
_LISTED = re.compile(r"Authors?: (.{3,4000}?) (?:Upvotes: \d+ )?(?:Abstract|Summary): ")
_FIRST_ON = re.compile(r"\s*The post .{1,300} appeared first on .{1,100}$")  # what WordPress adds
_MONTHS = {name: at for at, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}


def read(
    data: bytes, source: str, where: str, *, url: str = "", seen: date | None = None, lenient: bool = False
) -> Iterator[Record | Rejected]:
    """The entries of a feed, and what among them is no paper. Never raises.

    `url` is the feed's own, to which its links may be relative. An entry without a date is dated to when it is
    `seen`; with no such date it is said to be undated. `lenient` takes all that has a title for papers, as a person
    does who gives a file.
    """
    return (each for _, each in marked(data, source, where, url=url, seen=seen, lenient=lenient))


def marked(
    data: bytes, source: str, where: str, *, url: str = "", seen: date | None = None, lenient: bool = False
) -> Iterator[tuple[str, Record | Rejected]]:
    """The same, each with what tells it from the others of its feed."""
    try:
        if (
            data.count(b"<") + data.count(b"=") > MOST_TAGS
        ):  # what stands in CDATA is not read as markup: only whole XML tells
            deque(elements(data, (), where, MOST_TAGS // TO_EACH), maxlen=0)
    except FetchError as error:
        yield "", Rejected(where, str(error), REPLY)
        return
    try:
        # In a stream, or feedparser would take it for the name of a file.
        found = feedparser.parse(
            io.BytesIO(data),
            response_headers={"content-location": url} if url else {},
            resolve_relative_uris=False,
            sanitize_html=False,  # what is shown is never HTML; its own cleaning may take very long
        )
    except Exception as error:  # whatever a broken feed makes of the library is one rejected feed
        yield "", Rejected(where, f"This cannot be read as a feed ({type(error).__name__}).", REPLY)
        return
    if not found.get("version") and not found.entries:
        start = storable(data[:60].decode("utf-8", "replace"))
        yield "", Rejected(where, f"This is neither RSS nor Atom: “{start}”", REPLY)
        return
    for number, each in enumerate(found.entries[:MOST_ENTRIES], 1):
        mark = storable(str(each.get("id") or each.get("link") or each.get("title") or ""))[:300]
        yield mark, _read(each, source, f"{where}:{number}", seen, made if lenient else entry)


def _read(
    each: Any, source: str, where: str, seen: date | None, make: Callable[..., Record | Rejected]
) -> Record | Rejected:
    title, page = _text(each, "title"), link(_text(each, "link") or _text(each, "id"))
    if each.get("itunes_duration") and not _identifiers(each, page):
        return Rejected(where, f"This is an episode, and no paper: “{clean(title)[:100]}”", NOTICE)
    said = _longest(each)
    body = _FIRST_ON.sub("", clean(said))
    listed = _LISTED.match(body)
    elsevier = _ISSUE.match(body)
    if listed:
        said = body = body[listed.end() :]
    updated = _day(each, "updated_parsed")
    appeared = _day(each, "published_parsed") or updated or day(_text(each, "prism_publicationdate"))
    found = make(
        where,
        source,
        title,
        abstract="" if elsevier else _abstract(said, body, clean(title)),
        authors=_authors(each, next((found[1] for found in (listed, elsevier) if found), None)),
        categories=(_text(tag, "term") for tag in each.get("tags", ())),
        identifiers=_identifiers(each, page),
        published=appeared or _stated(body),
        announced=appeared or seen,
        page=page,
    )
    if isinstance(found, Rejected) and found.kind == UNDATED:
        return Rejected(where, "It has no date, and was there when the feed was first looked at.", UNDATED)
    return found


def _text(each: Any, key: str) -> str:
    said = each.get(key)
    return taken(said) if isinstance(said, str) else ""


def _longest(each: Any) -> str:
    contents = [_text(content, "value") for content in each.get("content", ())]
    summary = _text(each, "summary")
    whole = max(contents, key=len, default="")
    # A blog gives its article as content and says in the summary what it is about.
    return summary if len(clean(summary)) > 40 or not whole else whole


def _abstract(said: str, body: str, title: str) -> str:
    body = _PUBLISHED.sub("", body)
    body = body.removeprefix(title).strip() if len(title) > 20 else body
    if len(body) <= LONGEST_TEXT:
        return body if body != clean(said) else said
    ends = [found.end() for found in _SENTENCE.finditer(body, 200, LONGEST_TEXT)]
    return body[: ends[-1]].rstrip() + " …" if ends else body[:LONGEST_TEXT].rsplit(" ", 1)[0] + " …"


def _authors(each: Any, listed: str | None) -> Iterator[str]:
    if listed:
        yield from listed.split(",")
        return
    named = [_text(author, "name") for author in each.get("authors", ())]
    if len(named) == 1 and named[0].count(",") > 1:  # all of them in one
        named = named[0].split(",")
    yield from (name for name in named if "@" not in name)


def _identifiers(each: Any, page: str) -> list[Identifier]:
    said = [_text(each, key) for key in ("prism_doi", "dc_identifier", "id", "arxiv_doi")]
    said += [page, *(_text(other, "href") for other in each.get("links", ()))]
    found = [identifier(words.removeprefix("oai:arXiv.org:")) for words in said if words]
    own = [arxiv(each_said.rpartition(":")[2]) for each_said in said if each_said.startswith("oai:arXiv.org:")]
    first = list(dict.fromkeys(name for name in (*found, *own) if name))
    # One of each scheme: an entry links to other papers too.
    return [name for at, name in enumerate(first) if name.scheme not in {other.scheme for other in first[:at]}]


def _day(each: Any, key: str) -> date | None:
    stated = each.get(key) if key in each else None  # without the question it guesses one from the other, and warns
    try:
        found = datetime.fromtimestamp(timegm(stated), UTC).date() if stated else None
    except (ValueError, OverflowError, TypeError, OSError):
        return None
    return found if found and EARLIEST <= found.year <= LATEST else None


def _stated(body: str) -> date | None:
    found = _DATED.match(body)
    month = _MONTHS.get(found[2][:3].lower()) if found else None
    if not found or not month:
        return None
    return period(f"{found[3]}-{month}-{found[1]}") if found[1] else period(f"{found[3]}-{month}")
