"""The Dockerfile without Docker: its steps in order, each stage in a root of its own, then the image as it is run.

Needs root, namespaces and overlays: `unshare --mount python -m tests.faults.container` prints what it found as JSON.
A stage's root is this machine's, laid below an empty one, so that a stage sees what steps before it wrote and the
machine stays as it is. Base images are not fetched: this Python stands for theirs, and so do this machine's programs.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path, PurePosixPath

from tests.house.test_dockerfile import allowed, instructions
from tests.shared import ROOT

PYTHON = Path(sys.executable).resolve().parent
BARE = {"PATH": f"{PYTHON}:/usr/local/bin:/usr/local/sbin:/usr/bin:/usr/sbin:/bin:/sbin", "HOME": "/root"}
# How this machine reaches a package registry is its own affair.
NETWORK = re.compile(r"PIP_\w+|SSL_CERT_\w+|\w+_proxy|\w+_PROXY|REQUESTS_CA_BUNDLE")
READY_SECONDS, STOP_SECONDS = 60.0, 10.0
PAGE_TOKEN = "a-token-of-some-thirty-letters"  # noqa: S105  # of no page


@dataclass
class Stage:
    """A root, and what its instructions set."""

    root: Path
    environment: dict[str, str] = field(default_factory=lambda: dict(BARE))
    folder: str = "/"
    user: str = "0"
    said: dict[str, str] = field(default_factory=dict)  # the last of each instruction that is only declared

    def inside(self, path: str) -> Path:
        """A path of the stage, from outside."""
        return self.root / str(PurePosixPath(self.folder) / path).lstrip("/")

    def command(self, *words: str) -> list[str]:
        """What runs these words in the stage: no shell between, so that signals reach them."""
        who = f"--userspec={self.user}:{self.user}"
        return ["chroot", who, str(self.root), "/usr/bin/env", "-C", self.folder, *words]


def context(target: Path) -> Path:
    """What a build gets to see: the files under version control that .dockerignore lets in."""
    ignored = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and line[0] != "#"]
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in listed.splitlines():
        if allowed(name.partition("/")[0], ignored) and (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, target / name)
    return target


def root(base: Path, number: int) -> Path:
    """An empty root over this machine's."""
    parts = {name: base / f"{name}{number}" for name in ("upper", "work", "root")}
    for part in parts.values():
        part.mkdir()
    layers = f"lowerdir=/,upperdir={parts['upper']},workdir={parts['work']}"
    subprocess.run(["mount", "-t", "overlay", "overlay", "-o", layers, str(parts["root"])], check=True)
    for shared in ("/dev", "/proc"):
        subprocess.run(["mount", "--rbind", shared, f"{parts['root']}{shared}"], check=True)
    for folder in (PYTHON, *PYTHON.parents):  # it may be somebody's own
        inside = parts["root"] / str(folder).lstrip("/")
        inside.chmod(inside.stat().st_mode | 0o555)
    return parts["root"]


def built(base: Path) -> Stage:
    """Follow the Dockerfile; returns its last stage."""
    seen = context(base / "context")
    stages: dict[str, Stage] = {}
    stage = Stage(base)
    for word, rest in instructions():
        match word:
            case "FROM":
                stage = Stage(root(base, len(stages)))
                stages[rest.partition(" AS ")[2] or "image"] = stage
            case "ENV":
                for pair in shlex.split(rest):
                    name, _, value = pair.partition("=")
                    stage.environment[name] = value.replace("$PATH", stage.environment["PATH"])
            case "WORKDIR":
                stage.folder = rest
                stage.inside(".").mkdir(parents=True, exist_ok=True)
            case "USER":
                stage.user = rest
            case "COPY":
                copy(stages, stage, seen, shlex.split(rest))
            case "RUN":
                network = {name: value for name, value in os.environ.items() if NETWORK.fullmatch(name)}
                words = stage.command("/bin/sh", "-e", "-c", rest)
                subprocess.run(words, env={**network, **stage.environment}, stdout=sys.stderr, check=True)
            case _:
                stage.said[word] = rest
    return stage


def copy(stages: dict[str, Stage], stage: Stage, seen: Path, words: list[str]) -> None:
    """COPY, of what we use of it: files and folders of the context, or of another stage."""
    source = seen
    if words[0].startswith("--from="):
        source = stages[words.pop(0).removeprefix("--from=")].root
    *names, target = words
    for name in names:
        found, to = source / name.strip("/"), stage.inside(target)
        if found.is_dir():
            shutil.copytree(found, to, symlinks=True, dirs_exist_ok=True)
        else:
            to.mkdir(parents=True, exist_ok=True)
            shutil.copy2(found, to)


def run(image: Stage) -> dict[str, object]:
    """Start the image with nothing to write but its volume and /tmp, and look at it as an engine does."""
    (volume,) = json.loads(image.said["VOLUME"])
    for path, options in (("/tmp", "mode=1777"), (volume, f"mode=750,uid={image.user},gid={image.user}")):  # noqa: S108  # its own
        subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(image.root) + path], check=True)
    subprocess.run(["mount", "-o", "remount,ro", str(image.root)], check=True)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings = {"PAPERROUND_PAGE": f"0.0.0.0:{port}", "PAPERROUND_PAGE_TOKEN": PAGE_TOKEN}
    environment = {**image.environment, "HOME": volume, **settings}
    entry = json.loads(image.said["ENTRYPOINT"])
    health = json.loads(image.said["HEALTHCHECK"].partition("CMD ")[2])

    def done(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            image.command(*words), env=environment, capture_output=True, text=True, timeout=60, check=False
        )

    found: dict[str, object] = {"unhealthy before": done(*health).returncode}
    words = image.command(*entry, *json.loads(image.said["CMD"]))
    with subprocess.Popen(words, env=environment, stderr=subprocess.PIPE, text=True) as process:
        found["ready"] = ready(port)
        found["healthy"] = done(*health).returncode
        status = Path(f"/proc/{process.pid}/status").read_text()
        found["uid"] = re.search(r"^Uid:\s+(\d+)", status, re.MULTILINE)[1]  # type: ignore[index]  # it is there
        found["program"] = Path(f"/proc/{process.pid}/cmdline").read_text().split("\0")[1].rpartition("/")[2]
        found["writes"] = {path: done("touch", f"{path}/x").returncode == 0 for path in ("/", "/opt", "/etc", volume)}
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        found["exit"] = process.wait(STOP_SECONDS)
        found["seconds to stop"] = round(time.monotonic() - began, 1)
        found["log"] = process.stderr.read() if process.stderr else ""
    found["kept"] = sorted(path.name for path in image.inside(volume).iterdir())
    return found


def ready(port: int) -> bool:
    """Whether it comes to be ready."""
    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end:
        connection = HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/readyz")
            if connection.getresponse().status == 200:
                return True
        except OSError:
            pass
        finally:
            connection.close()
        time.sleep(0.2)
    return False


def main(base: Path) -> None:
    """Build and run it below a folder, in a mount namespace of one's own."""
    subprocess.run(["mount", "-t", "tmpfs", "tmpfs", str(base)], check=True)
    json.dump(run(built(base)), sys.stdout)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
