"""The words of a schedule: every wording, in any order, and back again."""

from __future__ import annotations

import random
from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import schedule as words
from domain.errors import UsageError
from domain.schedule import EXAMPLE, MAX_LIMIT, MIN_LIMIT, Schedule, change, time_named

LAYOUTS, SOURCES = ("rich", "compact", "titles"), ("arxiv", "huggingface")
WAITING = Schedule(wait="arxiv", until=time(11))


def changed(text: str, before: Schedule | None = None) -> Schedule:
    return change(before or Schedule(), text, layouts=LAYOUTS, sources=SOURCES)


@st.composite
def _schedules(draw: st.DrawFn) -> Schedule:
    wait = draw(st.sampled_from(("", *SOURCES)))
    minutes = st.times().map(lambda t: t.replace(second=0, microsecond=0))
    return Schedule(
        days=draw(st.frozensets(st.integers(0, 6), min_size=1)),
        at=draw(minutes),
        timezone=draw(
            st.sampled_from(("UTC", "Europe/Paris", "America/New_York", "Etc/GMT+5", "W-SU", "EST5EDT", "Cuba"))
        ),
        wait=wait,
        until=draw(minutes) if wait else None,
        limit=draw(st.integers(MIN_LIMIT, MAX_LIMIT)),
        layout=draw(st.sampled_from(LAYOUTS)),
        empty=draw(st.sampled_from(words.EMPTY)),
        paused=draw(st.booleans()),
    )


@given(_schedules())
def test_what_it_shows_reads_as_itself(schedule: Schedule) -> None:
    assert changed(str(schedule)) == schedule


@given(_schedules(), st.randoms(use_true_random=False))
def test_the_order_of_words_does_not_matter(schedule: Schedule, shuffle: random.Random) -> None:
    parts = str(schedule).split()
    pairs = []
    while parts:
        word = parts.pop(0)
        pairs.append(f"{word} {parts.pop(0)}" if word in {"wait", "until", "limit", "layout", "empty"} else word)
    shuffle.shuffle(pairs)
    assert changed(" ".join(pairs)) == schedule


@given(_schedules(), _schedules())
def test_what_is_not_named_stays(before: Schedule, other: Schedule) -> None:
    for text, name in ((f"limit {other.limit}", "limit"), (f"{other.at:%H:%M}", "at"), (other.timezone, "timezone")):
        after = changed(text, before)
        assert getattr(after, name) == getattr(other, name)
        fields = {"days", "at", "timezone", "wait", "until", "limit", "layout", "empty", "paused"} - {name}
        assert all(getattr(after, field) == getattr(before, field) for field in fields)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "weekdays 09:00 Europe/Paris wait arxiv until 11:00 limit 10 layout rich",
            "weekdays 09:00 Europe/Paris wait arxiv until 11:00 limit 10 layout rich",
        ),
        ("mon,wed,fri 18:30", "mon,wed,fri 18:30 UTC limit 10 layout rich"),
        ("mon wed fri", "mon,wed,fri 09:00 UTC limit 10 layout rich"),
        ("Mon, Wed and FRI at 6pm", "mon,wed,fri 18:00 UTC limit 10 layout rich"),
        ("on mondays and thursdays", "mon,thu 09:00 UTC limit 10 layout rich"),
        ("mon,", "mon 09:00 UTC limit 10 layout rich"),
        ("tues thurs", "tue,thu 09:00 UTC limit 10 layout rich"),
        ("mon-fri", "weekdays 09:00 UTC limit 10 layout rich"),
        ("mon - fri 8:15", "weekdays 08:15 UTC limit 10 layout rich"),
        ("tuesday–thursday", "tue,wed,thu 09:00 UTC limit 10 layout rich"),
        ("fri-mon", "mon,fri,sat,sun 09:00 UTC limit 10 layout rich"),
        ("sun-sat", "daily 09:00 UTC limit 10 layout rich"),
        ("sat-sat", "sat 09:00 UTC limit 10 layout rich"),
        ("weekend", "weekends 09:00 UTC limit 10 layout rich"),
        ("weekdays,sun", "mon,tue,wed,thu,fri,sun 09:00 UTC limit 10 layout rich"),
        ("every day at 7.45", "daily 07:45 UTC limit 10 layout rich"),
        ("everyday 12am", "daily 00:00 UTC limit 10 layout rich"),
        ("12 PM", "daily 12:00 UTC limit 10 layout rich"),
        ("18h", "daily 18:00 UTC limit 10 layout rich"),
        ("18h30", "daily 18:30 UTC limit 10 layout rich"),
        ("09：00", "daily 09:00 UTC limit 10 layout rich"),
        ("europe/paris", "daily 09:00 Europe/Paris limit 10 layout rich"),
        ("America/New York 10:00", "daily 10:00 America/New_York limit 10 layout rich"),
        ("wait for arXiv, but not past 10:30", "daily 09:00 UTC wait arxiv until 10:30 limit 10 layout rich"),
        ("until 12:00 wait huggingface", "daily 09:00 UTC wait huggingface until 12:00 limit 10 layout rich"),
        ("limit 100 layout Titles empty say", "daily 09:00 UTC limit 100 layout titles empty say"),
        ("pause", "daily 09:00 UTC limit 10 layout rich pause"),
        ("off", "daily 09:00 UTC limit 10 layout rich pause"),
        ("limit 5 limit 5 10:00 10:00", "daily 10:00 UTC limit 5 layout rich"),
    ],
)
def test_wordings(text: str, expected: str) -> None:
    assert str(changed(text)) == expected


