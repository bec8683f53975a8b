"""What people keep and think of papers: bookmarks and votes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, case, exists, func, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from db import schema
from db.bulk import each_of
from db.loading import load
from domain.channel import Bookmark
from domain.paper import Paper

_bookmarks, _votes, _papers = schema.bookmarks, schema.votes, schema.papers


def bookmark(connection: Connection, mark: Bookmark) -> None:
    """Keep a paper, or change the note and tags of one that is kept."""
    adding = upsert(_bookmarks)
    again: dict[str, Any] = {name: adding.excluded[name] for name in ("note", "tags", "removed_at")}
    # What had been removed is kept anew.
    kept = _bookmarks.c.removed_at.is_(None)
    again["created_at"] = case((kept, _bookmarks.c.created_at), else_=adding.excluded.created_at)
    connection.execute(
        adding.on_conflict_do_update(index_elements=["owner", "paper"], set_=again),
        {
            "owner": mark.owner,
            "paper": mark.paper,
            "note": mark.note,
            "tags": list(mark.tags),
            "created_at": mark.created_at,
            "removed_at": None,
        },
    )


def unbookmark(connection: Connection, owner: str, paper: int, now: datetime | None) -> bool:
    """Remove a bookmark, or with None restore it; False if there is none."""
    changing = update(_bookmarks).where(_bookmarks.c.owner == owner, _bookmarks.c.paper == paper)
    if now is not None:
        changing = changing.where(_bookmarks.c.removed_at.is_(None))
    return connection.execute(changing.values(removed_at=now)).rowcount == 1


def bookmarked(connection: Connection, owner: str, paper: int) -> Bookmark | None:
    """The person's bookmark of the paper, if there is one."""
    row = connection.execute(_kept(owner).where(_bookmarks.c.paper == paper)).one_or_none()
    return _bookmark(row) if row else None


def bookmarks(
    connection: Connection, owner: str, tags: Iterable[str] = (), limit: int | None = None, offset: int = 0
) -> list[tuple[Bookmark, Paper]]:
    """The person's bookmarks that have all these tags, the latest first."""
    rows = connection.execute(_kept(owner, tags).limit(limit).offset(offset)).all()
    papers = {paper.number: paper for paper in load(connection, (row.paper for row in rows))}
    return [(_bookmark(row), papers[row.paper]) for row in rows]


def counted(connection: Connection, owner: str, tags: Iterable[str] = ()) -> int:
    """How many bookmarks with all these tags the person has."""
    return connection.execute(select(func.count()).select_from(_kept(owner, tags).subquery())).scalar_one()


def _kept(owner: str, tags: Iterable[str] = ()) -> Select[Any]:
    wanted = select(_bookmarks).where(_bookmarks.c.owner == owner, _bookmarks.c.removed_at.is_(None))
    for tag in tags:
        named = func.json_each(_bookmarks.c.tags).table_valued("value")
        wanted = wanted.where(exists().select_from(named).where(named.c.value == tag))
    return wanted.order_by(_bookmarks.c.created_at.desc(), _bookmarks.c.paper.desc())


def _bookmark(row: Row[Any]) -> Bookmark:
    return Bookmark(row.owner, row.paper, row.note, tuple(row.tags), row.created_at)


def vote(connection: Connection, channel: str, paper: int, person: str, value: int, now: datetime) -> int:
    """Note what a person thinks of a paper in a channel (1, -1, or 0 to take it back); returns what it was."""
    key = (_votes.c.channel == channel, _votes.c.paper == paper, _votes.c.person == person)
    before = connection.execute(select(_votes.c.value).where(*key)).scalar_one_or_none() or 0
    adding = upsert(_votes)
    connection.execute(
        adding.on_conflict_do_update(
            index_elements=["channel", "paper", "person"],
            set_={"value": adding.excluded.value, "voted_at": adding.excluded.voted_at},
        ),
        {"channel": channel, "paper": paper, "person": person, "value": value, "voted_at": now},
    )
    return int(before)


def votes(connection: Connection, channels: Iterable[str]) -> dict[str, list[tuple[Paper, int]]]:
    """The papers each of these channels voted on, with the sum of its people's votes."""
    found: dict[str, list[tuple[Paper, int]]] = {channel: [] for channel in channels}
    rows = connection.execute(
        select(_votes.c.channel, _votes.c.paper, func.sum(_votes.c.value).label("value"))
        .where(_votes.c.channel.in_(each_of(found)), _votes.c.value != 0)
        .group_by(_votes.c.channel, _votes.c.paper)
    ).all()
    papers = {paper.number: paper for paper in load(connection, {row.paper for row in rows})}
    for row in rows:
        found[row.channel].append((papers[row.paper], row.value))
    return found


def trending(connection: Connection, since: date, limit: int, offset: int = 0) -> list[tuple[Paper, int]]:
    """Papers of the days since `since` with their points: upvotes, plus 2 a bookmark and 1 a vote of ours.

    The most points first, then the newest; papers without any are left out.
    """
    kept = (
        select(_bookmarks.c.paper, (2 * func.count()).label("points"))
        .where(_bookmarks.c.removed_at.is_(None))
        .group_by(_bookmarks.c.paper)
        .subquery()
    )
    voted = select(_votes.c.paper, func.sum(_votes.c.value).label("points")).group_by(_votes.c.paper).subquery()
    points = func.coalesce(_papers.c.upvotes, 0) + func.coalesce(kept.c.points, 0) + func.coalesce(voted.c.points, 0)
    rows = connection.execute(
        select(_papers.c.number, points.label("points"))
        .outerjoin(kept, kept.c.paper == _papers.c.number)
        .outerjoin(voted, voted.c.paper == _papers.c.number)
        .where(_papers.c.day >= since, points > 0)
        .order_by(points.desc(), _papers.c.day.desc(), _papers.c.number.desc())
        .limit(limit)
        .offset(offset)
    ).all()
    papers = {paper.number: paper for paper in load(connection, (row.number for row in rows))}
    return [(papers[row.number], row.points) for row in rows]
