"""The schedule as a form: what its fields say is what the words say, and each is judged by itself."""

from __future__ import annotations

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.forms import FIELDS, errors, values, words
from domain.schedule import EMPTY, EVERY_DAY, Schedule, change

LAYOUTS, SOURCES = ("rich", "compact"), ("arxiv", "folder")
GOOD = values(Schedule())
times = st.times().map(lambda at: at.replace(second=0, microsecond=0))
schedules = st.builds(
    Schedule,
    st.frozensets(st.sampled_from(sorted(EVERY_DAY)), min_size=1),
    times,
    st.sampled_from(("UTC", "Europe/Paris", "America/New_York", "America/Argentina/Buenos_Aires", "Etc/GMT+5")),
    st.just(""),
    st.none(),
    st.integers(1, 100),
    st.sampled_from(LAYOUTS),
    st.sampled_from(EMPTY),
    st.booleans(),
)
waiting = st.builds(
    lambda schedule, wait, until: Schedule(
        schedule.days, schedule.at, schedule.timezone, wait, until, schedule.limit, schedule.layout
    ),
    schedules,
    st.sampled_from(SOURCES),
    times,
)


def read(before: Schedule, text: str) -> Schedule:
    return change(before, text, layouts=LAYOUTS, sources=SOURCES)


def wrong(**fields: str) -> dict[str, str]:
    found = errors({**GOOD, **fields}, layouts=LAYOUTS, sources=SOURCES)
    return {name: str(error) for name, error in found.items()}


@given(schedules | waiting, schedules | waiting)
def test_the_fields_say_the_whole_schedule_whatever_it_was(wanted: Schedule, before: Schedule) -> None:
    fields = values(wanted)
    assert tuple(fields) == FIELDS
    assert errors(fields, layouts=LAYOUTS, sources=SOURCES) == {}
    assert read(before, words(fields)) == wanted


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("days", "", "A schedule needs a day. For example: mon,wed,fri"),
        ("days", "mon,tusday", "“mon,tusday” is no part of a schedule."),
        ("days", "mon 10:00", "“mon 10:00” is no day. Write one like mon,wed,fri."),
        ("at", "", "A schedule needs a time."),
        ("at", "25:00", "“25:00” is no time of day."),
        ("at", "pause", "“pause” is no time."),
        ("at", "10:00 pause", "“10:00 pause” is no time."),
        ("timezone", "Europe/Pariss", "There is no timezone “Europe/Pariss”. Did you mean Europe/Paris?"),
        ("timezone", "limit 99", "“limit 99” is no timezone."),
        ("limit", "0", "A limit is a number from 1 to 100, not “0”."),
        ("limit", "ten", "A limit is a number from 1 to 100"),
        ("limit", "10 layout compact", "“10 layout compact” is no limit."),
        ("layout", "poster", "There is no layout “poster”. There is: rich, compact."),
        ("layout", "", "A schedule needs a layout."),
        ("empty", "shout", "There is no empty “shout”. There is: silent, say, never."),
        ("until", "11:00", "What shall it wait for until 11:00?"),
        ("wait", "arxiv", "How long may it wait for arxiv?"),
        ("wait", "gopher", "There is no source “gopher”. There is: arxiv, folder."),
    ],
)
def test_what_is_wrong_is_said_of_its_field(field: str, value: str, said: str) -> None:
    found = wrong(**{field: value})
    place = {"until": "wait", "wait": "wait" if value == "gopher" else "until"}.get(field, field)
    assert list(found) == [place]
    assert said in found[place]


def test_every_wrong_field_is_named_at_once() -> None:
    assert set(wrong(days="", at="x", limit="-1", wait="arxiv", until="99")) == {"days", "at", "limit", "until"}
    assert set(errors({}, layouts=LAYOUTS)) == {"days", "at", "timezone", "limit", "layout", "empty"}


def test_what_people_write_in_a_field_is_read_as_in_the_command() -> None:
    fields = {**GOOD, "days": "Weekdays", "at": "9am", "timezone": "europe/paris", "wait": "ArXiv", "until": "11h"}
    assert wrong(**fields) == {}
    after = read(Schedule(paused=True), words(fields))
    assert str(after) == "weekdays 09:00 Europe/Paris wait arxiv until 11:00 limit 10 layout rich"


@given(st.dictionaries(st.sampled_from(FIELDS), st.text(max_size=12) | st.sampled_from(
    ("mon", "10:00", "pause", "on", "at", "limit 5", "none", "no", "UTC", "for", "until 3:00", "every", "not past 4:00")
)))  # fmt: skip
def test_a_form_without_errors_is_always_read_and_each_field_says_only_its_own(fields: dict[str, str]) -> None:
    given_ = {**GOOD, **fields}
    if errors(given_, layouts=LAYOUTS, sources=SOURCES):
        return
    after = values(read(Schedule(at=time(1), paused=True), words(given_)))
    unchanged = set(FIELDS) - set(fields) - ({"until"} if "wait" in fields else set())
    assert {name: after[name] for name in unchanged} == {name: GOOD[name] for name in unchanged}
