"""The names of a paper in the world outside, and every spelling people paste them in."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, unquote, urlsplit

from msgspec import Struct


class Identifier(Struct, frozen=True, order=True):
    """A name of a paper in one scheme: `arxiv`, `doi`, `openreview`, `pmid` (PubMed's) or `hf`.

    The value is normal: an arXiv id without its version, a DOI in lower case.
    """

    scheme: str
    value: str

    def __str__(self) -> str:
        return f"{self.scheme}:{self.value}"

    @property
    def preprint(self) -> bool:
        """Whether it names a paper as its authors put it up, before any journal."""
        return self.scheme in {"arxiv", "openreview"} or self.kind == "preprint"

    @property
    def kind(self) -> str:
        """The scheme; of a DOI that a preprint server gave, `preprint`."""
        return "preprint" if self.scheme == "doi" and _PREPRINT_DOI.match(self.value) else self.scheme

    @property
    def work(self) -> str:
        """The value without the version that some preprint servers put into their DOIs."""
        return _DOI_VERSION.sub("", self.value) if self.kind == "preprint" else self.value

    @property
    def url(self) -> str:
        """The page that the scheme gives this identifier."""
        return _PAGES[self.scheme] + self.value


_PAGES = {
    "arxiv": "https://arxiv.org/abs/",
    "doi": "https://doi.org/",
    "openreview": "https://openreview.net/forum?id=",
    "pmid": "https://pubmed.ncbi.nlm.nih.gov/",
    "hf": "https://huggingface.co/papers/",
}
SCHEMES = tuple(_PAGES)

# New ids since April 2007 (four digits after the point, five since 2015) and the old ones with their archive,
# of which a subject class is no part: https://info.arxiv.org/help/arxiv_identifier.html
_ARCHIVES = (
    "acc-phys adap-org alg-geom ao-sci astro-ph atom-ph bayes-an chao-dyn chem-ph cmp-lg comp-gas cond-mat cs dg-ga "
    "funct-an gr-qc hep-ex hep-lat hep-ph hep-th math-ph math mtrl-th nlin nucl-ex nucl-th patt-sol physics plasm-ph "
    "q-alg q-bio quant-ph solv-int supr-con"
)
_MONTH = r"[0-9]{2}(?:0[1-9]|1[0-2])"
_OLD = rf"(?:{'|'.join(_ARCHIVES.split())})(?:\.[a-z-]{{2,9}})?/{_MONTH}[0-9]{{3}}"
_ARXIV = re.compile(rf"({_MONTH}\.[0-9]{{4,5}}|{_OLD})(?:v[0-9]{{1,3}})?(?!\w)", re.ASCII | re.IGNORECASE)
_ARXIV_NAME = re.compile(r"arxiv:\s*", re.IGNORECASE)
_ARXIV_PAGE = re.compile(r"/+(?:abs|pdf|html|format|ps|e-print|src|overview)/(?:arxiv:)?", re.IGNORECASE)
_HF_PAGE = re.compile(r"/+papers/", re.IGNORECASE)
_SUBJECT = re.compile(r"\.[a-z-]+(?=/)")
# A DOI is `10.`, a registrant, a slash and any suffix: https://www.doi.org/the-identifier/resources/handbook/
# No real one holds a double quote, and a query could not show it.
_DOI = re.compile(r"(?:doi:\s*)?(10\.[0-9]{4,9}(?:\.[0-9]+)*/[^\s\"]+)", re.IGNORECASE)
_ARXIV_DOI = re.compile(r"10\.48550/arxiv\.(.+)", re.IGNORECASE)
# The servers' registrants, https://www.crossref.org/documentation/research-nexus/posted-content-includes-preprints/:
# bioRxiv and medRxiv (whose old one publishes journals too), Research Square, SSRN, ChemRxiv, Preprints.org, OSF,
# TechRxiv, Authorea, PeerJ, Cambridge Open Engage, EcoEvoRxiv, SciELO.
_PREPRINT_DOI = re.compile(
    r"10\.1101/(?:\d{4}\.\d{2}\.\d{2}\.\d+|\d{6})(?!\d)|10\.(?:64898|21203|2139|26434|20944|31219|3123[45]|31222|36227"
    r"|22541|7287|33774|32942)/|10\.1590/scielopreprints"
)
_DOI_VERSION = re.compile(r"[/.]v\d+$")
# A publisher's page of a DOI: the DOI begins a segment of the path, and what the page shows may follow it.
_PUBLISHER = re.compile(r"(?<=/)10\.[0-9]{4,9}(?:\.[0-9]+)*/.+", re.DOTALL)
_SHOWN_AS = re.compile(
    r"(?:/(?:abstract|full|fulltext|pdf|epdf|pdfdirect|html|meta|summary|references|figures|suppl.*)|\.pdf)$",
    re.IGNORECASE,
)
_PREPRINT_VERSION = re.compile(r"(?<=\d)v\d+(?:\..*)?$")
_PMID = re.compile(r"[1-9][0-9]{0,8}", re.ASCII)
_PMID_PAGE = re.compile(r"/+(?:pubmed/)?([1-9][0-9]{0,8})/?", re.ASCII)
_PMID_HOSTS = frozenset({"pubmed.ncbi.nlm.nih.gov", "ncbi.nlm.nih.gov"})
_OPENREVIEW_ID = re.compile(r"[A-Za-z0-9_-]{6,20}")
_URL = re.compile(r"(?:https?://|www\.)", re.IGNORECASE)
_ARXIV_HOSTS = frozenset({"arxiv.org", "alphaxiv.org", "ar5iv.org", "xxx.lanl.gov"})
_HF_HOSTS = frozenset({"huggingface.co", "hf.co"})
_AFTER = frozenset(".,;:!?\"'>]}")
_DOI_HOSTS = frozenset({"doi.org", "dx.doi.org"})
_KNOWN_HOST = re.compile(
    r"(?:[a-z0-9.-]+\.)?(?:arxiv\.org|alphaxiv\.org|ar5iv\.org|huggingface\.co|hf\.co|openreview\.net"
    r"|pubmed\.ncbi\.nlm\.nih\.gov|doi\.org)/",
    re.IGNORECASE,
)


def arxiv(value: str) -> Identifier | None:
    """The identifier of an arXiv id, with or without `arXiv:`, subject class and version, or None."""
    value = value.strip()
    name = _ARXIV_NAME.match(value)
    return _arxiv(_ARXIV.fullmatch(value, name.end() if name else 0))


def _arxiv(found: re.Match[str] | None) -> Identifier | None:
    return Identifier("arxiv", _SUBJECT.sub("", found[1].lower())) if found else None


def doi(value: str) -> Identifier | None:
    """The identifier of a DOI, with or without `doi:`, or None. arXiv's own DOIs name the arXiv id."""
    found = _DOI.fullmatch(_trimmed(value.strip()))
    if not found:
        return None
    own = _ARXIV_DOI.fullmatch(found[1])
    return (arxiv(own[1]) if own else None) or Identifier("doi", found[1].lower())


def identifier(text: str) -> Identifier | None:
    """Read `scheme:value`, a bare arXiv id or DOI, or the URL of a paper on a site we know; else None.

    Brackets around it and a sentence's punctuation after it are not taken for part of it.
    """
    text = _trimmed(text.strip().lstrip("<([{\"'"))
    scheme, colon, value = text.partition(":")
    if colon and scheme.lower() in SCHEMES:
        value = value.strip()
        if _URL.match(value):
            return _from_url(value)
        if scheme.lower() == "openreview":
            return Identifier("openreview", value) if _OPENREVIEW_ID.fullmatch(value) else None
        if scheme.lower() == "pmid":
            return Identifier("pmid", value) if _PMID.fullmatch(value) else None
        if scheme.lower() == "hf":
            return arxiv(value)  # Hugging Face names papers by their arXiv ids
    if _URL.match(text) or _KNOWN_HOST.match(text):
        return _from_url(text)
    return arxiv(text) or doi(text)


def _trimmed(text: str) -> str:
    # A closing parenthesis stays where it closes one inside: DOIs hold them.
    end, surplus = len(text), text.count(")") - text.count("(")
    while end and (text[end - 1] in _AFTER or (text[end - 1] == ")" and surplus > 0)):
        surplus -= text[end - 1] == ")"
        end -= 1
    return text[:end]


def _from_url(text: str) -> Identifier | None:
    try:
        url = urlsplit(text if text.lower().startswith("http") else f"https://{text}")
        host = (url.hostname or "").removeprefix("www.")
        query = parse_qs(url.query)
    except ValueError:  # an unclosed bracket in the host, or more parameters than anyone writes
        return None
    path = unquote(url.path)
    if host in _ARXIV_HOSTS or host.endswith(".arxiv.org"):
        page = _ARXIV_PAGE.match(path)
        return _arxiv(_ARXIV.match(path, page.end())) if page else None
    if host in _HF_HOSTS:
        page = _HF_PAGE.match(path)
        return _arxiv(_ARXIV.match(path, page.end())) if page else None
    if host == "openreview.net" and path in {"/forum", "/pdf", "/attachment"}:
        value = query.get("id", [""])[0].partition("|")[0]
        return Identifier("openreview", value) if _OPENREVIEW_ID.fullmatch(value) else None
    if host in _PMID_HOSTS:
        page = _PMID_PAGE.fullmatch(path)
        return Identifier("pmid", page[1]) if page and (host.startswith("pubmed") or "/pubmed/" in path) else None
    if host in _DOI_HOSTS:
        return doi(path.lstrip("/").partition("|")[0])
    return _from_publisher(host, path.partition("|")[0])


def _from_publisher(host: str, path: str) -> Identifier | None:
    found = _PUBLISHER.search(path)
    if not found:
        return None
    value = _SHOWN_AS.sub("", found[0].rstrip("/"))
    if host.endswith(("biorxiv.org", "medrxiv.org")):
        value = _PREPRINT_VERSION.sub("", value)
    return doi(value)
