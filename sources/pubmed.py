"""PubMed: citations as its E-utility `efetch` gives them.

The elements are those of https://dtd.nlm.nih.gov/ncbi/pubmed/doc/out/250101/ and PubMed's types of publication
those of https://www.nlm.nih.gov/mesh/pubtypes.html.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import date
from xml.etree.ElementTree import Element

from domain.paper import Identifier, Record, Rejected, doi
from sources.entry import ERRATUM, NOTICE, WITHDRAWN, entry
from sources.fetcher import Fetcher
from sources.service import MOST_PAGES, Asked, Entry, Service
from sources.tree import all_said, marked, said, whole
from sources.values import REPLY, parsed, period, text, texts

SOURCE = "pubmed"
ROWS = 200  # to a page; the most PMIDs that fit into one address
_MONTHS = {name: at for at, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}
_KINDS = {
    "Published Erratum": ERRATUM,
    "Retraction of Publication": WITHDRAWN,
    "Retraction Notice": WITHDRAWN,
    "Retracted Publication": WITHDRAWN,
    "Expression of Concern": NOTICE,
}
# What is no paper where it has no abstract.
_BARE = frozenset(
    {"Address", "Autobiography", "Bibliography", "Biography", "Congress", "Directory", "Editorial", "Interview", "News"}
    | {"Newspaper Article", "Obituary", "Patient Education Handout", "Portrait"}
)
_UNTITLED = re.compile(r"\[?not available\.?\]?\.?$", re.IGNORECASE)


def found(data: bytes, where: str) -> list[str] | Rejected:
    """The PMIDs of a reply of `esearch` in JSON, or why there are none to be read."""
    reply = parsed(data, where)
    if isinstance(reply, Rejected):
        return reply
    if error := text(reply, "esearchresult", "ERROR") or text(reply, "error"):
        return Rejected(where, f"PubMed says: “{error[:100]}”", REPLY)
    return [pmid for pmid in texts(reply, "esearchresult", "idlist") if pmid.isascii() and pmid.isdecimal()]


def read(data: bytes, where: str) -> Iterator[Record | Rejected]:
    """The citations of a reply of `efetch` in XML, articles and chapters, and what is no paper. Never raises."""
    number = 0
    for each in whole(data, ("PubmedArticle", "PubmedBookArticle", "DeleteCitation", "ERROR"), where):
        if isinstance(each, Rejected):
            yield each
        elif each.tag == "ERROR":
            yield Rejected(where, f"PubMed says: “{said(each, '.')[:100]}”", REPLY)
        elif each.tag == "DeleteCitation":
            for pmid in all_said(each, "PMID"):
                yield Rejected(where, f"PubMed has taken back its citation {pmid}.", WITHDRAWN)
        else:
            number += 1
            yield _read(each, f"{where}:{number}")


def _read(citation: Element, where: str) -> Record | Rejected:
    book = citation.find("BookDocument")
    article = book if book is not None else citation.find("MedlineCitation/Article")
    if article is None:
        return Rejected(where, "It holds no article.")
    pmid = said(citation, "BookDocument/PMID" if book is not None else "MedlineCitation/PMID")
    kinds = set(all_said(article, "PublicationTypeList/PublicationType")) | set(all_said(article, "PublicationType"))
    abstract = _abstract(article)
    title = _title(article)
    if not title:
        return Rejected(where, f"PubMed knows no title of {pmid}.", NOTICE)
    kind = next((_KINDS[each] for each in sorted(kinds) if each in _KINDS), "")
    if not kind and not abstract and kinds & _BARE:
        kind = NOTICE
    return entry(
        where,
        SOURCE,
        title,
        abstract=abstract,
        authors=_authors(article),
        categories=all_said(citation, "MedlineCitation/MeshHeadingList/MeshHeading/DescriptorName[@MajorTopicYN='Y']"),
        identifiers=[
            Identifier("pmid", pmid) if pmid.isascii() and pmid.isdecimal() else None,
            *map(doi, all_said(citation, "*/ArticleIdList/ArticleId[@IdType='doi']")),
            *map(doi, all_said(article, "ELocationID[@EIdType='doi']")),
        ][:2],
        published=_published(article),
        announced=_entered(citation),
        kind=kind,
        note=said(article, "Journal/Title") or said(article, "Book/BookTitle"),
    )


def _title(article: Element) -> str:
    title = marked(article.find("ArticleTitle")) or marked(article.find("Book/BookTitle"))
    own = marked(article.find("VernacularTitle"))
    if not title or _UNTITLED.match(title):
        return own
    # In brackets stands the translation of a title.
    bare = title.rstrip(".")
    return bare[1:-1].rstrip(".") if bare.startswith("[") and bare.endswith("]") else bare


def _abstract(article: Element) -> str:
    pieces = []
    for each in article.iterfind("Abstract/AbstractText"):
        label, words = (each.get("Label") or "").strip().capitalize(), marked(each)
        pieces.append(f"{label}: {words}" if label and label != "Unlabelled" and words else words)
    return " ".join(filter(None, pieces))


def _authors(article: Element) -> Iterator[str]:
    for each in article.iterfind("AuthorList/Author"):
        given = said(each, "ForeName") or " ".join(f"{initial}." for initial in said(each, "Initials"))
        yield f"{given} {said(each, 'LastName')}".strip() or said(each, "CollectiveName")


def _published(article: Element) -> date | None:
    """When it appeared: online if that is said, else its issue, of which often only the month or year is known."""
    for path in ("ArticleDate", "Journal/JournalIssue/PubDate", "ContributionDate", "Book/PubDate"):
        if (stated := article.find(path)) is not None and (day := _date(stated)):
            return day
    return None


def _entered(citation: Element) -> date | None:
    for status in ("entrez", "pubmed"):
        if (stated := citation.find(f"*/History/PubMedPubDate[@PubStatus='{status}']")) is not None:
            return _date(stated)
    return None


def _date(stated: Element) -> date | None:
    year, month, number = said(stated, "Year"), said(stated, "Month"), said(stated, "Day")
    if not year:
        return period(said(stated, "MedlineDate")[:4])
    at = _MONTHS.get(month[:3].lower(), month)
    return period(f"{year}-{at}-{number}") or period(f"{year}-{at}") or period(year)


class PubMed(Service):
    """Citations found by searches in PubMed's own language, by when they came into it.

    Three requests a second are allowed, ten with a key; who asks gives a name and an address:
    https://www.ncbi.nlm.nih.gov/books/NBK25497/
    """

    name = SOURCE
    url = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils"
    settings = ("queries", "api_key")
    questions = "queries"

    def __init__(self, settings: Mapping[str, str], fetcher: Fetcher) -> None:
        self.pause = 0.11 if settings.get("api_key") else 0.4
        super().__init__(settings, fetcher)
        self._who = {"tool": "paperround", "db": "pubmed"}
        self._who |= {"email": fetcher.contact} if "@" in fetcher.contact else {}
        self._who |= {"api_key": settings["api_key"]} if settings.get("api_key") else {}

    async def pages(self, asked: Asked) -> AsyncIterator[Sequence[Entry]]:
        """First the PMIDs of the days, then what they stand for, some hundred at a time."""
        days = {"datetype": "edat", "mindate": f"{asked.since:%Y/%m/%d}", "maxdate": f"{asked.now:%Y/%m/%d}"}
        for page in range(MOST_PAGES):
            start = {"term": asked.question, "retmode": "json", "retmax": str(ROWS), "retstart": str(page * ROWS)}
            _, body = await self.get(_answer, "/esearch.fcgi", {**self._who, **days, **start})
            pmids = found(body, self.url)
            if not pmids or isinstance(pmids, Rejected):
                return
            fetched, _ = await self.get(
                read, "/efetch.fcgi", {**self._who, "id": ",".join(pmids), "retmode": "xml", "rettype": "abstract"}
            )
            yield fetched
            if len(pmids) < ROWS:
                return


def _answer(data: bytes, where: str) -> Iterator[Entry]:
    """What is wrong with a reply of `esearch`, if anything is."""
    reply = found(data, where)
    if isinstance(reply, Rejected):
        yield reply
