"""Where every question arrives: words become arguments, and what is wrong is said with its place."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands import COMMANDS
from bot.commands.base import Command
from bot.commands.perform import arguments, checked, read
from domain.errors import PaperroundError, UsageError
from tests.bot.talk import Talk, cards, heading, marked, said


@pytest.mark.parametrize(
    ("text", "verb", "args"),
    [
        ("search diffusion models", "search", {"query": "diffusion models"}),
        ("  SEARCH \t diffusion\nmodels ", "search", {"query": "diffusion\nmodels"}),
        ("search\u00a0diffusion", "search", {"query": "diffusion"}),
        ("/papers search x", "search", {"query": "x"}),
        ("papers search x", "search", {"query": "x"}),
        ("", "help", {}),
        ("/papers", "help", {}),
        ("subscribe to:me draft models", "subscribe", {"to": "me", "query": "draft models"}),
        ("subscribe draft to:ME models", "subscribe", {"to": "ME", "query": "draft models"}),
        ('subscribe "reply to:me"', "subscribe", {"query": '"reply to:me"'}),
        ("subscribe “reply to:me” to:me", "subscribe", {"query": "“reply to:me”", "to": "me"}),
        ("bookmark p1 read  it #soon", "bookmark", {"paper": "p1", "note": "read  it #soon"}),
        ("bookmark   p1", "bookmark", {"paper": "p1"}),
        ("vote p1 up", "vote", {"paper": "p1", "value": "up"}),
        ("schedule", "schedule", {}),
    ],
)
def test_words_become_arguments(text: str, verb: str, args: Mapping[str, str]) -> None:
    command, found = read(COMMANDS, text)
    assert command.name == verb
    assert found == args


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("serach diffusion", "Did you mean search?"),
        ("subscriptoin x", "Did you mean subscription"),
        ("diffusion models", "To look for papers: search diffusion models"),
        ("x" * 500, "All commands: help"),
    ],
)
def test_an_unknown_verb_is_answered_with_what_was_meant(text: str, hint: str) -> None:
    with pytest.raises(UsageError) as raised:
        read(COMMANDS, text)
    assert "There is no command “" in raised.value.what
    assert hint in raised.value.hint
    assert len(str(raised.value)) < 300


def test_too_many_words_are_not_dropped() -> None:
    with pytest.raises(UsageError, match="vote does not take “p2”"):
        arguments(COMMANDS["vote"], "p1 up p2")


@pytest.mark.parametrize(
    ("verb", "args", "said"),
    [
        ("search", {}, "search needs what to look for. Write it so: search QUERY. For example: search diffusion"),
        ("search", {"query": " "}, "search needs"),
        ("vote", {"paper": "p1"}, "vote needs up, down, or none"),
        ("vote", {"paper": "p1", "value": "sideways"}, "vote does not take “sideways” as its value."),
        ("export", {"format": "docx"}, "There is: bibtex, ris, csv, json, markdown."),
        ("subscribe", {"query": "x", "to": "bob"}, "subscribe does not take to:bob. There is: me."),
    ],
)
def test_arguments_are_checked(verb: str, args: Mapping[str, str], said: str) -> None:
    with pytest.raises(UsageError) as raised:
        checked(COMMANDS[verb], args)
    assert said in str(raised.value)


def test_choices_may_be_written_in_any_case() -> None:
    assert checked(COMMANDS["vote"], {"paper": "P1", "value": "UP"}) == {"paper": "P1", "value": "up"}
    assert checked(COMMANDS["subscribe"], {"query": "LLM", "to": "Me"}) == {"query": "LLM", "to": "me"}


@given(st.sampled_from(sorted(COMMANDS)), st.text(max_size=80))
def test_whatever_is_typed_is_read_or_refused(verb: str, text: str) -> None:
    with suppress(PaperroundError):
        command, args = read(COMMANDS, f"{verb} {text}")
        checked(command, args)
        assert set(args) <= {param.name for param in command.params}


async def test_what_went_wrong_shows_the_place(talk: Talk) -> None:
    answer = await talk.say("search diffusion (models")
    assert heading(answer) == "That did not work"
    assert answer.private
    assert marked(answer) == ["("]


async def test_a_query_among_tags_shows_its_own_place(talk: Talk) -> None:
    answer = await talk.say("bookmarks #soon diffusion (models")
    assert marked(answer) == ["("]


async def test_a_very_long_mistake_is_answered_shortly(talk: Talk) -> None:
    assert len(said(await talk.say("search " + "x" * 100_000))) < 700


@pytest.mark.parametrize("quoted", ["“speculative decoding”", "„speculative decoding“", '"speculative decoding"'])
async def test_smart_quotes_are_quotes(stocked: Talk, quoted: str) -> None:
    assert (await stocked.ok(f"search {quoted}")).data["query"] == '"speculative decoding"'
    subscribed = await stocked.ok(f"subscribe {quoted}")
    assert (await stocked.ok(f"unsubscribe {quoted}")).data["subscription"] == subscribed.data["subscription"]


@pytest.mark.parametrize(
    "link", ["https://arxiv.org/abs/2611.00001v2", "<https://arxiv.org/pdf/2611.00001>", "arXiv:2611.00001", "p1", "P1"]
)
async def test_a_paper_is_named_by_what_people_paste(stocked: Talk, link: str) -> None:
    for verb in ("abstract", "similar", "bookmark"):
        assert (await stocked.ok(f"{verb} {link}")).data["paper"] == "p1"
    assert cards(await stocked.ok(f"search {link}"))[:1] == ["p1"] or link.lower() == "p1"


async def test_a_paper_that_is_not_here_is_said(stocked: Talk) -> None:
    for verb in ("abstract", "similar", "bookmark", "unbookmark"):
        assert "There is no paper p99 here" in await stocked.fails(f"{verb} p99")
        assert "names no paper" in await stocked.fails(f"{verb} whatever")


@pytest.mark.parametrize("command", COMMANDS.values(), ids=list(COMMANDS))
def test_every_command_says_how_it_is_written(command: Command) -> None:
    assert command.usage.startswith(command.name)
    assert command.meaning[0].isupper()
    assert not command.meaning.endswith(".")
    assert command.examples
    for example in command.examples:
        found, args = read(COMMANDS, example)
        assert found is command
        checked(command, args)
