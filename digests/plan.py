"""Deciding an edition: which papers a channel gets, in which order, and what is held back. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime

from digests.match import Batch, places
from domain.channel import Channel, Subscription, Wish
from domain.edition import REACH, Item, Place, first_new
from domain.paper import Paper

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


def counts_for(paper: Paper, subscription: Subscription | Wish) -> bool:
    """Whether the paper is new enough for this subscription, whose first edition reaches 3 days back."""
    return _counting(subscription)(paper)


def _counting(subscription: Subscription | Wish) -> Callable[[Paper], bool]:
    starts = subscription.starts
    day = starts.astimezone(UTC).date()
    return lambda paper: paper.day >= day if paper.dated else paper.first_seen >= starts


def is_late(paper: Paper, previous: datetime | None) -> bool:
    """Whether the paper belonged into an earlier edition, and came to us only after that had its time."""
    return previous is not None and paper.dated and paper.day < previous.date() and paper.first_seen > previous


Matched = tuple[Wish, int]  # a subscription or mute, and the batch's papers that it matches, as a mask


def choose(
    batch: Batch,
    subscriptions: Sequence[Matched],
    mutes: Iterable[Matched],
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
    muted: dict[int, str] = {}
    papers, wishes = batch.papers, {wish.number: wish for wish, _ in subscriptions}
    wanted_by: dict[int, list[int]] = {}
    hands: list[tuple[Wish, list[int]]] = []
    for wish, mask in subscriptions:
        counts = _counting(wish)
        hand = [n for n in places(mask) if papers[n].number not in had and counts(papers[n])]
        for place in hand:
            wanted_by.setdefault(place, []).append(wish.number)
        hands.append((wish, hand))
    for wish, mask in mutes if wanted_by else ():
        muted |= dict.fromkeys(places(mask), wish.text)
    hands.sort(key=lambda each: (len(each[1]), each[0].number))

    def item(at: int, place: Place, why: str = "") -> Item:
        numbers = tuple(wanted_by[at])
        wanted = [wishes[number] for number in numbers]
        texts, compacts = tuple([wish.text for wish in wanted]), tuple([wish.compact for wish in wanted])
        return Item(papers[at], place, numbers, texts, why, is_late(papers[at], previous), compacts)

    dealt = _deal([_sorted(batch, [n for n in hand if n not in muted], wish, taste) for wish, hand in hands])
    silent = sorted((n for n in wanted_by if n in muted), key=lambda n: papers[n].number)
    return (
        *(item(n, Place.SEAT) for n in dealt[:limit]),
        *(item(n, Place.HELD, f"over the limit of {limit}") for n in dealt[limit:]),
        *(item(n, Place.MUTED, f"muted by {muted[n]}") for n in silent),
    )


def _deal(hands: Sequence[Sequence[int]]) -> list[int]:
    dealt: dict[int, None] = {}
    left = [iter(hand) for hand in hands]
    while left:
        playing = []
        for hand in left:
            paper = next((n for n in hand if n not in dealt), None)
            if paper is not None:
                dealt[paper] = None
                playing.append(hand)
        left = playing
    return list(dealt)


def _sorted(batch: Batch, hand: list[int], wish: Wish, taste: Callable[[Paper], float]) -> list[int]:
    if len(hand) < 2:
        return hand
    relevance = batch.relevance(wish.compact, {"title": TITLE, "author": AUTHOR, "abstract": ABSTRACT}, hand)
    papers, standing = batch.papers, batch.standing
    return sorted(hand, key=lambda n: (-relevance.get(n, 0) - taste(papers[n]), standing[n]))
