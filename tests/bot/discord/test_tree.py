"""The commands as Discord is told them: within its limits, all of the registry, told again only when they changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import regex
from discord.http import HTTPClient
from msgspec.structs import replace

from bot.commands import COMMANDS
from bot.complete.choice import Choice
from bot.discord.tree import CONTEXT_MENU, choices, definitions, fingerprint, sync
from tests.bot.talk import Talk

NAME = regex.compile(r"[-_\p{Ll}\p{N}]{1,32}")
SHOWN = [command for command in COMMANDS.values() if not command.hidden]


def group() -> dict[str, Any]:
    return definitions(COMMANDS.values())[0]


def texts(value: Any) -> Iterator[str]:
    """What Discord counts of a command: names, descriptions and values."""
    if isinstance(value, dict):
        for key, each in value.items():
            if key in {"name", "description", "value"}:
                yield str(each)
            else:
                yield from texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts(each)


def test_every_verb_is_a_subcommand_and_there_is_room_for_all() -> None:
    assert [each["name"] for each in group()["options"]] == [command.name for command in SHOWN]
    assert len(SHOWN) <= 25


def test_every_parameter_is_an_option_and_those_required_come_first() -> None:
    for told, command in zip(group()["options"], SHOWN, strict=True):
        options = told.get("options", [])
        assert {each["name"] for each in options} == {param.name for param in command.params}
        required = [each["required"] for each in options]
        assert required == sorted(required, reverse=True)
        assert len(options) <= 25


def test_names_and_descriptions_are_such_as_discord_takes() -> None:
    every = [group(), *group()["options"], *(o for each in group()["options"] for o in each.get("options", []))]
    for each in every:
        assert NAME.fullmatch(each["name"]), each["name"]
        assert 1 <= len(each["description"]) <= 100, each["name"]
        assert "`" not in each["description"]
    assert sum(map(len, texts(group()))) <= 8_000


def test_what_can_be_completed_is_and_what_is_chosen_is_offered() -> None:
    options = {(each["name"], o["name"]): o for each in group()["options"] for o in each.get("options", [])}
    for kinds in (("search", "query"), ("unsubscribe", "query"), ("bookmark", "paper"), ("schedule", "words")):
        assert options[kinds]["autocomplete"], kinds
    assert [choice["value"] for choice in options["digest", "when"]["choices"]] == ["preview", "now"]
    assert all(len(each.get("choices", [])) <= 25 for each in options.values())
    assert not any("autocomplete" in each and "choices" in each for each in options.values())


def test_it_is_for_servers_and_people_everywhere_and_no_permission_hides_it() -> None:
    for told in definitions(COMMANDS.values()):
        assert told["integration_types"] == [0, 1]
        assert told["contexts"] == [0, 1, 2]
        assert "default_member_permissions" not in told
    assert definitions(COMMANDS.values())[1] == {
        "type": 3,
        "name": CONTEXT_MENU,
        "integration_types": [0, 1],
        "contexts": [0, 1, 2],
    }


def test_completions_are_as_many_and_as_long_as_discord_takes() -> None:
    found = [Choice("x" * 300, "short"), Choice("label", "y" * 101), Choice("", "z"), *([Choice("a", "b")] * 40)]
    taken = choices(found)
    assert len(taken) == 25
    assert taken[0] == ("x" * 99 + "…", "short")
    assert taken[1] == ("a", "b")


def test_what_people_cannot_install_is_not_offered_among_them() -> None:
    for told in definitions(COMMANDS.values(), by=(0,)):
        assert told["integration_types"] == [0]
        assert told["contexts"] == [0, 1]


class Told(HTTPClient):
    """Counts what is told."""

    def __init__(self) -> None:
        self.told: list[int] = []

    async def bulk_upsert_global_commands(self, application_id: Any, payload: Any) -> Any:
        """Discord's answer is not read."""
        self.told.append(application_id)


async def test_commands_are_told_once_and_again_when_they_change_or_the_application_does(talk: Talk) -> None:
    http = Told()
    assert await sync(http, talk.desk, 1)
    assert not await sync(http, talk.desk, 1)
    assert await sync(http, talk.desk, 2)
    changed = dict(COMMANDS, search=replace(COMMANDS["search"], meaning="Look for papers"))
    assert await sync(http, replace(talk.desk, commands=changed), 1)
    assert not await sync(http, replace(talk.desk, commands=changed), 1)
    assert await sync(http, talk.desk, 2, [0]), "nobody can install it for themselves any more"
    assert http.told == [1, 2, 1, 2]


def test_the_same_commands_have_the_same_fingerprint() -> None:
    told = definitions(COMMANDS.values())
    assert fingerprint(told) == fingerprint(definitions(COMMANDS.values()))
    assert fingerprint(told) != fingerprint(told[:1])
