"""§4.8 and good manners: whatever is thrown in, no exception escapes, nothing is unescaped, nothing is lost."""

from __future__ import annotations

import asyncio
import random
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest
from msgspec.structs import replace
from sqlalchemy import text

from bot import ask
from bot.commands import COMMANDS
from bot.commands.base import Answer, Asked, Desk
from bot.render.html import html
from bot.render.plain import plain
from bot.settings import Settings
from bot.wiring import desk
from db import papers
from db.store import Store
from domain.errors import QueryError
from domain.message import Message
from domain.paper import Record, Rejected
from domain.parse import parse
from domain.query import Query
from sources.files import read_file
from sources.ingest import import_file
from tests.faults.garbage import garbage

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SAMPLE, LONG = 150, 10_000


def counts() -> list[object]:
    """A sample with the other tests, the long run in `make faults`."""
    return [SAMPLE, pytest.param(LONG, marks=[pytest.mark.faults, pytest.mark.timeout(3600)])]


@pytest.mark.parametrize("count", counts())
def test_queries_are_read_or_refused_with_a_place(count: int) -> None:
    chance = random.Random(7)
    for _ in range(count):
        typed = garbage(chance)
        read = _read(typed)
        if isinstance(read, QueryError):
            assert read.what, typed
            assert read.hint, typed
            assert 0 <= read.start <= read.end <= len(typed), typed
        else:
            assert parse(read.text) == read, typed


def _read(typed: str) -> Query | QueryError:
    try:
        return parse(typed)
    except QueryError as error:
        return error


@pytest.mark.parametrize("count", counts())
def test_files_are_read_or_rejected(count: int, tmp_path: Path, store: Store) -> None:
    chance = random.Random(8)
    path = tmp_path / "page.txt"
    taken = 0
    for at in range(0, count, 10):
        parts = [_line(chance) for _ in range(10)]
        path.write_bytes("\n".join(parts).encode("utf-8", "surrogatepass"))
        entries = list(read_file(path))
        assert all(isinstance(entry, Record | Rejected) for entry in entries)
        intake = asyncio.run(import_file(store, path, NOW))
        assert intake.new + intake.known + len(intake.rejected) == len(entries), f"at {at}"
        taken += intake.new
    with store.reading() as connection:
        assert papers.count(connection) == taken


def _line(chance: random.Random) -> str:
    kind = chance.random()
    words = garbage(chance, 900).replace("\n", " ")
    if kind < 0.3:
        return words
    if kind < 0.5:
        return '{"title": "' + words + '", "abstract": "x"'
    quoted = words.replace("\\", "\\\\").replace('"', '\\"')
    return '{"title": "' + quoted + '", "authors": ["' + quoted[:50] + '"], "date": "2026-01-02"}'


@pytest.fixture
def here(store: Store) -> Desk:
    records = [
        Record(f"A language model for case {n}", "test", abstract="On diffusion.", announced=NOW.date())
        for n in range(30)
    ]
    with store.writing() as connection:
        papers.save(connection, records, NOW)
    return replace(desk(store, Settings(commands=0), lambda: NOW), look_up=Desk(store, str).look_up)  # not on the web


@pytest.mark.parametrize("count", counts())
def test_commands_answer_whatever_is_asked(count: int, here: Desk) -> None:
    asyncio.run(_ask_all(here, count))
    with here.store.reading() as connection:
        assert papers.count(connection) == 30
        assert connection.execute(text("PRAGMA integrity_check")).scalar() == "ok"


async def _ask_all(here: Desk, count: int) -> None:
    chance = random.Random(9)
    verbs = [*COMMANDS, "", "nonsense"]
    asked = Asked("local:me", "local:general", NOW, manager=True)
    await ask.say(here, asked, "subscribe model")
    for at in range(count):
        verb = verbs[at % len(verbs)]
        typed = f"{verb} {garbage(chance, 200)}" if chance.random() < 0.9 else garbage(chance)
        answer = await ask.say(here, asked, typed)
        assert isinstance(answer, Answer)
        _looks_right(answer.message, typed)


def _looks_right(message: Message, typed: str) -> None:
    page = html(message)
    allowed = _Tags()
    allowed.feed(page)
    assert not allowed.strange, (typed, allowed.strange)
    shown = plain(message)
    assert all(sign == "\n" or sign.isprintable() or ord(sign) > 0x9F for sign in shown), typed


TAGS = frozenset(
    "article section header footer nav h2 h3 p ul ol li dl dt dd pre a mark strong em small code span bdi time label "
    "br form input button details summary figure figcaption div svg title desc g path rect".split()
)


class _Tags(HTMLParser):
    """Notes every tag, attribute and link that we never write."""

    def __init__(self) -> None:
        super().__init__()
        self.strange: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.strange.append(tag)
        self.strange += [name for name, _ in attrs if name.startswith("on") or name == "style"]
        links = [value or "" for name, value in attrs if name in {"href", "src"}]
        self.strange += [link for link in links if not link.startswith(("http://", "https://"))]
