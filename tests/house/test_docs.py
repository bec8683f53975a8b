"""The documentation is whole: every command and setting has its place, every link leads somewhere."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest

from bot import settings
from bot.cli import frame
from bot.cli.entry import paperround
from bot.commands import COMMANDS
from bot.commands.base import Command
from domain.delivery import MOVES, State
from sources.registry import SOURCES
from tests.house.tree import MAY_IMPORT, codes, headings, markdown, modules, name, pages, plain, table
from tests.shared import ROOT

DOCS = ROOT / "docs"
ADRS = DOCS / "adr"


def slug(text: str) -> str:
    """A heading's anchor, as the forges make it: lower case, spaces as dashes, other signs dropped."""
    return re.sub(r"[^\w\- ]", "", text.strip().lower()).replace(" ", "-")


def anchors(page: Path) -> set[str]:
    seen: Counter[str] = Counter()
    found = set()
    for _, text in headings(page):
        base = slug(text)
        found.add(f"{base}-{seen[base]}" if seen[base] else base)
        seen[base] += 1
    return found


def links(page: Path) -> Iterator[str]:
    for token in markdown(page):
        for child in token.children or ():
            if child.type in {"link_open", "image"}:
                yield str(child.attrGet("href") or child.attrGet("src") or "")


def relative(page: Path) -> Iterator[tuple[str, Path, str]]:
    """The links of a page within the tree: as written, the file meant, and the anchor."""
    for link in links(page):
        if not re.match(r"[a-z][a-z0-9+.-]*:", link):
            path, _, anchor = link.partition("#")
            yield link, (page.parent / unquote(path)).resolve() if path else page, anchor


def adrs() -> list[Path]:
    return sorted(page for page in pages() if page.parent == ADRS and page.name != "README.md")


@pytest.mark.parametrize("page", pages(), ids=name)
def test_links_lead_somewhere(page: Path) -> None:
    broken = [
        link
        for link, target, anchor in relative(page)
        if not target.exists() or (anchor and target.suffix == ".md" and anchor not in anchors(target))
    ]
    assert not broken, broken


def test_every_page_is_reached_from_the_readme() -> None:
    reached: set[Path] = set()
    left = [ROOT / "README.md"]
    while left:
        page = left.pop()
        if page not in reached and page.suffix == ".md":
            reached.add(page)
            left += [target for _, target, _ in relative(page)]
    alone = [name(page) for page in pages() if page not in reached]
    assert not alone, f"no way leads from README.md to {', '.join(alone)}"


def test_every_page_has_one_title() -> None:
    wrong = [name(page) for page in pages() if [level for level, _ in headings(page)].count(1) != 1]
    assert not wrong, wrong


def test_every_command_has_its_section() -> None:
    told = [text for level, text in headings(DOCS / "commands.md") if level == 2 and " " not in text]
    assert sorted(told) == sorted(COMMANDS)


def fences(page: Path, heading: str) -> list[str]:
    """The blocks of code in a section of a page."""
    found: list[str] = []
    tokens = markdown(page)
    inside = False
    for at, token in enumerate(tokens):
        if token.type == "heading_open" and token.tag in {"h1", "h2"}:
            inside = plain(tokens[at + 1]) == heading
        elif token.type == "fence" and inside:
            found.append(token.content)
    return found


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_a_command_s_section_shows_how_it_is_written(command: Command) -> None:
    usage, *rest = fences(DOCS / "commands.md", command.name)
    assert usage == f"/papers {command.usage}\n"
    assert "".join(rest) == "".join(f"/papers {example}\n" for example in command.examples)


def test_the_command_line_s_own_commands_are_told() -> None:
    rows = table(DOCS / "command-line.md", "command", "what it does")
    assert {codes(row[0])[0].split()[0] for row in rows} == set(paperround.commands) - set(COMMANDS)


def test_every_exit_code_is_told() -> None:
    rows = table(DOCS / "command-line.md", "code", "meaning")
    assert [plain(row[0]) for row in rows] == [str(code) for code in (frame.DONE, frame.COULD_NOT, frame.WRONG_USE)]


