"""Registries are literal dicts, complete in both directions: a file that nobody registered fails here."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.house.tree import imports, modules, name, parsed

# Each registry: the folder whose files it lists, and the module and the name it stands under.
REGISTRIES = (
    ("bot.commands", "bot.commands", "MODULES"),
    ("bot.exports", "bot.exports", "FORMATS"),
    ("bot.render", "bot.render", "RENDERERS"),
    ("digests.layouts", "digests.layouts", "LAYOUTS"),
    ("sources", "sources.registry", "SOURCES"),
    ("sources", "sources.files", "FORMATS"),
)
FOLDERS = sorted({folder for folder, _, _ in REGISTRIES})


def members(folder: str) -> set[str]:
    """The modules and packages directly inside a package."""
    return {module for module in modules() if module.rpartition(".")[0] == folder}


def literal(module: str, registry: str) -> ast.Dict:
    """The literal dict that is a registry."""
    path = modules()[module]
    for node in parsed(path).body:
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        if isinstance(target, ast.Name) and target.id == registry:
            value = getattr(node, "value", None)
            assert isinstance(value, ast.Dict), f"{registry} in {name(path)} is no literal dict"
            return value
    raise AssertionError(f"{name(path)} has no {registry}")


def entries(module: str, registry: str) -> Iterator[tuple[str, str]]:
    """What a registry says: each key, and the module its value comes from."""
    origins: dict[str, str] = {}
    for node in ast.walk(parsed(modules()[module])):
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                origins[alias.asname or alias.name] = whole if whole in modules() else str(node.module)
    table = literal(module, registry)
    for key, value in zip(table.keys, table.values, strict=True):
        assert isinstance(key, ast.Constant), f"a key of {registry} is not written out"
        texts = [n.value for n in ast.walk(value) if isinstance(n, ast.Constant) and n.value in modules()]
        roots = [origins[n.id] for n in ast.walk(value) if isinstance(n, ast.Name) and n.id in origins]
        assert texts or roots, f"{key.value!r} in {registry} names nothing that {module} imports"
        yield str(key.value), str((texts or roots)[0])


@pytest.mark.parametrize(("folder", "module", "registry"), REGISTRIES)
def test_every_entry_is_a_file_of_the_folder(folder: str, module: str, registry: str) -> None:
    there = list(entries(module, registry))
    assert there
    outside = [f"{key}: {origin}" for key, origin in there if origin not in members(folder)]
    assert not outside, outside
    assert len({key for key, _ in there}) == len(there), "a name stands twice"


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_file_of_the_folder_is_registered_or_serves_somebody(folder: str) -> None:
    """A file that is neither in a registry nor of use to one that is, or to another folder, was forgotten."""
    there = members(folder)
    outside = [path for module, path in modules().items() if module != folder and module not in there]
    left = [origin for of, module, registry in REGISTRIES if of == folder for _, origin in entries(module, registry)]
    left += [imported for path in outside for _, imported in imports(path) if imported in there]
    reached: set[str] = set()
    while left:
        module = left.pop()
        if module not in reached:
            reached.add(module)
            left += [imported for _, imported in imports(modules()[module]) if imported in there]
    forgotten = there - reached
    assert not forgotten, f"nothing leads to {', '.join(sorted(forgotten))}; is a line in the registry missing?"


def test_no_folder_is_scanned() -> None:
    scanning = {"pkgutil", "importlib.metadata"}
    found = [
        f"{name(path)}:{line} imports {imported}"
        for path in modules().values()
        for line, imported in imports(path)
        if imported in scanning
    ]
    assert not found, found
