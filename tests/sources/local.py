"""A real HTTP server on this machine that speaks as arXiv does, and fails as it does."""

from __future__ import annotations

import asyncio
import random
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from email.utils import format_datetime
from xml.sax.saxutils import escape

from aiohttp import web

from sources.arxiv.calendar import EASTERN
from tests.sources.invented import abstract, title

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def serving(handler: Handler) -> AsyncIterator[str]:
    """Serve everything with this handler; yields the address, such as http://127.0.0.1:40123."""

    async def answer(request: web.Request) -> web.StreamResponse:
        return await handler(request)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@contextmanager
def served(handler: Handler) -> Iterator[str]:
    """The same from a thread of its own, for what is not asynchronous itself: the command line."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    context = serving(handler)
    try:
        yield asyncio.run_coroutine_threadsafe(context.__aenter__(), loop).result(10)
        asyncio.run_coroutine_threadsafe(context.__aexit__(None, None, None), loop).result(10)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


@dataclass(frozen=True)
class Known:
    """A paper that the server knows. `kind` is how it is announced: new, cross, replace."""

    id: str
    title: str
    abstract: str
    categories: tuple[str, ...] = ("cs.CL",)
    kind: str = "new"
    created: str = "2025-03-17"
    comment: str = ""


def made(chance: random.Random, first: int, count: int, month: str = "2503", kind: str = "new") -> list[Known]:
    """Invented papers with ids that follow on each other."""
    day = f"20{month[:2]}-{month[2:]}-01"
    return [
        Known(f"{month}.{first + n:05}", f"{title(chance)} {n}", abstract(chance), kind=kind, created=day)
        for n in range(count)
    ]


def feed(papers: Iterable[Known], day: date, built: datetime | None = None, category: str = "cs.CL") -> bytes:
    """The RSS of a day, as rss.arxiv.org writes it."""
    stated = format_datetime(datetime.combine(day, time(0), EASTERN))
    lines = [
        "<?xml version='1.0' encoding='UTF-8'?>",
        '<rss xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/" version="2.0">',
        f"<channel><title>{category} updates on arXiv.org</title><link>http://rss.arxiv.org/rss/{category}</link>",
        f"<lastBuildDate>{format_datetime(built) if built else stated}</lastBuildDate><pubDate>{stated}</pubDate>",
        "<skipDays><day>Sunday</day><day>Saturday</day></skipDays>",
    ]
    for paper in papers:
        version = "v2" if paper.kind.startswith("replace") else "v1"
        lines += [
            f"<item><title>{escape(paper.title)}</title><link>https://arxiv.org/abs/{paper.id}</link>",
            f"<description>arXiv:{paper.id}{version} Announce Type: {paper.kind} \n",
            f"Abstract: {escape(paper.abstract)}</description>",
            f'<guid isPermaLink="false">oai:arXiv.org:{paper.id}{version}</guid>',
            *(f"<category>{each}</category>" for each in paper.categories),
            f"<pubDate>{stated}</pubDate><arxiv:announce_type>{paper.kind}</arxiv:announce_type>",
            "<dc:creator>Ada Smith, Bo Lee</dc:creator></item>",
        ]
    return "\n".join([*lines, "</channel></rss>"]).encode()


def atom(papers: Iterable[Known]) -> bytes:
    """The API's reply on these papers."""
    entries = [
        f"<entry><id>http://arxiv.org/abs/{paper.id}v1</id><title>{escape(paper.title)}</title>"
        f"<published>{paper.created}T10:00:00Z</published><summary>{escape(paper.abstract)}</summary>"
        f"<author><name>Ada Smith</name></author><author><name>Bo Lee</name></author>"
        f'<arxiv:comment xmlns:arxiv="http://arxiv.org/schemas/atom">{escape(paper.comment)}</arxiv:comment>'
        + "".join(f'<category term="{each}"/>' for each in paper.categories)
        + "</entry>"
        for paper in papers
    ]
    return (
        '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" '
        'xmlns:o="http://a9.com/-/spec/opensearch/1.1/">'
        f"<o:totalResults>{len(entries)}</o:totalResults>{''.join(entries)}</feed>"
    ).encode()


