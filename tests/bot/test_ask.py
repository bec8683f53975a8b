"""Where every question arrives: words, rights, buttons, and what is said when something is wrong."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands import COMMANDS
from bot.commands.again import LONGEST
from bot.commands.base import Answer, Asked, Command
from bot.commands.perform import arguments, checked, perform, read
from db import tickets
from db.store import Store
from domain.errors import NotAllowedError, PaperroundError, UsageError
from domain.message import Button
from domain.paper import Record
from tests.bot.talk import ADA, BELA, DRAFTS, HERE, Talk, button, buttons, cards, heading, marked, record, said
from tests.conftest import quick
from tests.papers import NOW

SHOWN = [command for command in COMMANDS.values() if not command.hidden]


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


# Who may. What a command needs to run, beside its verb; every command is here.

LONG = " OR ".join(f"word{n}" for n in range(30)) + " OR drafts"
SETUP = ("subscribe drafts", "subscribe survey", "mute biology", "digest now", "bookmark p1", f"search {LONG}")
ARGUMENTS = {
    "search": "drafts",
    "subscribe": "graphs",
    "unsubscribe": "1",
    "subscriptions": "",
    "bookmark": "p1",
    "unbookmark": "p1",
    "bookmarks": "",
    "export": "csv",
    "digest": "preview",
    "schedule": "",
    "mute": "chemistry",
    "unmute": "biology",
    "trending": "",
    "similar": "p1",
    "abstract": "p1",
    "why": "p1",
    "vote": "p1 up",
    "status": "",
    "allow": "everyone",
    "help": "",
    "undo": "1",  # of the first subscription
    "edit": "1 lazy",
    "edition": "1",
    "more": "2 search drafts",
    "again": "5",  # the long search's button
}
CHANGING = {"subscribe", "unsubscribe", "mute", "unmute", "allow", "undo", "edit", "schedule pause", "digest now"}
CHANGING |= {"again"}  # as the kept command does: it is a subscribe
OWN = {"again", "unbookmark"}  # what Ada has and others have not
DONE = ("already", "has no subscription", "does not mute")
WHO: dict[str, dict[str, object]] = {
    "ada": {"person": ADA},
    "bela": {"person": BELA},
    "a manager": {"person": "local:chiara", "manager": True},
}


def may(verb: str, allowed: str, who: str) -> bool:
    """DESIGN §5: reading and one's own things, everyone; what changes the channel, those whom `allow` names."""
    if verb in OWN and who != "ada":
        return False
    return verb not in CHANGING or who == "a manager" or allowed == "everyone" or (allowed == ADA and who == "ada")


