"""backtest: the answer of `subscribe`, without subscribing."""

from __future__ import annotations

from sqlalchemy import func, select

from db import schema
from domain.message import Bars
from tests.bot.talk import ADA, HERE, Talk, button, heading, labels, record, said


async def test_it_shows_what_would_have_come_and_follows_nothing(stocked: Talk) -> None:
    answer = await stocked.ok("backtest decoding -survey")
    assert heading(answer) == "What decoding -survey would have brought local:general"
    assert (answer.data["channel"], answer.data["subscription"]) == (HERE, None)
    assert [paper["paper"] for paper in answer.data["backtest"]["examples"]] == ["p1", "p2"]
    assert sum(next(block for block in answer.message.blocks if isinstance(block, Bars)).counts) == 2
    assert labels(answer) == ["Subscribe"]
    with stocked.store.reading() as connection:
        for table in (schema.channels, schema.subscriptions, schema.tickets):
            assert connection.execute(select(func.count()).select_from(table)).scalar_one() == 0, table


async def test_it_says_of_a_query_what_subscribe_would_say(stocked: Talk) -> None:
    stocked.take([record(n, f"Graph {n}", days_ago=n % 30) for n in range(20, 400)])
    await stocked.ok("subscribe decoding")
    for query in ("graphs", "draft models decoding", "crystallography", "speclative decoding"):
        tried = await stocked.ok(f"backtest {query}")
        followed = await stocked.ok(f"subscribe {query}")
        await stocked.press(followed, "Undo")
        assert {**followed.data, "subscription": None} == tried.data, query


async def test_its_button_subscribes(stocked: Talk) -> None:
    tried = await stocked.ok('backtest "draft models"')
    assert heading(await stocked.press(tried, "Subscribe")) == 'Now following "draft models"'
    again = await stocked.ok('backtest "draft model"')
    assert "Subscription 1 follows it already." in said(again)
    assert again.data["subscription"] == 1
    assert again.data["warnings"] == []  # it does not cover itself
    assert labels(again) == ["Edit", "Preview"]


async def test_a_corrected_text_is_offered(stocked: Talk) -> None:
    tried = await stocked.ok("backtest speclative decoding")
    taken = await stocked.press(tried, "Follow that instead")
    assert heading(taken) == "Now following speculative decoding"


async def test_for_oneself(stocked: Talk) -> None:
    tried = await stocked.ok("backtest graphs to:me")
    assert tried.data["channel"] == ADA
    assert button(tried, "Subscribe").command == "subscribe to:me graphs"
    assert (await stocked.press(tried, "Subscribe")).data["channel"] == ADA


async def test_whoever_may_not_change_the_channel_may_try(stocked: Talk) -> None:
    await stocked.ok("subscribe drafts")
    await stocked.ok("allow managers", manager=True)
    tried = await stocked.ok("backtest graphs")
    assert "Only managers may change" in str((await stocked.press(tried, "Subscribe")).data)


async def test_what_cannot_be_read_is_said(stocked: Talk) -> None:
    assert "never closed" in await stocked.fails('backtest "draft')
    assert "needs what to try" in await stocked.fails("backtest")
