"""Invented replies, one of each service and kind of file, with what real ones surprise with."""

from __future__ import annotations

import json
from typing import Any

ABSTRACT = (
    "Many people compare narrow rivers with lanterns. We measure how careful bridges connect distant islands, and "
    "find 12 small ways in which robust mills improve."
)


def as_json(value: Any) -> bytes:
    """The bytes of a reply in JSON."""
    return json.dumps(value).encode()


def preprint(**more: Any) -> dict[str, Any]:
    """An entry of bioRxiv's."""
    return {
        "title": "Rivers of {beta}-lanterns",
        "authors": "Rossi Bianchi, A.; Lee, B. C.",
        "doi": "10.64898/2026.07.13.738145",
        "date": "2026-07-15",
        "version": "1",
        "type": "new results",
        "category": "cell biology",
        "abstract": (
            f"BackgroundWe begin.\n\nO_FIG O_LINKSMALLFIG SRC=x C_FIGResults{ABSTRACT}"
            " p [&ge;] {rho} O_SCPLOWABCC_SCPLOW"
        ),
        "published": "NA",
        "server": "bioRxiv",
        **more,
    }


def biorxiv(*entries: dict[str, Any], total: int | None = None) -> bytes:
    """A page of bioRxiv's."""
    entries = entries or (
        preprint(),
        preprint(doi="10.1101/2024.01.02.123456", version="2", published="10.1038/s41586-026-1"),
        preprint(title="WITHDRAWN: Lanterns", doi="10.1101/123456"),
        preprint(abstract="This manuscript has been withdrawn by the authors.", doi="10.1101/123457"),
    )
    said = {"status": "ok", "total": str(len(entries) if total is None else total), "count": len(entries)}
    return as_json({"messages": [said], "collection": list(entries)})


def note(name: str, **more: Any) -> dict[str, Any]:
    """A submission to OpenReview."""
    content = {
        "title": "Gentle kettles of $\\alpha$",
        "abstract": ABSTRACT,
        "authors": ["Ada Adler", "Bo Lee"],
        "keywords": ["rivers", "mills"],
        "TLDR": "Kettles help.",
        "venue": "Rivers 2026 poster",
        "venueid": "Rivers.cc/2026/Conference",
        "pdf": "/pdf/0123abc.pdf",
        **more.pop("content", {}),
    }
    wrapped = {key: {"value": value} for key, value in content.items()}
    return {
        "id": name,
        "forum": name,
        "cdate": 1_768_000_000_000,
        "odate": 1_769_000_000_000,
        "content": wrapped,
        **more,
    }


def openreview(*notes: dict[str, Any]) -> bytes:
    """A page of OpenReview's."""
    decided = {"details": {"replies": [{"content": {"decision": {"value": "Accept (oral)"}}}]}}
    notes = notes or (
        note("aBc123dEfG"),
        note("aBc123dEfH", **decided),
        note("aBc123dEfI", content={"venueid": "Rivers.cc/2026/Conference/Withdrawn_Submission"}),
        note("aBc123dEfJ", forum="aBc123dEfG"),
    )
    return as_json({"notes": list(notes), "count": len(notes)})


