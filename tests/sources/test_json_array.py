"""One JSON array of papers."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.paper import Record
from sources import json_array

PAPERS = [{"title": f"Route {number}", "abstract": 'We go [on] {and} on, "so".'} for number in range(5)]


def told(text: str) -> list[tuple[str, str]]:
    return [(each.where, each.title if isinstance(each, Record) else each.why) for each in json_array.read(text, "x")]


@pytest.mark.parametrize("indent", [None, 2])
def test_reads_all(indent: int | None) -> None:
    assert [title for _, title in told(json.dumps(PAPERS, indent=indent))] == [f"Route {n}" for n in range(5)]


def test_a_broken_entry_costs_only_itself() -> None:
    text = '[{"title": "A"},\n{"title": "B" oops},\n{"title": "C"}, 3,\n\n{"title": "D"}]\nmore'
    assert told(text) == [
        ("x:1", "A"),
        ("x:2", "This entry of the list is not valid JSON."),
        ("x:3", "C"),
        ("x:3", "A paper is an object with a title, not a number."),
        ("x:5", "D"),
        ("x:5", "There is more after the end of the list; it was not read."),
    ]


def test_a_list_cut_off_gives_what_came_before() -> None:
    text = json.dumps(PAPERS)
    assert [told(text[:cut])[:1] for cut in (len(text) - 1, len(text) // 2)] == [[("x:1", "Route 0")]] * 2
    assert told(text[:-1])[-1] == ("x:1", "The list does not end; what came before was read.")
    assert told(text[:-5])[-1] == ("x:1", "The rest of the list was not read.")


@pytest.mark.parametrize("text", ["[" * 100_000, "[" + '{"a": ' * 50_000, '[{"a":\n' * 30_000, "[" + " \n" * 200_000])
def test_lives_through(text: str) -> None:
    started = time.perf_counter()
    assert told(text)
    assert time.perf_counter() - started < 10


@given(st.lists(st.sampled_from(['{"title": "A"}', "[", "]", "{", "}", ",", "\n", '"', "1", "{}"])))
def test_never_raises(parts: list[str]) -> None:
    told("[" + "".join(parts))
