"""What is offered while somebody types: verbs, then what the argument at the end can be."""

from __future__ import annotations

import time

import pytest

from bot.commands import COMMANDS
from bot.complete import MOST, Choice, argument, complete
from bot.complete.choice import LABEL
from bot.complete.offers import OFFERS
from db.store import Store
from tests.bot.lived_in import ARGUMENTS
from tests.bot.talk import BELA, Talk, record
from tests.years import lived


async def values(talk: Talk, text: str, **who: str) -> list[str]:
    return [choice.value for choice in await complete(talk.desk, talk.asked(**who), text)]


async def test_verbs_come_first_all_that_people_type(talk: Talk) -> None:
    shown = [command for command in COMMANDS.values() if not command.hidden]
    assert await values(talk, "") == [f"{c.name} " if c.params else c.name for c in shown][:MOST]
    assert await values(talk, "unb") == ["unbookmark "]
    assert await values(talk, "/papers stat") == ["/papers status"]
    assert (await values(talk, "/papers"))[0] == "/papers search "
    assert await values(talk, "SUBS") == ["subscribe ", "subscriptions "]
    assert (await values(talk, "serach"))[0] == "search "
    assert (await complete(talk.desk, talk.asked(), "unb"))[0].label == "unbookmark · Remove a bookmark"


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("search spec", ["search speculative"]),
        ("search  graphs -SPEC", ["search  graphs -speculative"]),
        ('search "speculative dec', ['search "speculative decoding', 'search "speculative decoders']),
        ("search (lazy OR div", []),
        ("search au", ["search author:"]),
        ("search author:a", ["search author:ada", "search author:adler"]),
        ("search graphs au:EM", ["search graphs au:emre"]),
        ("search author:spec", []),
        ("search title:surv", ["search title:survey"]),
        ("search cat:", ["search cat:cs.CL", "search cat:cs.LG"]),
        ("search -cat:CS.l", ["search -cat:cs.LG"]),
        ("search source:a", ["search source:arxiv"]),
        ("search since:3", ["search since:30d"]),
        ("search before:2026", ["search before:2026-11-16"]),
        ("search is:", ["search is:trending"]),
        ("search upvotes:>5", ["search upvotes:>50"]),
        ("search nothing:x", []),
        ("search drafts ", []),
        ("search ?!", []),
        ("search id:p", []),
    ],
)
async def test_the_last_word_of_a_query_goes_on(stocked: Talk, text: str, offered: list[str]) -> None:
    assert await values(stocked, text) == offered


async def test_a_query_not_begun_is_shown_by_example(talk: Talk) -> None:
    assert await values(talk, "subscribe ") == [f"subscribe {query}" for query in _examples("subscribe")]


def _examples(verb: str) -> list[str]:
    return [each.removeprefix(f"{verb} ").removesuffix(" to:me") for each in COMMANDS[verb].examples]


async def test_one_s_tags_follow_a_hash(stocked: Talk) -> None:
    await stocked.ok("bookmark p1 #club #later")
    await stocked.ok("bookmark p2 #later")
    assert await values(stocked, "bookmarks drafts #") == ["bookmarks drafts #later", "bookmarks drafts #club"]
    assert await values(stocked, "bookmark p3 to read #cl") == ["bookmark p3 to read #club"]
    assert await values(stocked, "export csv #LA") == ["export csv #later"]
    assert await values(stocked, "bookmark p3 to read") == []
    assert await values(stocked, "bookmarks #", person=BELA) == []


async def test_subscriptions_are_offered_by_number_and_query(stocked: Talk) -> None:
    await stocked.ok("subscribe speculative decoding")
    await stocked.ok("subscribe graphs")
    await stocked.ok("subscribe survey to:me")
    found = await complete(stocked.desk, stocked.asked(), "unsubscribe ")
    assert found == [
        Choice("1. speculative decoding", "unsubscribe 1"),
        Choice("2. graphs", "unsubscribe 2"),
    ]
    assert await values(stocked, "unsubscribe gra") == ["unsubscribe 2"]
    assert await values(stocked, "unsubscribe decodign") == ["unsubscribe 1"]
    assert await values(stocked, "unsubscribe #2") == ["unsubscribe 2"]
    assert await values(stocked, "unsubscribe to:me ") == ["unsubscribe to:me 1"]
    assert await values(stocked, "edit 1 lazy draft mod") == ["edit 1 lazy draft models"]
    assert await values(stocked, "edit ", channel="local:other") == []


async def test_mutes_are_offered_to_be_taken_back(stocked: Talk) -> None:
    await stocked.ok("mute biology")
    await stocked.ok("mute chemistry to:me")
    assert await values(stocked, "unmute ") == ["unmute biology"]
    assert await values(stocked, "unmute to:me chem") == ["unmute to:me chemistry"]


async def test_papers_are_offered_by_what_was_shown_kept_or_matches(stocked: Talk) -> None:
    await stocked.ok("subscribe draft models")
    await stocked.ok("digest now")
    await stocked.ok("bookmark p4")
    assert await values(stocked, "why ") == ["why p2", "why p4"]
    assert await values(stocked, "why ", channel="local:other", person=BELA) == []
    assert await values(stocked, "similar p1") == ["similar p1"]
    assert await values(stocked, "abstract speculative dec") == ["abstract p2", "abstract p4", "abstract p1"]
    assert await values(stocked, "bookmark lazy dra") == ["bookmark p1"]
    assert await values(stocked, "bookmark 2611.00003") == ["bookmark p3"]
    assert await values(stocked, "bookmark 2611.00003 a no") == []  # a note by now
    assert await values(stocked, "similar ((") == []
    found = await complete(stocked.desk, stocked.asked(), "vote p3")
    assert found == [Choice("Diffusion for graphs · p3", "vote p3")]
    assert await values(stocked, "vote p3 ") == ["vote p3 up", "vote p3 down", "vote p3 none"]


