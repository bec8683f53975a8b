"""submit: a paper put in by hand, under the name of who did it."""

from __future__ import annotations

from datetime import date

from msgspec.structs import replace

from domain.identifier import Identifier
from domain.paper import Record
from tests.bot.talk import ADA, BELA, Talk, cards, heading, record, said
from tests.papers import abstract, doi

URL = "https://journal.example/articles/7"
OLD = Record(
    "Lanterns, weighed by hand",
    "crossref",
    abstract=abstract(7),
    identifiers=(doi(7),),
    published=date(2017, 6, 1),
    page_url=URL,
)


async def test_a_submitted_paper_is_new_and_credited(talk: Talk) -> None:
    talk.web[URL] = OLD
    await talk.ok("subscribe lanterns")
    answer = await talk.ok(f"submit {URL}")
    assert heading(answer) == "Submitted"
    assert cards(answer) == ["p1"]
    assert answer.data == {"paper": "p1", "title": OLD.title, "url": URL, "new": True}
    assert answer.private
    known = await talk.ok("abstract p1")
    assert known.data["submitted_by"] == ADA
    assert known.data["sources"] == ["crossref", "submitted"]
    assert f"Submitted by {ADA}" in said(known)
    # However old it is, it is in the pool now.
    digest = await talk.ok("digest")
    assert [item["paper"] for item in digest.data["items"]] == ["p1"]


async def test_what_is_here_stays_as_it_is(stocked: Talk) -> None:
    answer = await stocked.ok("submit 2611.00001")
    assert (heading(answer), answer.data["new"], cards(answer)) == ("Already here", False, ["p1"])
    assert (await stocked.ok("abstract p1")).data["submitted_by"] == ""


async def test_a_page_of_a_paper_that_is_here_is_that_paper(stocked: Talk) -> None:
    known = record(1, "Speculative decoding with lazy drafts")
    stocked.web[URL] = replace(known, source="page", identifiers=(*known.identifiers, doi(9)), announced=None)
    stocked.pass_(days=1)
    answer = await stocked.ok(f"submit <{URL}>")
    assert "It stays as it is." in said(answer)
    assert (heading(answer), answer.data["new"], cards(answer)) == ("Already here", False, ["p1"])
    assert doi(9) in {Identifier(*each.split(":", 1)) for each in (await stocked.ok("abstract p1")).data["identifiers"]}


async def test_a_paper_of_the_archive_comes_alive(talk: Talk) -> None:
    talk.take([replace(OLD, published=None)], archive=True)
    talk.web["10.5555/7"] = OLD
    await talk.ok("subscribe lanterns")
    assert (await talk.ok("digest")).data["items"] == []
    answer = await talk.ok("submit 10.5555/7", person=BELA)
    assert (heading(answer), answer.data["new"]) == ("Already here", False)
    assert "among the new papers" in said(answer)
    assert [item["paper"] for item in (await talk.ok("digest")).data["items"]] == ["p1"]
    assert (await talk.ok("abstract p1")).data["submitted_by"] == BELA


async def test_a_journals_doi_brings_an_archived_preprint_to_life(talk: Talk) -> None:
    preprint = replace(OLD, source="arxiv", identifiers=(Identifier("arxiv", "1706.00001"),))
    talk.take([preprint], archive=True)
    talk.web["10.5555/7"] = OLD
    await talk.ok("subscribe lanterns")
    await talk.ok("submit 10.5555/7")
    assert [item["paper"] for item in (await talk.ok("digest")).data["items"]] == ["p1"]


async def test_the_first_who_submitted_it_is_credited(talk: Talk) -> None:
    talk.web[URL] = OLD
    await talk.ok(f"submit {URL}", person=BELA)
    await talk.ok(f"submit {URL}", person=ADA)
    assert (await talk.ok("abstract p1")).data["submitted_by"] == BELA


async def test_what_nobody_knows_is_said(talk: Talk) -> None:
    assert "There is no paper 10.5555/none." in await talk.fails("submit 10.5555/none")
    assert "submit needs" in await talk.fails("submit")
    assert (await talk.ok("search lanterns")).data["papers"] == []


async def test_who_put_a_paper_forward_on_hugging_face_and_its_keywords_are_shown(talk: Talk) -> None:
    raw = {"submitter": "Cleo <Ray>", "keywords": "ladders, models", "title": "$Old$"}
    talk.take([replace(OLD, raw=raw)])
    known = await talk.ok("abstract p1")
    assert (known.data["put_forward_by"], known.data["keywords"]) == ("Cleo <Ray>", ["ladders", "models"])
    assert "Put forward on Hugging Face by Cleo <Ray>" in said(known)
    assert "Keywords: ladders, models" in said(known)
