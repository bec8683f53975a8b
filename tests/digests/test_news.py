"""The new papers of a round as masks: each says of all papers what is said of one alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from digests.column import places
from digests.news import News, score
from digests.plan import counts_for
from domain.channel import Subscription
from domain.compact import compact
from domain.paper import Paper
from domain.parse import parse
from tests.papers import NOW, TODAY, paper

HELD = [
    paper(1, "Lazy caching", abstract="We cache lazily; caching helps.", authors=("Ida Caching",)),
    paper(2, "Sparse graphs", abstract="Caching of graphs.", authors=("Ada Adler",)),
    paper(3, "Sparse trees"),
]


def relevance(query: str) -> dict[int, int]:
    news = News(HELD, TODAY)
    digits = news.relevance(compact(parse(query).root), news.everything)
    found = {it.number: score(digits, place) for place, it in enumerate(news.papers)}
    return {number: sum_ for number, sum_ in found.items() if sum_}


def test_relevance_is_the_weight_of_each_column_that_a_wanted_word_is_in() -> None:
    assert relevance("caching") == {1: 7, 2: 1}
    assert relevance("title:caching OR abstract:graphs") == {1: 4, 2: 1}
    assert relevance("caching author:caching") == {1: 9, 2: 1}
    # What is excluded, and what is no word, moves nothing.
    assert relevance("cat:cs -caching") == {}
    assert relevance("sparse -caching") == {2: 4, 3: 4}


def test_relevance_is_asked_of_some_papers_alone() -> None:
    news = News(HELD, TODAY)
    some = news.numbered([2, 99])
    digits = news.relevance(compact(parse("caching sparse").root), some)
    assert {news.papers[at].number: score(digits, at) for at in range(3)} == {1: 0, 2: 5, 3: 0}


AGES = st.integers(0, 96)  # hours
PAPERS = st.lists(st.tuples(st.none() | AGES, AGES), max_size=12)


def listed(said: list[tuple[int | None, int]]) -> list[Paper]:
    def ago(hours: int) -> timedelta:
        return timedelta(hours=hours)

    return [
        paper(n, announced=(NOW - ago(day)).date() if day is not None else None, first_seen=NOW - ago(seen))
        for n, (day, seen) in enumerate(said, 1)
    ]


@given(PAPERS, AGES)
def test_what_counts_is_what_counts_for_each_paper(said: list[tuple[int | None, int]], ago: int) -> None:
    news = News(listed(said), TODAY)
    subscription = Subscription("local:general", 1, parse("caching"), "local:me", NOW - timedelta(hours=ago))
    found = {news.papers[place].number for place in places(news.counting(subscription.starts))}
    assert found == {it.number for it in news.papers if counts_for(it, subscription)}


TEXTS = st.lists(st.sampled_from("caching graphs lazy trees".split()), min_size=1, max_size=3).map(" ".join)
TASTES = st.sampled_from([None, lambda _: 0.0, lambda it: it.number % 3 / 4])


@given(st.lists(st.tuples(TEXTS, TEXTS, st.integers(0, 3)), max_size=9), TEXTS, TASTES)
def test_papers_stand_by_relevance_and_taste_then_popularity(
    said: list[tuple[str, str, int]], query: str, taste: Callable[[Paper], float] | None
) -> None:
    news = News([paper(n, title, abstract=text, upvotes=up) for n, (title, text, up) in enumerate(said)], TODAY)
    compacted = compact(parse(query).root)
    digits = news.relevance(compacted, news.everything)

    def rank(place: int) -> tuple[float, int, int]:
        it = news.papers[place]
        return -score(digits, place) - (taste(it) if taste else 0), -(it.upvotes or 0), -it.number

    found = news.ordered(news.everything, compacted, taste)
    assert found == sorted(range(len(said)), key=rank)