def harvest(stamped: Iterable[tuple[date, Known]], more: str = "", error: str = "") -> bytes:
    """One reply of OAI-PMH."""
    records = [
        f"<record><header><identifier>oai:arXiv.org:{paper.id}</identifier><datestamp>{day}</datestamp></header>"
        f'<metadata><arXiv xmlns="http://arxiv.org/OAI/arXiv/"><id>{paper.id}</id><created>{paper.created}</created>'
        + (f"<updated>{day}</updated>" if paper.kind.startswith("replace") else "")
        + "<authors><author><keyname>Smith</keyname><forenames>Ada</forenames></author></authors>"
        f"<title>{escape(paper.title)}</title><categories>{' '.join(paper.categories)}</categories>"
        f"<abstract>{escape(paper.abstract)}</abstract></arXiv></metadata></record>"
        for day, paper in stamped
    ]
    inside = f'<error code="{error}"/>' if error else f"<ListRecords>{''.join(records)}"
    inside += "" if error else f"<resumptionToken>{more}</resumptionToken></ListRecords>"
    return (
        '<?xml version="1.0"?><OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">'
        f"<responseDate>2025-03-18T05:00:00Z</responseDate><request>x</request>{inside}</OAI-PMH>"
    ).encode()


@dataclass
class LocalArxiv:
    """arXiv with one category's announcements by date. `today` is what its feed shows; `broken` answers instead.

    `asked` is every request's path with its parameters, in order. `page` is how many papers OAI-PMH gives at once.
    """

    days: dict[date, list[Known]] = field(default_factory=dict)
    today: date | None = None
    stated: date | None = None  # the date that the feed states, where that is not the true one
    broken: dict[str, Handler] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    page: int = 1000
    under_way: int = 0
    most_at_once: int = 0
    fails: Callable[[], bool] = bool  # whether a request meets status 500; none do

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request.path_qs)
        self.times.append(asyncio.get_running_loop().time())
        self.under_way += 1
        self.most_at_once = max(self.most_at_once, self.under_way)
        try:
            if self.fails():
                return web.Response(status=500)
            for begins, handler in self.broken.items():
                if request.path.startswith(begins):
                    return await handler(request)
            return self._answer(request)
        finally:
            self.under_way -= 1

    def _answer(self, request: web.Request) -> web.Response:
        if request.path.startswith("/rss/"):
            listed = self.days.get(self.today, []) if self.today else []
            day = self.stated or self.today or date(2025, 3, 18)
            return _conditional(request, feed(listed, day))
        known = {paper.id: paper for papers in self.days.values() for paper in papers}
        if request.path == "/api/query":
            ids = request.query.get("id_list", "").split(",")
            return web.Response(body=atom(known[each] for each in ids if each in known))
        if request.path == "/oai":
            return self._harvested(request.query)
        return web.Response(status=404)

    def _harvested(self, query: Mapping[str, str]) -> web.Response:
        since, until, start = (
            query["resumptionToken"].split("|") if "resumptionToken" in query else (query["from"], query["until"], "0")
        )
        stamped = [(day, p) for day in sorted(self.days) if since <= str(day) <= until for p in self.days[day]]
        some = stamped[int(start) : int(start) + self.page]
        if not some:
            return web.Response(body=harvest([], error="noRecordsMatch"))
        more = int(start) + self.page < len(stamped)
        return web.Response(body=harvest(some, f"{since}|{until}|{int(start) + self.page}" if more else ""))


def _conditional(request: web.Request, body: bytes) -> web.Response:
    tag = f'"{hash(body):x}"'
    if request.headers.get("If-None-Match") == tag:
        return web.Response(status=304)
    return web.Response(body=body, headers={"ETag": tag}, content_type="application/rss+xml")


def answering(
    body: bytes = b"", status: int = 200, headers: Mapping[str, str] | None = None, times: int | None = None
) -> Handler:
    """Always this answer; or so many times, and then 404."""
    left = [times]

    async def handle(_: web.Request) -> web.Response:
        if left[0] is not None:
            left[0] -= 1
            if left[0] < 0:
                return web.Response(status=404)
        return web.Response(body=body, status=status, headers=headers)

    return handle


def at(day: date, hour: int = 13) -> datetime:
    """A time of a day in arXiv's timezone, by default when the feeds have long had its announcement."""
    return datetime.combine(day, time(hour), EASTERN)


def days_from(first: date, count: int) -> list[date]:
    """So many days, one after the other."""
    return [first + timedelta(days=n) for n in range(count)]
