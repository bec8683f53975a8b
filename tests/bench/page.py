"""The page: how long each view takes at the server after years of use, and how many rows of the store it reads."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import quote

from sqlalchemy import Connection, event, insert

from db import channels, papers, posts, schema, shelf
from db.migrate import open_store
from db.store import Store
from digests.cards import menu
from domain.channel import Bookmark
from domain.message import Button, Card, Heading, Message, line
from domain.parse import parse
from domain.schedule import Schedule
from tests.bench.frame import Bench
from tests.bench.report import Report
from tests.bot.page.site import HERE, Reply, Site, served
from tests.papers import NOW
from tests.years import lived

PAPERS, EDITIONS, CHANNELS, BOOKMARKS = 20_000, 2_000, 60, 400
TIMES = 40  # each view
OLD = "local:channel3"
GET, POST = "GET", "POST"
VIEWS = {
    "a channel's latest": (GET, f"/channels/{HERE}"),
    "a channel's earlier posts": (GET, f"/channels/{HERE}?before=1500"),
    "a paper": (GET, "/papers/p77"),
    "bookmarks": (GET, "/bookmarks"),
    "bookmarks, page 30": (GET, "/bookmarks?page=30"),
    "bookmarks that match": (GET, "/bookmarks?query=sparse"),
    "a schedule": (GET, f"/schedule/{HERE}"),
    "the keeper's view": (GET, "/keeper"),
    "editions, page 99": (GET, "/keeper/editions?page=99"),
    "an edition": (GET, f"/keeper/edition?channel={OLD}&number=77"),
    "deliveries": (GET, "/keeper/deliveries"),
    "deliveries sent, page 250": (GET, "/keeper/deliveries?list=sent&page=250"),
    "a source, page 9": (GET, "/keeper/sources/folder?page=9"),
    "completing a verb": (GET, f"/complete/{HERE}?text=su"),
    "completing a query": (GET, f"/complete/{HERE}?text={quote('search causal dif')}"),
    "completing a paper": (GET, f"/complete/{HERE}?text={quote('bookmark robust ret')}"),
    "the chart of a query": (GET, f"/preview/{HERE}?text={quote('subscribe sparse diffusion -graphs')}"),
    "the chart of a broad one": (GET, f"/preview/{HERE}?text={quote('subscribe cat:cs.CL')}"),
    "asking search": (POST, "search sparse diffusion"),
    "asking search, broad": (POST, "search models"),
    "asking subscriptions": (POST, "subscriptions"),
    "asking why": (POST, "why p77"),
    "asking status": (POST, "status"),
}


class Rows:
    """How many statements were run, and how many rows of their results were read."""

    def __init__(self, store: Store) -> None:
        self.statements = self.rows = 0
        event.listen(store.engine, "before_cursor_execute", self._statement)
        event.listen(store.engine, "checkout", self._checkout)

    def _statement(self, *_: object) -> None:
        self.statements += 1

    def _checkout(self, connection: sqlite3.Connection, *_: object) -> None:
        connection.row_factory = self._row

    def _row(self, cursor: sqlite3.Cursor, row: tuple[object, ...]) -> tuple[object, ...]:
        self.rows += 1
        return row

    @contextmanager
    def counted(self) -> Iterator[Callable[[], tuple[int, int]]]:
        """What was run and read since."""
        before = self.statements, self.rows
        yield lambda: (self.statements - before[0], self.rows - before[1])


def stock(store: Store, many: int, editions: int, others: int, kept: int) -> None:
    """Years of use, and of the local channel that is looked at as many digests as there are editions."""
    lived(store, many=many, editions=editions)
    with store.writing() as connection:
        _posted(connection, editions)
        for number in range(others):
            channels.ensure(connection, f"local:other{number}", Schedule(), NOW)
            channels.subscribe(connection, f"local:other{number}", parse("sparse"), "local:me", NOW)
        for paper in range(1, kept + 1):
            shelf.bookmark(connection, Bookmark("local:me", paper, f"note {paper}", ("fusion",), NOW))


def _posted(connection: Connection, many: int) -> None:
    channels.ensure(connection, HERE, Schedule(), NOW)
    channels.subscribe(connection, HERE, parse("sparse diffusion"), "local:me", NOW)
    found = papers.load(connection, range(1, 9))
    cards = [
        Card(p.id, line(p.title), p.url, text=line(p.text), buttons=(Button("Bookmark", "b"),), menu=menu(p))
        for p in found
    ]
    message = Message.of(Heading("Papers for general"), *cards).to_data()
    row = {"channel": HERE, "message": message, "posted_at": NOW}
    connection.execute(insert(schema.posts), [row | {"delivery": f"posted{at}"} for at in range(many)])
    assert posts.newest(connection) == many


def measure(bench: Bench) -> None:
    """Build a store of 2,000 editions and as many papers as asked for, 20,000 at most, and ask for every view."""
    report, many = bench.report, min(bench.many, PAPERS)
    store = open_store(f"sqlite:///{bench.folder / 'page.db'}")
    with report.progress("A store as after years", 1) as advance:
        stock(store, many, EDITIONS, CHANNELS - 21, BOOKMARKS)
        advance(1)
    rows = asyncio.run(_ask_all(report, store))
    store.close()
    report.table(
        f"Views of the page, over HTTP: {many:,} papers, {EDITIONS:,} editions, {CHANNELS} channels",
        ("view", "p50 ms", "p95 ms", "CPU ms", "statements", "rows read", "KB"),
        rows,
        name="page",
        sized=False,
    )


async def _ask_all(report: Report, store: Store) -> list[tuple[str, ...]]:
    table = list[tuple[str, ...]]()
    reading = Rows(store)
    async with served(store) as site:
        with report.progress("Views", len(VIEWS) * TIMES) as advance:
            for name, (method, what) in VIEWS.items():
                took, worked = list[float](), list[float]()
                for _ in range(TIMES + 1):
                    with reading.counted() as read:
                        began, before = time.perf_counter(), time.process_time()
                        answer = await asked(site, method, what)
                        took.append((time.perf_counter() - began) * 1_000)
                        worked.append((time.process_time() - before) * 1_000)
                        statements, rows = read()
                    assert answer.status == 200, (name, answer)
                    advance(1)
                took = sorted(took[1:])  # the first one warms up
                p50, p95 = (f"{took[int(len(took) * part)]:.1f}" for part in (0.5, 0.95))
                cpu, size = f"{sorted(worked[1:])[TIMES // 2]:.1f}", f"{len(answer.body) / 1_000:.0f}"
                table.append((name, p50, p95, cpu, f"{statements}", f"{rows:,}", size))
    return table


async def asked(site: Site, method: str, what: str) -> Reply:
    """Ask for a view, or in the box."""
    return await (site.get(what) if method == GET else site.post(f"/channels/{HERE}", {"text": what}, x_part="1"))
