"""What the rules look at: the files under version control, our modules and what each imports, and the pages."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

from tests.shared import ROOT

# Which folders each folder may import: one way only, bot → digests, sources → db → domain.
MAY_IMPORT = {
    "domain": set[str](),
    "db": {"domain"},
    "sources": {"db", "domain"},
    "digests": {"db", "domain"},
    "bot": {"sources", "digests", "db", "domain"},
}


@cache
def files() -> tuple[Path, ...]:
    """Every file under version control that is there, by path."""
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return tuple(path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file())


def name(path: Path) -> str:
    """The path as one says it: from the top of the tree."""
    return path.relative_to(ROOT).as_posix()


@cache
def modules() -> dict[str, Path]:
    """Our modules by their dotted names, packages too."""
    found = {}
    for path in files():
        relative = path.relative_to(ROOT)
        if path.suffix == ".py" and relative.parts[0] in MAY_IMPORT:
            parts = relative.with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


@cache
def parsed(path: Path) -> ast.Module:
    """The syntax tree of a Python file."""
    return ast.parse(path.read_text(encoding="utf-8"), name(path))


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Everything a file imports, wherever in it: the line, and the dotted name of the module.

    A string that is exactly the name of one of our modules counts: it is there to be imported by name.
    """
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name(path)}:{node.lineno} imports relatively; write the whole name"
            whole = node.module or ""
            for alias in node.names:
                inner = f"{whole}.{alias.name}"
                yield node.lineno, inner if inner in modules() else whole
        elif isinstance(node, ast.Constant) and "." in str(node.value) and str(node.value) in modules():
            yield node.lineno, str(node.value)


@cache
def pages() -> tuple[Path, ...]:
    """Every page of documentation: what stands at the top and in docs/."""
    return tuple(path for path in files() if path.suffix == ".md")


@cache
def markdown(path: Path) -> tuple[Token, ...]:
    """A page, read as Markdown with tables."""
    return tuple(MarkdownIt("commonmark").enable("table").parse(path.read_text(encoding="utf-8")))


def headings(path: Path) -> list[tuple[int, str]]:
    """The headings of a page, in order: level and text as it reads, without marks of style."""
    tokens = markdown(path)
    return [
        (int(token.tag[1]), plain(tokens[at + 1])) for at, token in enumerate(tokens) if token.type == "heading_open"
    ]


def plain(inline: Token) -> str:
    """The text of a piece of a page, without marks of style."""
    return "".join(child.content for child in inline.children or () if child.type in {"text", "code_inline"})


def codes(inline: Token) -> list[str]:
    """What stands in code in a piece of a page, in order."""
    return [child.content for child in inline.children or () if child.type == "code_inline"]


def tables(path: Path) -> list[tuple[tuple[str, ...], list[list[Token]]]]:
    """The tables of a page: the texts of the heads, and the rows of cells below them."""
    found: list[tuple[tuple[str, ...], list[list[Token]]]] = []
    rows: list[list[Token]] = []
    for token in markdown(path):
        if token.type == "table_open":
            rows = []
        elif token.type == "tr_open":
            rows.append([])
        elif token.type == "inline" and token.level >= _IN_A_CELL and rows:
            rows[-1].append(token)
        elif token.type == "table_close":
            found.append((tuple(map(plain, rows[0])), rows[1:]))
            rows = []
    return found


_IN_A_CELL = 4  # below table, head or body, row and cell


def table(path: Path, *heads: str) -> list[list[Token]]:
    """The rows of the one table of a page with these heads."""
    found = [rows for head, rows in tables(path) if head == heads]
    assert len(found) == 1, f"{name(path)} has {len(found)} tables headed {' | '.join(heads)}, not one"
    return found[0]


def numbered(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Lines with their numbers, from 1."""
    return enumerate(lines, 1)