async def test_only_one_s_own_bookmarks_are_offered_to_be_removed(stocked: Talk) -> None:
    await stocked.ok("bookmark p1")
    await stocked.ok("bookmark p2", person=BELA)
    assert await values(stocked, "unbookmark ") == ["unbookmark p1"]
    assert await values(stocked, "unbookmark lzay") == ["unbookmark p1"]
    await stocked.ok("unbookmark p1")
    assert await values(stocked, "unbookmark ") == []


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("schedule weekd", ["schedule weekdays"]),
        ("schedule daily 1", [f"schedule daily {hour}:00" for hour in range(10, 20)]),
        ("schedule europe/par", ["schedule Europe/Paris"]),
        ("schedule daily New_Y", ["schedule daily America/New_York"]),
        ("schedule layout ", ["schedule layout rich", "schedule layout compact", "schedule layout thread"]),
        ("schedule empty s", ["schedule empty silent", "schedule empty say"]),
        ("schedule xyz", []),
    ],
)
async def test_the_words_of_a_schedule_go_on(talk: Talk, text: str, offered: list[str]) -> None:
    found = await values(talk, text)
    assert found == offered


async def test_editions_verbs_and_choices(settled: Talk) -> None:
    found = await complete(settled.desk, settled.asked(), "edition ")
    assert found == [Choice("2 · 16 Nov 2026", "edition 2"), Choice("1 · 16 Nov 2026", "edition 1")]
    stuck = await complete(settled.desk, settled.asked(), "resend ")
    assert stuck == [Choice("Edition 2: dead", "resend stuck")]
    assert await values(settled, "resend ", channel="local:other") == []
    assert await values(settled, "help subsc") == ["help subscribe", "help subscriptions"]
    assert await values(settled, "allow m") == ["allow managers"]
    assert await values(settled, "trending 3") == ["trending 30d"]
    assert await values(settled, "digest n") == ["digest now"]
    assert await values(settled, "digest to:me ") == ["digest to:me preview", "digest to:me now"]


async def test_for_oneself_is_offered_as_a_word_of_its_own(talk: Talk) -> None:
    assert await values(talk, "subscribe graphs to") == ["subscribe graphs to:me"]
    assert await values(talk, "subscribe graphs to:") == ["subscribe graphs to:me"]
    assert await values(talk, "search graphs to:") == []
    talk.take([record(1, " ".join(f"to{chr(97 + n)}word" for n in range(26)))])
    many = await values(talk, "subscribe to")
    assert (len(many), many[-1]) == (MOST, "subscribe to:me")


async def test_one_argument_alone(stocked: Talk) -> None:
    """As where each has a field of its own: a value is all of the argument."""
    await stocked.ok("subscribe graphs to:me")
    command = COMMANDS["unsubscribe"]
    asked = stocked.asked()
    assert await argument(stocked.desk, asked, command, command.params[0], "") == []
    assert await argument(stocked.desk, asked, command, command.params[0], "", {"to": "me"}) == [
        Choice("1. graphs", "1")
    ]
    search = COMMANDS["search"]
    offered = await argument(stocked.desk, asked, search, search.params[0], "lazy dra")
    assert offered == [Choice("lazy draft", "lazy draft")]


async def test_nothing_is_offered_beyond_what_platforms_take(stocked: Talk) -> None:
    long = "Graphs " + "of very long names " * 30
    stocked.take([record(n, f"{long} {n}") for n in range(20, 60)])
    for text in ("similar graphs", "search " + "graphs " * 40 + "gra", "similar p"):
        found = await complete(stocked.desk, stocked.asked(), text)
        assert len(found) <= MOST
        assert all(0 < len(choice.label) <= LABEL for choice in found), text
    assert await values(stocked, "search " + "x" * 3000) == []


HOSTILE = (
    "\x00",
    "'",
    '"',
    "%",
    "\\",
    "(",
    "#",
    "to:",
    "p99999999999999999999",
    "推",
    "\ud800",
    "-",
    "*",
    "cat:%",
    "-'",
)


@pytest.mark.parametrize("verb", COMMANDS)
async def test_whatever_is_typed_is_no_error(settled: Talk, verb: str) -> None:
    for odd in HOSTILE:
        for text in (f"{verb} {odd}", f"{verb} {ARGUMENTS[verb]} {odd}", f"{verb}{odd}", f"{odd}{verb}"):
            assert len(await values(settled, text)) <= MOST


def test_every_kind_that_is_offered_belongs_to_an_argument() -> None:
    kinds = {param.kind for command in COMMANDS.values() for param in command.params}
    assert set(OFFERS) <= kinds
    assert kinds - set(OFFERS) <= {"text", "number"}


async def test_it_keeps_up_with_typing(store: Store) -> None:
    lived(store, many=2_000, editions=200, runs=0)
    talk = Talk(store)
    for text in (
        "search spar",
        "search cat:",
        "search author:",
        "similar sparse diff",
        "why ",
        "edition ",
        "unsubscribe ",
    ):
        took = []
        for _ in range(3):
            began = time.process_time()  # whatever else the machine does
            assert await values(talk, text, channel="local:channel1") or text == "search author:"
            took.append(time.process_time() - began)
        assert min(took) < 0.1, text
