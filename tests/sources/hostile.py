"""Answers as large as they may be, made to cost whoever reads them: each read in a process of its own.

`python -m tests.sources.hostile READER TRICK` reads one, and says how long that took and what it came to.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from domain.errors import PaperroundError
from domain.paper import Record, Rejected
from sources import biorxiv, crossref, datacite, feed, feeds, hf, openalex, openreview, page, pubmed, semantic_scholar
from sources import oai as oai_file
from sources.answer import Response
from sources.arxiv import api, oai, rss
from sources.fetcher import LARGEST
from sources.files import read_file

Entries = Iterable[Record | Rejected]
Read = Callable[[bytes], Entries]


def _announced(data: bytes) -> Entries:
    listing = rss.read(data, "x")
    return [*(item.record(listing.date) for item in listing.items), *listing.rejected]


def _daily(data: bytes) -> Entries:
    return hf.read(Response("https://x.example/", 200, {}, data).json(), "x", date(2026, 11, 12))


def _imported(name: str) -> Read:
    def read(data: bytes) -> Entries:
        with TemporaryDirectory() as folder:
            path = Path(folder) / name
            path.write_bytes(data)
            return list(read_file(path))

    return read


FILE = 256 * 1024  # bytes: files are read bit by bit, and however many papers are in them are wanted

# Who reads, how large an answer it is given, and what stands around what is repeated: in JSON the whole envelope.
READERS: dict[str, tuple[Read, int, str]] = {
    "arXiv, RSS": (_announced, LARGEST, "item"),
    "arXiv, API": (lambda data: api.read(data, "x"), LARGEST, "entry"),
    "arXiv, OAI-PMH": (lambda data: oai.read(data, "x").entries(), LARGEST, "record"),
    "PubMed": (lambda data: pubmed.read(data, "x"), LARGEST, "PubmedArticle"),
    "feeds": (lambda data: feed.read(data, "x", "x"), feeds.LARGEST, "item"),
    "Hugging Face": (_daily, LARGEST, '[{"paper": {"id": "2611.00001", "title": "a", "summary": %s}}]'),
    "bioRxiv": (
        lambda data: biorxiv.read(data, "biorxiv", "x"),
        LARGEST,
        '{"collection": [{"title": "a", "doi": "10.1101/123456", "date": "2026-11-12", "abstract": %s}]}',
    ),
    "OpenReview": (
        lambda data: openreview.read(data, "x"),
        LARGEST,
        '{"notes": [{"id": "aBc123dEfG", "cdate": 1768000000000, "content": {"title": "a", "abstract": %s}}]}',
    ),
    "Semantic Scholar": (
        lambda data: semantic_scholar.read(data, "x"),
        LARGEST,
        '{"data": [{"paperId": "a", "title": "a", "publicationDate": "2026-11-12", "abstract": %s}]}',
    ),
    "Crossref": (
        lambda data: crossref.read(data, "x"),
        LARGEST,
        '{"status": "ok", "message": {"items": [{"DOI": "10.5555/1", "title": ["a"], "created":'
        ' {"date-parts": [[2026, 11, 12]]}, "abstract": %s}]}}',
    ),
    "OpenAlex": (
        lambda data: openalex.read(data, "x"),
        LARGEST,
        '{"results": [{"id": "https://openalex.org/W1", "title": "a", "publication_date": "2026-11-12",'
        ' "abstract_inverted_index": %s}]}',
    ),
    "DataCite": (
        lambda data: [datacite.read(data, "x")],
        LARGEST,
        '{"data": {"attributes": {"doi": "10.5555/1", "titles": [{"title": %s}]}}}',
    ),
    "page": (lambda data: [page.read(data, "https://x.example/", "x")], page.LARGEST, "html"),
    "OAI-PMH": (lambda data: oai_file.read(data, "x"), FILE, "record"),
    "BibTeX": (_imported("a.bib"), FILE, "bibtex"),
    "RIS": (_imported("a.ris"), FILE, "ris"),
    "CSV": (_imported("a.csv"), FILE, "csv"),
    "JSON Lines": (_imported("a.jsonl"), FILE, '{"title": "a", "abstract": %s}'),
    "JSON array": (_imported("a.json"), FILE, '[{"title": "a", "abstract": %s}]'),
    "Daily Papers": (_imported("a.txt"), FILE, "text"),
}

_JSON = {
    "brackets": ("", "[", ""),
    "lists": ("[", "[],", "[]]"),
    "objects": ("[", '{"":0},', "0]"),
    "keys": ("{", '"%d":0,', '"":0}'),
    "texts": ("[", '"ab",', "0]"),
    "numbers": ("[", "1e9,", "0]"),
    "words": ('"', "word ", '"'),
    "wide words": ('"😀', "word ", '"'),
    "tags": ('"', "<b>", '"'),
    "open tags": ('"', "<b ", '"'),
    "braces": ('"', "{", '"'),
    "LaTeX": ('"', "$\\\\alpha^2$ ", '"'),
    "entities": ('"', "&lt;", '"'),
    "unfinished": ('"', "word ", ""),
}
_XML = {
    "elements": ("", "<a/>", ""),
    "entries": ("", "<%s/>", ""),
    "entries with a title": ("", "<%s><title>a</title></%s>", ""),
    "elements in one": ("<%s>", "<a/>", "</%s>"),
    "texts": ("<%s>", "<a/>ab", "</%s>"),
    "attributes": ("<%s ", 'a%d="" ', "></%s>"),
    "depth": ("", "<a>", ""),
    "comments": ("", "<!---->", ""),
    "instructions": ("", "<?a?>", ""),
    "names": ("", "<a%d/>", ""),
    "spaces": ("", '<a xmlns="%d"/>', ""),
}
# Inside of a title, an abstract and an author's name.
_TEXTS = {
    "words": ("", "word "),
    "wide words": ("😀", "word "),
    "tags": ("", "&lt;b> "),
    "open tags": ("", "&lt;b "),
    "braces": ("", "{"),
    "LaTeX": ("", "$\\alpha^2$ "),
    "entities": ("", "&amp;lt;"),
    "commas": ("", "A, "),
}
_PAPERS = {
    "arXiv, RSS": (
        "<item><guid>oai:arXiv.org:2611.00001v1</guid><title>a%s</title><description>%s</description>"
        "<creator>%s</creator></item>"
    ),
    "arXiv, API": (
        "<entry><id>http://arxiv.org/abs/2611.00001v1</id><title>a%s</title><summary>%s</summary>"
        "<author><name>%s</name></author></entry>"
    ),
    "arXiv, OAI-PMH": (
        "<record><header><datestamp>2026-11-02</datestamp></header><metadata><arXiv><id>2611.00001</id>"
        "<title>a%s</title><abstract>%s</abstract><authors><author><keyname>%s</keyname></author></authors>"
        "</arXiv></metadata></record>"
    ),
    "OAI-PMH": (
        "<record><header/><metadata><dc><title>a%s</title><description>%s</description><creator>%s</creator></dc>"
        "</metadata></record>"
    ),
    "PubMed": (
        "<PubmedArticle><MedlineCitation><PMID>1</PMID><Article><ArticleTitle>a%s</ArticleTitle><Abstract>"
        "<AbstractText>%s</AbstractText></Abstract><AuthorList><Author><LastName>%s</LastName></Author></AuthorList>"
        "<ArticleDate><Year>2026</Year></ArticleDate></Article></MedlineCitation></PubmedArticle>"
    ),
    "feeds": (
        "<item><title>a%s</title><link>https://a.example/1</link><description>%s</description><author>%s</author>"
        "<pubDate>Thu, 12 Nov 2026 00:00:00 GMT</pubDate></item>"
    ),
}
TRICKS: dict[str, dict[str, tuple[str, str, str]]] = {
    "html": {
        "tags": ("<head>", '<meta name="a" content="b">', ""),
        "titles": ("<head>", '<meta name="citation_title" content="b">', ""),
        "open tags": ("<head>", "<meta ", ""),
        "open quotes": ("<head>", '<meta a="', ""),
        "one title": ('<meta name="citation_title" content="', "word ", '">'),
    },
    "bibtex": {
        "entries": ("", "@a{", ""),
        "braces": ("@misc{a, title = ", "{", ""),
        "whole entries": ("", "@misc{a, title={b}}\n", ""),
        "strings": ("", '@string{a%d = "b"}\n', ""),
        "fields": ("@misc{a,", "a%d={b},", "}"),
        "authors": ("@misc{a, title={b}, author={", "a and ", "b}}"),
        "words": ("@misc{a, title={", "word ", "}}"),
        "comments": ("@misc{a, title={b}}\n", "%\n", ""),
        "joined": ("@misc{a, title= ", "a # ", "b}"),
        "LaTeX": ("@misc{a, title={", "$\\alpha^2$ ", "}}"),
    },
    "ris": {
        "references": ("", "TY  - \n", ""),
        "whole references": ("", "TY  - JOUR\nTI  - a\nER  - \n", ""),
        "authors": ("TY  - JOUR\nTI  - a\n", "AU  - b\n", "ER  - \n"),
        "words": ("TY  - JOUR\nTI  - ", "word ", "\nER  - \n"),
        "lines": ("TY  - JOUR\n", "a\n", ""),
        "noise": ("TY  - JOUR\nER  - \n", "a\n", ""),
    },
    "csv": {
        "commas": ("title,a\n", ",", ""),
        "quotes": ("title,a\n", '"', ""),
        "rows": ("title,a\n", "b,\n", ""),
        "columns": ("title", ",a", "\nb"),
        "one cell": ('title,authors\n"', "word ", '"'),
        "authors": ('title,authors\na,"', "A B, ", '"'),
        "open quote": ('title,a\n"', "b\n", ""),
    },
    "text": {
        "words": ("Daily Papers\n", "word ", ""),
        "lines": ("Daily Papers\n", "a\n", ""),
        "long lines": ("Daily Papers\n", "A title of words\n" + "word " * 60 + "\n", ""),
        "blank lines": ("", "\n", "a"),
    },
}


def tricks(reader: str) -> dict[str, tuple[str, str, str]]:
    """What is tried with a reader: what begins an answer, what is repeated in it, and what ends it."""
    around = READERS[reader][2]
    if around in TRICKS:
        return TRICKS[around]
    if "%s" in around:
        head, tail = around.split("%s")
        return {name: (head + begin, piece, end + tail) for name, (begin, piece, end) in _JSON.items()}
    before, after = _ROOTS.get(reader, ("<rss version='2.0'><channel><title>t</title>", "</channel></rss>"))
    found = {
        name: (before + begin.replace("%s", around), piece.replace("%s", around), end.replace("%s", around) + after)
        for name, (begin, piece, end) in _XML.items()
    }
    head, *fields = _PAPERS[reader].split("%s")
    # A third of the answer in each of title, abstract and author.
    return found | {
        name: (before + head + begin, piece, f"\0{fields[0]}{begin}\0{fields[1]}{begin}\0{fields[2]}{after}")
        for name, (begin, piece) in _TEXTS.items()
    }


_ROOTS = {
    "arXiv, API": ("<feed>", "</feed>"),
    "arXiv, OAI-PMH": ("<OAI-PMH><ListRecords>", "</ListRecords></OAI-PMH>"),
    "OAI-PMH": ("<OAI-PMH><ListRecords>", "</ListRecords></OAI-PMH>"),
    "PubMed": ("<PubmedArticleSet>", "</PubmedArticleSet>"),
}


def answer(reader: str, trick: str) -> bytes:
    """An answer that uses the trick, of the size that the reader is given at most."""
    (before, piece, after), size = tricks(reader)[trick], READERS[reader][1]
    room = size - len(before.encode()) - len(after.encode())
    if "%d" in piece:
        made = bytearray(before.encode())
        for n in range(room // (len(piece) + 4)):
            made += piece.replace("%d", f"{n:x}").encode()
        return bytes(made) + after.encode()
    many = room // len(piece.encode())
    ends = after.split("\0")
    if len(ends) == 1:
        return before.encode() + piece.encode() * many + after.encode()
    return before.encode() + b"".join(piece.encode() * (many // 3) + end.encode() for end in ends[1:])


def main(reader: str, trick: str) -> None:
    """Read it, and print how many seconds of the processor that took, and what came of it."""
    data = answer(reader, trick)
    began = time.process_time()
    found: list[Record | Rejected] = []
    said = ""
    try:
        found += READERS[reader][0](data)
    except PaperroundError as error:
        said = str(error)
    took = time.process_time() - began
    said = said or next((each.why for each in found if isinstance(each, Rejected)), "")
    papers = sum(isinstance(each, Record) for each in found)
    print(json.dumps({"seconds": round(took, 2), "papers": papers, "said": said[:120]}))


if __name__ == "__main__":
    main(*sys.argv[1:])
