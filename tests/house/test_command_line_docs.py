"""What docs/command-line.md promises to programs is what they get; and every command that a page names exists."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.cli.entry import paperround
from tests.house.tree import codes, markdown, name, pages
from tests.shared import ROOT

PAGE = ROOT / "docs" / "command-line.md"
CHANNEL = "local:general"
# In this order, so that each finds what it needs to show all of its shape: two papers, of which one is held back.
RUNS = {
    "import": ["papers.jsonl"],
    "subscribe": [CHANNEL, "penguins"],
    "schedule": [CHANNEL, "limit 1"],
    "subscriptions": [CHANNEL],
    "search": ["penguins"],
    "digest": [CHANNEL],
}


def keys(value: Any) -> set[str]:
    """Every key in a piece of JSON, however deep."""
    if isinstance(value, dict):
        return set(value).union(*map(keys, value.values()))
    return set().union(*map(keys, value)) if isinstance(value, list) else set()


def shapes() -> dict[str, str]:
    """The shapes that the page shows, by command."""
    (block,) = (token.content for token in markdown(PAGE) if token.type == "fence" and '{"new"' in token.content)
    return dict(re.findall(r"^(\w+) +(\{.*(?:\n .*)*)", block, re.MULTILINE))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where these commands are run: a folder with its own store and a file to import."""
    made = tmp_path_factory.mktemp("answers")
    titles = ("Counting penguins from space", "Penguins, counted from below")
    lines = [json.dumps({"title": title, "authors": ["Mina Okafor"]}) for title in titles]
    (made / "papers.jsonl").write_text("\n".join([*lines, '{"no": "paper"}']) + "\n", encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def answers(folder: Path) -> dict[str, str]:
    """What the command line answers."""
    return {command: run(folder, command, *words, "--json").stdout for command, words in RUNS.items()}


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PAPERROUND_")}
    command = [sys.executable, "-m", "bot.cli", *words]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("command", shapes())
def test_programs_get_what_the_page_shows(command: str, answers: dict[str, str]) -> None:
    assert keys(json.loads(answers[command])) == set(re.findall(r'"(\w+)"', shapes()[command]))


def test_the_page_shows_the_shapes() -> None:
    assert set(shapes()) == set(RUNS) - {"schedule"}


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["search", "penguins"], 0),
        (["import", "nowhere.jsonl"], 1),
        (["subscriptions", "local:nowhere"], 1),
        (["search", '"never closed'], 2),
        (["serach", "penguins"], 2),
    ],
)
def test_exit_codes_are_as_the_page_says(words: list[str], code: int, folder: Path) -> None:
    done = run(folder, *words)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr


def test_an_error_for_programs_has_the_shape_the_page_says(folder: Path) -> None:
    done = run(folder, "search", "auhtor:hinton", "--json")
    assert not done.stdout
    assert set(json.loads(done.stderr)) == {"error", "hint"}


def texts(page: Path) -> Iterator[str]:
    for token in markdown(page):
        yield from codes(token)
        if token.type == "fence":
            yield token.content


def test_commands_named_in_the_pages_exist() -> None:
    wrong = [
        f"{name(page)}: paperround {verb}"
        for page in pages()
        for text in texts(page)
        for verb in re.findall(r"(?:^|[\s/])paperround ([a-z]+)\b", text)
        if verb not in paperround.commands
    ]
    assert not wrong, wrong


def test_make_targets_named_in_the_pages_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    wrong = [
        f"{name(page)}: make {target}"
        for page in pages()
        for text in texts(page)
        for target in re.findall(r"^make ([a-z]+)\b", text, re.MULTILINE)
        if target not in targets
    ]
    assert not wrong, wrong
