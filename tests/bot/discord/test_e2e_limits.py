"""§4.7 at every limit of Discord, one under and one over: what we make is taken by the server's own rules."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.commands import COMMANDS
from bot.complete.choice import Choice
from bot.discord import embeds, render
from bot.discord.limits import cut
from bot.discord.markdown import size
from bot.discord.room import COMPOSED, EMBEDDED
from bot.discord.split import parts
from bot.discord.tree import choices, definitions
from domain.message import Actions, Block, Button, Card, Heading, Listing, Message, Note, line
from tests.bot.discord.house import House, record, with_limit
from tests.bot.discord.reading import cards as shown
from tests.bot.messages import messages
from tests.discordd import commands, limits, spec
from tests.discordd.messages import pings
from tests.discordd.refusals import Refused

SEND = "/channels/{channel_id}/messages"
DELIVERY = "d" * 20
ROOMS = {render: COMPOSED, embeds: EMBEDDED}
FORMS = pytest.mark.parametrize("form", [render, embeds], ids=["components", "embeds"])


def taken(form: ModuleType, message: Message) -> str:
    """What Discord has against a message of ours; empty if it takes it."""
    body = form.render(message, DELIVERY)
    payload = {**body.payload, "nonce": DELIVERY, "enforce_nonce": True}
    assert pings(payload) == []
    try:
        limits.message(payload, len(body.files))
    except Refused as refused:
        return str(refused)
    return "; ".join(spec.problems("POST", SEND, payload))


@FORMS
@settings(deadline=None, max_examples=20)
@given(message=messages)
def test_whatever_is_said_discord_takes_every_part_of_it_and_nobody_is_woken(
    form: ModuleType, message: Message
) -> None:
    for part in parts(message, ROOMS[form].fits):
        assert taken(form, part) == ""


MENU = (Button("Why", "why p1"), Button("Abstract", "abstract p1"))


def cards(count: int) -> list[Block]:
    return [
        Card(f"p{n}", line("t"), "", buttons=(Button("Bookmark", f"bookmark p{n}"),), menu=MENU) for n in range(count)
    ]


def compact(count: int) -> list[Block]:
    return [Card(f"p{n}", line("t"), "", menu=MENU, compact=True) for n in range(count)]


def plain(count: int) -> list[Block]:
    return [Note(line("x" * count))]


def mathematical(count: int) -> list[Block]:
    """Letters that are two units of UTF-16 each."""
    return [Note(line("𝔛" * count))]


def escaped(count: int) -> list[Block]:
    """Signs that are two characters each when they are escaped."""
    return [Listing((line("*" * count),))]


def apart(count: int) -> list[Block]:
    """Texts that are no neighbours."""
    return [block for n in range(count) for block in (Note(line("a")), Actions((Button("b", f"bookmark p{n}"),)))]


EDGES: Sequence[tuple[Callable[[int], list[Block]], str]] = (
    (cards, "components"),
    (compact, "components"),
    (plain, "components"),
    (mathematical, "components"),
    (escaped, "components"),
    (apart, "components"),
    (cards, "embeds"),
    (compact, "embeds"),
    (plain, "embeds"),
    (mathematical, "embeds"),
)


@pytest.mark.parametrize(("make", "called"), EDGES, ids=lambda value: getattr(value, "__name__", value))
def test_the_fullest_message_that_fits_is_taken_and_one_more_would_be_refused(
    make: Callable[[int], list[Block]], called: str
) -> None:
    form = {"components": render, "embeds": embeds}[called]
    low, high = 1, 10_000
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if ROOMS[form].fits(Message(tuple(make(middle)))) else (low, middle)
    assert taken(form, Message(tuple(make(low)))) == ""
    over = taken(form, Message(tuple(make(high))))
    assert over or make is compact, f"{low} fit and {high} would have been taken as well"
    divided = parts(Message(tuple(make(high))), ROOMS[form].fits)
    assert [taken(form, part) for part in divided] == [""] * len(divided)


@pytest.mark.parametrize(("limit", "make"), [(80, "label"), (100, "option")])
@pytest.mark.parametrize("more", [-1, 0, 1])
@pytest.mark.parametrize("sign", ["x", "𝔛", "w w"], ids=["letters", "pairs", "words"])
def test_names_are_whole_up_to_their_limit_and_cut_beyond(limit: int, make: str, more: int, sign: str) -> None:
    text = sign * ((limit + more) // 2) if sign == "𝔛" else f"a{(sign * limit)[: limit + more - 2]}z"
    if make == "label":
        message = Message.of(Actions((Button(text, "help"),)))
    else:
        message = Message.of(*(Card(f"p{n}", line(text), "", menu=MENU) for n in range(2)))
    assert taken(render, message) == ""
    there = list(limits.walk(render.render(message).payload["components"]))
    seen = [each["label"] for part in there for each in (part, *part.get("options", ())) if each.get("label")]
    assert seen
    assert all((each == text) == (size(text) <= limit) for each in seen)


@pytest.mark.parametrize("length", [78, 79, 80])
def test_the_longest_command_of_a_button_keeps_its_deliverys_id(length: int) -> None:
    message = Message.of(Actions((Button("b", "x" * length),)))
    ids = [
        each["custom_id"]
        for each in limits.walk(render.render(message, DELIVERY).payload["components"])
        if "custom_id" in each
    ]
    assert any(each.startswith(DELIVERY) for each in ids)
    assert taken(render, message) == ""


def test_the_commands_are_such_as_discord_takes() -> None:
    told = definitions(COMMANDS.values())
    commands.check(told)
    assert spec.problems("PUT", "/applications/{application_id}/commands", told) == []


@pytest.mark.parametrize("many", [24, 25, 26])
@pytest.mark.parametrize("length", [99, 100, 101])
def test_completions_are_such_as_discord_takes(many: int, length: int) -> None:
    found = [Choice("v" * (length - 3) + f"{n:03}", "l" * length) for n in range(many)]
    offered = [{"name": shown, "value": value} for shown, value in choices(found)]
    limits.choices({"choices": offered})
    assert len(offered) == (0 if length > 100 else min(many, 25))


@given(text=st.text(max_size=130), most=st.sampled_from([45, 80, 100]))
def test_what_is_cut_keeps_its_beginning_and_its_limit(text: str, most: int) -> None:
    shown = cut(text, most)
    assert size(shown) <= most
    assert shown == text or (shown.endswith("…") and text.startswith(shown[:-1]))


def planning(home: House) -> list[str]:
    """Sixty papers for Ada, and their titles."""
    home.take([record(n, f"Sparse planning, part {n}", "A long story. " * 30) for n in range(100, 160)])
    home.follow(home.ada.id, "planning", schedule=with_limit(60), due=False)
    return [f"Sparse planning, part {n}" for n in range(100, 160)]


async def test_a_long_answer_is_given_whole(home: House) -> None:
    titles = planning(home)
    told = await home.ada.slash(home.place, "digest", when="preview", to="me")
    await told.until(lambda told: "Send it now" in told.messages[-1].labels)
    assert [card.title for each in told.messages for card in shown(each)] == sorted(titles, reverse=True)
    assert all(each.private for each in told.messages)


async def test_where_discord_takes_five_messages_a_long_answer_says_what_is_left_out(home: House) -> None:
    titles = planning(home)
    elsewhere = home.server.world.guild("Elsewhere", home.server.world.user("other"))
    elsewhere.installed = False
    home.ada.join(elsewhere)
    there = home.server.world.place(elsewhere, "general")
    told = await home.ada.slash(there, "digest", when="preview", to="me")
    await told.until(lambda told: "direct messages" in told.messages[-1].text)
    assert 0 < sum(len(shown(each)) for each in told.messages) < len(titles)


async def test_a_long_file_is_exported_whole(home: House) -> None:
    home.take([record(n, f"Sparse planning, part {n}", "A long story. " * 300) for n in range(100, 160)])
    for number in range(100, 160):
        await home.ada.slash(home.place, "bookmark", paper=f"2611.{number:05}")
    told = await home.ada.slash(home.place, "export", format="json")
    (content,) = told.seen.files.values()
    assert content.count("Sparse planning, part") == 60


def test_a_heading_alone_is_a_message() -> None:
    assert taken(render, Message.of(Heading("Papers"))) == ""
    bodies: list[dict[str, Any]] = [form.render(Message(()), DELIVERY).payload for form in (render, embeds)]
    for body in bodies:
        limits.message(body)
