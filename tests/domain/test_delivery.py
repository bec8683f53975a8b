"""How a delivery moves on: only where moves lead, soon at first, and never twice without proof."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.delivery import (
    JITTER,
    LEASE,
    LONGEST_RETRY,
    MOVES,
    Absent,
    CannotTell,
    Finding,
    Outcome,
    Permanent,
    RetryAt,
    Sent,
    State,
    Unknown,
    after_lookup,
    after_send,
    again_from,
    backoff,
)

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
TICK = timedelta(seconds=10)  # the longest that acting may come late
INSTANTS = st.datetimes(timezones=st.just(UTC))
OUTCOMES: st.SearchStrategy[Outcome] = st.one_of(
    st.builds(Sent, st.text()),
    st.builds(RetryAt, st.text(), st.none() | INSTANTS),
    st.builds(Permanent, st.text(), st.booleans()),
    st.builds(Unknown, st.text()),
)
FINDINGS: st.SearchStrategy[Finding] = st.one_of(
    st.builds(Sent, st.text()), st.builds(Absent), st.builds(CannotTell, st.text())
)
ATTEMPTS = st.integers(1, 10_000)
SETTLE = st.timedeltas(timedelta(0), timedelta(minutes=2))


def test_every_state_has_its_moves() -> None:
    assert set(MOVES) == set(State)
    assert not MOVES[State.SENT], "what is sent stays sent"


def test_every_state_is_reached_and_leads_on_to_being_sent() -> None:
    reached, new = {State.PLANNED}, {State.PLANNED}
    while new:
        new = {to for state in new for to in MOVES[state]} - reached
        reached |= new
    assert reached == set(State)
    leads = {State.SENT}
    while more := {state for state in State if MOVES[state] & leads} - leads:
        leads |= more
    assert leads == set(State)


def test_nothing_is_sent_without_a_claim_and_unknown_is_never_claimed() -> None:
    assert {state for state in State if State.SENDING in MOVES[state]} == {State.CLAIMED}
    assert State.CLAIMED not in MOVES[State.UNKNOWN]
    assert State.PLANNED not in MOVES[State.SENDING]


@given(OUTCOMES, ATTEMPTS, SETTLE)
def test_after_a_send(outcome: Outcome, attempts: int, settle: timedelta) -> None:
    move = after_send(outcome, attempts, settle, NOW)
    assert move.state in MOVES[State.SENDING]
    expected = {
        Sent: State.SENT,
        RetryAt: State.RETRY,
        Unknown: State.UNKNOWN,
        Permanent: State.PAUSED if isinstance(outcome, Permanent) and outcome.channel else State.DEAD,
    }
    assert move.state is expected[type(outcome)]
    assert set(expected) == set(get_args(Outcome))
    if move.state in {State.SENT, State.DEAD}:
        assert move.try_at is None
    else:
        assert move.try_at is not None
        assert NOW < move.try_at <= NOW + timedelta(hours=1)
    assert move.ref == (outcome.ref if isinstance(outcome, Sent) else "")
    assert move.why == ("" if isinstance(outcome, Sent) else outcome.why)


@given(FINDINGS, ATTEMPTS)
def test_after_a_look_up(finding: Finding, attempts: int) -> None:
    move = after_lookup(finding, attempts, NOW)
    assert move.state in MOVES[State.UNKNOWN]
    match finding:
        case Sent(ref):
            assert (move.state, move.ref) == (State.SENT, ref)
        case Absent():
            assert (move.state, move.try_at) == (State.RETRY, NOW)
            assert move.why
        case CannotTell(why):
            assert (move.state, move.try_at, move.why) == (State.UNKNOWN, NOW + backoff(attempts), why)


@given(SETTLE)
def test_an_unknown_send_is_looked_up_within_30_seconds_but_not_before_it_settled(settle: timedelta) -> None:
    move = after_send(Unknown("timeout"), 1, settle, NOW)
    assert move.try_at is not None
    assert move.try_at >= NOW + settle
    assert move.try_at + TICK <= NOW + max(settle + TICK, timedelta(seconds=30))


def test_retries_come_within_30_seconds_then_back_off_to_10_minutes() -> None:
    waits = [backoff(attempts) for attempts in range(1, 20)]
    assert waits[0] + TICK <= timedelta(seconds=30)
    assert all(first <= second <= 2 * first for first, second in pairwise(waits))
    assert waits[-1] == LONGEST_RETRY == timedelta(minutes=10)
    assert backoff(0) == backoff(-1) == waits[0]
    assert backoff(10**9) == LONGEST_RETRY
    assert after_send(RetryAt("busy"), 3, timedelta(0), NOW).try_at == NOW + waits[2]
    assert after_lookup(CannotTell("no history"), 3, NOW).try_at == NOW + waits[2]


def test_what_failed_together_comes_back_apart_and_always_at_the_same_time() -> None:
    names = [f"delivery{n}" for n in range(1000)]
    for attempts in (1, 4, 30):
        waits = [backoff(attempts, name) for name in names]
        longest = backoff(attempts)
        assert all(longest * (1 - JITTER) <= wait <= longest for wait in waits)
        # No tenth of the time in which they come has far more than its share.
        tenths = Counter(int((longest - wait) / (longest * JITTER) * 10) for wait in waits)
        assert max(tenths.values()) < 150, tenths
        assert waits == [backoff(attempts, name) for name in names]
    assert after_send(RetryAt("busy"), 2, timedelta(0), NOW, "a").try_at == NOW + backoff(2, "a")
    assert after_lookup(CannotTell("?"), 2, NOW, "a").try_at == NOW + backoff(2, "a") != NOW + backoff(2, "b")


@pytest.mark.parametrize(
    ("wish", "tried"),
    [
        (timedelta(seconds=7), timedelta(seconds=7)),
        (timedelta(minutes=20), timedelta(minutes=20)),
        (timedelta(0), timedelta(seconds=1)),
        (timedelta(days=-400), timedelta(seconds=1)),
        (timedelta(days=400), timedelta(hours=1)),
    ],
)
def test_a_platforms_wish_is_kept_within_reason(wish: timedelta, tried: timedelta) -> None:
    assert after_send(RetryAt("rate limit", NOW + wish), 9, timedelta(0), NOW).try_at == NOW + tried


def test_a_paused_channel_is_tried_every_10_minutes_for_an_hour_then_hourly() -> None:
    tries, now, attempts = [NOW], NOW, 1
    while now < NOW + timedelta(days=1):
        move = after_send(Permanent("not_in_channel", channel=True), attempts, timedelta(0), now)
        assert move.try_at is not None
        now, attempts = move.try_at, attempts + 1
        tries.append(now)
    gaps = [second - first for first, second in pairwise(tries)]
    first_hour = [gap for gap, start in zip(gaps, tries, strict=False) if start < NOW + timedelta(hours=1)]
    assert max(first_hour) + TICK <= timedelta(minutes=10)
    assert set(gaps[len(first_hour) :]) == {timedelta(hours=1)}
    assert len(first_hour) < 10, "a channel that is gone is not hammered"


def test_a_lease_outlasts_a_send() -> None:
    assert timedelta(seconds=30) < LEASE


def test_a_person_sends_again_only_what_does_not_go_on_by_itself_and_was_looked_for() -> None:
    from_ = {state: again_from(state, NOW) for state in State}
    wait = from_.pop(State.UNKNOWN)
    assert from_.pop(State.DEAD) == from_.pop(State.PAUSED) == NOW
    assert set(from_.values()) == {None}
    assert wait is not None
    # By then it was looked up at least three times, had the platform answered.
    assert wait - NOW >= sum((backoff(attempts) for attempts in (1, 2)), backoff(1))
    assert all(State.RETRY in MOVES[state] for state in (State.DEAD, State.PAUSED, State.UNKNOWN))
