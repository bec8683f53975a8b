"""Registries are literal dicts, complete in both directions: a file that nobody registered fails here."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.house.tree import imports, modules, name, parsed

REGISTRIES = {
    "bot.commands": "COMMANDS",
    "bot.exports": "EXPORTS",
    "bot.render": "RENDERERS",
    "digests.layouts": "LAYOUTS",
    "sources": "READERS",
}
FOLDERS = sorted(REGISTRIES)


def members(folder: str) -> set[str]:
    """The modules and packages directly inside a package."""
    return {module for module in modules() if module.rpartition(".")[0] == folder}


def literal(folder: str) -> ast.Dict:
    """The literal dict that is a folder's registry."""
    path = modules()[folder]
    for node in parsed(path).body:
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        if isinstance(target, ast.Name) and target.id == REGISTRIES[folder]:
            value = getattr(node, "value", None)
            assert isinstance(value, ast.Dict), f"{REGISTRIES[folder]} in {name(path)} is no literal dict"
            return value
    raise AssertionError(f"{name(path)} has no {REGISTRIES[folder]}")


def named(folder: str) -> Iterator[tuple[str, str]]:
    """What a registry says: each key, and the module its value comes from."""
    origins: dict[str, str] = {}
    for node in ast.walk(parsed(modules()[folder])):
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                origins[alias.asname or alias.name] = whole if whole in modules() else str(node.module)
    registry = literal(folder)
    for key, value in zip(registry.keys, registry.values, strict=True):
        assert isinstance(key, ast.Constant), f"a key of {REGISTRIES[folder]} is not written out"
        assert isinstance(key.value, str)
        texts = [n.value for n in ast.walk(value) if isinstance(n, ast.Constant) and n.value in modules()]
        roots = [origins[n.id] for n in ast.walk(value) if isinstance(n, ast.Name) and n.id in origins]
        assert texts or roots, f"{key.value} in {REGISTRIES[folder]} names nothing that {folder} imports"
        yield key.value, str((texts or roots)[0])


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_entry_is_a_file_of_the_folder(folder: str) -> None:
    entries = list(named(folder))
    assert entries
    outside = [f"{key}: {module}" for key, module in entries if module not in members(folder)]
    assert not outside, outside
    assert len({key for key, _ in entries}) == len(entries), "a name stands twice"


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_file_of_the_folder_is_registered_or_serves_one_that_is(folder: str) -> None:
    reached: set[str] = set()
    left = [module for _, module in named(folder)]
    while left:
        module = left.pop()
        if module not in reached:
            reached.add(module)
            left += [
                other
                for _, imported in imports(modules()[module])
                for other in members(folder)
                if imported == other or imported.startswith(f"{other}.")
            ]
    forgotten = members(folder) - reached
    assert not forgotten, f"nothing in {REGISTRIES[folder]} leads to {', '.join(sorted(forgotten))}"


def test_no_folder_is_scanned() -> None:
    scanning = {"pkgutil", "importlib.metadata"}
    found = [
        f"{name(path)}:{line} imports {imported}"
        for path in modules().values()
        for line, imported in imports(path)
        if imported in scanning
    ]
    assert not found, found
