"""The server's gateway, driven by the unmodified discord.py: sessions, shards, and all that breaks them."""

from __future__ import annotations

import asyncio
import json

import aiohttp
import discord
import pytest

from tests.discordd.library import Bot, connected
from tests.discordd.people import Person
from tests.discordd.server import Discordd
from tests.discordd.state import TOKEN


async def told(bot: Bot, event: str, times: int = 1) -> None:
    """Wait until the bot was told of an event so often."""
    async with asyncio.timeout(10):
        while bot.heard.count(event) < times:
            await bot.wait_for("socket_event_type", check=lambda kind: kind == event)
            await asyncio.sleep(0)


async def test_a_bot_is_told_of_its_guilds_and_what_happens_to_them(discordd: Discordd) -> None:
    guild = discordd.world.guild("Lab", discordd.world.user("owner"))
    place = discordd.world.place(guild, "general")
    async with connected(discordd, Bot()) as bot:
        there = bot.get_channel(place.id)
        assert isinstance(there, discord.TextChannel)
        me = there.guild.me
        assert there.permissions_for(me).send_messages
        discordd.grant(place, deny=1 << 11)
        await told(bot, "CHANNEL_UPDATE")
        assert not there.permissions_for(me).send_messages
        discordd.outage(guild)
        await told(bot, "GUILD_DELETE")
        known = bot.get_guild(guild.id)
        assert known is None or known.unavailable
        discordd.add(guild)
        await told(bot, "GUILD_CREATE", 2)
        assert bot.get_channel(place.id)
        discordd.delete(place)
        await told(bot, "CHANNEL_DELETE")
        assert bot.get_channel(place.id) is None
        discordd.kick(guild)
        await told(bot, "GUILD_DELETE", 2)
        assert len(bot.guilds) == 0


async def test_each_guild_belongs_to_one_shard(discordd: Discordd) -> None:
    discordd.gateway.shards, discordd.gateway.window = 4, 0.0
    owner = discordd.world.user("owner")
    guilds = [discordd.world.guild(f"Lab {n}", owner, shard=n) for n in range(4)]
    async with connected(discordd, Bot()) as bot:
        assert [bot.get_guild(guild.id).shard_id for guild in guilds] == [0, 1, 2, 3]  # type: ignore[union-attr]  # they are there
        assert sorted(session.shard for session in discordd.gateway.up()) == [(n, 4) for n in range(4)]


@pytest.mark.parametrize("how", ["dropped", "asked to come again", "invalid but resumable"])
async def test_after_a_break_a_session_is_resumed_with_all_it_missed(discordd: Discordd, how: str) -> None:
    guild = discordd.world.guild("Lab", discordd.world.user("owner"))
    async with connected(discordd, Bot()) as bot:
        (session,) = discordd.gateway.up()
        if how == "dropped":
            discordd.gateway.drop()
        elif how == "asked to come again":
            await discordd.gateway.reconnect()
        else:
            await discordd.gateway.invalidate(resumable=True)
        discordd.outage(guild)
        await discordd.gateway.until(resumed=1)
        await told(bot, "GUILD_DELETE")
        assert discordd.gateway.up() == [session]
        assert bot.heard.count("GUILD_DELETE") == 1


async def test_an_invalid_session_is_begun_anew(discordd: Discordd) -> None:
    discordd.gateway.window = 0.0
    discordd.world.guild("Lab", discordd.world.user("owner"))
    async with connected(discordd, Bot()) as bot:
        (session,) = discordd.gateway.up()
        await discordd.gateway.invalidate()
        await told(bot, "READY", 2)
        assert session not in discordd.gateway.up()
        assert discordd.gateway.resumed == 0


async def test_a_wrong_token_and_privileged_intents_are_refused(discordd: Discordd) -> None:
    class Nosy(Bot):
        def __init__(self) -> None:
            super().__init__()
            self._connection._intents = discord.Intents.all()

    discordd.expect(4000)
    with pytest.raises(discord.PrivilegedIntentsRequired):
        async with connected(discordd, Nosy()):
            pass
    assert "4014" in discordd.gateway.broken[0]
    discordd.expect(401)
    discordd.revoked = True
    with pytest.raises(discord.LoginFailure):
        async with connected(discordd, Bot()):
            pass


async def test_what_a_client_may_not_do_closes_its_connection(discordd: Discordd) -> None:
    discordd.expect(4000)
    url = f"{discordd.gateway.url}?v=10&encoding=json"
    identify = {"op": 2, "d": {"token": TOKEN, "intents": 1, "properties": {}, "shard": [0, 1]}}
    for payloads, code in (
        ([{"op": 3, "d": {}}], 4003),
        ([{"op": 2, "d": {"token": "no", "intents": 1}}], 4004),
        ([{"op": 2, "d": {"token": TOKEN, "intents": 1, "shard": [3, 2]}}], 4010),
        ([{"op": 1, "d": "x" * 5000}], 4002),
        ([{"op": 1, "d": 0}] * 121, 4008),
        ([identify, {"op": 99, "d": 0}], 4001),
    ):
        async with aiohttp.ClientSession() as session, session.ws_connect(url) as ws:
            assert (await ws.receive_json())["op"] == 10
            for payload in payloads:
                await ws.send_str(json.dumps(payload))
            while (await ws.receive()).type is aiohttp.WSMsgType.TEXT:
                pass
            assert ws.close_code == code
    async with aiohttp.ClientSession() as session, session.ws_connect(url) as ws:
        await ws.receive_json()
        await ws.send_json(identify)
        assert (await ws.receive_json())["op"] == 9, "it identifies again too soon"


async def test_a_shard_that_is_not_acknowledged_comes_again(discordd: Discordd) -> None:
    discordd.gateway.heartbeat_ms, discordd.gateway.deaf = 200, True
    discordd.world.guild("Lab", discordd.world.user("owner"))
    bot = Bot()
    bot._connection.heartbeat_timeout = 0.5
    async with connected(discordd, bot):
        await discordd.gateway.until(resumed=1)
        discordd.gateway.deaf = False


async def test_people_reach_the_bot_through_a_break(discordd: Discordd) -> None:
    guild = discordd.world.guild("Lab", discordd.world.user("owner"))
    place = discordd.world.place(guild, "general")
    ada = Person(discordd, "ada").join(guild)
    bot = Bot()

    group = discord.app_commands.Group(name="papers", description="Papers")

    @group.command()
    async def search(interaction: discord.Interaction, query: str) -> None:
        """Find papers."""
        await interaction.response.send_message(f"found {query}", ephemeral=True)

    bot.tree.add_command(group)
    async with connected(discordd, bot):
        await bot.tree.sync()
        discordd.gateway.drop()
        answered = await ada.slash(place, "search", query="graphs")
        assert answered.text == "found graphs"
        assert discordd.gateway.resumed == 1
