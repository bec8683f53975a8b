"""What Slack tells again is handled once, and answered as the first time."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.slack import heard
from bot.slack.heard import Once


def request(**body: Any) -> AsyncBoltRequest:
    return AsyncBoltRequest(mode="socket_mode", body=body)


class Handler:
    def __init__(self, *statuses: int) -> None:
        self.statuses = list(statuses)
        self.handled: list[str] = []
        self.go = asyncio.Event()
        self.go.set()

    async def __call__(self, request: AsyncBoltRequest) -> BoltResponse:
        self.handled.append(json.dumps(request.body))
        await self.go.wait()
        return BoltResponse(status=self.statuses.pop(0) if self.statuses else 200, body=str(len(self.handled)))


@pytest.mark.parametrize("body", [{"event_id": "Ev1"}, {"trigger_id": "1.2.a"}])
async def test_the_same_thing_is_handled_once(body: dict[str, str]) -> None:
    handler = Handler()
    once = Once(handler)
    first, again = await once(request(**body), "e1"), await once(request(**body), "e2")
    assert len(handler.handled) == 1
    assert first.body == again.body == "1"


async def test_it_is_known_while_it_is_still_being_handled() -> None:
    handler = Handler()
    handler.go.clear()
    once = Once(handler)
    both = [asyncio.create_task(once(request(event_id="Ev1"))) for _ in range(2)]
    await asyncio.sleep(0)
    handler.go.set()
    assert [answer.body for answer in await asyncio.gather(*both)] == ["1", "1"]


async def test_who_stops_waiting_stops_nothing() -> None:
    handler = Handler()
    handler.go.clear()
    once = Once(handler)
    impatient = asyncio.create_task(once(request(event_id="Ev1")))
    await asyncio.sleep(0)
    impatient.cancel()
    handler.go.set()
    assert (await once(request(event_id="Ev1"))).body == "1"


async def test_different_things_are_each_handled() -> None:
    handler = Handler()
    once = Once(handler)
    for body in ({"event_id": "Ev1"}, {"event_id": "Ev2"}, {"trigger_id": "Ev1"}):
        await once(request(**body))
    assert len(handler.handled) == 3


async def test_what_has_no_name_goes_by_its_envelope() -> None:
    handler = Handler()
    once = Once(handler)
    for envelope in ("e1", "e1", "e2"):
        await once(request(type="x"), envelope)
    assert len(handler.handled) == 2
    for _ in range(2):
        await once(request(type="x"))
    assert len(handler.handled) == 4


async def test_what_was_not_heard_is_heard_the_next_time() -> None:
    once = Once(Handler(500, 200))
    assert (await once(request(event_id="Ev1"))).status == 500
    assert (await once(request(event_id="Ev1"))).status == 200


async def test_only_so_much_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heard, "KEPT", 2)
    handler = Handler()
    once = Once(handler)
    for number in (1, 2, 3, 3, 1):
        await once(request(event_id=f"Ev{number}"))
    assert len(handler.handled) == 4
