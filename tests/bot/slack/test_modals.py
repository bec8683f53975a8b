"""The forms: Slack takes them, and what is entered is what one would have typed, or is wrong at its field."""

from __future__ import annotations

from datetime import time
from typing import Any

import pytest

from bot.commands import COMMANDS
from bot.commands.base import Answer
from bot.commands.perform import read
from bot.settings import NO_SECRET
from bot.slack import modals
from bot.slack.answer import MODAL_BLOCKS, Where
from bot.slack.rich import Place
from bot.slack.workspaces import Workspace
from digests.layouts import LAYOUTS
from domain.message import Actions, Button, Heading, Message, Note, line
from domain.schedule import EMPTY, WEEKDAYS, Schedule, change
from tests.slackd import schema, screen
from tests.slackd.checks import check_view
from tests.slackd.refused import Json

META = {"conversation": "C1", "own": False}
WHERE = Where(Workspace("T1", NO_SECRET), Place("slack:T1/C1", "slack:T1/U1"), "C1", "U1")
SCHEDULES = (
    Schedule(),
    Schedule(WEEKDAYS, time(18, 30), "Asia/Tokyo", "arxiv", time(20), 25, "thread", EMPTY[-1], paused=True),
)


def sent(view: Json, **entered: Any) -> Json:
    """The view as it arrives once somebody has entered this."""
    state: dict[str, Json] = {}
    for name, value in entered.items():
        control = next(c for c in screen.controls(view["blocks"]) if c.element.get("action_id") == name)
        state[name] = {name: screen.entered(control, value)}
    return {**view, "state": {"values": screen.state(view["blocks"], state)}}


def judged(view: Json) -> Json:
    check_view(view)
    schema.check(view["blocks"], view)
    return view


@pytest.mark.parametrize("sources", [(), ("arxiv", "folder")])
@pytest.mark.parametrize("schedule", SCHEDULES, ids=str)
def test_a_schedule_s_form_that_is_sent_as_it_was_changes_nothing(schedule: Schedule, sources: tuple[str, ...]) -> None:
    view = judged(modals.schedule_form(schedule, sources, META))
    text, wrong = modals.words(sent(view), sources)
    assert not wrong
    command, args = read(COMMANDS, text)
    assert command.name == "schedule"
    assert change(Schedule(), args["words"], layouts=LAYOUTS, sources=sources) == schedule


def test_what_is_entered_is_what_one_would_type() -> None:
    view = modals.schedule_form(Schedule(), ("arxiv",), META)
    entered = sent(view, timezone="Europe/Paris", limit="3", layout="thread")
    text, _ = modals.words(entered, ("arxiv",))
    assert text.startswith("schedule mon,tue,wed,thu,fri,sat,sun 09:00 Europe/Paris nowait limit 3 layout thread")


@pytest.mark.parametrize(
    ("entered", "field", "said"),
    [
        ({"timezone": "Nowhere/X"}, "timezone", "no timezone"),
        ({"limit": "1000"}, "limit", "1 to 100"),
        ({"limit": "ten"}, "limit", "1 to 100"),
        ({"limit": "5 pause"}, "limit", ""),
        ({"timezone": "09:00"}, "timezone", ""),
    ],
)
def test_what_is_wrong_is_said_at_its_field(entered: dict[str, str], field: str, said: str) -> None:
    view = sent(modals.schedule_form(Schedule(), (), META), **entered)
    text, wrong = modals.words(view, ())
    assert text == ""
    assert set(wrong) == {field}
    assert said in wrong[field]


def test_an_error_of_a_field_that_is_not_shown_is_said_at_one_that_is() -> None:
    view = sent(modals.schedule_form(Schedule(), (), {**META}))
    meta = '{"conversation": "C1", "wait": "arxiv", "until": ""}'
    _, wrong = modals.words({**view, "private_metadata": meta}, ())
    assert set(wrong) == {"days"}


def test_subscribing_is_for_the_channel_unless_one_says_otherwise() -> None:
    view = judged(modals.subscribe_form(META))
    query = '"language model" -survey'
    assert modals.words(sent(view, query=query), ()) == (f"subscribe {query}", {})
    own = sent(view, query=query, whose="Me alone, in a digest of my own")
    assert modals.words(own, ()) == (f"subscribe to:me {query}", {})
    assert modals.tried(own) == (query, f"backtest to:me {query}")


@pytest.mark.parametrize("conversation", ["D1", ""])
def test_where_nobody_else_reads_it_is_for_oneself(conversation: str) -> None:
    view = judged(modals.subscribe_form({"conversation": conversation, "own": True}))
    assert modals.words(sent(view, query="cats"), ()) == ("subscribe to:me cats", {})
    assert modals.tried(sent(view, query="cats")) == ("cats", "backtest to:me cats")


def test_a_subscription_is_edited_under_its_number() -> None:
    view = judged(modals.subscribe_form({**META, "number": 3}, "cats"))
    assert modals.words(sent(view), ()) == ("edit 3 cats", {})
    assert view["submit"]["text"] == "Save"


@pytest.mark.parametrize("query", ["auhtor:hinton", '"open', "(a", "-only", ""])
def test_a_query_that_cannot_be_read_is_said_at_its_field(query: str) -> None:
    text, wrong = modals.words(sent(modals.subscribe_form(META), query=query), ())
    assert (text, set(wrong)) == ("", {modals.QUERY})


def test_lines_of_a_query_are_words() -> None:
    assert modals.words(sent(modals.subscribe_form(META), query="cats\n dogs"), ()) == ("subscribe cats dogs", {})


def test_what_it_would_have_brought_stands_below_the_query_without_buttons() -> None:
    answer = Answer(Message.of(Heading("So many"), Actions((Button("Subscribe", "subscribe cats"),))))
    view = judged(modals.subscribe_form(META, "cats", modals.outlook(answer, WHERE)))
    assert [block["type"] for block in view["blocks"]] == ["input", "input", "header"]
    many = Answer(Message(tuple(Note(line(str(number))) for number in range(300))))
    assert len(modals.outlook(many, WHERE)) <= MODAL_BLOCKS - 2
    judged(modals.subscribe_form(META, "cats", modals.outlook(many, WHERE)))


def test_a_long_query_fits_the_field() -> None:
    judged(modals.subscribe_form(META, "a " * 5_000))


def test_forms_are_offered_where_they_help() -> None:
    said = Answer(Message.of(), {"channel": "slack:T1/C1"})
    assert modals.offered("search", said) == ()
    assert modals.offered("schedule", Answer(Message.of(), {"error": "no", "hint": ""})) == ()
    for command in ("schedule", "subscriptions", "help"):
        (row,) = modals.offered(command, said)
        assert row["elements"][0]["value"].startswith("form ")
    (row,) = modals.offered("schedule", Answer(Message.of(), {"channel": "slack:T1/U1"}))
    assert row["elements"][0]["value"] == "form schedule to:me"


def test_what_is_no_metadata_of_ours_is_none() -> None:
    assert modals.about({"private_metadata": "[1]"}) == {}
    assert modals.about({"private_metadata": "{"}) == {}
    assert modals.about({}) == {}
    assert modals.about(modals.waiting(META)) == META
    judged(modals.waiting(META))
