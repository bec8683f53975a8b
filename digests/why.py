"""Why a paper is, or is not, in a channel's digest. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

from msgspec import Struct

from digests.match import Batch
from digests.plan import counts_for, is_new
from domain.channel import Mute, Subscription
from domain.edition import NEW_FOR, first_new
from domain.paper import Paper
from domain.query import And, Node, Not, Or, Query, Text

NEXT, MUTED, DROPPED = "next", "muted", "dropped"


class Reason(Struct, frozen=True):
    """How one subscription sees the paper: what of it holds, and what keeps it from matching."""

    number: int
    query: Query
    matched: bool
    terms: tuple[str, ...]
    missing: tuple[str, ...]


def reasons(paper: Paper, subscriptions: Iterable[Subscription], now: datetime) -> list[Reason]:
    """How each subscription sees the paper: those that match first, then those that miss the least."""
    batch = Batch([paper], now.date())
    found = [_reason(batch, subscription) for subscription in subscriptions]
    return sorted(found, key=lambda reason: (not reason.matched, len(reason.missing), reason.number))


def _reason(batch: Batch, subscription: Subscription) -> Reason:
    query = subscription.query
    terms = (str(leaf) for leaf, wanted in query.leaves() if wanted and batch.holds(leaf))
    matched = batch.holds(query.root)
    missing = () if matched else tuple(_missing(batch, query.root))
    return Reason(subscription.number, query, matched, tuple(dict.fromkeys(terms)), missing)


def _missing(batch: Batch, root: Node) -> Iterator[str]:
    for part in root.children if isinstance(root, And) else (root,):
        if batch.holds(part):
            continue
        node = part.child if isinstance(part, Not) else part
        has = isinstance(node, Text | And | Or)
        if isinstance(part, Not):
            yield f"it {'has' if has else 'is'} {node}, which is excluded"
        else:
            yield f"it {'has no' if has else 'is not'} {node}"


def outlook(
    paper: Paper,
    subscriptions: Sequence[Subscription],
    mutes: Iterable[Mute],
    now: datetime,
    since: date | None = None,
    passed_over: str = "",
) -> tuple[str, str]:
    """What will become of a paper that was in no edition yet (`next`, `muted` or `dropped`), and by which step.

    `since`: from which day on papers are new to the channel, where not for the usual 14 days. `passed_over`: why no
    digest looked at the papers of its day, where none did.
    """
    batch = Batch([paper], now.date())
    if not subscriptions:
        return DROPPED, "This channel has no subscriptions."
    matching = [s for s in subscriptions if batch.holds(s.query.root)]
    if not matching:
        return DROPPED, "No subscription of this channel matches it."
    muted = next((mute for mute in mutes if batch.holds(mute.query.root)), None)
    if muted:
        return MUTED, f"It matches, and is muted by {muted.query.text}."
    if paper.archived:
        return DROPPED, "It came with an archive, and archives are never announced."
    if not is_new(paper, since or first_new(now.date())):
        passed = passed_over and f" Those of its day were passed over: {passed_over}."
        return DROPPED, f"It is of {paper.day}; papers are new for {NEW_FOR.days} days.{passed}"
    if not any(counts_for(paper, s) for s in matching):
        first = min(s.starts for s in matching).date()
        return DROPPED, f"It is of {paper.day}, and what matches it counts from {first} on."
    return NEXT, "It will be in the next edition, or held back if that is full."
