"""The command line where something is wrong, or somebody leaves: never more than a line or two, and no traceback."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import subprocess
from contextlib import closing

import pytest

from bot.alone import alone
from db.migrate import open_store
from tests.bot.shell import COMMAND, TITLES, Shell, page


@pytest.mark.parametrize(
    ("more", "code", "said"),
    [
        ({"PAPERROUND_TIMEZONE": "Mars"}, 1, "PAPERROUND_TIMEZONE: There is no timezone “Mars”."),
        ({"PAPERROUND_LOG_LEVEL": "loud"}, 1, "PAPERROUND_LOG_LEVEL: there is no level “loud”."),
        ({"PAPERROUND_DATABASE_URL": "mysql://x"}, 1, "the database URL names mysql."),
        ({"PAPERROUND_DATABASE_URL": "sqlite:///nowhere/x.db"}, 1, "cannot be opened. Check that its folder exists"),
        ({"PAPERROUND_DATABASE_URL": "sqlite:///papers.jsonl"}, 1, "is no SQLite file."),
    ],
)
def test_wrong_settings_are_named(stocked_shell: Shell, more: dict[str, str], code: int, said: str) -> None:
    assert said in stocked_shell.fails("search", "ice", code=code, **more)


def test_a_file_of_settings_that_cannot_be_read_is_named(shell: Shell) -> None:
    (shell.folder / "paperround.toml").write_text("database = 1\n")
    assert "paperround.toml has an unknown setting “database”." in shell.fails("status", code=1)


def test_a_busy_store_can_be_read_and_says_so_to_who_would_write(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    shell.inside("import", str(page(shell.folder, "a.jsonl", TITLES)))
    monkeypatch.setattr("db.store.BUSY_SECONDS", 0.1)
    with closing(open_store(f"sqlite:///{shell.folder / 'paperround.db'}")) as store, store.writing():
        assert shell.data("search", "decoding")["total"] == 2
        assert "is busy: another process is writing to it. Try again" in shell.fails("bookmark", "p1", code=1)
    assert shell.data("bookmark", "p1")["paper"] == "p1"


def test_a_damaged_store_is_said(shell: Shell) -> None:
    shell.inside("import", str(page(shell.folder, "a.jsonl", TITLES)))
    path = shell.folder / "paperround.db"
    path.write_bytes(path.read_bytes()[:8192] + b"\xa5" * 200_000)
    done = shell.inside("search", "decoding", code=1)
    assert "paperround.db" in done.stderr
    assert len(done.stderr.splitlines()) == 2


def test_what_nobody_expected_is_one_line_and_the_log_says_where(shell: Shell) -> None:
    shell.inside("status")
    with closing(open_store(f"sqlite:///{shell.folder / 'paperround.db'}")) as store, store.writing() as connection:
        connection.exec_driver_sql("DROP TABLE papers_fts")
    said = shell.fails("search", "ice", code=1)
    assert said.startswith("Something broke that should not: OperationalError: ")
    assert "PAPERROUND_LOG_LEVEL=debug says where." in said
    assert "Traceback" in shell.run("search", "ice", code=1, PAPERROUND_LOG_LEVEL="debug").stderr


def test_letters_that_the_terminal_does_not_know_are_no_reason_to_fail(stocked_shell: Shell) -> None:
    done = stocked_shell.run("search", "推理", PYTHONIOENCODING="ascii")
    assert "0 papers for ??" in done.stdout
    assert json.loads(stocked_shell.run("search", "推理", "--json", PYTHONIOENCODING="ascii").stdout)["query"] == "推理"
    odd = subprocess.run(
        [*(word.encode() for word in COMMAND), b"search", b"\xff\xfe ice", b"--json"],
        cwd=stocked_shell.folder,
        env=stocked_shell.environment,
        capture_output=True,
        check=False,
    )
    assert odd.returncode == 0, odd.stderr
    assert b"Traceback" not in odd.stderr


def test_a_reader_who_leaves_is_no_error(stocked_shell: Shell) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    for words in (["search", "decoding", "--json"], ["search", "decoding"], ["--help"]):
        with stocked_shell.start(*words, stdout=writer, stderr=subprocess.PIPE) as left:
            assert left.communicate(timeout=30)[1] == ""
        assert left.returncode in {0, 1}
    os.close(writer)


def test_ctrl_c_stops_an_import_and_keeps_what_went_in(shell: Shell) -> None:
    pipe = shell.folder / "slow.jsonl"
    os.mkfifo(pipe)
    with shell.start("import", "slow.jsonl", stdout=subprocess.PIPE, stderr=subprocess.PIPE) as stopped:
        with pipe.open("w") as file:  # which waits until it is being read
            file.writelines(json.dumps({"title": f"Paper {n}"}) + "\n" for n in range(3_000))
            file.flush()
            stopped.send_signal(signal.SIGINT)
        _, said = stopped.communicate(timeout=30)
    assert stopped.returncode == 1
    assert said.strip() == "Stopped."
    assert shell.data("status")["papers"] % 300 == 0  # whole transactions


# On a terminal.


def test_a_long_import_shows_a_bar_on_a_terminal_and_nothing_where_it_is_quick(shell: Shell) -> None:
    titles = [f"A paper with a title that is long enough, and a number at its end: {n}" for n in range(6_000)]
    page(shell.folder, "a.jsonl", titles)
    assert (shell.folder / "a.jsonl").stat().st_size > 1_000_000
    ours, theirs = pty.openpty()
    with shell.start("import", "a.jsonl", stdout=subprocess.PIPE, stderr=theirs) as importing:
        os.close(theirs)
        shown = b""
        while True:
            try:
                shown += os.read(ours, 4096)
            except OSError:  # the other end is closed
                break
        assert importing.stdout
        assert importing.stdout.read() == "6,000 new, 0 known, 0 not readable\n"
    os.close(ours)
    assert b"Reading" in shown
    assert b"100%" in shown


def test_a_long_import_tells_of_itself_in_plain_lines_elsewhere(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    page(shell.folder, "a.jsonl", TITLES)
    assert shell.inside("import", "a.jsonl").stderr == ""
    monkeypatch.setattr("bot.cli.keeping.LARGE", 10)
    monkeypatch.setattr("bot.cli.keeping.PLAIN_SECONDS", 0.0)
    lines = shell.inside("import", "a.jsonl", "a.jsonl").stderr.splitlines()
    assert lines
    assert all(re.fullmatch(r"read \d+ of \d+ MB", line) for line in lines)


def test_a_backup_is_restored_and_the_store_kept(shell: Shell) -> None:
    shell.inside("backup", "kept.db")
    shell.inside("subscribe", "local:new", "graphs")
    done = json.loads(shell.inside("restore", "kept.db", "--json").stdout)
    assert done["restored"] == "kept.db"
    assert (shell.folder / done["kept"]).exists()
    assert "local:new" not in shell.inside("channels").stdout
    assert shell.inside("search", "speculative", "--json").stdout


def test_nothing_is_restored_while_run_works(shell: Shell) -> None:
    shell.inside("backup", "kept.db")
    with alone(shell.folder / "paperround.db"):
        assert "works on" in shell.inside("restore", "kept.db", code=1).stderr


def test_what_is_no_backup_is_not_restored(shell: Shell) -> None:
    (shell.folder / "wrong.db").write_text("nothing of ours")
    assert "cannot be restored" in shell.inside("restore", "wrong.db", code=1).stderr
    assert shell.inside("search", "speculative").stdout
    shell.inside("restore", "nowhere.db", code=2)


def test_a_person_is_forgotten_only_for_sure(stocked_shell: Shell) -> None:
    stocked_shell.inside("bookmark", "p1", "for later")
    told = json.loads(stocked_shell.inside("export-user", "local:me").stdout)
    assert told["user"] == "local:me"
    assert told["bookmarks"][0]["note"] == "for later"
    assert "Say --yes" in stocked_shell.run("forget", "local:me", code=1).stderr
    done = json.loads(stocked_shell.inside("forget", "local:me", "--yes", "--json").stdout)
    assert done["forgotten"]["bookmarks"] == 1
    assert json.loads(stocked_shell.inside("export-user", "local:me").stdout) == {"user": "local:me"}
    assert "Nothing is kept" in stocked_shell.inside("forget", "local:me", "--yes", code=1).stderr
    assert "is no channel" in stocked_shell.inside("forget", "me", "--yes", code=2).stderr


def test_ready_says_whether_run_is(shell: Shell) -> None:
    assert "nothing answers at 127.0.0.1:0" in shell.inside("ready", code=1).stdout
    assert "no `run` works" in shell.inside("ready", code=1, PAPERROUND_PAGE="off").stdout
    with alone(shell.folder / "paperround.db"):
        told = json.loads(shell.inside("ready", "--json", PAPERROUND_PAGE="off").stdout)
    assert told == {"ready": True, "what": f"process {os.getpid()} works on the store"}
