"""Looking up what a person names: who is asked, over a real local server, and what is said where nobody knows."""

from __future__ import annotations

import time
from datetime import date

import pytest
from aiohttp import web

from domain.errors import NotFoundError, PaperroundError, UsageError
from domain.identifier import Identifier
from domain.paper import Record
from sources import datacite, page
from sources.answer import Patience
from sources.base import FetchError
from sources.fetcher import Fetcher, origin
from sources.lookup import Lookup
from tests.sources import replies
from tests.sources.local import Known, atom, serving
from tests.sources.replies import ABSTRACT, as_json

HASTY = Patience(connect=2, silence=2, total=5, tries=1)


async def answer(request: web.Request) -> web.StreamResponse:
    """All the services at one address."""
    path, query = request.path, request.query
    replied: dict[str, bytes] = {
        "/api/query": atom([Known("2611.00001", "Lanterns of arXiv", ABSTRACT)])
        if "2611.00001" in query.get("id_list", "")
        else atom([]),
        "/works/10.5555/a": as_json({"status": "ok", "message-type": "work", "message": replies.work("a")}),
        "/works/10.5555/err": as_json(
            {"status": "ok", "message-type": "work", "message": replies.work("err", title=["Erratum"])}
        ),
        "/dois/10.5281/zenodo.1": replies.DATACITE,
        "/notes": replies.openreview(replies.note(query.get("id", ""))),
        "/efetch.fcgi": replies.pubmed(query.get("id", "")),
        "/p1": replies.PAGE,
        "/blog": b"<html><head><title>A blog</title><meta property='og:title' content='A blog'></head></html>",
    }
    return web.Response(body=replied[path]) if path in replied else web.Response(status=404)


async def find(text: str) -> Record:
    async with serving(answer) as url:
        services = ("arxiv", "crossref", "datacite", "openreview", "pubmed")
        fetcher = Fetcher(local={origin(url)}, patience=HASTY)
        return await Lookup({name: {"url": url} for name in services}, fetcher).find(text.replace("HERE", url))


@pytest.mark.parametrize(
    ("text", "title", "name"),
    [
        ("2611.00001", "Lanterns of arXiv", "arxiv:2611.00001"),
        ("https://arxiv.org/pdf/2611.00001v3", "Lanterns of arXiv", "arxiv:2611.00001"),
        ("https://huggingface.co/papers/2611.00001", "Lanterns of arXiv", "arxiv:2611.00001"),
        ("https://doi.org/10.48550/arXiv.2611.00001", "Lanterns of arXiv", "arxiv:2611.00001"),
        ("10.5555/a", "Kettles & orchards: a survey", "doi:10.5555/a"),
        ("https://journal.example/doi/full/10.5555/a", "Kettles & orchards: a survey", "doi:10.5555/a"),
        ("10.5281/zenodo.1", "Kettles, measured", "doi:10.5281/zenodo.1"),
        ("https://openreview.net/forum?id=aBc123dEfG", "Gentle kettles of α", "openreview:aBc123dEfG"),
        ("https://pubmed.ncbi.nlm.nih.gov/101/", "Lanterns in H2O & mills", "pmid:101"),
        ("<HERE/p1>", "Lanterns & mills", "doi:10.5555/p1"),
    ],
)
async def test_what_is_named_is_found(text: str, title: str, name: str) -> None:
    found = await find(text)
    assert (found.title, str(found.identifiers[0])) == (title, name)
    assert found.page_url
    assert found.published


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2611.99999", "There is no paper arxiv:2611.99999."),
        ("10.5555/nowhere", "There is no paper doi:10.5555/nowhere."),
        ("10.5555/err", "This is no new paper (erratum)"),
        ("HERE/blog", "This page does not say what paper it is about."),
    ],
)
async def test_what_nobody_knows_is_not_found(text: str, said: str) -> None:
    with pytest.raises(NotFoundError) as raised:
        await find(text)
    assert said in raised.value.what
    assert raised.value.hint


@pytest.mark.parametrize("text", ["lanterns", "ftp://journal.example/1", "https://", "http://[::1", "", "p12"])
async def test_what_names_nothing_is_asked_back(text: str) -> None:
    with pytest.raises(UsageError, match="names no paper"):
        await find(text)


async def test_a_page_that_is_not_there_is_said() -> None:
    with pytest.raises(FetchError, match="status 404"):
        await find("HERE/gone")


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1/", "http://localhost/x", "http://169.254.169.254/latest", "http://10.0.0.1/"]
)
async def test_nothing_of_the_local_network_is_looked_at(url: str) -> None:
    with pytest.raises(PaperroundError) as raised:
        await Lookup({}, Fetcher(patience=HASTY)).find(url)
    assert not isinstance(raised.value, NotFoundError)


def test_a_page_says_what_it_is_about() -> None:
    found = page.read(replies.PAGE, "https://journal.example/p1", "x")
    assert isinstance(found, Record)
    assert found.authors == ("Ada Adler", "Bo Lee")
    assert (found.published, found.abstract, found.note) == (date(2026, 11, 5), ABSTRACT, "Rivers")
    assert (found.page_url, found.pdf_url) == ("https://journal.example/p1", "https://journal.example/p1.pdf")
    assert found.identifiers == (Identifier("doi", "10.5555/p1"),)
    odd = page.read(b'<meta charset=latin1><meta name=DC.Title content="M\xfchlen">', "https://a.example/", "x")
    assert isinstance(odd, Record)
    assert odd.title == "Mühlen"


def test_datacite() -> None:
    found = datacite.read(replies.DATACITE, "x")
    assert isinstance(found, Record)
    assert (found.authors, found.abstract, found.note) == (("Ada Adler",), ABSTRACT, "Zenodo")
    assert found.identifiers == (Identifier("doi", "10.5281/zenodo.1"), Identifier("arxiv", "2611.00007"))
    assert found.published == date(2026, 11, 2)


@pytest.mark.parametrize("piece", ["<meta ", '<meta "', "<meta a='", '<meta "a"b', "<meta a=b c=", "<meta <meta '\""])
def test_no_page_takes_long(piece: str) -> None:
    began = time.perf_counter()
    page.read((piece * 200_000).encode(), "https://a.example/", "x")
    assert time.perf_counter() - began < 5
