"""Why a paper is, or is not, in a channel's digest. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from digests.match import Batch
from digests.plan import counts_for, is_new
from domain.channel import Mute, Subscription
from domain.edition import NEW_FOR
from domain.paper import Paper
from domain.query import And, Node, Not, Query


@dataclass(frozen=True, slots=True)
class Reason:
    """How one subscription sees the paper: what of it holds, and what keeps it from matching."""

    number: int
    query: Query
    matched: bool
    terms: tuple[str, ...]
    missing: tuple[str, ...]


def reasons(paper: Paper, subscriptions: Iterable[Subscription], now: datetime) -> list[Reason]:
    """How each subscription sees the paper, those that match first."""
    batch = Batch([paper], now.date())
    found = [
        Reason(
            subscription.number,
            subscription.query,
            batch.holds(subscription.query.root),
            tuple(
                dict.fromkeys(str(leaf) for leaf, wanted in subscription.query.leaves() if wanted and batch.holds(leaf))
            ),
            tuple(_missing(batch, subscription.query.root)),
        )
        for subscription in subscriptions
    ]
    return sorted(found, key=lambda reason: (not reason.matched, len(reason.missing), reason.number))


def _missing(batch: Batch, root: Node) -> Iterable[str]:
    for part in root.children if isinstance(root, And) else (root,):
        if not batch.holds(part):
            yield f"it has {part.child}, which is excluded" if isinstance(part, Not) else f"it has no {part}"


def outlook(
    paper: Paper, subscriptions: Sequence[Subscription], mutes: Iterable[Mute], now: datetime
) -> tuple[bool, str]:
    """Whether a paper that was in no edition yet will be in the next, and the step that decides it."""
    batch = Batch([paper], now.date())
    if not subscriptions:
        return False, "This channel has no subscriptions."
    matching = [s for s in subscriptions if batch.holds(s.query.root)]
    if not matching:
        return False, "No subscription of this channel matches it."
    muted = next((mute for mute in mutes if batch.holds(mute.query.root)), None)
    if muted:
        return False, f"It matches, and is muted by {muted.query.text}."
    if paper.archived:
        return False, "It came with an archive, and archives are never announced."
    if not is_new(paper, now):
        return False, f"It is of {paper.day}; papers are new for {NEW_FOR.days} days."
    if not any(counts_for(paper, s) for s in matching):
        first = min(s.starts for s in matching) + timedelta(0)
        return False, f"It is of {paper.day}, before {first.date()}, from when on the subscription counts."
    return True, "It will be in the next edition, or held back if that is full."
