"""Fetching: bounded in time and size, again where that helps, polite, and never into the local network."""

from __future__ import annotations

import asyncio
import gzip
import socket
import time
import tracemalloc
import zlib
from collections.abc import Mapping
from typing import Any

import pytest
from aiohttp import web
from aiohttp.resolver import ThreadedResolver

from sources.addresses import public
from sources.answer import Patience, place
from sources.base import FetchError
from sources.fetcher import Fetcher, origin
from tests.sources.local import Handler, answering, serving

QUICK = Patience(connect=2, silence=0.3, total=2, tries=3, pause=0.01, longest=0.5)


def fetcher(**more: Any) -> Fetcher:
    return Fetcher(patience=QUICK, **more)


async def got(handler: Handler, **more: Any) -> Any:
    async with serving(handler) as url:
        return await fetcher().get(f"{url}/feed", allowed={origin(url)}, **more)


async def refusal(handler: Handler, **more: Any) -> FetchError:
    with pytest.raises(FetchError) as raised:
        await got(handler, **more)
    return raised.value


def packed(body: bytes, how: str) -> tuple[bytes, Mapping[str, str]]:
    raw = zlib.compressobj(wbits=-15)
    made = {
        "gzip": gzip.compress(body),
        "deflate": zlib.compress(body),
        "raw deflate": raw.compress(body) + raw.flush(),
        "two gzips": gzip.compress(body[:5]) + gzip.compress(body[5:]),
        "identity": body,
    }
    return made[how], {"Content-Encoding": {"raw deflate": "deflate", "two gzips": "gzip"}.get(how, how)}


@pytest.mark.parametrize("how", ["gzip", "deflate", "raw deflate", "two gzips", "identity"])
async def test_what_comes_packed_is_unpacked(how: str) -> None:
    body, headers = packed(b"<rss>" * 1000, how)
    assert (await got(answering(body, headers=headers))).body == b"<rss>" * 1000


@pytest.mark.parametrize("how", ["gzip", "deflate", "raw deflate", "identity"])
async def test_what_unpacks_to_too_much_is_given_up(how: str) -> None:
    body, headers = packed(bytes(5_000_000), how)
    error = await refusal(answering(body, headers=headers), largest=1_000_000)
    assert "is larger than 1 MiB" in str(error)


async def test_a_zip_bomb_and_an_endless_body_stay_small_in_memory() -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(bytes(1_000_000))

    packer = zlib.compressobj(1, wbits=31)
    bomb = b"".join(packer.compress(bytes(1_000_000)) for _ in range(200)) + packer.flush()
    headers = {"Content-Encoding": "gzip"}
    tracemalloc.start()  # what the process has at most says nothing: other tests ran in it
    try:
        for handler in (endless, answering(bomb, headers=headers)):
            assert "is larger than 16 MiB" in str(await refusal(handler))
        assert tracemalloc.get_traced_memory()[1] < 64 * 2**20
    finally:
        tracemalloc.stop()


async def test_a_way_of_packing_that_nobody_asked_for_is_refused() -> None:
    assert "packed in a way" in str(await refusal(answering(b"x", headers={"Content-Encoding": "br"})))


async def test_half_a_packed_body_is_asked_for_again() -> None:
    body, headers = packed(b"<rss>" * 1000, "gzip")
    asked = []

    async def once_broken(request: web.Request) -> web.Response:
        asked.append(1)
        return web.Response(body=body[:-20] if len(asked) == 1 else body, headers=headers)

    assert (await got(once_broken)).body == b"<rss>" * 1000
    assert len(asked) == 2


async def test_half_a_body_is_an_error() -> None:
    async def half(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "1000"})
        await response.prepare(request)
        await response.write(b"<rss>")
        assert request.transport
        request.transport.close()
        return response

    assert "ends in the middle" in str(await refusal(half))


