"""Whatever comes back from Slack's address is a reply, nothing is read without end, and no secret is logged."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from aiohttp import web as server

from bot.slack import web
from bot.slack.outcomes import Reply, outcome
from bot.slack.web import LOG, Web
from domain.delivery import RetryAt, Sent, Unknown

Handler = Callable[[server.Request], Awaitable[server.StreamResponse]]


@asynccontextmanager
async def answering(handler: Handler) -> AsyncIterator[Web]:
    app = server.Application()
    app.router.add_route("*", "/api/{method}", handler)
    runner = server.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await server.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        async with Web(f"http://127.0.0.1:{runner.addresses[0][1]}/api/") as made:
            yield made
    finally:
        await runner.cleanup()


async def posted(handler: Handler) -> tuple[Reply, int]:
    """What a post is answered with, and how often it arrived."""
    times = 0

    async def counted(request: server.Request) -> server.StreamResponse:
        nonlocal times
        times += 1
        return await handler(request)

    async with answering(counted) as made:
        return await made.call("xoxb-1", "chat.postMessage", channel="C1", text="a"), times


def text(body: str, status: int = 200, kind: str = "application/json", **headers: str) -> Handler:
    async def handler(_: server.Request) -> server.StreamResponse:
        return server.Response(text=body, status=status, content_type=kind, headers=headers)

    return handler


async def dropped(request: server.Request) -> server.StreamResponse:
    assert request.transport is not None
    request.transport.abort()
    return server.Response()


NOW = datetime(2026, 11, 17, tzinfo=UTC)


@pytest.mark.parametrize(
    ("handler", "kind"),
    [
        (text('{"ok": true, "ts": "1.2"}'), Sent),
        (text("<html>bad gateway", 502, "text/html"), Unknown),
        (text("upstream connect error", 503, "text/plain"), Unknown),
        (text("[1, 2]"), Unknown),
        (text("{broken"), Unknown),
        (text("", 200, "text/html"), Unknown),
        (dropped, Unknown),
        (text('{"ok": false, "error": "ratelimited"}', 429, **{"Retry-After": "7"}), RetryAt),
    ],
    ids=["posted", "gateway", "plain", "list", "broken", "empty", "dropped", "limited"],
)
async def test_invariant_4_a_post_is_asked_once_and_its_answer_read_for_what_it_is(
    handler: Handler, kind: type
) -> None:
    reply, times = await posted(handler)
    assert isinstance(outcome(reply, NOW), kind), reply
    assert times == 1


async def test_how_long_to_wait_is_read() -> None:
    reply, _ = await posted(text('{"ok": false, "error": "ratelimited"}', 429, **{"Retry-After": "7"}))
    assert reply.retry_after == 7
    reply, _ = await posted(text('{"ok": false, "error": "ratelimited"}', 429, **{"Retry-After": "soon"}))
    assert reply.retry_after is None


async def test_who_cannot_be_reached_has_nothing() -> None:
    async with answering(dropped) as made:
        pass
    async with Web(made.url) as gone:
        reply = await gone.call("xoxb-1", "chat.postMessage")
    assert isinstance(outcome(reply, NOW), RetryAt)
    assert not reply.left


async def test_an_answer_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "LARGEST", 10_000)
    reply, _ = await posted(text('{"ok": true, "ts": "%s"}' % ("1" * 20_000)))
    assert isinstance(outcome(reply, NOW), Unknown)


async def test_what_only_reads_is_sent_as_a_query() -> None:
    asked: list[tuple[str, dict[str, str]]] = []

    async def handler(request: server.Request) -> server.StreamResponse:
        asked.append((request.method, dict(request.query)))
        return server.json_response({"ok": True})

    async with answering(handler) as made:
        await made.call("xoxb-1", "conversations.history", channel="C1", include_all_metadata=True, cursor=None)
    assert asked == [("GET", {"channel": "C1", "include_all_metadata": "1"})]


async def test_an_address_that_serves_no_more_is_said() -> None:
    async with answering(text("expired_url", 404)) as made:
        assert not await made.respond(f"{made.url}x", text="a")
        url = made.url
    async with Web(url) as gone:
        assert not await gone.respond(f"{url}x", text="a")


def test_invariant_9_what_libraries_log_has_no_secret_in_it(caplog: pytest.LogCaptureFixture) -> None:
    secrets = ("xoxb-12-abc", "xapp-1-A0-9-def", "xoxe.xoxp-1-ghi")  # pragma: allowlist secret
    with caplog.at_level(logging.INFO):
        for secret in secrets:
            LOG.warning("sent %s to wss://x/?ticket=jkl&app_id=1", secret)
        try:
            urlsplit("wss://[?ticket=mno")
        except ValueError as error:
            error.add_note("url='wss://x/?ticket=mno'")
            LOG.exception("broke")
    assert "app_id=1" in caplog.text
    shown = [record.exc_text or record.getMessage() for record in caplog.records]
    assert not any(word in line for word in ("abc", "def", "ghi", "jkl", "mno") for line in shown), shown
