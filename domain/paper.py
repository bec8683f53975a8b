"""A paper, what a source says of one, and the identifiers that make two records the same paper."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from urllib.parse import parse_qs, unquote, urlsplit


@dataclass(frozen=True, slots=True, order=True)
class Identifier:
    """A name of a paper in one scheme: `arxiv`, `doi`, `openreview` or `hf`.

    The value is normal: an arXiv id without its version, a DOI in lower case.
    """

    scheme: str
    value: str

    def __str__(self) -> str:
        return f"{self.scheme}:{self.value}"

    @property
    def url(self) -> str:
        """The page that the scheme gives this identifier."""
        return _PAGES[self.scheme] + self.value


_PAGES = {
    "arxiv": "https://arxiv.org/abs/",
    "doi": "https://doi.org/",
    "openreview": "https://openreview.net/forum?id=",
    "hf": "https://huggingface.co/papers/",
}
SCHEMES = tuple(_PAGES)

# New ids since April 2007 (four digits after the point, five since 2015) and the old ones with their
# archive: https://info.arxiv.org/help/arxiv_identifier.html
_ARXIV = r"(?:\d{2}(?:0[1-9]|1[0-2])\.\d{4,5}|[a-z]+(?:-[a-z]+)?(?:\.[a-z]{2})?/\d{7})"
_ARXIV_ID = re.compile(rf"(?:arxiv:\s*)?({_ARXIV})(?:v\d{{1,3}})?", re.IGNORECASE)
_ARXIV_PATH = re.compile(rf"/(?:abs|pdf|html|format|ps|e-print)/({_ARXIV})(?:v\d+)?(?:\.pdf)?/?", re.IGNORECASE)
_HF_PATH = re.compile(rf"/papers/({_ARXIV})(?:v\d+)?/?(?:\.md)?", re.IGNORECASE)
# A DOI is `10.`, a registrant of four to nine digits, a slash and any suffix: https://www.doi.org/doi-handbook/
_DOI = re.compile(r"(?:doi:\s*)?(10\.\d{4,9}(?:\.\d+)*/\S+)", re.IGNORECASE)
_ARXIV_DOI = re.compile(r"10\.48550/arxiv\.(.+)", re.IGNORECASE)
_OPENREVIEW_ID = re.compile(r"[A-Za-z0-9_-]{6,20}")
_HOSTS = {
    "arxiv.org",
    "export.arxiv.org",
    "browse.arxiv.org",
    "alphaxiv.org",
    "ar5iv.org",
    "ar5iv.labs.arxiv.org",
}


def arxiv(value: str) -> Identifier | None:
    """The identifier of an arXiv id, with or without `arXiv:` and version, or None."""
    found = _ARXIV_ID.fullmatch(value.strip())
    return Identifier("arxiv", found[1].lower()) if found else None


def doi(value: str) -> Identifier | None:
    """The identifier of a DOI, with or without `doi:`, or None. arXiv's own DOIs name the arXiv id."""
    found = _DOI.fullmatch(value.strip())
    if not found:
        return None
    text = found[1].rstrip(".,;:'\"").lower()
    while text.endswith(")") and text.count(")") > text.count("("):
        text = text[:-1].rstrip(".,;:'\"")
    own = _ARXIV_DOI.fullmatch(text)
    return (arxiv(own[1]) if own else None) or Identifier("doi", text)


def identifier(text: str) -> Identifier | None:
    """Read `scheme:value`, a bare arXiv id or DOI, or the URL of a paper on a site we know; else None."""
    text = text.strip().strip("<>")
    if re.match(r"(?:https?://|www\.)", text, re.IGNORECASE):
        return _from_url(text)
    scheme, colon, value = text.partition(":")
    if colon and scheme.lower() == "openreview" and _OPENREVIEW_ID.fullmatch(value):
        return Identifier("openreview", value)
    if colon and scheme.lower() == "hf":
        return arxiv(value)  # Hugging Face names papers by their arXiv ids
    return arxiv(text) or doi(text)


def _from_url(text: str) -> Identifier | None:
    try:
        url = urlsplit(text if "://" in text else f"https://{text}")
        host = (url.hostname or "").removeprefix("www.").lower()
    except ValueError:  # an unclosed bracket in the host
        return None
    path = unquote(url.path)
    if host in _HOSTS or host.endswith(".arxiv.org"):
        found = _ARXIV_PATH.match(path)
        return arxiv(found[1]) if found else None
    if host in {"huggingface.co", "hf.co"}:
        found = _HF_PATH.fullmatch(path)
        return arxiv(found[1]) if found else None
    if host == "openreview.net" and path in {"/forum", "/pdf"}:
        value = parse_qs(url.query).get("id", [""])[0]
        return Identifier("openreview", value) if _OPENREVIEW_ID.fullmatch(value) else None
    found = _DOI.search(path) if host in {"doi.org", "dx.doi.org"} or "/doi/" in path else None
    return doi(found[1]) if found else None


@dataclass(frozen=True, slots=True)
class Record:
    """What one source says of one paper, in readable text, before it meets the store.

    `raw` keeps title and abstract as they came, where cleaning changed them.
    Dates are calendar dates as the source states them; None where it states none.
    """

    title: str
    source: str
    abstract: str = ""
    summary: str = ""
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    published: date | None = None
    announced: date | None = None
    page_url: str = ""
    pdf_url: str = ""
    code_url: str = ""
    upvotes: int | None = None
    comments: int | None = None
    note: str = ""
    raw: dict[str, str] = field(default_factory=dict)
    where: str = ""


@dataclass(frozen=True, slots=True)
class Rejected:
    """Something a source carried that is no readable paper: where it stood, and why."""

    where: str
    why: str


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper as the store knows it. A new version of a paper is the same paper.

    `first_seen` is UTC. `archived` papers came from a backfill and are never announced.
    """

    number: int
    title: str
    first_seen: datetime
    abstract: str = ""
    summary: str = ""
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    sources: tuple[str, ...] = ()
    published: date | None = None
    announced: date | None = None
    page_url: str = ""
    pdf_url: str = ""
    code_url: str = ""
    upvotes: int | None = None
    comments: int | None = None
    note: str = ""
    archived: bool = False

    @property
    def id(self) -> str:
        """The store's identifier, as commands take and show it: `p123`."""
        return f"p{self.number}"

    @property
    def day(self) -> date:
        """The day that `new`, `since:` and the backtest count from: announced, else published, else first seen."""
        return self.announced or self.published or self.first_seen.date()

    @property
    def dated(self) -> bool:
        """Whether a source stated a date; if not, `day` is when the paper was first seen."""
        return self.announced is not None or self.published is not None

    @property
    def text(self) -> str:
        """What stands for the abstract in search and on cards: the abstract, else the short summary."""
        return self.abstract or self.summary

    @property
    def url(self) -> str:
        """The page to read it on: the source's, else that of its first identifier, else empty."""
        return self.page_url or (self.identifiers[0].url if self.identifiers else "")
