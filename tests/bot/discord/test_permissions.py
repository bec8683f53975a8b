"""What the bot may do in a channel: as Discord reckons it, and what is missing by its name."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import discord
import pytest

from bot.discord.permissions import ASKED, POST, insist, invitation, missing, resolved
from domain.errors import PaperroundError
from tests.house.tree import plain, table
from tests.shared import ROOT

VIEW, SEND, HISTORY = (
    discord.Permissions(**{name: True}).value for name in ("view_channel", "send_messages", "read_message_history")
)
ALL = VIEW | SEND | HISTORY
ADMINISTRATOR = discord.Permissions(administrator=True).value
ME, SERVER, ROLE, OTHER = "9", "1", "2", "3"


def may(
    everyone: int = 0, role: int = 0, overwrites: dict[str, tuple[int, int]] | None = None, owner: str = "7"
) -> list[str]:
    """What is missing of POST for a bot with one role of two."""
    roles = {SERVER: everyone, ROLE: role, OTHER: ADMINISTRATOR}
    guild = {"id": SERVER, "owner_id": owner, "roles": [{"id": n, "permissions": str(p)} for n, p in roles.items()]}
    member = {"user": {"id": ME}, "roles": [ROLE]}
    written: list[dict[str, Any]] = [
        {"id": number, "allow": str(allow), "deny": str(deny)} for number, (allow, deny) in (overwrites or {}).items()
    ]
    return missing(resolved(guild, member, {"permission_overwrites": written}), POST)


def test_roles_add_up_and_those_of_others_do_not() -> None:
    assert may(everyone=VIEW, role=SEND | HISTORY) == []
    assert may(everyone=VIEW) == ["Send Messages", "Read Message History"]


def test_the_channel_s_word_for_everyone_gives_way_to_that_for_a_role_and_that_to_our_own() -> None:
    assert may(ALL, overwrites={SERVER: (0, SEND)}) == ["Send Messages"]
    assert may(ALL, overwrites={SERVER: (0, SEND), ROLE: (SEND, 0)}) == []
    assert may(ALL, overwrites={ROLE: (SEND, 0), ME: (0, SEND)}) == ["Send Messages"]
    assert may(ALL, overwrites={ROLE: (0, SEND), ME: (SEND, 0)}) == []
    assert may(ALL, overwrites={OTHER: (0, ALL)}) == []


def test_who_does_not_see_a_channel_may_nothing_in_it() -> None:
    assert may(ALL, overwrites={SERVER: (0, VIEW)}) == list(POST.values())


def test_an_administrator_and_the_owner_may_everything() -> None:
    assert may(role=ADMINISTRATOR, overwrites={ME: (0, ALL)}) == []
    assert may(owner=ME) == []


def test_what_is_missing_is_said_by_its_name_and_with_what_to_do() -> None:
    with pytest.raises(PaperroundError) as caught:
        insist(discord.Permissions(VIEW | HISTORY), POST, "discord:1/2")
    assert "Send Messages missing in discord:1/2" in caught.value.what
    assert "to:me" in caught.value.hint
    insist(discord.Permissions(ALL), POST, "discord:1/2")


def test_the_link_asks_for_what_the_page_explains_and_no_more() -> None:
    page = (ROOT / "docs" / "discord.md").read_text(encoding="utf-8")
    link = invitation(7)
    asked = int(parse_qs(urlsplit(link).query)["permissions"][0])
    assert link.startswith("https://discord.com/oauth2/authorize?client_id=7&scope=bot+applications.commands")
    assert f"permissions={asked}\n" in page
    told = [plain(row[0]) for row in table(ROOT / "docs" / "discord.md", "permission", "what for")]
    assert told == list(ASKED.values())
