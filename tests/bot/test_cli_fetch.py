"""fetch on the command line: arXiv by one setting, its past, and what a format that changed looks like."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from sources.arxiv import calendar
from tests.bot.shell import Shell
from tests.sources.local import LocalArxiv, answering, feed, harvest, made, served


@pytest.fixture
def there() -> LocalArxiv:
    """An arXiv that has announced the days until today, by the clock of this machine."""
    today = calendar.latest(datetime.now(UTC))
    days = [day for day in (today - timedelta(days=n) for n in range(12)) if calendar.announces(day)]
    papers = {day: made(random.Random(str(day)), 100 * n, 4, f"{day:%y%m}") for n, day in enumerate(reversed(days), 1)}
    return LocalArxiv(papers, today=today)


@pytest.fixture
def shell(there: LocalArxiv, shell: Shell) -> Iterator[Shell]:
    with served(there) as url:
        settings = {"PAPERROUND_SOURCES__ARXIV__CATEGORIES": "cs.CL", "PAPERROUND_SOURCES__ARXIV__URL": url}
        yield replace(shell, more=settings)


def test_categories_are_all_it_takes(shell: Shell) -> None:
    (run,) = shell.data("fetch")["sources"]
    assert (run["source"], run["outcome"], run["new"], run["rejected"]) == ("arxiv", "fresh", 4, 0)
    assert shell.data("search", "cat:cs.CL")["total"] == 4
    assert shell.data("fetch", "arxiv")["sources"][0]["new"] == 0
    assert "arxiv: " in shell.inside("status").stdout


def test_what_is_announced_goes_out_with_the_digest_and_once(shell: Shell) -> None:
    shell.inside("subscribe", "local:general", "cat:cs.CL")
    shell.inside("fetch")
    assert len(shell.data("digest", "local:general", "--send")["items"]) == 4
    shell.inside("fetch")
    assert shell.data("digest", "local:general")["items"] == []


def test_a_failed_look_is_an_exit_code(shell: Shell, there: LocalArxiv) -> None:
    there.broken["/rss"] = answering(b"<html>")
    done = shell.inside("fetch", code=1)
    assert "arxiv: failed, 0 new" in done.stdout
    assert "a web page where data should be" in done.stdout


def test_the_past_is_brought_in_and_announced_to_nobody(shell: Shell, there: LocalArxiv) -> None:
    since = min(there.days)
    shell.inside("subscribe", "local:general", "cat:cs.CL")
    found = shell.data("fetch", "arxiv", "--since", str(since))
    assert found == {"new": 4 * len(there.days), "known": 0, "rejected": 0}
    assert shell.data("digest", "local:general")["items"] == []
    asked = len(there.asked)
    assert shell.data("fetch", "--since", str(since))["new"] == 0
    assert len(there.asked) == asked  # what has been brought in is not asked for again


def test_the_past_goes_on_where_it_stopped(shell: Shell, there: LocalArxiv) -> None:
    since = min(there.days) - timedelta(days=30)
    there.broken["/oai"] = answering(harvest([], error="noRecordsMatch"), times=2)
    assert "status 404" in shell.inside("fetch", "--since", str(since), code=1).stderr
    there.broken.clear()
    there.asked.clear()
    assert shell.data("fetch", "--since", str(since))["new"] == 4 * len(there.days)
    assert f"from={since}" not in there.asked[0]
    assert f"from={since + timedelta(days=14)}" in there.asked[0]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["hf"], "The source “hf” is not configured. There is: arxiv."),
        (["--since", "2999-01-01"], "2999-01-01 is not past."),
        (["--since", "soon"], "'soon' does not match the format"),
        (["--since", "2026-01-01", "--check"], "--since and --check do not go together."),
    ],
)
def test_wrong_use_is_named(shell: Shell, words: list[str], said: str) -> None:
    assert said in shell.fails("fetch", *words, code=2)


def test_a_check_of_what_is_well_says_so_and_keeps_nothing(shell: Shell) -> None:
    done = shell.inside("fetch", "--check")
    assert "ok arxiv: fresh, 8 papers" in done.stdout  # each from the feed and from the API
    assert "title 100 %" in done.stdout
    assert shell.data("search", "cat:cs.CL")["total"] == 0


def test_a_check_of_a_format_that_changed_says_what_is_wrong(shell: Shell, there: LocalArxiv) -> None:
    there.days[there.today or date.min] = [replace(each, title="") for each in there.days[there.today or date.min]]
    done = shell.inside("fetch", "--check", code=1)
    assert "!! arxiv: " in done.stdout
    assert "entries could not be read" in done.stdout or "Nothing in the feed" in done.stdout
    there.broken["/rss"] = answering(status=410)
    (found,) = shell.data("fetch", "--check", code=1)["checked"]
    assert found["wrong"]
    assert "status 410" in found["wrong"][0]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (b"<item><title>", b"<item><heading>", "not whole"),
        (b"title>", b"heading>", "no feed"),
        (b"item>", b"entry>", "not one entry"),
        (b"oai:arXiv.org:", b"oai:arXiv.org:x", "names no arXiv paper"),
    ],
    ids=["damaged", "titles", "items", "ids"],
)
def test_a_check_names_what_was_renamed(
    shell: Shell, there: LocalArxiv, before: bytes, after: bytes, said: str
) -> None:
    assert there.today
    body = feed(there.days[there.today], there.today).replace(b"https://arxiv.org/abs/", b"https://arXiv.org/")
    there.broken["/rss"] = answering(body.replace(before, after))
    there.broken["/oai"] = answering(harvest([], error="noRecordsMatch"))
    done = shell.inside("fetch", "--check", code=1)
    assert "!! arxiv: " in done.stdout
    assert said in done.stdout


@pytest.mark.parametrize(
    ("body", "said"),
    [(b"<html><body>Soon</body></html>", "a web page"), (b"", "with nothing"), (None, "not one entry")],
    ids=["html", "nothing", "an empty feed"],
)
def test_a_check_says_that_nothing_came(shell: Shell, there: LocalArxiv, body: bytes | None, said: str) -> None:
    empty = feed([], there.today or date.min)
    there.broken["/rss"] = answering(empty if body is None else body)
    there.broken["/oai"] = answering(harvest([], error="noRecordsMatch"))
    done = shell.inside("fetch", "--check", code=1)
    assert "!! arxiv: " in done.stdout
    assert said in done.stdout
