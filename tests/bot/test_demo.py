"""The demonstration: both digests with their links, its own clock, nothing left behind, and a prompt that works."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import subprocess
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest

from bot.demo.show import CHANNELS, LAST_DAY, SAMPLE, SCHEDULES
from tests.bot.shell import COMMAND, Shell


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    (tmp_path / "scratch").mkdir()
    return Shell(tmp_path, {"TMPDIR": str(tmp_path / "scratch"), "TERM": "dumb", "COLUMNS": "100"})


def left_behind(shell: Shell) -> list[Path]:
    return [path for path in shell.folder.rglob("*") if path != shell.folder / "scratch"]


def test_both_digests_are_printed_with_their_links(shell: Shell) -> None:
    done = shell.run("demo", "--no-serve")
    shown = done.stdout
    assert done.stderr == ""
    assert "it is Monday, 29 September 2025, the last day of the sample." in " ".join(shown.split())
    for channel, queries in CHANNELS.items():
        name = channel.partition(":")[2]
        assert f"Papers for {name} · Monday, 29 September 2025 · No. 1" in shown
        for query in queries:
            assert f"{channel} $ /papers subscribe {query}\n" in shown
        assert f"{channel} $ /papers schedule {SCHEDULES[channel]}\n" in shown
        digest = shown.partition(f"Papers for {name} ·")[2].partition(" $ /papers")[0]
        assert len(re.findall(r"https://arxiv\.org/abs/25\d\d\.\d{5}\b", digest)) >= 5
    assert "Next digest: Tuesday 30 September 2025, 09:00 Europe/Paris." in shown
    assert "Next: paperround import PAGE…" in shown
    assert "papers a day over the last 30 days" in shown
    assert left_behind(shell) == []


def test_without_a_terminal_there_is_no_prompt(shell: Shell) -> None:
    assert shell.run("demo").stdout.count("papers of thirty days") == 1
    assert left_behind(shell) == []


def test_its_clock_stands_at_the_sample_s_last_day() -> None:
    days = [json.loads(line)["announced"] for line in SAMPLE.read_text(encoding="utf-8").splitlines()]
    assert date.fromisoformat(max(days)) == LAST_DAY.date()


class Terminal:
    """Somebody at a terminal."""

    def __init__(self, ours: int) -> None:
        self.ours = ours
        self.shown = ""

    def wait(self, sign: str) -> str:
        """All that is shown until the sign."""
        while sign not in self.shown:
            try:
                part = os.read(self.ours, 65536)
            except OSError:  # the other end is closed
                part = b""
            assert part, f"{sign!r} never came:\n{self.shown}"
            self.shown += part.decode("utf-8", "replace").replace("\r\n", "\n")
        before, _, self.shown = self.shown.partition(sign)
        return before

    def type(self, text: str) -> None:
        os.write(self.ours, text.encode())


@contextmanager
def talking(shell: Shell) -> Iterator[tuple[Terminal, subprocess.Popen[bytes]]]:
    ours, theirs = pty.openpty()
    settings = termios.tcgetattr(theirs)
    settings[3] &= ~termios.ECHO  # what is typed is known
    termios.tcsetattr(theirs, termios.TCSANOW, settings)
    process = subprocess.Popen(
        [*COMMAND, "demo"],
        cwd=shell.folder,
        env=shell.environment,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    try:
        yield Terminal(ours), process
    finally:
        process.kill()
        process.wait()
        os.close(ours)


MODELS, ROBOTS = "local:language-models $ ", "local:robotics $ "


def test_the_prompt_takes_commands(shell: Shell) -> None:
    with talking(shell) as (terminal, process):
        digests = terminal.wait("Ctrl-D ends.")

        def ask(text: str, prompt: str = MODELS) -> str:
            terminal.wait(prompt)
            terminal.type(f"{text}\n")
            shown = terminal.wait(prompt)
            terminal.shown = prompt + terminal.shown
            return shown

        found = ask("/papers search speclative decoding")
        assert "Also looked for speclative → speculative." in found
        number = re.findall(r"https://arxiv\.org/abs/\S+ (p\d+)", found)[0]
        assert "Bookmarked" in ask(f"bookmark {number} for the journal club #club")
        assert "for the journal club #club" in ask("/papers bookmarks #club")
        assert f"Why {number} in local:language-models" in ask(f"/papers why {number}")
        sent = re.findall(r"https://arxiv\.org/abs/\S+ (p\d+)", digests)[0]
        assert "In edition 1 of Monday 29 September 2025" in ask(f"/papers why {sent}")
        assert "Did you mean search?" in ask("serach x")
        assert "is no channel" in ask("/channel nowhere")
        assert "What you can ask" in ask("help")
        terminal.wait(MODELS)
        terminal.type("/channel local:robotics\n")
        assert "Nothing new for local:robotics" in ask("digest now", ROBOTS)
        ask("subscribe survey OR benchmark", ROBOTS)
        sent = ask("digest now", ROBOTS)
        assert "Edition 2 of local:robotics" in sent
        assert "Papers for robotics · Monday, 29 September 2025 · No. 2" in sent
        terminal.wait(ROBOTS)
        terminal.type("\n")
        assert process.wait(10) == 0
    assert left_behind(shell) == []


@pytest.mark.parametrize("way", ["ctrl-d", "ctrl-c"])
def test_the_prompt_can_be_left(shell: Shell, way: str) -> None:
    with talking(shell) as (terminal, process):
        terminal.wait("Ctrl-D ends.")
        terminal.wait(MODELS)
        if way == "ctrl-c":
            process.send_signal(signal.SIGINT)
        else:
            terminal.type("\x04")
        assert process.wait(10) == 0
        assert "Traceback" not in terminal.shown
    assert left_behind(shell) == []
