"""The image is what docs/run.md promises: small, not root, nothing fetched unchecked, its health told."""

from __future__ import annotations

import json
import re
from pathlib import PurePosixPath

from tests.house.tree import files, name
from tests.shared import ROOT


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile's instructions, continued lines joined."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    text = re.sub(r"^\s*#.*\n", "", text, flags=re.MULTILINE).replace("\\\n", " ")
    found = (line.strip().partition(" ") for line in text.splitlines() if line.strip())
    return [(keyword.upper(), re.sub(r"\s+", " ", rest).strip()) for keyword, _, rest in found]


def every(keyword: str) -> list[str]:
    return [rest for word, rest in instructions() if word == keyword]


def final() -> list[tuple[str, str]]:
    """The instructions of the last stage: the image itself."""
    found = instructions()
    start = max(at for at, (word, _) in enumerate(found) if word == "FROM")
    return found[start:]


def environment() -> dict[str, str]:
    pairs = " ".join(rest for word, rest in final() if word == "ENV")
    return dict(re.findall(r"(\w+)=(\S+)", pairs))


def test_stages_begin_with_a_slim_python_of_a_named_version() -> None:
    images = [rest.split()[0] for rest in every("FROM")]
    assert len(images) >= 2
    assert all(re.fullmatch(r"python:3\.1\d-slim", image) for image in images), images


def test_it_does_not_run_as_root() -> None:
    users = [rest for word, rest in final() if word == "USER"]
    assert users
    assert users[-1] not in {"root", "0"}
    words = [word for word, _ in final()]
    assert words.index("USER") < words.index("ENTRYPOINT")


def test_nothing_is_added_from_elsewhere() -> None:
    assert not every("ADD")
    assert "://" not in re.sub(r"sqlite:////?\S+", "", " ".join(rest for _, rest in instructions()))
    assert not re.search(r"\b(?:curl|wget|apt-get|git)\b", " ".join(every("RUN")))


def test_what_is_installed_is_checked_by_its_hash() -> None:
    installs = re.findall(r"pip install [^&]*", " ".join(every("RUN")))
    assert installs
    for install in installs:
        checked = "--require-hashes -r requirements" in install
        own = "--no-deps --no-index" in install
        assert checked or own, install


def test_only_what_it_runs_with_is_in_the_image() -> None:
    copies = [rest for word, rest in final() if word == "COPY"]
    assert all(rest.startswith("--from=") for rest in copies), copies


def test_programs_are_started_without_a_shell() -> None:
    for keyword in ("ENTRYPOINT", "CMD"):
        (form,) = every(keyword)
        assert isinstance(json.loads(form), list)
    (health,) = every("HEALTHCHECK")
    assert json.loads(health.partition("CMD ")[2])[0] == json.loads(every("ENTRYPOINT")[0])[0] == "paperround"


def test_the_data_is_in_one_volume() -> None:
    assert ("VOLUME", '["/data"]') in final()
    assert ("WORKDIR", "/data") in final()
    assert environment()["PAPERROUND_DATABASE_URL"] == "sqlite:////data/paperround.db"
    assert environment()["PYTHONUNBUFFERED"] == "1"


def test_everything_copied_is_there_and_not_ignored() -> None:
    ignored = [
        line for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line and line[0] != "#"
    ]
    for rest in every("COPY"):
        if "--from=" in rest:
            continue
        *sources, target = rest.split()
        assert target.endswith("/")
        for source in sources:
            path = ROOT / source
            assert path.exists(), source
            assert any(name(file).startswith(source) for file in files()), f"{source} is not under version control"
            assert allowed(source.rstrip("/"), ignored), f".dockerignore keeps {source} out"


def allowed(path: str, ignored: list[str]) -> bool:
    """Whether the last line of a .dockerignore that speaks of the path lets it in."""
    verdict = True
    for line in ignored:
        pattern = line.removeprefix("!").strip("/")
        if PurePosixPath(path).match(pattern):
            verdict = line.startswith("!")
    return verdict


def test_secrets_and_stores_stay_out() -> None:
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert ignored[0] == "*", "what is not named stays out"
