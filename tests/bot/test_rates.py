"""Who asks too often is told when to go on, privately; others, and the machine's owner, never notice."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bot import ask
from bot.commands.base import Answer, Asked, Desk
from bot.rates import KEPT, OWNER, Rates
from bot.settings import Settings
from bot.wiring import desk
from db.store import Store
from domain.errors import PaperroundError
from tests.bot.talk import ADA, BELA, HERE, Talk
from tests.papers import NOW


class Seconds:
    """Time that passes when it is told to."""

    def __init__(self) -> None:
        self.passed = 1000.0

    def __call__(self) -> float:
        return self.passed


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def here(stocked: Talk, seconds: Seconds) -> Desk:
    """A desk where each may ask three times a minute."""
    return replace(stocked.desk, rates=Rates(3, seconds))


async def say(here: Desk, text: str, person: str = ADA) -> Answer:
    return await ask.say(here, Asked(person, HERE, NOW), text)


async def test_one_who_asks_too_often_is_told_when_to_go_on(here: Desk, seconds: Seconds) -> None:
    for text in ("search drafts", "help", "nonsense"):  # what cannot be read counts too
        assert "commands in a minute" not in str((await say(here, text)).data)
    refused = await say(here, "search drafts")
    assert refused.private
    assert refused.data == {
        "error": "That is more than 3 commands in a minute.",
        "hint": "Take a breath: go on in 20 seconds.",
    }
    seconds.passed += 19.5
    assert (await say(here, "search drafts")).data["hint"] == "Take a breath: go on in 1 second."
    seconds.passed += 0.5
    assert "error" not in (await say(here, "search drafts")).data
    assert "error" in (await say(here, "search drafts")).data


async def test_what_is_refused_does_nothing_and_costs_nothing(here: Desk, seconds: Seconds) -> None:
    for _ in range(3):
        await say(here, "help")
    for _ in range(50):
        assert "error" in (await say(here, "subscribe drafts")).data
    seconds.passed += 20
    assert (await say(here, "subscriptions")).data["error"].startswith(f"{HERE} has no subscriptions yet")


async def test_buttons_and_forms_count_too(here: Desk) -> None:
    asked, command = Asked(ADA, HERE, NOW), here.commands["help"]
    for _ in range(3):
        await ask.ask(here, asked, command, {})
    with pytest.raises(PaperroundError, match="more than 3 commands"):
        await ask.ask(here, asked, command, {})


async def test_others_never_notice(here: Desk) -> None:
    for _ in range(10):
        await say(here, "help")
    assert "error" not in (await say(here, "help", BELA)).data


async def test_the_machine_s_owner_may_ask_as_often_as_they_like(here: Desk) -> None:
    for _ in range(50):
        assert "error" not in (await say(here, "help", OWNER)).data


@pytest.mark.parametrize(("setting", "a_minute"), [(20, 20), (0, 0)])
def test_the_setting_says_how_often(store: Store, setting: int, a_minute: int) -> None:
    made = desk(store, Settings(commands=setting), lambda: NOW)
    assert made.rates.a_minute == a_minute


def test_without_a_limit_nobody_is_counted(seconds: Seconds) -> None:
    rates = Rates(0, seconds)
    for _ in range(1000):
        rates.count(ADA)


def test_what_is_remembered_is_bounded(seconds: Seconds) -> None:
    rates = Rates(1, seconds)
    for n in range(KEPT):
        rates.count(f"slack:T1/U{n}")
    seconds.passed += 61
    rates.count(ADA)
    with pytest.raises(PaperroundError):
        rates.count(ADA)
    assert len(rates._full) == 1


@given(st.integers(1, 30), st.lists(st.floats(0, 30), max_size=120))
def test_nobody_gets_more_than_twice_as_many_in_any_minute_and_never_fewer_than_one_by_one(
    a_minute: int, pauses: list[float]
) -> None:
    seconds = Seconds()
    rates = Rates(a_minute, seconds)
    let: list[float] = []
    for pause in pauses:
        seconds.passed += pause
        try:
            rates.count(ADA)
        except PaperroundError:
            # There were as many as that before it.
            assert sum(seconds.passed - at < 60 for at in let) >= a_minute
        else:
            let.append(seconds.passed)
    for at in let:
        assert sum(at <= other < at + 60 for other in let) <= 2 * a_minute
