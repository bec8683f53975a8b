"""trending, status, help, undo: what is liked, how things are, and what can be asked."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.commands import COMMANDS
from bot.commands.rights import forms
from db import channels, runs, schema
from db.runs import Run
from tests.bot.talk import BELA, HERE, Talk, cards, heading, labels, record, said
from tests.papers import NOW, records


async def test_trending_counts_upvotes_bookmarks_and_votes(talk: Talk) -> None:
    talk.take(
        [
            record(1, "Upvoted", upvotes=3, days_ago=1),
            record(2, "Bookmarked", days_ago=1),
            record(3, "Voted", days_ago=2),
            record(4, "Disliked", upvotes=1),
            record(5, "Nothing"),
            record(6, "Old", upvotes=90, days_ago=9),
        ]
    )
    for person in ("local:a", "local:b"):
        await talk.ok("bookmark p2", person=person)
    await talk.ok("vote p3 up")
    await talk.ok("vote p4 down")
    answer = await talk.ok("trending")
    assert heading(answer) == "Trending over 7 days"
    assert cards(answer) == ["p2", "p1", "p3"]
    assert answer.data["papers"][0] == {
        "paper": "p2",
        "title": "Bookmarked",
        "url": "https://arxiv.org/abs/2611.00002",
        "points": 4,
        "day": "2026-11-15",
    }
    assert [card.facts[-1] for card in answer.message.cards()] == [
        "4 points · 1 day old",
        "3 points · 1 day old",
        "1 point · 2 days old",
    ]
    assert cards(await talk.ok("trending 2w"))[0] == "p6"
    assert answer.data["days"] == 7


async def test_trending_is_paged(talk: Talk) -> None:
    talk.take([record(n, f"Paper {n}", upvotes=n) for n in range(1, 26)])
    first = await talk.ok("trending 3d")
    assert labels(first) == ["Next"]
    last = await talk.press(await talk.press(first, "Next"), "Next")
    assert cards(last) == ["p5", "p4", "p3", "p2", "p1"]
    assert len(first.data["papers"]) == 25


async def test_nothing_trends_yet(talk: Talk) -> None:
    talk.take([record(1, "Nothing")])
    assert "No paper of these days has upvotes, votes or bookmarks." in said(await talk.ok("trending"))


@pytest.mark.parametrize("age", ["week", "0d", "-1d", "7", "d", "99999d", "7d 8d"])
async def test_an_age_that_cannot_be_read(talk: Talk, age: str) -> None:
    assert await talk.fails(f"trending {age}")


@pytest.mark.parametrize(("age", "days"), [("1D", 1), ("2w", 14), ("1m", 30), ("1y", 365), ("9999y", 739935)])
async def test_ages(talk: Talk, age: str, days: int) -> None:
    assert (await talk.ok(f"trending {age}")).data["days"] == days


# status

EMPTY: dict[str, object] = {
    "audit": None,
    "papers": 0,
    "channels": [],
    "sources": [],
    "editions": [],
    "deliveries": {},
    "troubled": [],
}


async def test_the_status_of_nothing(talk: Talk) -> None:
    answer = await talk.ok("status")
    assert answer.data == EMPTY
    assert "No source is configured" in said(answer)
    assert "local:general has no subscriptions yet." in said(answer)
    assert (await talk.ok("status", channel="")).data == EMPTY


async def test_the_status_of_a_channel(stocked: Talk) -> None:
    await stocked.ok("subscribe decoding")
    await stocked.ok("schedule limit 2")
    await stocked.ok("digest now")
    answer = await stocked.ok("status")
    assert heading(answer) == "4 papers · local:general · 0 messages on the way"
    assert answer.data["channels"] == [{"channel": HERE, "next": "2026-11-17T08:00:00+00:00", "stopped": ""}]
    assert answer.data["editions"] == [
        {
            "channel": HERE,
            "edition": 1,
            "due_at": NOW.isoformat(),
            "papers": 2,
            "held": 1,
            "deliveries": {"sent": 1},
        }
    ]
    assert "Next digest of local:general: Tuesday 17 November 2026, 09:00 Europe/Paris" in said(answer)
    assert "local:general edition 1: 2 papers, 1 held back · 1 sent" in said(answer)


async def test_how_the_sources_are(talk: Talk) -> None:
    with talk.store.writing() as connection:
        runs.record(connection, Run("folder", NOW, NOW, "failed", why="the folder is gone"))
        runs.record(connection, Run("arxiv", NOW, NOW + timedelta(minutes=1), "fresh", new=7, known=2, rejected=3))
    answer = await talk.ok("status")
    assert [(s["source"], s["outcome"], s["new"]) for s in answer.data["sources"]] == [
        ("arxiv", "fresh", 7),
        ("folder", "failed", 0),
    ]
    assert "arxiv: fresh, 7 new, 3 not readable, at 2026-11-16T12:01 UTC" in said(answer)
    assert "folder: failed, 0 new, at 2026-11-16T12:00 UTC · the folder is gone" in said(answer)


async def test_a_source_that_was_not_looked_at_yet_is_named(talk: Talk) -> None:
    desk = talk.desk
    here = type(desk)(desk.store, desk.new_id, desk.timezone, desk.commands, ("folder",), desk.couriers)
    answer = await COMMANDS["status"].run(here, talk.asked(), {})
    assert "folder: not looked at yet" in said(answer)
    assert answer.data["sources"][0]["outcome"] is None


async def test_what_is_stuck_is_shown_where_it_is_stuck(stocked: Talk) -> None:
    for channel in (HERE, "local:secret"):
        await stocked.ok("subscribe decoding", channel=channel)
        await stocked.ok("digest now", channel=channel)
    with stocked.store.writing() as connection:
        connection.execute(schema.deliveries.update().values(state="paused", why="not in the channel"))
        channels.stop(connection, HERE, "not in the channel")
    answer = await stocked.ok("status")
    assert heading(answer) == "4 papers · local:general · 2 messages on the way"
    assert [t["channel"] for t in answer.data["troubled"]] == [HERE]
    assert "Deliveries to local:general rest: not in the channel" in said(answer)
    assert "local:general edition 1: paused, not in the channel" in said(answer)
    assert "secret" not in said(answer)
    everything = await stocked.ok("status", channel="")
    assert [t["channel"] for t in everything.data["troubled"]] == [HERE, "local:secret"]
    assert [c["channel"] for c in everything.data["channels"]] == [HERE, "local:secret"]
    assert heading(everything) == "4 papers · 2 channels · 2 messages on the way"


# help


async def test_help_lists_every_command_but_those_of_buttons(talk: Talk) -> None:
    answer = await talk.ok("help")
    shown = [command["name"] for command in answer.data["commands"]]
    assert shown == [command.name for command in COMMANDS.values() if not command.hidden]
    assert {"search", "subscribe", "bookmark", "digest", "schedule", "why"} <= set(shown)
    for command in COMMANDS.values():
        assert (f"{command.usage} · {command.meaning}" in said(answer)) is not command.hidden


@pytest.mark.parametrize("verb", COMMANDS)
async def test_help_shows_how_each_is_written(talk: Talk, verb: str) -> None:
    command = COMMANDS[verb]
    answer = await talk.ok(f"help {verb.upper()}")
    assert heading(answer) == command.usage
    assert all(example in said(answer) for example in command.examples)
    assert all(param.meaning in said(answer).replace("\n", " ") for param in command.params)
    assert answer.data["usage"] == command.usage
    assert all(form.who in said(answer) for form in forms([command]))


async def test_help_with_what_does_not_exist(talk: Talk) -> None:
    assert "Did you mean search?" in await talk.fails("help serach")
    assert "help lists them." in await talk.fails("help astronomy")


async def test_the_query_of_the_help_can_be_read(talk: Talk) -> None:
    talk.take(records(3))
    query = next(line for line in said(await talk.ok("help")).splitlines() if line.startswith("A query: "))
    await talk.ok(f"search {query.removeprefix('A query: ')}")


# undo


@pytest.mark.parametrize("number", ["0", "99", "9" * 15])
async def test_there_is_nothing_to_undo(talk: Talk, number: str) -> None:
    assert f"There is nothing to undo under {number}." in await talk.fails(f"undo {number}")


@pytest.mark.parametrize("number", ["x", "-1", "1.5", "9" * 20, "٣"])
async def test_an_undo_takes_a_number(talk: Talk, number: str) -> None:
    assert "is no number" in await talk.fails(f"undo {number}")
    assert "undo needs the number" in await talk.fails("undo", person=BELA)


@pytest.mark.parametrize(
    ("before", "gone"),
    [("subscribe x", "unsubscribe x"), ("mute x", "unmute x"), ("bookmark p1", "unbookmark p1")],
)
async def test_what_was_let_go_of_does_not_come_back(talk: Talk, before: str, gone: str) -> None:
    talk.take(records(1))
    await talk.ok(before)
    answer = await talk.ok(gone)
    with talk.store.writing() as connection:  # by a clock that is ahead
        channels.sweep(connection, NOW + timedelta(days=8))
    assert "It is too late" in str((await talk.press(answer, "Undo")).data["error"])
    assert "It is too late" in str((await talk.press(answer, "Undo")).data["error"])  # and nothing was used up
