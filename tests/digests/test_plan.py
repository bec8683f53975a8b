"""Deciding an edition: which papers get seats, in which order, and what becomes of the rest (invariants 1 and 2)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.match import Batch
from digests.news import News
from digests.plan import choose, counts_for, is_late, is_new
from digests.taste import taste
from domain.channel import Subscription, Wish
from domain.edition import Item, Place, first_new
from domain.paper import Paper
from domain.parse import parse
from tests.papers import NOW, TODAY, paper

CHANNEL = "local:general"


def days(count: float) -> timedelta:
    return timedelta(days=count)


def subscription(number: int, query: str, created_at: datetime = NOW) -> Subscription:
    return Subscription(CHANNEL, number, parse(query), "local:me", created_at)


def mute(query: str) -> Wish:
    return subscription(1, query).wish


def matched(batch: Batch, wishes: Sequence[Wish]) -> list[tuple[Wish, int]]:
    return [(wish, batch.mask(wish.compact)) for wish in wishes]


def chosen(
    papers: Sequence[Paper], queries: Sequence[str | Subscription], mutes: Sequence[str] = (), **given_: Any
) -> tuple[Item, ...]:
    subscriptions = [
        each if isinstance(each, Subscription) else subscription(n, each) for n, each in enumerate(queries, 1)
    ]
    options: dict[str, Any] = {"limit": 10, "had": set(), "previous": None, **given_}
    batch = News(papers, TODAY)
    wishes, muted = [each.wish for each in subscriptions], [mute(each) for each in mutes]
    return choose(batch, matched(batch, wishes), matched(batch, muted), **options)


def numbers(items: Sequence[Item], place: Place = Place.SEAT) -> list[int]:
    return [item.paper.number for item in items if item.place is place]


def test_seats_are_dealt_in_turns_the_narrowest_first() -> None:
    papers = [paper(n, f"apple {n}", upvotes=100 - n) for n in (1, 2, 3, 4)]
    papers += [paper(n, f"pear {n}", upvotes=100 - n) for n in (5, 6)] + [paper(7, "plum")]
    items = chosen(papers, ["apple", "pear", "plum"])
    assert numbers(items) == [7, 5, 1, 6, 2, 3, 4]


def test_equally_narrow_ones_are_dealt_by_their_number() -> None:
    papers = [paper(1, "apple"), paper(2, "pear")]
    assert numbers(chosen(papers, ["pear", "apple"])) == [2, 1]


def test_a_paper_that_several_want_takes_one_seat_and_names_them_all() -> None:
    both = paper(1, "apple pear", upvotes=9)
    items = chosen([both, paper(2, "apple"), paper(3, "pear")], ["apple", "pear", "plum"])
    assert numbers(items) == [1, 3, 2]
    assert items[0].subscriptions == (1, 2)
    assert items[0].queries == ("apple", "pear")
    # Who finds its next paper taken takes the one after that, in the same turn.
    assert items[1].queries == ("pear",)


def test_within_a_subscription_relevance_then_popularity_then_date_decide() -> None:
    papers = [
        paper(1, "other", abstract="apple", upvotes=99),
        paper(2, "apple", upvotes=None),
        paper(3, "apple", upvotes=5),
        paper(4, "apple", upvotes=5, announced=TODAY - days(1)),
        paper(5, "apple", upvotes=5),
        paper(6, "apple", abstract="apple"),
        paper(7, "other", authors=("Ann Apple",)),
    ]
    assert numbers(chosen(papers, ["apple"])) == [6, 5, 3, 4, 2, 7, 1]


def test_invariant_2_what_is_over_the_limit_is_held_back_and_says_so() -> None:
    items = chosen([paper(n, "apple", upvotes=n) for n in range(1, 6)], ["apple"], limit=2)
    assert numbers(items) == [5, 4]
    assert numbers(items, Place.HELD) == [3, 2, 1]
    assert {item.why for item in items if item.place is Place.HELD} == {"over the limit of 2"}
    assert {item.why for item in items if item.place is Place.SEAT} == {""}


def test_invariant_2_what_is_muted_is_recorded_with_the_mute() -> None:
    items = chosen([paper(1, "apple pie"), paper(2, "apple")], ["apple"], ["pie", "plum"])
    assert numbers(items) == [2]
    assert numbers(items, Place.MUTED) == [1]
    assert items[-1].why == "muted by pie"
    assert items[-1].queries == ("apple",)


def test_a_mute_does_not_take_a_seat() -> None:
    items = chosen([paper(1, "apple pie", upvotes=9), paper(2, "apple")], ["apple"], ["pie"], limit=1)
    assert numbers(items) == [2]
    assert numbers(items, Place.HELD) == []


def test_a_mute_of_what_nobody_wants_is_no_news() -> None:
    assert chosen([paper(1, "pie")], ["apple"], ["pie"]) == ()


def test_invariant_1_what_the_channel_has_had_does_not_come_again() -> None:
    assert numbers(chosen([paper(1, "apple"), paper(2, "apple")], ["apple"], had={2})) == [1]


def test_a_first_edition_reaches_three_days_back() -> None:
    papers = [paper(n, "apple", announced=TODAY - days(n)) for n in range(1, 6)]
    assert numbers(chosen(papers, [subscription(1, "apple", NOW)])) == [1, 2, 3]
    assert numbers(chosen(papers, [subscription(1, "apple", NOW - days(2))])) == [1, 2, 3, 4, 5]


def test_a_paper_counts_for_each_subscription_by_its_own_start() -> None:
    items = chosen(
        [paper(1, "apple", announced=TODAY - days(5))],
        [subscription(1, "apple"), subscription(2, "app*", NOW - days(9))],
    )
    assert items[0].subscriptions == (2,)


@pytest.mark.parametrize(
    ("dates", "counts"),
    [
        ({"announced": TODAY - days(3)}, True),
        ({"announced": TODAY - days(4)}, False),
        ({"announced": None, "published": TODAY - days(3)}, True),
        ({"announced": None, "published": TODAY - days(4)}, False),
        ({"announced": None, "first_seen": NOW - days(3)}, True),
        ({"announced": None, "first_seen": NOW - days(3.01)}, False),
        ({"announced": TODAY + days(1)}, True),
    ],
)
def test_what_counts_for_a_new_subscription(dates: dict[str, Any], counts: bool) -> None:
    assert counts_for(paper(1, **dates), subscription(1, "apple")) is counts


@pytest.mark.parametrize(
    ("given_", "new"),
    [
        ({"announced": TODAY - days(13)}, True),
        ({"announced": TODAY - days(14)}, False),
        ({"announced": None, "published": TODAY - days(13)}, True),
        ({"announced": None, "first_seen": NOW - days(14)}, False),
        ({"announced": TODAY - days(13), "published": TODAY - days(400)}, True),
        ({"archived": True}, False),
    ],
)
def test_new_is_for_14_days_and_never_out_of_the_archive(given_: dict[str, Any], new: bool) -> None:
    assert is_new(paper(1, **given_), first_new(TODAY)) is new


@pytest.mark.parametrize(
    ("announced", "seen", "late"),
    [
        (TODAY - days(2), NOW - days(0.1), True),
        (TODAY - days(2), NOW - days(1.1), False),
        (TODAY - days(1), NOW - days(0.1), False),
        (TODAY, NOW, False),
        (None, NOW, False),
    ],
)
def test_invariant_2_late_is_what_came_after_the_edition_it_belonged_to(
    announced: date | None, seen: datetime, late: bool
) -> None:
    it = paper(1, announced=announced, first_seen=seen)
    assert is_late(it, NOW - days(1)) is late
    assert is_late(it, None) is False
    assert chosen([it], ["caching"], previous=NOW - days(1))[0].late is late


def test_a_channel_without_subscriptions_gets_nothing() -> None:
    assert chosen([paper(1)], []) == ()


TITLES = st.lists(st.sampled_from("apple pear plum pie jam".split()), min_size=1, max_size=4).map(" ".join)
QUERIES = st.sampled_from(["apple", "pear OR plum", "apple -pie", "pea*", "cat:cs.CL", "jam pie"])


@st.composite
def situations(draw: st.DrawFn) -> dict[str, Any]:
    papers = [
        paper(
            number,
            draw(TITLES),
            authors=tuple(draw(st.lists(st.sampled_from(["Ann Ito", "Bo Pie"]), max_size=2))),
            categories=tuple(draw(st.lists(st.sampled_from(["cs.CL", "cs.LG"]), max_size=1))),
            announced=draw(st.sampled_from([None, TODAY, TODAY - days(2), TODAY - days(6)])),
            upvotes=draw(st.sampled_from([None, 0, 5])),
        )
        for number in range(1, draw(st.integers(1, 12)))
    ]
    return {
        "papers": papers,
        "queries": draw(st.lists(QUERIES, max_size=4)),
        "mutes": draw(st.lists(st.sampled_from(["pie", "jam", "cat:cs.LG"]), max_size=2)),
        "limit": draw(st.integers(1, 6)),
        "had": set(draw(st.lists(st.integers(1, 12), max_size=3))),
    }


@given(situations())
def test_invariants_1_and_2_each_paper_that_matches_has_one_place(situation: dict[str, Any]) -> None:
    items = chosen(**situation)
    batch = Batch(situation["papers"], TODAY)
    subscriptions = [subscription(n, each) for n, each in enumerate(situation["queries"], 1)]
    wanted = {
        it.number: tuple(s.number for s in subscriptions if it in batch.matches(s.query) and counts_for(it, s))
        for it in situation["papers"]
        if it.number not in situation["had"]
    }
    assert sorted(item.paper.number for item in items) == sorted(n for n, by in wanted.items() if by)
    assert all(item.subscriptions == wanted[item.paper.number] for item in items)
    muted = {it.number for each in situation["mutes"] for it in batch.matches(parse(each))}
    assert all((item.place is Place.MUTED) == (item.paper.number in muted) for item in items)
    shown = [item.place for item in items if item.place is not Place.MUTED]
    assert shown == [Place.SEAT] * min(len(shown), situation["limit"]) + [Place.HELD] * (
        len(shown) - situation["limit"]
    )
    # Shown in the order of the edition: seats, held, muted.
    assert [item.place for item in items] == sorted((item.place for item in items), key=list(Place).index)


@given(situations(), st.lists(st.tuples(TITLES, st.sampled_from([1, -1, 3])), max_size=5))
def test_votes_only_re_order(situation: dict[str, Any], votes: list[tuple[str, int]]) -> None:
    liked: Callable[[Paper], float] = taste((paper(100 + n, title), value) for n, (title, value) in enumerate(votes))
    plain, ordered = chosen(**situation), chosen(**situation, taste=liked)
    assert {i.paper.number for i in plain} == {i.paper.number for i in ordered}
    assert len(numbers(plain)) == len(numbers(ordered))
    assert set(numbers(plain, Place.MUTED)) == set(numbers(ordered, Place.MUTED))


def test_a_liked_paper_is_seen_first() -> None:
    papers = [paper(1, "apple jam"), paper(2, "apple pie"), paper(3, "apple")]
    liked = taste([(paper(9, "Pies of old"), 1), (paper(8, "Jam"), -1)])
    assert numbers(chosen(papers, ["apple"])) == [3, 2, 1]
    assert numbers(chosen(papers, ["apple"], taste=liked)) == [2, 3, 1]
