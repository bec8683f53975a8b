"""The product runs nothing that it was given: no code from text, no objects from bytes, no shell, no other programs."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.tree import modules, name, parsed

CALLS = {"eval", "exec", "compile", "__import__"}
MODULES = {
    *("pickle", "_pickle", "cPickle", "dill", "cloudpickle", "shelve", "marshal", "jsonpickle", "joblib"),
    *("subprocess", "pty", "code", "codeop", "runpy", "ctypes"),
}
# Of modules that are otherwise harmless.
NAMES = {
    "os": {
        "system",
        "popen",
        "execv",
        "execve",
        "execvp",
        "execl",
        "execlp",
        "spawnv",
        "spawnl",
        "fork",
        "posix_spawn",
    },
    "asyncio": {"create_subprocess_exec", "create_subprocess_shell"},
    "yaml": {"load", "load_all", "unsafe_load", "full_load"},
    "tempfile": {"mktemp"},
    "importlib": {"import_module"},
}

# These load what their registries name, and registries are literal: see test_registries. The last one's is a line.
LOADERS = {"bot/commands/__init__.py", "bot/cli/entry.py"}


def dangers(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Lines of a module that do any of it, and what."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=called)) if called in CALLS:
                yield node.lineno, called
            case ast.keyword(arg="shell"):
                yield node.value.lineno, "shell="
            case ast.Import(names=names):
                yield from ((node.lineno, each.name) for each in names if each.name.partition(".")[0] in MODULES)
            case ast.ImportFrom(module=str(module), names=names):
                if module.partition(".")[0] in MODULES:
                    yield node.lineno, module
                yield from ((node.lineno, each.name) for each in names if each.name in NAMES.get(module, ()))
            case ast.Attribute(value=ast.Name(id=module), attr=attribute) if attribute in NAMES.get(module, ()):
                yield node.lineno, f"{module}.{attribute}"


@pytest.mark.parametrize(
    "text",
    [
        "eval(text)",
        "exec(text, {})",
        "import pickle",
        "import os.path, shelve",
        "from pickle import loads",
        "import subprocess as s",
        "run(words, shell=True)",
        "os.system(text)",
        "from os import popen",
        "await asyncio.create_subprocess_shell(text)",
        "yaml.load(text)",
        "importlib.import_module(text)",
    ],
)
def test_each_of_them_is_seen(text: str) -> None:
    assert list(dangers(ast.parse(text)))


@pytest.mark.parametrize("text", ["re.compile(text)", "import os", "connection.execute(text)", "tomllib.load(file)"])
def test_nothing_else_is(text: str) -> None:
    assert not list(dangers(ast.parse(text)))


def test_the_product_has_none_of_it() -> None:
    paths: list[Path] = list(modules().values())
    assert paths
    found = [(name(path), line, what) for path in paths for line, what in dangers(parsed(path))]
    assert not [each for each in found if each[0] not in LOADERS or each[2] != "import_module"]
