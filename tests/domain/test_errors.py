"""Errors are sentences for people."""

from __future__ import annotations

import pytest

from domain import errors


def test_an_error_says_what_happened_and_what_to_do() -> None:
    error = errors.NotFoundError("There is no paper p9.", "Search for it.")
    assert str(error) == "There is no paper p9. Search for it."
    assert (error.what, error.hint) == ("There is no paper p9.", "Search for it.")


def test_a_hint_may_be_missing() -> None:
    assert str(errors.StoreError("The store is busy.")) == "The store is busy."


def test_a_mistake_in_a_query_has_its_place() -> None:
    error = errors.QueryError("No.", "Yes.", 3, 5)
    assert (error.start, error.end) == (3, 5)
    assert isinstance(error, errors.UsageError)


@pytest.mark.parametrize(
    "kind", [error for error in vars(errors).values() if isinstance(error, type) and issubclass(error, Exception)]
)
def test_one_tree(kind: type[Exception]) -> None:
    assert issubclass(kind, errors.PaperroundError)
