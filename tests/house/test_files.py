"""What no file of the tree may be or hold."""

from __future__ import annotations

import re
import warnings

import pytest

from tests.house.tree import files, name, numbered

LONG, TOO_LONG = 300, 400  # lines of a Python file: a warning, and the end
BINARY = {".png", ".ico", ".gz", ".jpg", ".gif", ".woff2"}

# Written so that no pattern finds itself.
FORBIDDEN = {
    "a package registry's host": r"python[h]osted|pypi[.]org|registry[.]npmjs|deb[.]debian",
    "a path of one machine": r"(?<![\w./~-])/(?:work|farm|home|root|Users|tmp)/\w",
    "work left for later": r"\b(?:TO[D]O|FI[X]ME|X[X]X)\b",
    "an exclusion from coverage": r"pragma:\s*no\s*(?:cover|branch)",
    "a type error silenced without its code and a reason": r"#\s*type:\s*ig[n]ore(?!\[[a-z, -]+\]\s+#\s+\w)",
    "a lint silenced without its code and a reason": (
        r"#\s*(?:no[q]a(?!: [A-Z]+\d+(?:, [A-Z]+\d+)*\s+#\s+\w)|ruff:\s*no[q]a)"
    ),
    "a test skipped or expected to fail without a reason": (
        r"pytest\.mark\.(?:sk[i]p|xf[a]il)\b(?!\([^)]*reason=)"
        r"|pytest\.mark\.sk[i]pif\b(?!\(.*reason=)|pytest\.(?:sk[i]p|xf[a]il)\((?:\)|\"\"|'')"
    ),
    "a merge left half done": r"^(?:<{7}|={7}|>{7})(?: |$)",
}
TEXTS = [path for path in files() if path.suffix not in BINARY]


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_holds(what: str) -> None:
    pattern = re.compile(FORBIDDEN[what])
    found = [
        f"{name(path)}:{number}: {line.strip()[:80]}"
        for path in TEXTS
        for number, line in numbered(path.read_text(encoding="utf-8").splitlines())
        if pattern.search(line)
    ]
    assert not found, f"{what}:\n" + "\n".join(found)


def test_the_patterns_find_what_they_are_for() -> None:
    bad = {
        "a package registry's host": "https://files.python" + "hosted.org/x",
        "a path of one machine": 'open("/ho' + 'me/me/x")',
        "work left for later": "# TO" + "DO: later",
        "an exclusion from coverage": "# pragma:" + " no cover",
        "a type error silenced without its code and a reason": "x = 1  # type: ig" + "nore[assignment]",
        "a lint silenced without its code and a reason": "x = 1  # no" + "qa: E501",
        "a test skipped or expected to fail without a reason": "@pytest.mark.sk" + "ip",
        "a merge left half done": "<<<<" + "<<< HEAD",
    }
    assert set(bad) == set(FORBIDDEN)
    for what, line in bad.items():
        assert re.search(FORBIDDEN[what], line), what
    assert not re.search(FORBIDDEN["a path of one machine"], "https://example.org/ho" + "me/x")


def test_texts_end_with_one_line_end() -> None:
    wrong = [
        name(path)
        for path in TEXTS
        if (text := path.read_bytes()) and (b"\r" in text or not text.endswith(b"\n") or text.endswith(b"\n\n"))
    ]
    assert not wrong, wrong


def test_files_have_one_reason_to_change() -> None:
    lines = {name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in TEXTS if path.suffix == ".py"}
    too_long = {path: count for path, count in lines.items() if count > TOO_LONG}
    assert not too_long, too_long
    code = [count for path, count in lines.items() if not path.startswith("tests/")]
    assert sum(count <= 200 for count in code) > len(code) / 2, "most files are under 200 lines"


@pytest.mark.filterwarnings("default::pytest.PytestWarning")
def test_long_files_are_named() -> None:
    for path in TEXTS:
        if path.suffix == ".py" and (count := len(path.read_text(encoding="utf-8").splitlines())) > LONG:
            warnings.warn(pytest.PytestWarning(f"{name(path)} has {count} lines: one reason to change?"), stacklevel=1)
