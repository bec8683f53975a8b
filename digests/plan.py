"""Deciding an edition: which papers a channel gets, in which order, and what is held back. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime

from digests.match import Batch
from domain.channel import Channel, Mute, Subscription
from domain.edition import REACH, Item, Place, first_new
from domain.paper import Paper
from domain.query import Query

TITLE, AUTHOR, ABSTRACT = 4, 2, 1


def reaches_back(channel: Channel, looked: datetime | None, now: datetime) -> date:
    """The first day whose papers are new to a channel that was last looked after then (None: never yet).

    A paper is new for 14 days. Where times were missed, also what was new at the first of them, within reason: one
    edition makes up for all of them.
    """
    missed = min(now, channel.schedule.next_after(min(looked or channel.created_at, now)))
    return max(first_new(missed.astimezone(UTC).date()), now.astimezone(UTC).date() - REACH)


def is_new(paper: Paper, since: date) -> bool:
    """Whether a paper may be announced where papers are new from this day on: never one out of the archive."""
    return not paper.archived and paper.day >= since


def counts_for(paper: Paper, subscription: Subscription) -> bool:
    """Whether the paper is new enough for this subscription, whose first edition reaches 3 days back."""
    if paper.dated:
        return paper.day >= subscription.starts.astimezone(UTC).date()
    return paper.first_seen >= subscription.starts


def is_late(paper: Paper, previous: datetime | None) -> bool:
    """Whether the paper belonged into an earlier edition, and came to us only after that had its time."""
    return previous is not None and paper.dated and paper.day < previous.date() and paper.first_seen > previous


def choose(
    batch: Batch,
    subscriptions: Sequence[Subscription],
    mutes: Iterable[Mute],
    *,
    limit: int,
    had: set[int],
    previous: datetime | None,
    taste: Callable[[Paper], float] = lambda _: 0,
) -> tuple[Item, ...]:
    """The items of a channel's next edition: seats in order, then what is held back, then what is muted.

    `batch` holds the new papers, `had` the numbers of those the channel has had. Seats are dealt to the
    subscriptions in turns, the narrowest first; within one, by relevance, popularity and date. `taste` is added
    to the relevance: it moves papers, and hides none. `previous` is when the edition before had its time.
    """
    matches = {
        s.number: [p for p in batch.matches(s.query) if p.number not in had and counts_for(p, s)] for s in subscriptions
    }
    queries = {s.number: s.query for s in subscriptions}
    muted = {p.number: mute.query.text for mute in mutes for p in batch.matches(mute.query)}
    wanted_by: dict[int, list[int]] = {}
    for number, papers in matches.items():
        for paper in papers:
            wanted_by.setdefault(paper.number, []).append(number)

    def item(paper: Paper, place: Place, why: str = "") -> Item:
        numbers = tuple(wanted_by[paper.number])
        texts = tuple(queries[number].text for number in numbers)
        return Item(paper, place, numbers, texts, why, is_late(paper, previous))

    hands = [
        _sorted([p for p in papers if p.number not in muted], queries[number], batch, taste)
        for number, papers in sorted(matches.items(), key=lambda each: (len(each[1]), each[0]))
    ]
    dealt = _deal(hands)
    known = {p.number: p for papers in matches.values() for p in papers}
    return (
        *(item(paper, Place.SEAT) for paper in dealt[:limit]),
        *(item(paper, Place.HELD, f"over the limit of {limit}") for paper in dealt[limit:]),
        *(item(paper, Place.MUTED, f"muted by {muted[n]}") for n, paper in sorted(known.items()) if n in muted),
    )


def _deal(hands: Sequence[Sequence[Paper]]) -> list[Paper]:
    dealt: dict[int, Paper] = {}
    left = [iter(hand) for hand in hands]
    while left:
        playing = []
        for hand in left:
            paper = next((p for p in hand if p.number not in dealt), None)
            if paper is not None:
                dealt[paper.number] = paper
                playing.append(hand)
        left = playing
    return list(dealt.values())


def _sorted(papers: list[Paper], query: Query, batch: Batch, taste: Callable[[Paper], float]) -> list[Paper]:
    relevance = batch.relevance(query, {"title": TITLE, "author": AUTHOR, "abstract": ABSTRACT})

    def rank(paper: Paper) -> tuple[float, int, int, int]:
        score = relevance.get(paper.number, 0) + taste(paper)
        return (-score, -(paper.upvotes or 0), -paper.day.toordinal(), -paper.number)

    return sorted(papers, key=rank)
