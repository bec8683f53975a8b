"""No token is committed unseen: what `make check` looks for is found in a tree that has one (invariant 9)."""

from __future__ import annotations

import base64
import subprocess
import sys
from pathlib import Path

import pytest

from tests.shared import ROOT

# Put together here, or this file would be found.
TOKENS = {
    "slack": "-".join(("xoxb", "1234567890", "abcdefghijklmnop")),
    "discord": ".".join(("MTk4NjIy" + "NDgzNDcxOTI1MjQ4", "Cl2FMQ", "ZnCjm1XVW7vR" + "ze4b7Cq4se7kKWs")),
    "github": "_".join(("ghp", "0123456789abcdefghijABCDEFGHIJ012345")),  # pragma: allowlist secret
    "a key": "-----".join(("", "BEGIN RSA PRIVATE " + "KEY", "")),
    "random bytes": base64.b64encode(bytes(n * 37 % 251 for n in range(40))).decode(),
}


def looked(tree: Path) -> subprocess.CompletedProcess[str]:
    """What `make secrets` says of a tree."""
    made = ["make", "-s", "-f", str(ROOT / "Makefile"), "secrets", f"BIN={Path(sys.executable).parent}", "WORKERS=1"]
    return subprocess.run(made, cwd=tree, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A tree under version control, with a file in which there is nothing."""
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    (tmp_path / "settings.py").write_text('TIMEZONE = "Europe/Paris"\nTOKEN = os.environ["SLACK_BOT_TOKEN"]\n')
    return tmp_path


def test_a_tree_without_secrets_passes(tree: Path) -> None:
    assert looked(tree).returncode == 0


def test_each_kind_of_token_is_found_committed_or_about_to_be(tree: Path) -> None:
    for kind, token in TOKENS.items():
        (tree / f"{kind}.py").write_text(f'VALUE = "{token}"\n')
    subprocess.run(["git", "add", "slack.py", "discord.py"], cwd=tree, check=True)
    found = looked(tree)
    assert found.returncode != 0
    for kind, token in TOKENS.items():
        assert f"{kind}.py:1" in found.stdout, kind
        assert token not in found.stdout, "the log of a check is no place for it either"


def test_what_is_ignored_by_git_is_nobody_s_business(tree: Path) -> None:
    (tree / ".gitignore").write_text("paperround.toml\n")
    (tree / "paperround.toml").write_text(f'slack_bot_token = "{TOKENS["slack"]}"\n')
    assert looked(tree).returncode == 0


def test_check_looks_for_secrets_and_at_the_dockerfile() -> None:
    made = subprocess.run(
        ["make", "--dry-run", "--old-file=.venv/.ready", "check"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert "detect-secrets-hook --no-verify" in made
    assert "hadolint Dockerfile" in made
