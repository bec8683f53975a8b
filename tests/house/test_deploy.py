"""What one installs it by says the same as the image and the pages: settings that exist, nothing open, all hardened."""

from __future__ import annotations

import configparser
import re
from pathlib import Path

import pytest

from bot.jobs import GRACE_SECONDS
from bot.settings import OPTIONS, load
from bot.web import END_SECONDS
from tests.shared import ROOT

COMPOSE = ROOT / "compose.yaml"
UNIT = ROOT / "deploy" / "paperround.service"
# What systemd-analyze security counts most: https://www.freedesktop.org/software/systemd/man/systemd.exec.html
HARDENED = {
    "NoNewPrivileges": "yes",
    "CapabilityBoundingSet": "",
    "DynamicUser": "yes",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "PrivateDevices": "yes",
    "RestrictNamespaces": "yes",
    "SystemCallArchitectures": "native",
}


def unit() -> configparser.SectionProxy:
    parser = configparser.ConfigParser(strict=False, interpolation=None, delimiters="=")
    parser.optionxform = str  # type: ignore[assignment, method-assign]  # its names have capitals
    parser.read_string(UNIT.read_text(encoding="utf-8"))
    return parser["Service"]


@pytest.mark.parametrize("path", [COMPOSE, UNIT], ids=lambda path: path.name)
def test_only_settings_that_exist_are_named(path: Path) -> None:
    named = set(re.findall(r"\bPAPERROUND_\w+", path.read_text(encoding="utf-8")))
    assert named
    assert named <= {option.name for option in OPTIONS}


def test_the_unit_gives_away_nothing() -> None:
    assert {name: unit().get(name) for name in HARDENED} == HARDENED
    assert unit()["ExecStart"].endswith("paperround run")
    assert unit()["StateDirectory"] == "paperround"
    assert "sqlite:////var/lib/paperround/" in unit()["Environment"]


def test_the_container_can_write_its_volume_alone_and_is_reached_from_this_machine_alone() -> None:
    text = COMPOSE.read_text(encoding="utf-8")
    assert "\n    read_only: true\n" in text
    assert "\n    cap_drop:\n      - ALL\n" in text
    assert "no-new-privileges:true" in text
    assert re.findall(r'- "([^"]*):\d+:\d+"', text) == ["127.0.0.1"]
    assert "user: root" not in text


def test_what_compose_sets_can_be_started_with() -> None:
    (page,) = re.findall(r"PAPERROUND_PAGE: (\S+)", COMPOSE.read_text(encoding="utf-8"))
    settings = load({"PAPERROUND_PAGE": page, "PAPERROUND_PAGE_TOKEN": "f" * 32}, ROOT / "deploy")
    assert str(settings.page) == page


def test_stopping_it_leaves_it_the_time_it_needs() -> None:
    needed = GRACE_SECONDS + END_SECONDS
    (grace,) = re.findall(r"stop_grace_period: (\d+)s", COMPOSE.read_text(encoding="utf-8"))
    assert int(grace) > needed
    assert int(unit()["TimeoutStopSec"]) > needed