def pubmed(*pmids: str) -> bytes:
    """Citations of PubMed's: an article, an erratum, an editorial without an abstract, and a chapter."""
    articles = "".join(
        f"""<PubmedArticle><MedlineCitation><PMID Version="1">{pmid}</PMID><Article>
        <Journal><JournalIssue><PubDate><Year>2026</Year><Month>Nov</Month></PubDate></JournalIssue>
        <Title>Rivers and Mills</Title></Journal>
        <ArticleTitle>[Lanterns in H<sub>2</sub>O &amp; <i>mills</i>.]</ArticleTitle>
        <ELocationID EIdType="doi">10.5555/{pmid}</ELocationID>
        <Abstract><AbstractText Label="BACKGROUND">{ABSTRACT}</AbstractText>
        <AbstractText Label="RESULTS">10<sup>-5</sup> lanterns.</AbstractText></Abstract>
        <AuthorList><Author><LastName>Adler</LastName><ForeName>Ada B</ForeName></Author>
        <Author><LastName>Lee</LastName><Initials>CD</Initials></Author>
        <Author><CollectiveName>The Rivers Group</CollectiveName></Author></AuthorList>
        <PublicationTypeList><PublicationType>{kind}</PublicationType></PublicationTypeList></Article>
        <MeshHeadingList><MeshHeading><DescriptorName MajorTopicYN="Y">Rivers</DescriptorName></MeshHeading>
        <MeshHeading><DescriptorName MajorTopicYN="N">Humans</DescriptorName></MeshHeading></MeshHeadingList>
        </MedlineCitation><PubmedData><History><PubMedPubDate PubStatus="entrez"><Year>2026</Year><Month>11</Month>
        <Day>14</Day></PubMedPubDate></History><ArticleIdList><ArticleId IdType="pubmed">{pmid}</ArticleId>
        <ArticleId IdType="doi">10.5555/{pmid}</ArticleId></ArticleIdList></PubmedData></PubmedArticle>"""
        for pmid, kind in zip(pmids or ("101", "102"), ("Journal Article", "Published Erratum", *pmids), strict=False)
    )
    book = """<PubmedBookArticle><BookDocument><PMID>103</PMID><Book><BookTitle>Of Mills</BookTitle>
        <PubDate><Year>2026</Year></PubDate></Book><ArticleTitle>On kettles</ArticleTitle></BookDocument>
        </PubmedBookArticle><DeleteCitation><PMID>104</PMID></DeleteCitation>"""
    head = '<?xml version="1.0" ?><!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD" "https://dtd.nlm.nih.gov/x.dtd">'
    return f"{head}<PubmedArticleSet>{articles}{'' if pmids else book}</PubmedArticleSet>".encode()


def scholar(*titles: str) -> bytes:
    """A page of Semantic Scholar's."""
    papers = [
        {
            "paperId": f"{number:040x}",
            "externalIds": {"ArXiv": f"2611.{number:05}", "DOI": f"10.5555/s{number}", "PubMed": f"7{number}"},
            "url": f"https://www.semanticscholar.org/paper/{number:040x}",
            "title": title,
            "abstract": ABSTRACT,
            "tldr": {"model": "tldr@v2", "text": "Lanterns help."},
            "authors": [{"authorId": "1", "name": "A. Adler"}],
            "publicationDate": "2026-11-10",
            "year": 2026,
            "venue": "Rivers",
            "fieldsOfStudy": ["Geography"],
            "publicationTypes": ["JournalArticle"],
            "openAccessPdf": {"url": "https://example.org/a.pdf"},
        }
        for number, title in enumerate(titles or ("Lanterns of narrow rivers",), 1)
    ]
    odd = [] if titles else [None, {"paperId": "x" * 40}, {"paperId": "y" * 40, "title": "Undated mills"}]
    return as_json({"total": len(papers), "offset": 0, "data": [*papers, *odd]})


def work(name: str, **more: Any) -> dict[str, Any]:
    """A work of Crossref's."""
    return {
        "DOI": f"10.5555/{name}",
        "type": "journal-article",
        "title": ["Kettles &amp; <i>orchards</i>"],
        "subtitle": ["a survey"],
        "abstract": (
            "<jats:title>Abstract</jats:title><jats:sec><jats:title>Aims</jats:title>"
            f"<jats:p>{ABSTRACT}</jats:p></jats:sec>"
        ),
        "author": [{"given": "Ada", "family": "Adler"}, {"name": "The Rivers Group"}],
        "container-title": ["Rivers and Mills"],
        "created": {"date-parts": [[2026, 11, 12]]},
        "published-online": {"date-parts": [[2026, 11, 11]]},
        "published-print": {"date-parts": [[2027, 1]]},
        "resource": {"primary": {"URL": f"https://journal.example/{name}"}},
        "link": [{"URL": "https://journal.example/a.pdf", "content-type": "application/pdf"}],
        **more,
    }


