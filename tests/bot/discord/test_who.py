"""What is checked before something is done in a channel that leads to posts there."""

from __future__ import annotations

import discord
import pytest

from bot.commands import COMMANDS
from bot.commands.base import Asked
from bot.commands.perform import read
from bot.discord.permissions import POST, THREAD
from bot.discord.who import Who
from domain.errors import PaperroundError
from tests.papers import NOW

ME, HERE = "discord:@me/9", "discord:1/2"
NOTHING = discord.Permissions.none()
ALL = discord.Permissions(**dict.fromkeys(POST | THREAD, True))


def lacking(text: str, granted: discord.Permissions = NOTHING, *, there: bool = True, forum: bool = False) -> str:
    """What is said to somebody who asks this in a channel; empty where nothing is in the way."""
    by = Who(Asked(ME, HERE, NOW), granted, there, private=False, forum=forum)
    command, args = read(COMMANDS, text)
    try:
        by.insist(command, args, POST)
    except PaperroundError as error:
        return error.what
    return ""


@pytest.mark.parametrize("text", ["subscribe x", "digest now", "schedule layout thread"])
def test_what_leads_to_posts_needs_the_permission_to_post(text: str) -> None:
    assert "View Channel and Send Messages and Read Message History" in lacking(text)
    assert lacking(text, ALL) == ""
    assert "I am not in this server" in lacking(text, ALL, there=False)


@pytest.mark.parametrize("text", ["subscribe x to:me", "digest", "unsubscribe 1", "schedule pause", "search x"])
def test_all_else_needs_none(text: str) -> None:
    assert lacking(text) == ""
    assert lacking(text, there=False) == ""


def test_threads_need_more_and_so_do_forums() -> None:
    plain = discord.Permissions(**dict.fromkeys(POST, True))
    assert lacking("subscribe x", plain) == ""
    assert "Create Public Threads and Send Messages in Threads" in lacking("schedule layout thread", plain)
    assert "not allowed to post here: Send Messages in Threads" in lacking("subscribe x", plain, forum=True)


def test_people_are_called_by_our_names_for_them_where_people_are_meant() -> None:
    by = Who(Asked(ME, HERE, NOW), ALL, there=True, private=False, forum=False)
    assert by.read({"who": "managers <@7> <@!8>"}) == {"who": "managers discord:@me/7 discord:@me/8"}
    assert by.read({"query": "<@7>\x00x"}) == {"query": "<@7> x"}
