"""The command line: what is asked, what programs get, files in and out."""

from __future__ import annotations

import csv
import io
import subprocess

import pytest

from bot.cli.entry import paperround
from bot.commands import COMMANDS
from tests.bot.shell import COMMAND, TITLES, Shell, page

# What is asked.


def test_a_query_may_begin_with_a_minus_and_need_no_quotes(stocked_shell: Shell) -> None:
    found = stocked_shell.data("search", "-survey", "decoding", "-hinton")
    assert found["query"] == "-survey decoding -hinton"
    assert [paper["id"] for paper in found["papers"]] == ["p1"]
    assert stocked_shell.data("search", "-survey decoding -hinton", "--limit", "1000") == found
    assert stocked_shell.data("search", "--limit=1", "decoding")["total"] == 2


def test_an_answer_can_be_read_by_people_too(stocked_shell: Shell) -> None:
    shown = stocked_shell.run("search", "ice").stdout
    assert "1 paper for ice" in shown
    assert "Ice sheets" in shown
    assert "\x1b" not in shown  # no colours into a pipe


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["search"], 2, "search needs what to look for. Write it so: search QUERY."),
        (["search", "(ice"], 2, "This parenthesis is never closed."),
        (["search", "ice", "--limit", "0"], 2, "0 is not in the range 1<=x<=1000"),
        (["search", "ice", "--limit", "1001"], 2, "1001 is not in the range"),
        (["search", "ice", "--lmit", "5"], 2, "There is no option --lmit here. Did you mean --limit?"),
        (["search", "--survey"], 2, "to exclude a word write -word."),
        (["serach", "ice"], 2, "No such command 'serach'. Did you mean 'search'?"),
        (["digest"], 2, "Missing argument 'CHANNEL'."),
        (["digest", "general"], 2, "“general” is no channel. Write one like local:general"),
        (["digest", "local:nowhere"], 1, "local:nowhere has no subscriptions yet. Begin with `subscribe`"),
        (["digest", "local:robots", "later"], 2, "digest does not take “later” as its when."),
        (["why", "local:robots", "p99"], 1, "There is no paper p99 here."),
        (["why", "local:robots", "ice"], 2, "names no paper."),
        (["vote", "local:robots", "p1", "up", "down"], 2, "vote does not take “down”."),
        (["export", "docx"], 2, "There is: bibtex, ris, csv, json, markdown."),
        (["fetch"], 1, "No source is configured. Set for example PAPERROUND_SOURCES__ARXIV__CATEGORIES=cs.CL,cs.LG"),
        (["backup", "papers.jsonl"], 1, "papers.jsonl exists already."),
    ],
)
def test_errors_are_json_for_programs(stocked_shell: Shell, words: list[str], code: int, said: str) -> None:
    assert said in stocked_shell.fails(*words, code=code)


def test_errors_point_at_the_place_for_people(stocked_shell: Shell) -> None:
    done = stocked_shell.run("search", "decoding", "auhtor:ada", code=2)
    place = "  decoding auhtor:ada\n           ^^^^^^"
    assert place in done.stderr
    assert "author" in done.stderr.splitlines()[-1]
    assert done.stdout == ""


def test_without_a_command_there_is_help(stocked_shell: Shell) -> None:
    done = stocked_shell.run(code=2)
    assert "Usage: paperround [OPTIONS] COMMAND" in done.stderr
    shown = stocked_shell.inside("--help").stdout
    for name, command in paperround.commands.items():
        assert (f"\n  {name} " in shown) is not command.hidden
    assert "-h, --help" in shown
    assert stocked_shell.inside("--version").stdout.startswith("paperround, version ")


def test_every_command_of_the_chats_is_here() -> None:
    assert set(COMMANDS) <= set(paperround.commands)
    keeping = {
        "import",
        "fetch",
        "channels",
        "doctor",
        "backup",
        "restore",
        "audit",
        "ready",
        "forget",
        "export-user",
        "run",
        "demo",
        "slack",
    }
    assert set(paperround.commands) - set(COMMANDS) == keeping
    for name in set(paperround.commands) - {"run", "demo", "slack"}:
        assert any("--json" in option.opts for option in paperround.commands[name].params), name


