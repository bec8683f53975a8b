"""What tests of the page start from. They share one event loop, on which the browser and the servers live."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser
from pytest_asyncio import is_async_test

from bot.local.page import live
from db.store import Store
from tests.bot.lived_in import SETUP, stuck
from tests.bot.page.site import Site, served
from tests.bot.page.visitor import Visitor, visitor
from tests.bot.talk import DRAFTS, Talk
from tests.browser import started, wanted
from tests.conftest import quick
from tests.papers import records

HOUSE = Path(__file__).parent
Visit = Callable[..., Awaitable[Visitor]]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HOUSE in item.path.parents and is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest.fixture(scope="session")
def stocked_store(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with p1 to p4 (`talk.DRAFTS`) and thirty more; copied, never opened again."""
    path = tmp_path_factory.mktemp("store") / "stocked.db"
    shutil.copyfile(template, path)
    with closing(quick(Store(f"sqlite:///{path}"))) as store:
        talk = Talk(store)
        talk.take(DRAFTS)
        talk.take(records(30, seed=7))
    return path


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def lived_in_page(stocked_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same after all of SETUP was said by whoever reads the page; copied, never opened again."""
    path = tmp_path_factory.mktemp("store") / "lived-in.db"
    shutil.copyfile(stocked_store, path)
    with closing(quick(Store(f"sqlite:///{path}"))) as store:
        for text in SETUP:
            await Talk(store).ok(text, person="local:me")
        await store.write(stuck)
    return path


@pytest.fixture
def copied(tmp_path: Path) -> Iterator[Callable[[Path], Store]]:
    """Opens copies of stores; all are closed at the end."""
    made: list[Store] = []

    def copy(of: Path) -> Store:
        path = tmp_path / f"copy-{len(made)}.db"
        shutil.copyfile(of, path)
        made.append(quick(Store(f"sqlite:///{path}")))
        return made[-1]

    yield copy
    for store in made:
        store.close()


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """News are looked for more often than for people."""
    monkeypatch.setattr(live, "LOOK_SECONDS", 0.05)


@pytest_asyncio.fixture(loop_scope="session")
async def site(copied: Callable[[Path], Store], stocked_store: Path) -> AsyncIterator[Site]:
    """The page on a store with papers, in which nobody said anything yet."""
    async with served(copied(stocked_store)) as site:
        yield site


@pytest_asyncio.fixture(loop_scope="session")
async def home(copied: Callable[[Path], Store], lived_in_page: Path) -> AsyncIterator[Site]:
    """The page on a store that somebody has used: editions, one stuck, a bookmark, two subscriptions, a mute."""
    async with served(copied(lived_in_page)) as site:
        yield site


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """One for all."""
    async with started(wanted()) as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="session")
async def visit(browser: Browser) -> AsyncIterator[Visit]:
    """Lets somebody new come to a site; at the end none of their browsers may have complained."""
    came: list[Visitor] = []

    async def come(site: Site, path: str | None = None, **more: object) -> Visitor:
        came.append(await visitor(site, browser, **more))
        await (came[-1].go(path) if path else came[-1].go())
        return came[-1]

    yield come
    for each in came:
        await each.context.close()
    assert not [complaint for each in came for complaint in each.complaints]
