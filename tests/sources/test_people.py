"""Names of authors as lists write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources import people


@pytest.mark.parametrize(
    ("found", "names"),
    [
        ("A, B and C", ["A", "B", "C"]),
        ("Ada Smith, Bob Miller and Cy Jones", ["Ada Smith", "Bob Miller", "Cy Jones"]),
        ("Ada Smith, Bob Miller, and Cy Jones", ["Ada Smith", "Bob Miller", "Cy Jones"]),
        ("Smith, Ada", ["Ada Smith"]),
        ("Smith, Ada and Miller, Bob", ["Ada Smith", "Bob Miller"]),
        ("Smith, Ada; van der Berg, Jan", ["Ada Smith", "Jan van der Berg"]),
        ("Smith, A., Jones, B.", ["A. Smith", "B. Jones"]),
        ("Ada Smith & Bob Lee", ["Ada Smith", "Bob Lee"]),
        ("Ada Smith, et al.", ["Ada Smith"]),
        ("John Smith, Jr., Sandy Andrews", ["John Smith, Jr.", "Sandy Andrews"]),
        ("Anderson Sand", ["Anderson Sand"]),
        ("", []),
        (" , ; and ", []),
    ],
)
def test_several(found: str, names: list[str]) -> None:
    assert people.several(found) == names


@pytest.mark.parametrize(
    ("found", "name"),
    [
        ("Smith, Ada", "Ada Smith"),
        ("Ada Smith", "Ada Smith"),
        ("García Márquez, G.", "G. García Márquez"),
        ("Garcia Lopez, Maria Jose", "Garcia Lopez, Maria Jose"),
        ("John Smith, Jr.", "John Smith, Jr."),
        ("\\\\Ada~Sm\\'{\\i}th", "Ada Smíth"),
        (" 李 明 ", "李 明"),
    ],
)
def test_one(found: str, name: str) -> None:
    assert people.one(found) == name


@given(st.text())
def test_never_raises(text: str) -> None:
    assert all(name.strip() for name in people.several(text))
    people.one(text)
