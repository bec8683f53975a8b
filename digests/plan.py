"""Deciding an edition: which papers a channel gets, in which order, and what is held back. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache, reduce
from operator import or_

from digests.column import places
from digests.news import News
from domain.channel import Channel, Subscription, Wish
from domain.edition import REACH, Item, Place, first_new
from domain.paper import Paper
from domain.schedule import Schedule


def reaches_back(channel: Channel, looked: datetime | None, now: datetime) -> date:
    """The first day whose papers are new to a channel that was last looked after then (None: never yet).

    A paper is new for 14 days. Where times were missed, also what was new at the first of them, within reason: one
    edition makes up for all of them.
    """
    missed = min(now, _next(channel.schedule, min(looked or channel.created_at, now)))
    return max(first_new(missed.astimezone(UTC).date()), now.astimezone(UTC).date() - REACH)


@lru_cache(maxsize=1_000)  # many channels have the same
def _next(schedule: Schedule, instant: datetime) -> datetime:
    return schedule.next_after(instant)


def is_new(paper: Paper, since: date) -> bool:
    """Whether a paper may be announced where papers are new from this day on: never one out of the archive."""
    return not paper.archived and paper.day >= since


def counts_for(paper: Paper, subscription: Subscription) -> bool:
    """Whether the paper is new enough for this subscription, whose first edition reaches 3 days back."""
    starts = subscription.starts
    return paper.day >= starts.astimezone(UTC).date() if paper.dated else paper.first_seen >= starts


def is_late(paper: Paper, previous: datetime | None) -> bool:
    """Whether the paper belonged into an earlier edition, and came to us only after that had its time."""
    return previous is not None and paper.dated and paper.day < previous.date() and paper.first_seen > previous


Matched = tuple[Wish, int]  # a subscription or mute, and the new papers that it matches, as a mask


def choose(
    news: News,
    subscriptions: Iterable[Matched],
    mutes: Iterable[Matched],
    *,
    limit: int,
    had: Collection[int],
    previous: datetime | None,
    taste: Callable[[Paper], float] | None = None,
) -> tuple[Item, ...]:
    """The items of a channel's next edition: seats in order, then what is held back, then what is muted.

    `had` are the numbers of the papers that the channel has had. Seats are dealt to the subscriptions in turns, the
    narrowest first; within one, by relevance, popularity and date. `taste` is added to the relevance: it moves
    papers, and hides none. `previous` is when the edition before had its time.
    """
    open_ = ~news.numbered(had)
    hands = [(wish, hand) for wish, mask in subscriptions if (hand := mask & open_ & news.counting(wish.starts))]
    if not hands:
        return ()
    silencing = list(mutes)
    muted = reduce(or_, [mask for _, mask in silencing], 0)
    hands.sort(key=lambda each: (each[1].bit_count(), each[0].number))
    orders = [news.ordered(hand & ~muted, wish.compact, taste) for wish, hand in hands]
    by: dict[int, int] = {}  # which of the hands each place is in, as a mask
    seen = 0
    for at, (_, hand) in enumerate(hands):
        mine = dict.fromkeys(orders[at], 1 << at)
        if hand & muted:
            mine |= dict.fromkeys(places(hand & muted), 1 << at)
        for place in places(hand & seen):
            mine[place] |= by[place]
        by |= mine
        seen |= hand
    called = {which: _called([wish for wish, _ in hands], which) for which in set(by.values())}
    dealt = _deal(orders)
    papers = news.papers

    def items(of: Iterable[int], place: Place, why: str) -> list[Item]:
        if previous is None:
            return [Item(papers[at], place, *called[by[at]], why) for at in of]
        return [Item(papers[at], place, *called[by[at]], why, is_late(papers[at], previous)) for at in of]

    found = items(dealt[:limit], Place.SEAT, "") + items(dealt[limit:], Place.HELD, f"over the limit of {limit}")
    for at in sorted(places(seen & muted), key=lambda at: papers[at].number):
        last = [wish.text for wish, mask in silencing if mask >> at & 1][-1]
        found += items([at], Place.MUTED, f"muted by {last}")
    return tuple(found)


def _called(wishes: Sequence[Wish], which: int) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """The numbers and the texts of some of the wishes, by a mask."""
    if not which & (which - 1):
        wish = wishes[which.bit_length() - 1]
        return (wish.number,), (wish.text,)
    some = sorted([wishes[at] for at in places(which)], key=lambda wish: wish.number)
    return tuple([wish.number for wish in some]), tuple([wish.text for wish in some])


def _deal(hands: Sequence[Sequence[int]]) -> list[int]:
    if len(hands) == 1:
        return list(hands[0])
    dealt: dict[int, None] = {}
    left = [iter(hand) for hand in hands]
    while left:
        playing = []
        for hand in left:
            for place in hand:
                if place not in dealt:
                    dealt[place] = None
                    playing.append(hand)
                    break
        left = playing
    return list(dealt)
