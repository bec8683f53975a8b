"""What a newcomer's machine is promised: the ways in, the lock, the version, the licence."""

from __future__ import annotations

import re
import tomllib
from typing import Any

import pytest

from tests.house.tree import MAY_IMPORT, imports, modules
from tests.shared import ROOT

TARGETS = ("demo", "run", "test", "check", "audit", "bench", "faults", "soak")
LOCKS = ("requirements.lock", "requirements-run.lock")
# Distributions whose modules are not called like them.
MODULES = {
    "discord-py": "discord",
    "prometheus-client": "prometheus_client",
    "slack-bolt": "slack_bolt",
    "slack-sdk": "slack_sdk",
    "sse-starlette": "sse_starlette",
    "tzdata": "zoneinfo",
}


def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def normal(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).lower()


def required(requirements: list[str]) -> set[str]:
    return {normal(re.split(r"[\[<>=!~; ]", text, maxsplit=1)[0]) for text in requirements}


def locked(lock: str) -> dict[str, str]:
    """What a lock file pins: names and versions."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    return {normal(found[1]): found[2] for found in re.finditer(r"^([\w.-]+)==([\w.+!-]+)", text, re.MULTILINE)}


@pytest.mark.parametrize("target", TARGETS)
def test_make_knows(target: str) -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = {word for line in re.findall(r"^\.PHONY:(.*)$", text, re.MULTILINE) for word in line.split()}
    assert target in phony
    assert re.search(rf"^{target}:", text, re.MULTILINE), f"no target {target}"


@pytest.mark.parametrize("lock", LOCKS)
def test_locks_pin_everything_with_hashes_and_name_no_host(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert "://" not in text
    assert "--index" not in text
    assert "--find-links" not in text
    for entry in re.split(r"\n(?=\S)", text.strip()):
        assert re.match(r"[\w.-]+==\S+", entry), entry.splitlines()[0]
        assert "--hash=sha256:" in entry, entry.splitlines()[0]


def test_the_locks_cover_what_the_project_requires() -> None:
    told = project()["project"]
    needed, dev = required(told["dependencies"]), required(told["optional-dependencies"]["dev"])
    full, run = locked("requirements.lock"), locked("requirements-run.lock")
    assert needed | dev <= set(full)
    assert needed <= set(run)
    assert not (dev - needed) & {"pytest", "mypy", "ruff"} & set(run), "what only developers need is in the image"
    assert run.items() <= full.items(), "the locks disagree: `make lock`"


def test_what_is_imported_is_required_and_what_is_required_is_imported() -> None:
    needed = required(project()["project"]["dependencies"])
    taken = {imported.partition(".")[0].lower() for path in modules().values() for _, imported in imports(path)}
    unused = {name for name in needed if MODULES.get(name, name) not in taken}
    assert not unused, f"required and never imported: {', '.join(sorted(unused))}"


def test_every_folder_of_ours_is_packaged() -> None:
    assert set(project()["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]) == set(MAY_IMPORT)
    assert set(project()["tool"]["mypy"]["packages"]) == {*MAY_IMPORT, "tests"}


def test_the_changelog_s_newest_version_is_this_one() -> None:
    version = project()["project"]["version"]
    found = re.search(r"^## (?!Unreleased$)(\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert found
    assert found[1] == version


def test_the_licence_is_mit() -> None:
    assert project()["project"]["license"] == "MIT"
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert text.startswith("MIT License")
    assert "Permission is hereby granted, free of charge" in text


def test_coverage_leaves_nothing_of_the_core_out() -> None:
    told = project()["tool"]["coverage"]
    assert told["run"]["branch"] is True
    assert {"domain", "db", "digests"} <= set(told["run"]["source"])
    assert not {"omit", "include", "plugins"} & set(told["run"])
    assert not {"exclude_lines", "exclude_also", "omit", "include", "partial_branches"} & set(told.get("report", {}))


def recipe(target: str) -> str:
    found = re.search(rf"^{target}:.*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert found
    return found[1]


def test_tests_run_in_random_order_and_long_ones_apart() -> None:
    assert "pytest-randomly" in required(project()["project"]["optional-dependencies"]["dev"])
    assert "no:randomly" not in recipe("test")
    assert "--faults" not in recipe("test")
    assert "--faults -m faults" in recipe("faults")