def test_help_shows_how_a_command_is_written_here(stocked_shell: Shell) -> None:
    shown = stocked_shell.inside("subscribe", "--help").stdout
    assert "Usage: paperround subscribe [OPTIONS] CHANNEL QUERY [to:me]" in shown
    assert 'paperround subscribe local:general \'"speculative decoding" OR "draft model"\'' in shown


# What everything that reads answers to programs.


def test_the_shapes_are_as_promised(shell: Shell) -> None:
    page(shell.folder, "a.jsonl", TITLES)
    broken = shell.folder / "b.jsonl"
    broken.write_text('{"title": "Fine"}\n{broken\n')
    taken = shell.data("import", "a.jsonl", "b.jsonl")
    assert (taken["new"], taken["known"]) == (5, 0)
    assert [set(each) for each in taken["rejected"]] == [{"where", "why"}]
    assert taken["rejected"][0]["where"] == "b.jsonl:2"

    channel = "local:general"
    subscribed = shell.data("subscribe", channel, '"speculative decoding"', "OR", '"draft verification"')
    assert {"channel", "query", "subscription", "backtest"} <= set(subscribed)
    assert set(subscribed["backtest"]) == {"days", "papers", "per_day", "peak", "examples"}
    assert (subscribed["channel"], subscribed["query"], subscribed["subscription"]) == (
        channel,
        '"speculative decoding" OR "draft verification"',
        1,
    )
    shell.inside("schedule", channel, "limit", "1")

    listed = shell.data("subscriptions", channel)
    assert {"channel", "schedule", "next", "subscriptions", "mutes"} <= set(listed)
    assert set(listed["subscriptions"][0]) == {"subscription", "query", "per_week", "created_by"}
    assert listed["subscriptions"][0]["created_by"] == "local:me"

    preview = shell.data("digest", channel)
    assert set(preview) == {"channel", "edition", "items", "held"}
    assert {"paper", "title", "matched_by"} <= set(preview["items"][0])
    assert {"paper", "why"} <= set(preview["held"][0])
    sent = shell.data("digest", channel, "--send")
    assert {name: sent[name] for name in preview} == preview
    assert shell.data("digest", channel, "--send")["edition"] is None
    assert "Nothing new matches" in shell.inside("digest", channel, "--send").stdout

    paper = sent["items"][0]["paper"]
    assert shell.data("why", channel, paper)["state"] == "sent"
    assert shell.data("bookmark", paper, "a", "note", "#tag")["tags"] == ["tag"]
    assert shell.data("bookmarks", "#tag")["bookmarks"][0]["paper"] == paper
    assert shell.data("status")["channels"][0]["channel"] == channel
    assert shell.data("status", channel)["editions"][0]["edition"] == 1
    assert shell.data("channels")["channels"] == [
        {
            "channel": channel,
            "schedule": "daily 09:00 UTC limit 1 layout rich",
            "next": listed["next"],
            "subscriptions": 1,
            "editions": 1,
            "stopped": "",
        }
    ]
    shown = shell.inside("channels").stdout
    assert "local:general: 1 subscription, 1 edition\n" in shown
    assert {check["name"]: check["ok"] for check in shell.data("doctor")["checks"]}["store"] is True


def test_what_was_sent_is_shown(shell: Shell) -> None:
    shell.inside("import", str(page(shell.folder, "a.jsonl", TITLES)))
    shell.inside("subscribe", "local:general", "decoding")
    shown = shell.inside("digest", "local:general", "--send").stdout
    assert "Edition 1 of local:general: 2 papers, 1 message sent" in shown
    assert "Speculative decoding with drafts" in shown
    assert "Papers for general" in shown


def test_one_s_own_things_belong_to_the_person_at_the_keyboard(shell: Shell) -> None:
    shell.inside("import", str(page(shell.folder, "a.jsonl", TITLES)))
    assert shell.data("subscribe", "local:general", "ice", "to:me")["channel"] == "local:me"
    shell.inside("allow", "local:me", "managers")
    assert shell.data("digest", "local:me", "--send")["edition"] == 1  # who may change every channel


# Taking papers in.