@pytest.mark.parametrize("text", ["resume", "on", "RESUME"])
def test_resuming(text: str) -> None:
    assert changed(text, Schedule(paused=True)) == Schedule()


@pytest.mark.parametrize("text", ["wait none", "nowait", "wait no", "wait for none"])
def test_waiting_no_longer(text: str) -> None:
    assert changed(text, WAITING) == Schedule()


def test_waiting_longer() -> None:
    assert changed("until 12:00", WAITING).until == time(12)
    assert changed("wait huggingface", WAITING).until == time(11)


def test_any_source_may_be_waited_for_where_none_is_known() -> None:
    assert change(Schedule(), "wait anything until 11:00", layouts=LAYOUTS).wait == "anything"


@pytest.mark.parametrize(
    ("text", "what", "hint"),
    [
        ("", "No change", EXAMPLE),
        (" , and ", "No change", EXAMPLE),
        ("Europe/Pariss", "There is no timezone “Europe/Pariss”", "Did you mean Europe/Paris?"),
        ("berlin", "“berlin” is no part", "Did you mean Europe/Berlin?"),
        ("09:00 New York", "“New York” is no part", "Did you mean America/New_York?"),
        ("Pariss", "“Pariss” is no part", "Did you mean Europe/Paris?"),
        ("pst", "“pst” is no part", "Did you mean America/Los_Angeles?"),
        ("wekdays", "“wekdays” is no part", "weekdays"),
        ("limt 10", "“limt” is no part", "limit"),
        ("mnday", "“mnday” is no part", "monday"),
        ("mon-", "“mon-” is no part", ""),
        ("mon-fry", "“mon-fry” is no part", ""),
        ("gibberish", "“gibberish” is no part", EXAMPLE),
        ("x" * 1_000, "“xxxx", EXAMPLE),
        ("not mon", "“not” is no part", ""),
        ("9", "“9” is no time of day", "09:00"),
        ("25:00", "“25:00” is no time of day", "09:00"),
        ("09:60", "“09:60” is no time of day", "09:00"),
        ("13pm", "“13pm” is no time of day", "09:00"),
        ("0am", "“0am” is no time of day", "09:00"),
        ("limit", "“limit” needs something", "limit 10"),
        ("limit ten", "not “ten”", "limit 10"),
        ("limit 0", "from 1 to 100, not “0”", "limit 10"),
        ("limit 101", "from 1 to 100, not “101”", "limit 10"),
        ("limit 0000000010", "not “0000000010”", "limit 10"),
        ("limit -5", "not “-5”", "limit 10"),
        ("layout poster", "There is no layout “poster”", "rich, compact, titles"),
        ("layout", "“layout” needs something", "layout rich"),
        ("empty maybe", "There is no empty “maybe”", "silent, say"),
        ("wait", "“wait” needs something", "wait arxiv until 11:00"),
        ("wait for", "“wait for” needs something", "wait for arxiv until 11:00"),
        ("wait nature until 11:00", "There is no source “nature”", "arxiv, huggingface"),
        ("wait arxiv", "How long may it wait for arxiv?", "wait arxiv until 11:00"),
        ("wait arxiv until", "“until” needs something", "until 11:00"),
        ("wait arxiv until noon", "“noon” is no time of day", "09:00"),
        ("until 11:00", "What shall it wait for until 11:00?", "wait arxiv until 11:00"),
        ("wait none until 11:00", "“11:00” is one time to wait until too many", "only the one"),
        ("09:00 18:30", "“18:30” is one time too many", "only the one"),
        ("UTC Europe/Paris", "“Europe/Paris” is one timezone too many", "only the one"),
        ("limit 5 limit 6", "“6” is one limit too many", "only the one"),
        ("pause resume", "“resume” is one word on pausing too many", "only the one"),
    ],
)
def test_mistakes_name_the_word(text: str, what: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        changed(text)
    assert what in caught.value.what
    assert hint in caught.value.hint
    assert caught.value.hint
    assert len(str(caught.value)) < 200


@given(
    st.one_of(
        st.text(),
        st.lists(st.sampled_from((*EXAMPLE.split(), "-", ",", "for", "past", "wait", "12", "\0"))).map(" ".join),
    )
)
def test_any_text_changes_something_or_is_a_mistake(text: str) -> None:
    try:
        after = changed(text)
    except UsageError:
        return
    assert changed(str(after)) == after


@pytest.mark.parametrize(
    ("text", "expected"),
    [("09:00", time(9)), ("9:05", time(9, 5)), ("9am", time(9)), ("18.30", time(18, 30)), ("11:15PM", time(23, 15))],
)
def test_times_of_day(text: str, expected: time) -> None:
    assert time_named(text) == expected


def test_everything_about_schedules_is_found_here() -> None:
    assert all(hasattr(words, name) for name in words.__all__)
