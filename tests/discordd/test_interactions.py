"""People at the server: commands, completion, buttons, menus and forms, answered by the unmodified discord.py."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import discord
import pytest
from discord import app_commands, ui

from tests.discordd import commands as known
from tests.discordd.interactions import Interaction
from tests.discordd.library import Bot, connected
from tests.discordd.people import Person, UnansweredError
from tests.discordd.refusals import Refused
from tests.discordd.server import Discordd
from tests.discordd.world import Place


class Notes(ui.Modal, title="A note"):
    """A form."""

    words: ui.Label[Notes] = ui.Label(text="Words", component=ui.TextInput(default="nothing", max_length=20))

    async def on_submit(self, interaction: discord.Interaction) -> None:
        assert isinstance(self.words.component, ui.TextInput)
        await interaction.response.send_message(f"noted {self.words.component.value}", ephemeral=True)


class Buttons(ui.View):
    """Buttons and a menu."""

    def __init__(self) -> None:
        super().__init__(timeout=None)

    @ui.button(label="Next", custom_id="next")
    async def next(self, interaction: discord.Interaction, button: ui.Button[Buttons]) -> None:
        await interaction.response.edit_message(content="page 2")

    @ui.button(label="Note", custom_id="note")
    async def note(self, interaction: discord.Interaction, button: ui.Button[Buttons]) -> None:
        await interaction.response.send_modal(Notes())

    @ui.button(label="Slow", custom_id="slow")
    async def slow(self, interaction: discord.Interaction, button: ui.Button[Buttons]) -> None:
        await interaction.response.defer()
        await interaction.edit_original_response(content="page 3")

    @ui.select(custom_id="act", options=[discord.SelectOption(label="Why", value="why p1")])
    async def act(self, interaction: discord.Interaction, select: ui.Select[Buttons]) -> None:
        await interaction.response.send_message(f"chosen {select.values[0]}", ephemeral=True)


def made() -> Bot:
    bot = Bot()
    group = app_commands.Group(name="papers", description="Papers")

    @group.command(description="Find papers")
    async def search(interaction: discord.Interaction, query: str, page: int = 1) -> None:
        if query == "never":
            return
        if query == "late":
            await interaction.response.defer(ephemeral=True, thinking=True)
            await interaction.followup.send("late answer")
            await interaction.followup.send("and more", ephemeral=True)
        elif query == "twice":
            await interaction.response.send_message("once")
            with pytest.raises(discord.InteractionResponded):
                await interaction.response.send_message("twice")
        else:
            await interaction.response.send_message(f"{query} {page}", view=Buttons())

    @search.autocomplete("query")
    async def words(interaction: discord.Interaction, current: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=f"{current}{n}", value=f"{current}{n}") for n in range(3)]

    @bot.tree.context_menu(name="Bookmark papers")
    async def bookmark(interaction: discord.Interaction, message: discord.Message) -> None:
        await interaction.response.send_message(f"kept {message.content}", ephemeral=True)

    bot.tree.add_command(group)
    return bot


@pytest.fixture
def place(discordd: Discordd) -> Place:
    guild = discordd.world.guild("Lab", discordd.world.user("owner"))
    return discordd.world.place(guild, "general")


@pytest.fixture
async def bot(discordd: Discordd, place: Place) -> AsyncIterator[Bot]:
    async with connected(discordd, made()) as bot:
        await bot.tree.sync()
        yield bot


@pytest.fixture
def ada(discordd: Discordd, place: Place) -> Person:
    assert place.guild
    return Person(discordd, "ada").join(place.guild)


async def test_a_command_is_answered(bot: Bot, place: Place, ada: Person) -> None:
    told = await ada.slash(place, "search", query="graphs", page=2)
    assert told.text == "graphs 2"
    assert not told.seen.private
    assert 0 < told.of.took < 3
    with pytest.raises(AssertionError, match="needs"):
        await ada.slash(place, "search", page=2)
    with pytest.raises(AssertionError, match="takes"):
        await ada.slash(place, "search", query="graphs", where="here")


async def test_what_was_promised_is_waited_for(bot: Bot, place: Place, ada: Person) -> None:
    told = await ada.slash(place, "search", query="late")
    assert told.seen.private
    assert told.messages[0].text == "late answer"


async def test_completion_buttons_menus_and_forms(bot: Bot, place: Place, ada: Person) -> None:
    assert [each["name"] for each in await ada.complete(place, "search", "query", "gr")] == ["gr0", "gr1", "gr2"]
    first = (await ada.slash(place, "search", query="graphs")).seen
    assert first.labels == ["Next", "Note", "Slow"]
    assert (await ada.press(place, first, "Next")).text == "page 2"
    assert first.text == "page 2"
    assert (await ada.press(place, first, "Slow")).text == "page 3"
    form = await ada.press(place, first, "Note")
    assert form.modal["title"] == "A note"
    assert form.fields["Words"]["value"] == "nothing"
    assert (await ada.submit(form, Words="something")).text == "noted something"
    assert (await ada.choose(place, first, "Why")).text == "chosen why p1"
    assert (await ada.menu(place, "Bookmark papers", place.posted[-1])).text == "kept page 3"


async def test_no_answer_is_noticed(bot: Bot, place: Place, ada: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.discordd.people.FIRST_SECONDS", 0.2)
    with pytest.raises(UnansweredError, match="no answer within 3 seconds"):
        await ada.slash(place, "search", query="never")


async def test_a_second_answer_and_a_late_one_are_refused(
    bot: Bot, place: Place, ada: Person, discordd: Discordd
) -> None:
    discordd.expect(40060, 10062, 10015, 50027)
    first = await ada.slash(place, "search", query="twice")
    answer = discord.http.Route("POST", f"/interactions/{first.of.id}/{first.of.token}/callback")
    say = {"type": 4, "data": {"content": "again"}}
    assert await code(bot, answer, say) == 40060
    late = discordd.interactions.make(2, ada.user, place, {})
    late.began = time.monotonic() - 3.1
    assert await code(bot, discord.http.Route("POST", f"/interactions/{late.id}/{late.token}/callback"), say) == 10062
    assert await code(bot, follow_up(bot, late), {"content": "early"}) == 10015
    first.of.began = time.monotonic() - 901
    assert await code(bot, follow_up(bot, first.of), {"content": "too late"}) == 50027


def follow_up(bot: Bot, of: Interaction) -> discord.http.Route:
    return discord.http.Route("POST", f"/webhooks/{bot.application_id}/{of.token}")


async def code(bot: Bot, route: discord.http.Route, body: Any) -> int:
    with pytest.raises(discord.HTTPException) as caught:
        await bot.http.request(route, json=body)
    return caught.value.code


def option(name: str, kind: int = 3, **more: Any) -> dict[str, Any]:
    return {"name": name, "description": "x", "type": kind, **more}


def command(*options: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": "a", "description": "x", "options": list(options), **more}


LONG = [
    option(f"o{n}", 1, options=[option(f"i{m}", description="y" * 100) for m in range(4)], description="x" * 100)
    for n in range(20)
]


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ([command(name="Papers")], "Command name is invalid"),
        ([command(description="")], "required"),
        ([command(description="x" * 101)], "100 or fewer"),
        ([command(), command()], "used twice"),
        ([{"name": "a", "type": 3, "description": "x"}], "cannot have description"),
        ([{"name": f"n{n}", "type": 3} for n in range(16)], "Maximum number"),
        ([command(*(option(f"o{n}") for n in range(26)))], "25 or fewer"),
        ([command(*LONG)], "maximum size"),
        ([command(option("o"), option("r", required=True))], "must be placed before"),
    ],
    ids=lambda value: value.replace(" ", "-") if isinstance(value, str) else "commands",
)
def test_commands_have_limits(wrong: list[dict[str, Any]], why: str) -> None:
    with pytest.raises(Refused, match=why):
        known.check(wrong)


async def test_many_at_once_are_all_answered(bot: Bot, place: Place, ada: Person) -> None:
    told = await asyncio.gather(*(ada.slash(place, "search", query=f"graphs{n}") for n in range(60)))
    assert [each.text for each in told] == [f"graphs{n} 1" for n in range(60)]