def crossref(*works: dict[str, Any], cursor: str = "") -> bytes:
    """A page of Crossref's."""
    works = works or (
        work("a", relation={"has-preprint": [{"id-type": "doi", "id": "10.48550/arXiv.2611.00001"}]}),
        work("b", type="journal-issue"),
        work("c", title=["Correction to: Kettles"]),
        work("d", **{"update-to": [{"type": "retraction", "DOI": "10.5555/a"}]}),
        work("e", title=[]),
        work("f", created={"date-parts": [[2026, 11, 12]]}, **{"published-online": {"date-parts": [[1998]]}}),
    )
    message = {"items": list(works), "total-results": len(works), "next-cursor": cursor}
    return as_json({"status": "ok", "message-type": "work-list", "message": message})


def openalex(*names: str, cursor: str = "") -> bytes:
    """A page of OpenAlex's."""
    index: dict[str, list[int]] = {}
    for at, word in enumerate(ABSTRACT.split()):
        index.setdefault(word, []).append(at)
    works = [
        {
            "id": f"https://openalex.org/W{name}",
            "doi": f"https://doi.org/10.5555/{name}",
            "title": f"Small archives, part {name}",
            "type": "article",
            "publication_date": "2026-11-09",
            "ids": {"pmid": f"https://pubmed.ncbi.nlm.nih.gov/{name}"},
            "authorships": [{"author": {"display_name": "Ada Adler"}}],
            "primary_topic": {"display_name": "Archives", "field": {"display_name": "Geography"}},
            "primary_location": {"source": {"display_name": "Rivers"}, "landing_page_url": "https://example.org/1"},
            "locations": [
                {"landing_page_url": "https://arxiv.org/abs/2611.00009", "pdf_url": "https://arxiv.org/pdf/2611.00009"}
            ],
            "abstract_inverted_index": index,
        }
        for name in names or ("1",)
    ]
    odd = [{**works[0], "is_retracted": True}, {**works[0], "type": "paratext"}] if not names else []
    return as_json({"meta": {"count": len(works), "next_cursor": cursor}, "results": [*works, *odd]})


RSS = f"""<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:prism="http://prismstandard.org/namespaces/basic/2.0/"><channel><title>Rivers and Mills</title>
<item><title>Bridges &amp;amp; &lt;i&gt;letters&lt;/i&gt;</title><link>/articles/1</link>
<guid isPermaLink="false">g1</guid>
<description>&lt;p&gt;Rivers, Published online: 12 November 2026; doi:10.5555/r1&lt;/p&gt;{ABSTRACT}</description>
<dc:creator>Ada Adler, Bo Lee, Chiara Costa</dc:creator><prism:doi>10.5555/r1</prism:doi>
<category>Rivers</category><pubDate>Thu, 12 Nov 2026 00:00:00 GMT</pubDate></item>
<item><title>Author Correction: Bridges</title><link>https://journal.example/2</link>
<pubDate>Thu, 12 Nov 2026 00:00:00 GMT</pubDate></item>
<item><title>Orchards without a date</title><link>https://journal.example/3</link></item>
<item><title>Mills of an issue</title><link>https://journal.example/4</link><description>&lt;p&gt;Publication date:
 March 2026&lt;/p&gt;&lt;p&gt;&lt;b&gt;Source:&lt;/b&gt; Rivers, Volume 3&lt;/p&gt;
&lt;p&gt;Author(s): Ada Adler, Bo Lee&lt;/p&gt;</description></item>
</channel></rss>""".encode()

ATOM = f"""<feed xmlns="http://www.w3.org/2005/Atom"><title>Rivers</title><entry><id>tag:a,1</id>
<title type="html">Windows of &amp;lt;b&amp;gt;islands&amp;lt;/b&amp;gt;</title><link href="https://arxiv.org/abs/2611.00002v1"/>
<updated>2026-11-12T00:00:00Z</updated><author><name>Ada Adler</name></author><summary>{ABSTRACT}</summary>
</entry></feed>""".encode()

