"""Discord as the house meets it: only with a token, ready without waiting, and what `doctor` says of it."""

from __future__ import annotations

import subprocess
import sys

import discord
import pytest
from discord.http import Route
from msgspec.structs import replace

from bot import wiring
from bot.settings import NO_SECRET, Settings
from db.store import Store
from domain.errors import PaperroundError, PlatformRefusedError
from tests.bot.discord.house import House
from tests.discordd.state import TOKEN


def test_without_a_token_there_is_no_discord_and_its_library_is_not_loaded() -> None:
    code = "import sys, bot.wiring; print('discord' in sys.modules, 'aiohttp' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


def test_it_is_asked_for_by_its_token(store: Store) -> None:
    assert "discord" not in wiring.fronts(Settings(discord_token=NO_SECRET), store, wiring.now)


async def test_doctor_says_as_whom_and_gives_the_link(house: House) -> None:
    async with house.opened(listening=False) as home:
        said = await home.front.check()
    assert "logged in as paperround. " in said
    assert f"client_id={home.server.world.application}&scope=bot+applications.commands&permissions=" in said


async def test_doctor_says_when_the_token_is_refused_even_one_that_was_taken(house: House) -> None:
    house.server.expect(401)
    async with house.opened(listening=False) as home:
        await home.front.check()
        home.server.revoked = True
        with pytest.raises(PlatformRefusedError):
            await home.front.check()
        home.server.revoked = False
        assert "logged in" in await home.front.check()


async def test_a_discord_that_is_down_is_no_reason_not_to_start(house: House) -> None:
    house.settings = replace(house.settings, discord_api_url="http://127.0.0.1:9/api/v10")
    async with house.opened(listening=False) as home:
        home.follow(home.place.channel, "decoding")
        await home.deliver()
        assert await home.counts() == {"retry": 1}, "what never left is known not to have arrived"
        with pytest.raises(PaperroundError) as caught:
            await home.front.check()
    assert "cannot be reached at 127.0.0.1" in caught.value.what


async def test_the_library_s_own_address_is_left_alone(house: House) -> None:
    async with house.opened() as home:
        await home.ada.slash(home.place, "help")
        assert Route("GET", "/users/@me").url == "https://discord.com/api/v10/users/@me"
    assert discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY.host == "gateway.discord.gg"
    assert TOKEN not in repr(home.front.settings)
