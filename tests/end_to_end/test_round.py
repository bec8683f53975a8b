"""A newcomer's first round on the command line: pages in, search, subscribe, the digest, and nothing twice."""

from __future__ import annotations

import json
import random
import shutil
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.bot.shell import Shell
from tests.shared import shared
from tests.sources.invented import page as invented_page
from tests.sources.invented import papers as invented_papers

CHANNEL = "local:general"
QUERY = '"speculative decoding" OR "draft verification"'


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


Asking = Callable[..., Any]


def data(shell: Shell, *words: str) -> Any:
    """What a process of its own answers. What only looks at the result asks in this process: `shell.data`."""
    return json.loads(shell.run(*words, "--json").stdout)


def rounds(shell: Shell, query: str, expected: set[str], ask: Asking) -> None:
    """Subscribe, see, send, and send again: each of the titles once, in the order shown before."""
    subscribed = ask("subscribe", CHANNEL, query)
    assert subscribed["query"] == query
    assert subscribed["backtest"]["papers"] == len(expected)
    preview = shell.data("digest", CHANNEL)
    assert {item["title"] for item in preview["items"]} == expected
    assert {text for item in preview["items"] for text in item["matched_by"]} == {query}
    sent = ask("digest", CHANNEL, "--send")
    assert sent["items"] == preview["items"]
    again = shell.inside("digest", CHANNEL, "--send")
    assert "Nothing new matches this channel's subscriptions." in again.stdout
    assert shell.data("digest", CHANNEL, "--send")["items"] == []
    posted = shell.data("edition", CHANNEL, "1")
    assert [item["paper"] for item in posted["items"]] == [item["paper"] for item in sent["items"]]
    assert shell.data("why", CHANNEL, sent["items"][0]["paper"])["state"] == "sent"


def test_a_first_round_on_an_invented_page(shell: Shell) -> None:
    known = invented_papers(random.Random(4), 12)
    (shell.folder / "page.txt").write_text(invented_page(known), encoding="utf-8")
    lines = [
        {"title": "Speculative decoding with lazy drafts", "abstract": "Tokens ahead of time.", "upvotes": 3},
        {"title": "Trusting tokens", "abstract": "On draft verification, a survey."},
        {"title": "Drafts of decoding", "abstract": "Speculative at best."},
    ]
    (shell.folder / "more.jsonl").write_text("\n".join(map(json.dumps, lines)) + "\n{broken\n", encoding="utf-8")
    first = data(shell, "import", "page.txt", "more.jsonl")
    assert (first["new"], first["known"], [each["where"] for each in first["rejected"]]) == (15, 0, ["more.jsonl:4"])
    assert shell.data("import", "page.txt")["new"] == 0
    found = shell.data("search", "token* -survey")
    assert {paper["title"] for paper in found["papers"]} >= {"Speculative decoding with lazy drafts"}
    assert "Trusting tokens" not in {paper["title"] for paper in found["papers"]}
    rounds(shell, QUERY, {"Speculative decoding with lazy drafts", "Trusting tokens"}, partial(data, shell))


@pytest.mark.shared
def test_the_three_pages(shell: Shell) -> None:
    """Each page whole, none of it twice, two namesakes apart, one paper on several pages one."""
    pages = shared("data/pages")
    counts = {"daily-papers-mar14.txt": 76, "daily-papers-jul30.txt": 102, "daily-papers-compact.txt": 220}
    assert {path.name for path in pages.glob("*.txt")} == set(counts)
    for name, entries in counts.items():
        taken = shell.data("import", str(pages / name))
        assert taken["new"] + taken["known"] == entries, name
        assert taken["rejected"] == [], name
    before = shell.data("status")["papers"]
    again = shell.data("import", *(str(pages / name) for name in counts))
    assert (again["new"], again["known"], again["rejected"]) == (0, sum(counts.values()), [])
    assert shell.data("status")["papers"] == before

    namesakes = shell.data("search", 'title:"FuseChat: Knowledge Fusion of Chat Models"')
    assert namesakes["total"] == 2
    assert len({paper["title"] for paper in namesakes["papers"]}) == 1
    assert len({paper["id"] for paper in namesakes["papers"]}) == 2

    found = shell.data("search", "time series forecasting -survey", "--limit", "1000")
    assert found["total"] == len(found["papers"]) > 5
    assert {paper["via"] for paper in found["papers"]} == {"strict"}
    # What no two of these papers share is their title, so one that stands on several pages is one.
    titles = Counter(paper["title"] for paper in shell.data("search", "model", "--limit", "1000")["papers"])
    assert [title for title, many in titles.items() if many > 1] == ["FuseChat: Knowledge Fusion of Chat Models"]

    matching = {paper["title"] for paper in shell.data("search", QUERY, "--limit", "1000")["papers"]}
    assert 5 <= len(matching) <= 10
    rounds(shell, QUERY, matching, shell.data)


def test_a_folder_is_watched_and_its_papers_come_once(shell: Shell) -> None:
    """For cron: fetch, plan, deliver, end; however often."""
    inbox = shell.folder / "inbox"
    inbox.mkdir()
    watching = Shell(shell.folder, {"PAPERROUND_SOURCES__FOLDER__PATH": "inbox"})
    watching.inside("subscribe", CHANNEL, "tokens")
    (inbox / "a.jsonl").write_text(json.dumps({"title": "Tokens of trust"}) + "\n", encoding="utf-8")
    watching.run("run", "--once")
    watching.inside("run", "--once")
    shutil.copy(inbox / "a.jsonl", inbox / "b.jsonl")  # the same paper in another file is the same paper
    watching.inside("run", "--once")
    assert watching.data("status")["papers"] == 1
    assert [item["title"] for item in watching.data("digest", CHANNEL, "--send")["items"]] == ["Tokens of trust"]
    assert watching.data("digest", CHANNEL, "--send")["items"] == []
