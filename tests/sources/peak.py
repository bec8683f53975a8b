"""The most memory a process had of its own, and nobody else's."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

# Linux counts the memory of whoever starts a process as that process's own until it runs its program: a test runner
# has hundreds of megabytes. So a small interpreter starts it, and writes what it used below what it said.
_WATCH = """
import os, sys
child = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ)
_, status, used = os.wait4(child, 0)
os.write(1, b"\\n%d" % used.ru_maxrss)
sys.exit(os.waitstatus_to_exitcode(status) & 255)
"""


def peak(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> tuple[str, int, int]:
    """What a command wrote, its exit code, and the most memory it had, in KiB."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", _WATCH, *command],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    said, _, most = done.stdout.rpartition("\n")
    return said, done.returncode, int(most)
