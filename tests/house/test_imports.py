"""Imports point one way, never in a circle, and `domain` and whatever calls itself pure stay so."""

from __future__ import annotations

import ast
import sys

import pytest

from tests.house.tree import MAY_IMPORT, files, imports, modules, name, parsed
from tests.shared import ROOT

# What the frozen words may stand on: values, texts and dates, nothing that reads, writes, waits or asks the time.
PURE = {
    "__future__",
    "abc",
    "array",
    "bisect",
    "collections",
    "collections.abc",
    "datetime",
    "decimal",
    "enum",
    "fractions",
    "functools",
    "hashlib",
    "heapq",
    "html",
    "itertools",
    "json",
    "math",
    "operator",
    "re",
    "statistics",
    "string",
    "textwrap",
    "typing",
    "unicodedata",
    "urllib.parse",
    "zlib",
    "zoneinfo",
    "msgspec",
    "msgspec.structs",
    "rapidfuzz",
    "rapidfuzz.distance",
    "regex",
}
DOING = {"open", "print", "input", "exec", "eval", "__import__"}
CLOCKS = {"now", "utcnow", "today"}


def top(module: str) -> str:
    return module.partition(".")[0]


def ours() -> list[tuple[str, str, str]]:
    """Each of our imports of ourselves: where, by which module, of which."""
    return [
        (f"{name(path)}:{line}", module, imported)
        for module, path in modules().items()
        for line, imported in imports(path)
        if top(imported) in {*MAY_IMPORT, "tests"}
    ]


def pure() -> list[str]:
    """`domain`, and every module whose docstring ends by calling it pure."""
    return [
        module
        for module, path in modules().items()
        if top(module) == "domain" or (ast.get_docstring(parsed(path)) or "").endswith("Pure.")
    ]


def test_there_is_something_to_judge() -> None:
    assert {top(module) for module in modules()} == set(MAY_IMPORT)
    assert len(ours()) > 100


def test_imports_point_one_way() -> None:
    wrong = [
        f"{where} imports {imported}"
        for where, module, imported in ours()
        if top(imported) not in {top(module), *MAY_IMPORT[top(module)]}
    ]
    assert not wrong, "\n".join(wrong)


def test_no_module_imports_itself_around_a_corner() -> None:
    graph: dict[str, set[str]] = {module: set() for module in modules()}
    for _, module, imported in ours():
        if imported in graph and imported != module:
            graph[module].add(imported)
    done: set[str] = set()

    def walk(module: str, path: tuple[str, ...]) -> None:
        assert module not in path, " → ".join((*path[path.index(module) :], module))
        if module not in done:
            for imported in sorted(graph[module]):
                walk(imported, (*path, module))
            done.add(module)

    for module in sorted(graph):
        walk(module, ())


def test_every_import_is_under_version_control() -> None:
    wrong = [
        f"{where} imports {imported}"
        for where, _, imported in ours()
        if top(imported) in MAY_IMPORT and imported not in modules()
    ]
    assert not wrong, "\n".join(wrong)


def test_domain_stands_on_values_alone() -> None:
    wrong = [
        f"{name(modules()[module])}:{line} imports {imported}"
        for module in modules()
        if top(module) == "domain"
        for line, imported in imports(modules()[module])
        if imported not in PURE and top(imported) != "domain"
    ]
    assert not wrong, "\n".join(wrong)


def test_what_does_not_change_is_a_struct() -> None:
    wrong = [
        f"{name(path)}:{made.lineno} {made.name} is a frozen dataclass: a Struct is declared in a fiftieth of the time"
        for path in modules().values()
        for made in ast.walk(parsed(path))
        if isinstance(made, ast.ClassDef) and any("frozen=True" in ast.unparse(by) for by in made.decorator_list)
    ]
    assert not wrong, "\n".join(wrong)


def test_what_calls_itself_pure_touches_nothing_outside() -> None:
    acting = (set(sys.stdlib_module_names) - {top(module) for module in PURE}) | {
        "db",
        "sources",
        "sqlalchemy",
        "alembic",
        "apscheduler",
        "click",
    }
    wrong = [
        f"{name(modules()[module])}:{line} imports {imported}"
        for module in pure()
        for line, imported in imports(modules()[module])
        if top(imported) in acting
    ]
    wrong += [
        f"{name(modules()[module])}:{call.lineno} calls {call.func.id}()"
        for module in pure()
        for call in ast.walk(parsed(modules()[module]))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in DOING
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("folder", sorted(set(MAY_IMPORT) - {"bot"}))
def test_time_is_passed_in(folder: str) -> None:
    wrong = [
        f"{name(path)}:{call.lineno} asks the clock"
        for module, path in modules().items()
        if top(module) == folder
        for call in ast.walk(parsed(path))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in CLOCKS
    ]
    assert not wrong, "\n".join(wrong)


def test_a_folder_says_what_it_is() -> None:
    packages = {path.parent for path in files() if path.suffix == ".py"} - {ROOT / "docs", ROOT}
    without = [
        name(folder)
        for folder in packages
        if not (folder / "__init__.py").exists() or not ast.get_docstring(parsed(folder / "__init__.py"))
    ]
    assert not without, f"no docstring in the __init__.py of {', '.join(without)}"
