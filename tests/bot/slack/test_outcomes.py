"""Every answer of Slack is one of four outcomes, and what may have been posted is never taken for not posted."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.slack.outcomes import CHANNEL, LIMITED, MALFORMED, PERHAPS, REFUSED, Reply, outcome, said
from domain.delivery import Permanent, RetryAt, Sent, Unknown
from tests.papers import NOW


def wrong(error: str, status: int = 200, **more: Any) -> Reply:
    return Reply(status, {"ok": False, "error": error}, **more)


def test_what_was_posted_is_sent_under_its_timestamp() -> None:
    assert outcome(Reply(200, {"ok": True, "ts": "1700000000.000100"}), NOW) == Sent("1700000000.000100")


@pytest.mark.parametrize(
    "reply", [wrong("ratelimited", 429, retry_after=30), *(wrong(e, retry_after=30) for e in LIMITED)]
)
def test_retry_after_is_honoured(reply: Reply) -> None:
    ended = outcome(reply, NOW)
    assert isinstance(ended, RetryAt)
    assert ended.at == NOW + timedelta(seconds=30)


def test_a_limit_without_a_time_leaves_it_to_us() -> None:
    ended = outcome(Reply(429), NOW)
    assert isinstance(ended, RetryAt)
    assert ended.at is None


@pytest.mark.parametrize("error", sorted(CHANNEL | REFUSED))
def test_a_channel_that_is_gone_or_a_token_that_is_refused_rests(error: str) -> None:
    ended = outcome(wrong(error), NOW)
    assert isinstance(ended, Permanent)
    assert ended.channel
    assert ended.why == (CHANNEL | REFUSED)[error]


@pytest.mark.parametrize("error", sorted(MALFORMED))
def test_what_slack_never_takes_is_not_sent_again_and_no_channel_s_fault(error: str) -> None:
    ended = outcome(wrong(error), NOW)
    assert isinstance(ended, Permanent)
    assert not ended.channel
    assert error in ended.why


@pytest.mark.parametrize(
    "reply",
    [
        *(wrong(error) for error in sorted(PERHAPS)),
        *(wrong(error, 500) for error in sorted(PERHAPS)),
        Reply(500),
        Reply(502),
        Reply(503),
        Reply(504),
        Reply(200),
        Reply(200, {"ok": False}),
        Reply(None, failed="the connection broke"),
    ],
    ids=lambda reply: f"{reply.status}-{reply.error}",
)
def test_invariant_4_what_may_have_been_posted_is_unknown(reply: Reply) -> None:
    assert isinstance(outcome(reply, NOW), Unknown)


@pytest.mark.parametrize(
    "reply", [Reply(None, failed="cannot be reached", left=False), wrong("something_new"), Reply(404), Reply(400)]
)
def test_what_was_certainly_not_posted_is_tried_again(reply: Reply) -> None:
    assert isinstance(outcome(reply, NOW), RetryAt)


def test_no_error_means_two_things() -> None:
    kinds = (set(CHANNEL), set(REFUSED), set(MALFORMED), set(PERHAPS), set(LIMITED))
    assert sum(map(len, kinds)) == len(set().union(*kinds))


def test_the_details_of_an_error_are_said() -> None:
    body = {"ok": False, "error": "invalid_blocks", "response_metadata": {"messages": ["[ERROR] too long"] * 9}}
    assert said(Reply(200, body)).startswith("invalid_blocks: [ERROR] too long; ")
    assert len(said(Reply(200, {"ok": False, "error": "x" * 999}))) == 300
    assert said(Reply(502)) == "502"
