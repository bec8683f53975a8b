"""search, more, similar, abstract: finding papers, page by page."""

from __future__ import annotations

import pytest

from bot.commands import COMMANDS
from bot.commands.perform import perform
from domain.message import Card
from tests.bot.talk import Talk, button, cards, heading, labels, marked, record, said
from tests.papers import records

PAPER = {"id", "title", "authors", "categories", "published", "url", "matched", "via"}


async def test_results_are_ranked_marked_and_can_be_acted_on(stocked: Talk) -> None:
    answer = await stocked.ok('search "speculative decoding" -survey')
    assert heading(answer) == '2 papers for "speculative decoding" -survey'
    assert sorted(cards(answer)) == ["p1", "p2"]
    card = next(iter(answer.message.cards()))
    assert [span.text for span in card.title if span.style == "mark"] in (
        ["Speculative decoding"],
        ["speculative decoding"],
    )
    assert [each.command for each in card.buttons] == [f"bookmark {card.paper}"]
    assert {each.label for each in card.menu} == {"More like this", "Abstract", "Why", "👍", "👎"}
    assert labels(answer) == ["Subscribe to this"]
    assert answer.private


async def test_the_data_is_as_promised(stocked: Talk) -> None:
    data = (await stocked.ok("search lazy drafts")).data
    assert set(data) == {"query", "corrections", "total", "papers"}
    assert (data["query"], data["corrections"], data["total"]) == ("lazy drafts", {}, 1)
    assert data["papers"][0] == {
        "id": "p1",
        "title": "Speculative decoding with lazy drafts",
        "authors": ["Ada Adler", "Emre Ito"],
        "categories": ["cs.CL"],
        "published": "2026-11-16",
        "url": "https://arxiv.org/abs/2611.00001",
        "matched": ["lazy", "drafts"],
        "via": "strict",
    }


async def test_matched_words_are_those_that_stand_there(stocked: Talk) -> None:
    data = (await stocked.ok("search author:ada decod* (DRAFT OR verify)")).data
    assert data["papers"][0]["matched"] == ["decoding", "drafts", "Ada"]


async def test_nothing_found_says_what_to_try(stocked: Talk) -> None:
    answer = await stocked.ok("search cat:math.OC")
    assert heading(answer) == "0 papers for cat:math.OC"
    assert "Try fewer or other words" in said(answer)
    assert labels(answer) == []


async def test_corrected_results_are_marked_and_not_counted(stocked: Talk) -> None:
    answer = await stocked.ok("search speclative")
    assert heading(answer) == "0 papers for speclative"
    assert "Also looked for speclative → speculative." in said(answer)
    assert answer.data["total"] == 0
    assert answer.data["corrections"] == {"speclative": "speculative"}
    assert {paper["via"] for paper in answer.data["papers"]} == {"corrected"}
    assert {word.lower() for paper in answer.data["papers"] for word in paper["matched"]} == {"speculative"}
    assert all("corrected" in card.facts for card in answer.message.cards())


async def test_partial_results_are_marked_and_not_counted(stocked: Talk) -> None:
    answer = await stocked.ok("search how do draft models verify graphs in parallel by diffusion")
    assert answer.data["total"] == 0
    assert {paper["via"] for paper in answer.data["papers"]} == {"relaxed"}
    assert "best partial matches are marked" in said(answer)
    assert all("partial match" in card.facts for card in answer.message.cards())


async def test_pages_show_each_paper_once_in_one_order(talk: Talk) -> None:
    talk.take(records(35))
    first = await talk.ok("search part")
    assert "Page 1 of 4" in said(first)
    assert labels(first) == ["Next", "Subscribe to this"]
    second = await talk.press(first, "Next")
    assert labels(second) == ["Previous", "Next"]
    third = await talk.press(second, "Next")
    last = await talk.press(third, "Next")
    assert labels(last) == ["Previous"]
    assert "Page 4 of 4" in said(last)
    assert cards(await talk.press(last, "Previous")) == cards(third)
    shown = [paper for page in (first, second, third, last) for paper in cards(page)]
    assert len(shown) == len(set(shown)) == 35
    assert [paper["id"] for paper in second.data["papers"]] == shown[10:20]


