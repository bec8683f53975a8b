"""A process that has everything loaded, and forks others that end in ways of their own: a start takes no time.

`python -m tests.faults.forks` reads a line of JSON for each child on its standard input, one after the other, and
answers with its process id at once and with its exit code at its end. `Forks` is the other side of it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import bot.cli.entry
import bot.discord.front
import bot.run
import bot.slack.front  # noqa: F401  # so that no child has to
from tests.faults import killed, killed_slack
from tests.shared import ROOT

CHILDREN: dict[str, Callable[..., None]] = {"killed": killed.be, "killed_slack": killed_slack.be}
BROKE = 99


class Forks:
    """Has children made, one at a time."""

    def __init__(self, folder: Path) -> None:
        self.log = folder / "log"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.forks"],
            cwd=ROOT,
            env={"PATH": ""},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def begin(self, kind: str, *words: object, **environment: str) -> int:
        """A child of this kind begins; returns its process id."""
        assert self.process.stdin
        told = {"kind": kind, "words": [*map(str, words)], "environment": environment, "log": str(self.log)}
        self.process.stdin.write(json.dumps(told) + "\n")
        self.process.stdin.flush()
        return self._answer()

    def ended(self) -> int:
        """Waits for its end; returns its exit code, minus the signal that ended it."""
        return self._answer()

    def said(self) -> str:
        """What it said."""
        return self.log.read_text()

    def close(self) -> None:
        """No more children."""
        self.process.communicate()

    def _answer(self) -> int:
        assert self.process.stdout
        return int(self.process.stdout.readline())


def _be(kind: str, words: list[str], environment: dict[str, str], log: str) -> NoReturn:
    code: Any = BROKE
    try:
        with Path(log).open("wb", buffering=0) as file:
            os.dup2(file.fileno(), 1)
            os.dup2(file.fileno(), 2)
        os.environ.clear()
        os.environ.update(environment)
        CHILDREN[kind](*words)
    except SystemExit as end:
        code = end.code or 0
        sys.stdout.flush()
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def serve() -> None:
    """Fork a child for each line that is told, and say how it ended."""
    for line in sys.stdin:
        pid = os.fork()
        if not pid:
            _be(**json.loads(line))
        print(pid, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)


if __name__ == "__main__":
    serve()