def test_what_cannot_be_opened_is_said_and_the_rest_goes_in(shell: Shell) -> None:
    page(shell.folder, "a.jsonl", TITLES)
    page(shell.folder, "c.jsonl", ["Glaciers"])
    done = shell.inside("import", "a.jsonl", "nowhere.jsonl", ".", "c.jsonl", code=1)
    assert done.stdout == "5 new, 0 known, 2 not readable\n"
    assert "nowhere.jsonl: There is no file nowhere.jsonl." in done.stderr
    taken = shell.data("import", "a.jsonl", "nowhere.jsonl", code=1)
    assert (taken["new"], taken["known"], len(taken["rejected"])) == (0, 4, 1)
    assert "Missing argument 'PAGE...'" in shell.fails("import", code=2)


def test_many_bad_lines_are_not_all_shown(shell: Shell) -> None:
    (shell.folder / "a.jsonl").write_text('{"title": "Fine"}\n' + "{broken\n" * 30)
    done = shell.inside("import", "a.jsonl")
    assert done.stdout == "1 new, 0 known, 30 not readable\n"
    assert len(done.stderr.splitlines()) == 21
    assert "… and 10 more; --json lists all" in done.stderr
    assert len(shell.data("import", "a.jsonl")["rejected"]) == 30


def test_an_archive_announces_nothing(shell: Shell) -> None:
    shell.inside("import", "--archive", str(page(shell.folder, "a.jsonl", TITLES)))
    shell.inside("subscribe", "local:general", "decoding")
    assert shell.data("digest", "local:general")["items"] == []
    assert shell.data("search", "decoding")["total"] == 2


def test_a_configured_folder_is_fetched(shell: Shell) -> None:
    page(shell.folder, "a.jsonl", TITLES)
    inbox = shell.folder / "inbox"
    inbox.mkdir()
    (shell.folder / "a.jsonl").rename(inbox / "a.jsonl")
    (inbox / "b.jsonl").write_text("{broken\n")
    there = Shell(shell.folder, {"PAPERROUND_SOURCES__FOLDER__PATH": "inbox"})
    done = there.inside("fetch")
    assert done.stdout == "folder: fresh, 4 new, 0 known, 1 not readable (a.jsonl, b.jsonl)\n"
    assert "b.jsonl:1" in done.stderr
    assert there.data("fetch")["sources"] == [
        {"source": "folder", "outcome": "quiet", "new": 0, "known": 0, "rejected": 0, "why": "no new file"}
    ]
    gone = Shell(shell.folder, {"PAPERROUND_SOURCES__FOLDER__PATH": "outbox"})
    assert gone.data("fetch", code=1)["sources"][0]["outcome"] == "failed"
    assert gone.data("search", "decoding")["total"] == 2  # and nothing else is troubled by it
    assert gone.data("status")["sources"][0]["outcome"] == "failed"


# Files out.


def test_exports_go_into_a_pipe_or_a_file(shell: Shell) -> None:
    shell.inside("import", str(page(shell.folder, "a.jsonl", ["Naïve “quotes”, 推理"])))
    shell.inside("bookmark", "p1")
    piped = subprocess.run(
        [*COMMAND, "export", "csv"], cwd=shell.folder, env=shell.environment, capture_output=True, check=True
    ).stdout
    target = shell.folder / "out.csv"
    done = shell.inside("export", "csv", "--output", "out.csv")
    assert (done.stdout, done.stderr) == ("", "out.csv: 1 bookmark\n")
    assert target.read_bytes() == piped
    rows = list(csv.DictReader(io.StringIO(piped.decode("utf-8-sig"), newline="")))
    assert "Naïve “quotes”, 推理" in rows[0].values()
    assert shell.data("export", "csv", "--output", "out.csv") == {"format": "csv", "entries": 1, "file": "out.csv"}
    assert "cannot be written" in shell.fails("export", "csv", "--output", "nowhere/out.csv", code=1)


def test_backups_are_named_by_the_time_or_as_one_likes(shell: Shell) -> None:
    shell.inside("import", str(page(shell.folder, "a.jsonl", TITLES)))
    made = shell.data("backup")
    path = shell.folder / made["backup"]
    assert path.name.startswith("paperround-")
    assert made["bytes"] == path.stat().st_size
    shell.inside("backup", "mine.db")
    copied = Shell(shell.folder, {"PAPERROUND_DATABASE_URL": "sqlite:///mine.db"})
    assert copied.data("status")["papers"] == 4