@pytest.fixture(scope="module")
def lived_in(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store in which all of SETUP was said; copied, never opened again."""
    path = tmp_path_factory.mktemp("store") / "lived-in.db"
    shutil.copyfile(template, path)

    async def live(talk: Talk) -> None:
        talk.take(DRAFTS)
        for text in SETUP:
            await talk.ok(text)
        with talk.store.reading() as connection:
            kept = tickets.get(connection, int(ARGUMENTS["again"]))
        assert kept
        assert kept.kind == "again"

    with closing(quick(Store(f"sqlite:///{path}"))) as store:
        asyncio.run(live(Talk(store)))
    return path


@pytest.fixture
def settled(lived_in: Path, tmp_path: Path) -> Iterator[Talk]:
    """A desk on a copy of that store."""
    shutil.copyfile(lived_in, tmp_path / "settled.db")
    with closing(quick(Store(f"sqlite:///{tmp_path / 'settled.db'}"))) as store:
        yield Talk(store)


@pytest.mark.parametrize("allowed", ["everyone", "managers", ADA])
@pytest.mark.parametrize("verb", sorted({*COMMANDS, *CHANGING}))
async def test_who_may(settled: Talk, verb: str, allowed: str) -> None:
    name = verb.partition(" ")[0]
    text = verb if " " in verb else f"{name} {ARGUMENTS[name]}"
    for who, person in WHO.items():
        await settled.ok(f"allow {allowed}", person="local:chiara", manager=True)
        answer = await settled.say(text, **person)
        denied = str(answer.data.get("error", ""))
        if may(verb, allowed, who):
            # The second one may find that done which the first one did; both were let in.
            assert not denied or any(done in denied for done in DONE), (who, denied)
        elif verb in OWN and who != "ada":
            assert "You have no bookmark" in denied or "There is nothing under" in denied
        else:
            assert f"Only {allowed} may change {HERE}." in denied, who


@pytest.mark.parametrize("text", ["subscribe x", "mute x", "schedule pause", "digest now", "subscriptions"])
async def test_one_s_own_is_one_s_own_whoever_may_change_the_channel(stocked: Talk, text: str) -> None:
    await stocked.ok("subscribe drafts to:me")
    await stocked.ok("subscribe drafts")
    await stocked.ok("allow managers", manager=True)
    assert (await stocked.ok(f"{text} to:me")).data["channel"] == ADA
    assert "Only managers may change" in str((await stocked.say("mute x")).data)


async def test_rights_are_asked_where_the_arguments_come_from_a_form_too(stocked: Talk) -> None:
    await stocked.ok("subscribe drafts")
    await stocked.ok("allow managers", manager=True)
    asked = Asked(BELA, HERE, NOW)
    with pytest.raises(NotAllowedError):
        await perform(stocked.desk, asked, COMMANDS["subscribe"], {"query": "graphs"})
    with pytest.raises(NotAllowedError):
        await perform(stocked.desk, asked, COMMANDS["digest"], {"when": "NOW"})
    mine = await perform(stocked.desk, asked, COMMANDS["subscribe"], {"query": "graphs", "to": "ME"})
    assert mine.data["channel"] == BELA


# Buttons are commands.


@pytest.mark.parametrize("verb", COMMANDS)
async def test_every_button_is_a_command_that_runs(settled: Talk, verb: str) -> None:
    answer = await settled.ok(f"{verb} {ARGUMENTS[verb]}")
    for each in undo_last(answer):
        assert len(each.command) <= LONGEST, each
        pressed = await settled.ok(each.command)
        for next_ in buttons(pressed.message):
            command, args = read(COMMANDS, next_.command)
            checked(command, args)


def undo_last(answer: Answer) -> list[Button]:
    return sorted(buttons(answer.message), key=lambda each: each.label == "Undo")


@pytest.mark.parametrize("verb", ["search", "subscribe", "edit", "bookmarks", "mute"])
async def test_buttons_stay_short_however_long_the_query(stocked: Talk, verb: str) -> None:
    words = " ".join(f"word{n}" for n in range(60))
    stocked.take([_long(n, words) for n in range(10, 25)])
    await stocked.ok("subscribe survey")
    for n in range(10, 25):
        await stocked.ok(f"bookmark 2611.000{n}")
    answer = await stocked.ok(f"{verb} {'1 ' if verb == 'edit' else ''}{words}")
    for each in undo_last(answer):
        assert len(each.command) <= LONGEST, each
        await stocked.ok(each.command)


def _long(number: int, words: str) -> Record:
    return record(number, f"Number{number}", words)


async def test_a_kept_command_runs_again_and_again_for_its_own_person(stocked: Talk) -> None:
    words = " OR ".join(f"survey{n}" for n in range(20)) + " OR survey"
    answer = await stocked.ok(f"search {words}")
    assert button(answer, "Subscribe to this").command.startswith("again ")
    first = await stocked.press(answer, "Subscribe to this")
    assert heading(first) == f"Now following {words}"
    stocked.pass_(days=400)
    assert heading(await stocked.press(answer, "Subscribe to this")) == f"Already following {words}"
    other = await stocked.press(answer, "Subscribe to this", person=BELA)
    assert "There is nothing under" in str(other.data["error"])
    for number in ("0", "999", "x", "1" * 30, "-1"):
        assert "error" in (await stocked.say(f"again {number}")).data


async def test_an_undo_number_is_no_kept_command_and_the_other_way_round(stocked: Talk) -> None:
    undo = button(await stocked.ok("mute x"), "Undo").command.split()[1]
    assert "nothing under" in await stocked.fails(f"again {undo}")
    long = button(await stocked.ok(f"search survey OR {LONG}"), "Subscribe to this").command.split()
    assert long[0] == "again"
    assert "nothing to undo" in await stocked.fails(f"undo {long[1]}")


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