async def test_silence_is_a_stall_and_does_not_last() -> None:
    async def stall(request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(60)
        return web.Response()

    began = time.monotonic()
    error = await refusal(stall)
    assert (error.outcome, error.status) == ("stalled", 0)
    assert time.monotonic() - began < 5


async def test_drop_by_drop_is_a_stall_too() -> None:
    async def drip(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b" ")
            await asyncio.sleep(0.05)

    async with serving(drip) as url:
        once = Fetcher(patience=Patience(silence=1, total=0.5, tries=1))
        with pytest.raises(FetchError, match="in time"):
            await once.get(url, allowed={origin(url)})


@pytest.mark.parametrize(("status", "times"), [(500, 3), (502, 3), (404, 1), (403, 1), (400, 1)])
async def test_what_may_pass_is_tried_again_and_the_rest_is_not(status: int, times: int) -> None:
    asked = []

    async def refuse(request: web.Request) -> web.Response:
        asked.append(1)
        return web.Response(status=status)

    error = await refusal(refuse)
    assert (error.status, error.outcome, len(asked)) == (status, "failed", times)


async def test_retry_after_is_obeyed() -> None:
    asked: list[float] = []

    async def throttle(request: web.Request) -> web.Response:
        asked.append(time.monotonic())
        return web.Response(status=503, headers={"Retry-After": "1"}) if len(asked) == 1 else web.Response(body=b"x")

    async with serving(throttle) as url:
        patient = Fetcher(patience=Patience(pause=0.01))
        assert (await patient.get(url, allowed={origin(url)})).body == b"x"
    assert asked[1] - asked[0] >= 1


async def test_who_asks_for_a_long_pause_gets_it() -> None:
    asked = []

    async def throttle(request: web.Request) -> web.Response:
        asked.append(1)
        return web.Response(status=429, headers={"Retry-After": "Fri, 31 Dec 2100 23:59:59 GMT"})

    async with serving(throttle) as url:
        mine = fetcher()
        for _ in range(3):
            with pytest.raises(FetchError) as raised:
                await mine.get(url, allowed={origin(url)})
            assert raised.value.outcome == "stalled"
            assert raised.value.wait
            assert 3000 < raised.value.wait <= 3600
    assert len(asked) == 1


@pytest.mark.parametrize("said", ["soon", "", "-5", "1e9", "Thu, 99 Foo 2020", "٣"])
async def test_a_retry_after_that_says_nothing_is_no_obstacle(said: str) -> None:
    error = await refusal(answering(status=429, headers={"Retry-After": said}))
    assert error.outcome == "stalled"


async def test_what_has_not_changed_is_not_sent_again() -> None:
    async def feed(request: web.Request) -> web.Response:
        if request.headers.get("If-None-Match") == '"a"' and "If-Modified-Since" in request.headers:
            return web.Response(status=304)
        return web.Response(body=b"x", headers={"ETag": '"a"', "Last-Modified": "Tue, 18 Mar 2025 04:00:00 GMT"})

    async with serving(feed) as url:
        first = await fetcher().get(url, allowed={origin(url)})
        again = await fetcher().get(url, allowed={origin(url)}, validators=first.validators)
    assert not first.unchanged
    assert (again.unchanged, again.body) == (True, b"")


async def test_it_says_who_asks_and_how_to_reach_them() -> None:
    agents = []

    async def note(request: web.Request) -> web.Response:
        agents.append(request.headers["User-Agent"])
        return web.Response()

    async with serving(note) as url:
        for contact in ("ada@example.org", "https://lab.example.org/bot", "", "ada\r\nX-Evil: 1"):
            await fetcher(contact=contact).get(url, allowed={origin(url)})
    assert [agent.partition(" ")[2] for agent in agents] == [
        "(mailto:ada@example.org)",
        "(https://lab.example.org/bot)",
        "",
        "(ada X-Evil: 1)",
    ]
    assert all(agent.startswith("Paperround") for agent in agents)


@pytest.mark.parametrize(
    "address",
    (
        "127.0.0.1 10.1.2.3 172.16.0.1 192.168.1.1 169.254.169.254 0.0.0.0 100.64.0.1 224.0.0.1 255.255.255.255 "
        "::1 :: fe80::1 fe80::1%eth0 fc00::1 fd12::1 ff02::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 64:ff9b::7f00:1 "
        "64:ff9b::a00:1 2002:7f00:1:: 2001:db8::1 198.51.100.1 240.0.0.1 nonsense"
    ).split(),
)
def test_addresses_that_are_not_of_the_open_internet(address: str) -> None:
    assert not public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "151.101.131.42", "2606:4700::1111", "64:ff9b::808:808"])
def test_addresses_of_the_open_internet(address: str) -> None:
    assert public(address)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "localhost.", "[::1]", "2130706433", "0x7f.1", "127.1", "[::ffff:7f00:1]"]
)
async def test_no_way_leads_into_the_local_network(host: str) -> None:
    asked = []

    async def note(request: web.Request) -> web.Response:
        asked.append(1)
        return web.Response()

    async with serving(note) as url:
        port = url.rpartition(":")[2]
        with pytest.raises(FetchError):
            await fetcher().get(f"http://{host}:{port}/")
    assert not asked