def test_every_source_has_its_row() -> None:
    rows = table(DOCS / "settings.md", "source", "setting", "meaning")
    assert {codes(row[0])[0] for row in rows} == set(SOURCES)


def test_the_settings_in_the_file_s_form_are_those() -> None:
    written = tomllib.loads("".join(fences(DOCS / "settings.md", "Settings")))
    assert set(written) - {"sources"} <= {option.key for option in settings.OPTIONS}
    assert set(written["sources"]) <= set(SOURCES)


def test_every_setting_s_default_is_told() -> None:
    rows = table(DOCS / "settings.md", "setting", "default", "meaning")
    told = {codes(row[0])[0]: "".join(codes(row[1])) for row in rows}
    assert told == {option.name: option.default for option in settings.OPTIONS}


def test_every_setting_has_its_row() -> None:
    told = [codes(row[0])[0] for row in table(DOCS / "settings.md", "setting", "default", "meaning")]
    assert sorted(told) == sorted(option.name for option in settings.OPTIONS)


def test_the_moves_are_drawn_as_they_are() -> None:
    drawn = next(text for text in fences(DOCS / "architecture.md", "The life of a delivery") if "stateDiagram" in text)
    moves = [f"{state.value} --> {to.value}" for state in State for to in State if to in MOVES[state]]
    lines = [line.strip() for line in drawn.splitlines()]
    assert lines == ["stateDiagram-v2", "[*] --> planned", *moves, "sent --> [*]"]


def test_every_move_of_a_delivery_is_told() -> None:
    rows = table(DOCS / "architecture.md", "state", "what it means", "goes to")
    told = {codes(row[0])[0]: set(codes(row[2])) for row in rows}
    assert told == {state.value: {to.value for to in moves} for state, moves in MOVES.items()}
    assert set(told) == {state.value for state in State}


def test_every_folder_is_on_the_map() -> None:
    rows = table(DOCS / "architecture.md", "folder", "what is in it")
    packages = {m.replace(".", "/") + "/" for m, path in modules().items() if path.name == "__init__.py"}
    told = {code for row in rows for code in codes(row[0])}
    assert packages - {"db/migrations/versions/"} <= told
    assert {f"{folder}/" for folder in MAY_IMPORT} <= told
    assert all((ROOT / folder).is_dir() for folder in told)


def test_decisions_are_numbered_without_gaps_and_listed() -> None:
    numbers = [int(page.name[:4]) for page in adrs()]
    assert numbers == list(range(1, len(numbers) + 1))
    listed = [target for _, target, _ in relative(ADRS / "README.md") if target.parent == ADRS]
    assert listed == adrs()


@pytest.mark.parametrize("page", adrs(), ids=name)
def test_a_decision_says_what_was_decided_and_what_was_not(page: Path) -> None:
    found = headings(page)
    assert found[0][1].startswith(f"{page.name[:4]} ")
    assert [text for level, text in found if level == 2][:3] == ["Context", "Decision", "Rejected"]


def test_decisions_named_in_the_code_exist() -> None:
    named = {
        (name(path), found)
        for path in modules().values()
        for found in re.findall(r"docs/adr/(\d{4})", path.read_text(encoding="utf-8"))
    }
    assert named
    numbers = {page.name[:4] for page in adrs()}
    missing = [f"{path} names {number}" for path, number in named if number not in numbers]
    assert not missing, missing


def test_files_named_in_the_pages_exist() -> None:
    """Whatever a page writes in code as a path into one of our folders is there."""
    missing = [
        f"{name(page)}: {code}"
        for page in pages()
        for token in markdown(page)
        for code in codes(token)
        if re.fullmatch(r"(?:bot|db|digests|docs|domain|sources|tests)/[\w./-]+", code) and not (ROOT / code).exists()
    ]
    assert not missing, missing


def test_the_pages_say_nothing_twice_by_heading() -> None:
    wrong = [
        name(page)
        for page in pages()
        if page.name != "CHANGELOG.md" and any(many > 1 for many in Counter(headings(page)).values())
    ]
    assert not wrong, wrong


def test_plain_reads_what_is_shown() -> None:
    assert headings(ROOT / "README.md")[0] == (1, "Paperround")
    assert plain(markdown(ROOT / "README.md")[1]) == "Paperround"
