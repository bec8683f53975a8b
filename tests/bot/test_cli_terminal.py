"""The command line on a terminal of its own: as wide as that, and with the styles that it knows."""

from __future__ import annotations

import os
import pty
import re
import subprocess
from contextlib import suppress

import pytest

from tests.bot.shell import COMMAND, Shell

BOLD, COLOUR, LINK = "\x1b[1m", "\x1b[1;35m", "\x1b]8;"


def on_a_terminal(shell: Shell, *words: str, **more: str) -> str:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, *words],
        cwd=shell.folder,
        env=shell.environment | {"TERM": "xterm"} | more,
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    said = b""
    with suppress(OSError):  # how Linux says that the other side is closed
        while read := os.read(ours, 65_536):
            said += read
    os.close(ours)
    assert process.wait(60) == 0, said
    return said.decode().replace("\r\n", "\n")


def test_a_terminal_gets_styles_and_links(stocked_shell: Shell) -> None:
    said = on_a_terminal(stocked_shell, "search", "draft")
    assert BOLD in said
    assert COLOUR in said
    assert LINK not in stocked_shell.run("search", "draft").stdout


@pytest.mark.parametrize(("no_color", "styles"), [("1", {"1", "2"}), ("", {"1", "2", "1;35"})])
def test_whoever_wants_no_colours_gets_none(stocked_shell: Shell, no_color: str, styles: set[str]) -> None:
    said = on_a_terminal(stocked_shell, "search", "draft", NO_COLOR=no_color)
    assert set(re.findall(r"\x1b\[([\d;]*)m", said)) - {"0"} == styles


def test_a_terminal_without_styles_gets_none(stocked_shell: Shell) -> None:
    assert "\x1b" not in on_a_terminal(stocked_shell, "search", "draft", TERM="dumb")


def test_lines_are_as_wide_as_the_terminal(stocked_shell: Shell) -> None:
    said = on_a_terminal(stocked_shell, "search", "draft", TERM="dumb", COLUMNS="30")
    assert max(map(len, said.splitlines())) <= 30
