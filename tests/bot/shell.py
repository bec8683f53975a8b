"""The command line as people run it: a process of its own, in an empty environment, in a folder with its store."""

from __future__ import annotations

import io
import json
import logging
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bot.cli.entry import execute
from tests.shared import ROOT

# What the stocked store holds, as p1 to p4.
TITLES = ["Speculative decoding with drafts", "Draft verification in parallel", "A survey of decoding", "Ice sheets"]
COMMAND = [sys.executable, "-m", "bot.cli"]


def _shown(stream: io.TextIOWrapper) -> str:
    stream.flush()
    written = stream.buffer
    assert isinstance(written, io.BytesIO)
    return written.getvalue().decode()


@dataclass(frozen=True)
class Shell:
    """A folder to run `paperround` in. `more` is added to the environment, which is empty otherwise."""

    folder: Path
    more: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        here = {"PATH": os.defpath, "HOME": str(self.folder), "PYTHONPATH": str(ROOT)}
        return {**here, "PAPERROUND_PAGE": "127.0.0.1:0", **self.more}  # several tests run at once

    def run(self, *words: str, code: int | None = 0, **more: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end, which no traceback must be; `code` is the exit code it must have."""
        done = subprocess.run(
            [*COMMAND, *words],
            cwd=self.folder,
            env=self.environment | more,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
            stdin=subprocess.DEVNULL,
        )
        assert "Traceback" not in done.stderr or more.get("PAPERROUND_LOG_LEVEL") == "debug", done.stderr
        assert code is None or done.returncode == code, (words, done.returncode, done.stdout, done.stderr)
        return done

    def inside(self, *words: str, code: int | None = 0, **more: str) -> subprocess.CompletedProcess[str]:
        """The same as `run` in this process, which is quicker where all that counts is what is said."""
        out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", newline="") for _ in range(2))
        log, level, handlers = logging.getLogger(), logging.getLogger().level, logging.getLogger().handlers[:]
        with pytest.MonkeyPatch.context() as there:
            there.chdir(self.folder)
            there.setattr(os, "environ", self.environment | more)
            there.setattr(sys, "stdout", out)
            there.setattr(sys, "stderr", err)
            try:
                found = execute([*words])
            except SystemExit as left:
                found = int(left.code or 0)
            finally:
                log.setLevel(level)
                log.handlers[:] = handlers
        shown = [_shown(stream) for stream in (out, err)]
        done = subprocess.CompletedProcess(words, found, *shown)
        assert "Traceback" not in done.stderr or more.get("PAPERROUND_LOG_LEVEL") == "debug", done.stderr
        assert code is None or done.returncode == code, (words, done.returncode, done.stdout, done.stderr)
        return done

    def data(self, *words: str, code: int = 0, **more: str) -> Any:
        """What a command answers with --json."""
        return json.loads(self.inside(*words, "--json", code=code, **more).stdout)

    def fails(self, *words: str, code: int, **more: str) -> str:
        """What a command says with --json that cannot be done: nothing on standard output, one line of JSON beside."""
        done = self.inside(*words, "--json", code=code, **more)
        assert done.stdout == ""
        (line,) = done.stderr.splitlines()
        error = json.loads(line)
        assert set(error) == {"error", "hint"}
        assert error["error"]
        return f"{error['error']} {error['hint']}"

    def start(self, *words: str, **streams: Any) -> subprocess.Popen[str]:
        """Start a command and leave it running."""
        return subprocess.Popen(
            [*COMMAND, *words], cwd=self.folder, env=self.environment, text=True, stdin=subprocess.DEVNULL, **streams
        )


def page(folder: Path, name: str, titles: list[str], **more: object) -> Path:
    """A file of invented papers."""
    lines = [
        json.dumps({"title": title, "abstract": f"This one is about {title.lower()}.", **more}) for title in titles
    ]
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