async def test_a_name_that_turns_out_to_be_local_is_refused_at_the_moment_of_connecting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The DNS answers once with a public address, and then with a local one: only what is connected to counts."""
    answers = [["93.184.215.14"], ["127.0.0.1"]]
    asked = []

    async def resolve(self: Any, host: str, port: int = 0, family: int = 0) -> list[dict[str, Any]]:
        asked.append(host)
        return [
            {"hostname": host, "host": each, "port": port, "family": socket.AF_INET, "proto": 0, "flags": 0}
            for each in answers[min(len(asked), 2) - 1]
        ]

    monkeypatch.setattr(ThreadedResolver, "resolve", resolve)
    with pytest.raises(FetchError):
        await Fetcher(patience=Patience(connect=0.2, tries=1)).get("http://rebind.example/")
    with pytest.raises(FetchError, match="local network"):
        await fetcher().get("http://rebind.example/")


async def test_a_redirect_leads_out_and_never_in() -> None:
    secret = []

    async def inner(request: web.Request) -> web.Response:
        secret.append(1)
        return web.Response(body=b"inner")

    async with serving(inner) as inside:

        async def outer(request: web.Request) -> web.Response:
            if request.path == "/feed":
                raise web.HTTPFound(f"{inside}/metadata")
            if request.path == "/moved":
                raise web.HTTPMovedPermanently("/there")
            if request.path == "/round":
                raise web.HTTPFound("/round")
            if request.path == "/file":
                raise web.HTTPFound("file:///etc/passwd")
            return web.Response(body=b"there")

        async with serving(outer) as url:
            mine, allowed = fetcher(), {origin(url)}
            assert (await mine.get(f"{url}/moved", allowed=allowed)).body == b"there"
            for path, why in (("feed", "local network"), ("round", "more than 5 times"), ("file", "no address")):
                with pytest.raises(FetchError, match=why):
                    await mine.get(f"{url}/{path}", allowed=allowed)
            assert not secret
            named = fetcher(local=("127.0.0.1",))
            assert (await named.get(f"{url}/feed")).body == b"inner"


async def test_a_key_goes_to_its_own_host_alone() -> None:
    keys = []

    async def second(request: web.Request) -> web.Response:
        keys.append(request.headers.get("X-Api-Key"))
        return web.Response()

    async with serving(second) as elsewhere:

        async def first(request: web.Request) -> web.Response:
            keys.append(request.headers.get("X-Api-Key"))
            raise web.HTTPFound(elsewhere)

        async with serving(first) as url:
            await fetcher(local=("127.0.0.1",)).get(url, headers={"X-Api-Key": "hush"})
    assert keys == ["hush", None]


async def test_no_parameter_is_in_an_error() -> None:
    error = await refusal(answering(status=404), params={"api_key": "hush"})
    assert "hush" not in str(error)
    assert place("https://user:hush@example.org/a?key=hush") == "example.org/a"  # pragma: allowlist secret


@pytest.mark.parametrize(
    "url",
    ["", "x", "ftp://example.org", "file:///etc/passwd", "http://", "http://[", "http://[::1", "https://:80/", "//x"],
)
async def test_what_is_no_address_is_said_to_be_none(url: str) -> None:
    with pytest.raises(FetchError):
        await fetcher().get(url)
    with pytest.raises(FetchError):
        await fetcher().get(url, {"a": "b"})


async def test_nobody_there_is_an_error_and_no_exception() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(FetchError, match="cannot be reached"):
        await fetcher().get(f"http://127.0.0.1:{port}/", allowed={f"127.0.0.1:{port}"})


async def test_garbage_for_an_answer_is_an_error() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.write(b"\x00\xff garbage\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    with pytest.raises(FetchError):
        await fetcher().get(f"http://127.0.0.1:{port}/", allowed={f"127.0.0.1:{port}"})
    server.close()
    await server.wait_closed()


@pytest.mark.parametrize("body", [b"", b"<html>", b"[" * 100_000, b"\xff\xfe", b'{"a": NaN'])
async def test_json_that_is_none_is_an_error(body: bytes) -> None:
    response = await got(answering(body))
    with pytest.raises(FetchError):
        response.json()