OAI = f"""<?xml version="1.0"?><OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListRecords>
<record><header><identifier>oai:example.org:1</identifier></header><metadata>
<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:title>Islands of letters</dc:title><dc:creator>Adler, Ada</dc:creator><dc:description>{ABSTRACT}</dc:description>
<dc:identifier>https://doi.org/10.5555/o1</dc:identifier><dc:date>2026-11-02</dc:date></oai_dc:dc></metadata></record>
<record><header status="deleted"><identifier>oai:example.org:2</identifier></header></record>
<record><header><identifier>oai:arXiv.org:2611.00003</identifier></header><metadata>
<arXiv xmlns="http://arxiv.org/OAI/arXiv/"><id>2611.00003</id><created>2026-11-03</created><authors><author>
<keyname>Adler</keyname><forenames>Ada</forenames></author></authors><title>Ladders of arXiv</title>
<categories>cs.CL cs.LG</categories><doi>10.5555/o3</doi><abstract>{ABSTRACT}</abstract></arXiv></metadata></record>
<record><header><identifier>oai:example.org:4</identifier></header><metadata>
<marc:record xmlns:marc="http://www.loc.gov/MARC21/slim"><marc:datafield tag="245"><marc:subfield code="a">Marked
 gardens</marc:subfield></marc:datafield><marc:datafield tag="100"><marc:subfield code="a">Lee, Bo</marc:subfield>
</marc:datafield><marc:datafield tag="260"><marc:subfield code="c">2025</marc:subfield></marc:datafield></marc:record>
</metadata></record></ListRecords></OAI-PMH>""".encode()

BIBTEX = f"""% made by hand
@string{{rm = {{Rivers and Mills}}}}
@article{{a, title = {{{{LLM}}s na\\"ively on $k$ ladders}}, author = {{Adler, Ada and van der Lee, Bo and {{The
 Rivers Group}} and others}}, year = 2026, month = nov, journal = rm, doi = {{https://doi.org/10.5555/b1}},
 eprint = {{2611.00004v2}}, archiveprefix = {{arXiv}}, abstract = {{{ABSTRACT}}}}}
@article{{a, title = "The same key", author = "Ada Adler", year = "2025", title = "Twice"}}
@misc{{broken, title = {{No end,
@misc{{last, title = {{After what is broken}}, date = {{2026-10-09}}, url = {{https://example.org/last}}}}
""".encode()

RIS = f"""TY  - JOUR\r
TI  - Lanterns in\r
      two lines\r
AU  - Adler, Ada\r
AU  - Lee, Bo\r
PY  - 2026/11/05\r
DO  - 10.5555/ris1\r
AB  - {ABSTRACT}\r
UR  - https://journal.example/ris1\r
ER  - \r
\r
TY  - JOUR\r
T1  - Never ended\r
TY  - UNPB\r
AU  - Nobody\r
ER  - \r
noise\r
""".encode()

CSV = f'''"Key","Item Type","Publication Year","Author","Title","DOI","Abstract Note","Date"
"K1","journalArticle","2026","Adler, Ada; Lee, Bo","Kettles, with comma","10.5555/CSV1","{ABSTRACT}
In two lines.","2026-11-03"
"K2","journalArticle","2026","","","","",""
'''.encode()

PAGE = f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>Rivers</title>
<meta name="citation_title" content="Lanterns &amp; <i>mills</i>"><META NAME='citation_author' CONTENT='Adler, Ada'/>
<meta content="Lee, Bo" name="citation_author"><meta name="citation_doi" content="doi:10.5555/p1">
<meta name="citation_online_date" content="2026/11/05"><meta name="citation_journal_title" content="Rivers">
<meta name="citation_pdf_url" content="https://journal.example/p1.pdf">
<meta property="og:description" content="{ABSTRACT}">
</head><body>Text</body></html>""".encode()
DATACITE = as_json(
    {
        "data": {
            "attributes": {
                "doi": "10.5281/zenodo.1",
                "titles": [{"title": "Kettles, measured"}],
                "creators": [{"name": "Adler, Ada"}],
                "descriptions": [{"description": f"<p>{ABSTRACT}</p>", "descriptionType": "Abstract"}],
                "dates": [{"date": "2026-11-02", "dateType": "Issued"}],
                "publisher": "Zenodo",
                "url": "https://zenodo.org/records/1",
                "relatedIdentifiers": [{"relatedIdentifier": "arXiv:2611.00007", "relationType": "IsVersionOf"}],
            }
        }
    }
)
