"""Invariant 9 with Discord: no token in a log, an error or the store, however much is logged."""

from __future__ import annotations

import logging
import traceback

import pytest
from sqlalchemy import text

from db import schema
from domain.errors import PlatformRefusedError
from tests.bot.discord.house import House
from tests.discordd.faults import FOLLOW_UP, Fault, status
from tests.discordd.state import TOKEN


async def test_no_token_is_logged_or_stored(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with house.opened() as home:
        asked = [
            await home.boss.slash(home.place, "subscribe", query="decoding"),
            await home.ada.slash(home.place, "search", query="decoding"),
        ]
        await home.deliver()
    assert caplog.records
    with home.store.reading() as connection:
        tables = [f"SELECT * FROM {table}" for table in schema.metadata.tables]  # noqa: S608  # names of our own
        kept = [str(row) for table in tables for row in connection.execute(text(table))]
    assert kept
    for secret in (TOKEN, *(each.of.token for each in asked)):
        assert secret not in caplog.text
        assert not any(secret in row for row in kept)


async def test_an_answer_that_breaks_is_logged_without_the_token_it_is_given_by(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with house.opened() as home:
        home.server.faults.add(Fault(FOLLOW_UP, times=9, refusal=status(400)))
        told = await home.ada.slash(home.place, "help")
    assert told.messages
    assert told.of.token not in caplog.text


async def test_a_token_that_is_refused_is_not_in_the_error(house: House) -> None:
    house.server.expect(401)
    house.server.revoked = True
    async with house.opened(listening=False) as home:
        with pytest.raises(PlatformRefusedError) as caught:
            await home.front.listen(home.desk)
        with pytest.raises(PlatformRefusedError) as again:
            await home.front.check()
    for each in (caught.value, again.value):
        assert TOKEN not in "".join(traceback.format_exception(each))
        assert "DISCORD_TOKEN" in each.hint
