"""Why a paper is, or is not, in a digest: each subscription's reason, and the step that decides."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.news import News
from digests.plan import choose
from digests.why import DROPPED, MUTED, NEXT, outlook, reasons
from domain.channel import Mute, Subscription
from domain.edition import Place
from domain.parse import parse
from tests.papers import NOW, TODAY, paper

DRAFTS = paper(
    1,
    "Speculative decoding with drafts",
    abstract="We verify in parallel.",
    authors=("Ada Adler",),
    categories=("cs.CL",),
    upvotes=12,
)


def following(*queries: str, since: timedelta = timedelta(0)) -> list[Subscription]:
    return [Subscription("local:a", n, parse(text), "local:me", NOW - since) for n, text in enumerate(queries, 1)]


def muting(*queries: str) -> list[Mute]:
    return [Mute("local:a", parse(text), "local:me", NOW) for text in queries]


@pytest.mark.parametrize(
    ("query", "terms"),
    [
        ("drafts", ("drafts",)),
        ("draft -survey verify", ("draft", "verify")),
        ('"speculative decoding" OR graphs', ('"speculative decoding"',)),
        ("decod* cat:cs author:adler", ("decod*", "cat:cs", "author:adler")),
        ("is:trending", ("is:trending",)),
        ("drafts OR drafts verify", ("drafts", "verify")),
    ],
)
def test_what_of_a_query_holds(query: str, terms: tuple[str, ...]) -> None:
    (reason,) = reasons(DRAFTS, following(query), NOW)
    assert reason.matched
    assert reason.terms == terms
    assert reason.missing == ()
    assert reason.query == parse(query)


@pytest.mark.parametrize(
    ("query", "terms", "missing"),
    [
        ("graphs", (), ("it has no graphs",)),
        ("drafts graphs", ("drafts",), ("it has no graphs",)),
        ("drafts -verify", ("drafts",), ("it has verify, which is excluded",)),
        ("graphs OR trees", (), ("it has no graphs OR trees",)),
        ("drafts cat:math", ("drafts",), ("it is not cat:math",)),
        ("drafts -cat:cs.CL", ("drafts",), ("it is cat:cs.CL, which is excluded",)),
        ("since:2030-01-01 drafts", ("drafts",), ("it is not since:2030-01-01",)),
    ],
)
def test_what_keeps_a_query_from_matching(query: str, terms: tuple[str, ...], missing: tuple[str, ...]) -> None:
    (reason,) = reasons(DRAFTS, following(query), NOW)
    assert not reason.matched
    assert reason.terms == terms
    assert reason.missing == missing


def test_those_that_match_come_first_then_those_that_miss_least() -> None:
    found = reasons(DRAFTS, following("x y", "drafts", "z drafts", "verify"), NOW)
    assert [reason.number for reason in found] == [2, 4, 3, 1]


@pytest.mark.parametrize(
    ("given", "queries", "mutes", "since", "state", "said"),
    [
        ({}, (), (), 0, DROPPED, "This channel has no subscriptions."),
        ({}, ("graphs",), (), 0, DROPPED, "No subscription of this channel matches it."),
        ({}, ("drafts",), ("graphs", "verify"), 0, MUTED, "It matches, and is muted by verify."),
        ({"archived": True}, ("drafts",), (), 0, DROPPED, "It came with an archive"),
        ({"days": 14}, ("drafts",), (), 99, DROPPED, "It is of 2026-11-02; papers are new for 14 days."),
        ({"days": 13}, ("drafts",), (), 99, NEXT, "It will be in the next edition"),
        (
            {"days": 4},
            ("drafts",),
            (),
            0,
            DROPPED,
            "It is of 2026-11-12, and what matches it counts from 2026-11-13 on.",
        ),
        ({"days": 3}, ("drafts",), (), 0, NEXT, "It will be in the next edition"),
    ],
)
def test_the_step_that_decides(
    given: dict[str, Any], queries: tuple[str, ...], mutes: tuple[str, ...], since: int, state: str, said: str
) -> None:
    days = given.pop("days", 0)
    it = paper(1, DRAFTS.title, abstract=DRAFTS.abstract, announced=TODAY - timedelta(days=days), **given)
    found = outlook(it, following(*queries, since=timedelta(days=since)), muting(*mutes), NOW)
    assert found[0] == state
    assert found[1].startswith(said)


QUERIES = st.sampled_from(["drafts", "graphs", "verify -graphs", "cat:cs.CL", "drafts OR graphs", "-survey drafts"])


@given(
    st.lists(QUERIES, max_size=3),
    st.lists(QUERIES, max_size=2),
    st.integers(0, 20),
    st.integers(0, 20),
    st.booleans(),
)
def test_it_says_what_planning_does(
    queries: list[str], mutes: list[str], days: int, since: int, archived: bool
) -> None:
    """The outlook of a paper and what the next edition makes of it are one."""
    it = paper(1, DRAFTS.title, abstract=DRAFTS.abstract, announced=TODAY - timedelta(days=days), archived=archived)
    subscriptions = following(*queries, since=timedelta(days=since))
    new = [it] if days < 14 and not archived else []
    batch = News(new, TODAY)
    wanted, muted = (
        [(each.wish, batch.mask(each.wish.compact)) for each in made] for made in (subscriptions, following(*mutes))
    )
    items = choose(batch, wanted, muted, limit=10, had=set(), previous=None)
    state, _ = outlook(it, subscriptions, muting(*mutes), NOW)
    assert (state == NEXT) == any(item.place is Place.SEAT for item in items)
    if any(item.place is Place.MUTED for item in items):
        assert state == MUTED
