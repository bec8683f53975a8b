"""Completing the command line in a shell: verbs, channels, formats; quietly."""

from __future__ import annotations

import pytest

from tests.bot.shell import Shell


def complete(shell: Shell, *words: str) -> list[str]:
    done = shell.inside(
        _PAPERROUND_COMPLETE="bash_complete",
        COMP_WORDS=" ".join(["paperround", *words]),
        COMP_CWORD=str(len(words)),
    )
    assert done.stderr == ""
    return [line.partition(",")[2] for line in done.stdout.splitlines() if line]


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["subs"], ["subscribe", "subscriptions"]),
        (["digest", ""], ["local:robots"]),
        (["digest", "local:x"], []),
        (["export", ""], ["bibtex", "ris", "csv", "json", "markdown"]),
        (["export", "b"], ["bibtex"]),
        (["vote", "local:robots", "p1", "u"], ["up"]),
        (["search", "--l"], ["--limit"]),
    ],
)
def test_words_are_completed(stocked_shell: Shell, words: list[str], offered: list[str]) -> None:
    assert complete(stocked_shell, *words) == offered


def test_completing_makes_no_store_and_says_nothing_of_a_broken_one(shell: Shell) -> None:
    assert complete(shell, "subscribe", "") == ["local:general"]
    assert list(shell.folder.iterdir()) == []
    (shell.folder / "paperround.db").write_text("this is a poem " * 100)
    assert complete(shell, "subscribe", "") == ["local:general"]


@pytest.mark.parametrize("kind", ["bash", "zsh", "fish"])
def test_the_shell_gets_a_script(shell: Shell, kind: str) -> None:
    done = shell.inside(_PAPERROUND_COMPLETE=f"{kind}_source", code=None)
    assert "_PAPERROUND_COMPLETE" in done.stdout