async def test_pages_that_are_not_there_lead_back(talk: Talk) -> None:
    talk.take(records(12))
    beyond = await talk.ok("more 99 search part")
    assert cards(beyond) == []
    assert "There are no more." in said(beyond)
    assert cards(await talk.press(beyond, "Previous")) == cards(await talk.ok("more 2 search part"))
    assert cards(await talk.ok("more 0 search part")) == cards(await talk.ok("search part"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("more", "more needs which page"),
        ("more 2", "more needs the command whose answer has pages"),
        ("more x search part", "“x” is no number"),
        ("more -1 search part", "“-1” is no number"),
        ("more 2 digest now", "digest has no pages"),
        ("more 2 more 2 search part", "more has no pages"),
        ("more 2 serach part", "Did you mean search?"),
        ("more 2 search (part", "This parenthesis"),
    ],
)
async def test_more_of_what_has_no_pages_is_refused(stocked: Talk, text: str, said: str) -> None:
    assert said in await stocked.fails(text)


async def test_a_limit_is_one_page(talk: Talk) -> None:
    talk.take(records(35))
    answer = await perform(talk.desk, talk.asked(), COMMANDS["search"], {"query": "part", "limit": "20"})
    assert len(answer.data["papers"]) == 20
    assert "The best 20 of 35." in said(answer)
    assert labels(answer) == ["Subscribe to this"]
    whole = await perform(talk.desk, talk.asked(), COMMANDS["search"], {"query": "part", "limit": "1000"})
    assert [p["id"] for p in whole.data["papers"]][:20] == [p["id"] for p in answer.data["papers"]]
    assert len(whole.data["papers"]) == 35


async def test_searching_writes_nothing(talk: Talk) -> None:
    talk.take(records(35))
    with talk.store.writing():  # whoever wanted to write would wait, and fail
        assert (await talk.ok("search part")).data["total"] == 35
        assert cards(await talk.ok("more 2 search part"))


async def test_subscribing_to_a_search(stocked: Talk) -> None:
    answer = await stocked.ok("search decoding -survey")
    assert heading(await stocked.press(answer, "Subscribe to this")) == "Now following decoding -survey"


async def test_papers_like_one(talk: Talk) -> None:
    talk.take(
        [record(n, f"Speculative decoding, variant {n}", "Drafts are verified in parallel.") for n in range(1, 4)]
    )
    talk.take([record(n, f"Ice sheets {n}", "Snow falls on glaciers.") for n in range(4, 30)])
    answer = await talk.ok("similar p1")
    assert heading(answer) == "Like Speculative decoding, variant 1"
    assert cards(answer)[:2] in (["p2", "p3"], ["p3", "p2"])
    assert "p1" not in cards(answer)
    assert set(answer.data) == {"paper", "title", "url", "papers"}
    assert [paper["paper"] for paper in answer.data["papers"]] == cards(answer)


async def test_nothing_like_it_is_said(talk: Talk) -> None:
    talk.take([record(1, "Alone")])
    assert "Nothing here is like it." in said(await talk.ok("similar p1"))


async def test_all_that_is_known_of_a_paper(talk: Talk) -> None:
    authors = tuple(f"Author {name}" for name in "ABCDE")
    talk.take(
        [
            record(
                1,
                "Everything",
                "word " * 300 + "end.",
                authors=authors,
                pdf_url="https://example.org/1.pdf",
                code_url="https://example.org/code",
                note="Best paper",
            )
        ]
    )
    answer = await talk.ok("abstract 2611.00001")
    text = said(answer)
    for part in ("Everything", "end.", "PDF: https://example.org/1.pdf", "Code: https://example.org/code", *authors):
        assert part in text
    assert "arxiv:2611.00001" in text
    assert "Best paper" in text
    assert "From arxiv; first seen 16 November 2026" in text
    assert answer.data["abstract"].endswith("end.")
    assert answer.data["identifiers"] == ["arxiv:2611.00001"]
    assert isinstance(answer.message.blocks[1], Card)


async def test_a_paper_without_abstract_says_so(talk: Talk) -> None:
    talk.take([record(1, "Short")])
    with talk.store.writing() as connection:
        connection.exec_driver_sql("UPDATE papers SET abstract = ''")
    assert "No abstract is known." in said(await talk.ok("abstract p1"))


async def test_cards_of_a_search_lead_on(stocked: Talk) -> None:
    answer = await stocked.ok("search graphs")
    for label in ("Bookmark", "More like this", "Abstract"):
        assert button(answer, label).command.endswith(" p3")
        await stocked.press(answer, label)
    assert marked(answer) == []
