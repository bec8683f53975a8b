"""An arXiv that does not answer as it should: the source ends in the right state, soon, and goes on when it can."""

from __future__ import annotations

import asyncio
import random
import time

import pytest
from aiohttp import web

from tests.sources.local import Handler, answering, at, feed, made
from tests.sources.place import MON, Place


async def half(request: web.Request) -> web.StreamResponse:
    body = feed(made(random.Random(4), 100, 20, "2603"), MON)
    return web.Response(body=body[: len(body) // 2])


@pytest.mark.parametrize(
    ("handler", "outcome", "said"),
    [
        (answering(status=429), "stalled", "asks us to slow down"),
        (answering(status=503, headers={"Retry-After": "120"}), "stalled", "again in 120 s"),
        (answering(status=500), "failed", "status 500"),
        (half, "failed", "not whole"),
        (answering(b"<!DOCTYPE html><html><body>We are sorry</body></html>"), "failed", "a web page"),
        (answering(b""), "failed", "with nothing"),
        (answering(b"<feed/>"), "failed", "no feed"),
        (
            answering(b'<!DOCTYPE r [<!ENTITY a "b">]><rss><channel><title>&a;</title></channel></rss>'),
            "failed",
            "entities",
        ),
        (answering(b'<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]><rss>&a;</rss>'), "failed", "entities"),
        (answering(b"\x1f\x8b rubbish", headers={"Content-Encoding": "gzip"}), "failed", "damaged"),
        (
            answering(b"<rss><channel><title>t</title>" + b"<item><x>" * 30_000),
            "failed",
            "nested deeper than any data is",
        ),
    ],
    ids="429 503 500 half html nothing other entities external damaged deep".split(),
)
async def test_whatever_it_does_the_source_ends_in_the_right_state(
    place: Place, handler: Handler, outcome: str, said: str
) -> None:
    place.there.broken["/rss"] = handler
    run = await place.look(at(MON))
    assert (run.outcome, run.new) == (outcome, 0)
    assert said in run.why
    place.there.broken.clear()
    place.source._fetcher._held.clear()  # the time it asked for has passed
    if place.source._pace.path:
        place.source._pace.path.unlink()
    assert (await place.look(at(MON))).new == 40


async def test_a_stall_ends_and_is_said(place: Place) -> None:
    async def stall(_: web.Request) -> web.StreamResponse:
        await asyncio.sleep(60)
        return web.Response()

    place.there.broken["/rss"] = stall
    began = time.monotonic()
    run = await place.look(at(MON))
    assert (run.outcome, run.new) == ("stalled", 0)
    assert time.monotonic() - began < 5
