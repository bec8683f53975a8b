"""What was measured adds up over runs, and stands in the docs as it is kept."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from defusedxml import ElementTree

from domain.paper import Record
from domain.words import forms
from tests.bench import generator, kept
from tests.bench.corpora import invented
from tests.bench.kept import Kept
from tests.bench.plot import Plot, drawn

PAGE = (
    "# Benchmarks\n\n<!-- measured machine -->\nNone.\n<!-- end -->\n\n<!-- measured times -->\nNone.\n<!-- end -->\n"
)


def test_runs_at_several_sizes_add_up(tmp_path: Path) -> None:
    (tmp_path / "benchmarks.md").write_text(PAGE)
    for size, value in (("1000000", "7"), ("30000", "2"), ("1000000", "8")):
        held = kept.read(tmp_path)
        held.machine = "A small machine."
        held.table("times", size, ("kind", "ms"), [("phrase", value)])
        held.point("search", "phrase", int(size), float(value))
        kept.written(held, tmp_path)
    page = (tmp_path / "benchmarks.md").read_text()
    assert "<!-- measured machine -->\nA small machine.\n<!-- end -->" in page
    assert (
        "| papers | kind | ms |\n| --- | ---: | ---: |\n| 30,000 | phrase | 2 |\n| 1,000,000 | phrase | 8 |\n<" in page
    )
    assert kept.read(tmp_path).plots == {"search": {"phrase": {"30000": 2.0, "1000000": 8.0}}}
    assert (tmp_path / "plots" / "search.svg").read_text() == kept.picture("search", held.plots["search"])


def test_the_page_and_the_plots_show_what_is_kept() -> None:
    held = kept.read()
    page = (kept.DOCS / "benchmarks.md").read_text()
    assert kept.shown(held, page) == page, "docs/benchmarks.md was changed by hand: `make bench ARGS=--keep` writes it"
    for name, lines in held.plots.items():
        assert (kept.DOCS / "plots" / f"{name}.svg").read_text() == kept.picture(name, lines)


def test_a_point_is_of_a_plot_there_is() -> None:
    with pytest.raises(AssertionError, match="no plot"):
        Kept().point("nowhere", "phrase", 1, 1.0)


def test_a_plot_has_every_line_and_point_where_it_belongs() -> None:
    svg = ElementTree.fromstring(
        drawn(Plot("p95 & more", "papers", "ms"), {"a <b>": {100: 1.0, 10_000: 100.0}, "c": {1000: 10.0}})
    )
    space = "{http://www.w3.org/2000/svg}"
    said = [text.text for text in svg.iter(f"{space}text")]
    assert {"p95 & more", "papers", "ms", "a <b>", "c", "100", "1k", "10k"} <= set(said)
    points = [
        (float(at.get("cx", 0)), float(at.get("cy", 0))) for at in svg.iter(f"{space}circle") if at.get("r") == "3"
    ]
    (low, bottom), (high, top), (middle, between) = points
    assert middle == pytest.approx((low + high) / 2, abs=0.2), "sizes are logarithmic"
    assert between == pytest.approx((bottom + top) / 2, abs=0.2), "figures too"
    assert top < bottom


@pytest.fixture(scope="module")
def model() -> generator.Model:
    return generator.learn(invented(150))


def made(model: generator.Model, count: int) -> list[Record]:
    return [generator.paper(model, number / count, number) for number in range(count)]


def test_a_generated_paper_depends_on_its_number_and_the_seed_alone(model: generator.Model) -> None:
    again = generator.learn(invented(150))
    assert made(model, 20) == made(again, 20)
    assert generator.paper(model, 0.5, 7) == generator.paper(again, 0.5, 7)
    assert generator.paper(generator.learn(invented(150), seed=2), 0.5, 7) != generator.paper(model, 0.5, 7)


def test_words_keep_coming_and_titles_are_told_apart(model: generator.Model) -> None:
    held = made(model, 400)
    random.Random(1).shuffle(held)
    seen, grown = set[str](), list[int]()
    for record in held:
        seen.update(forms(record.abstract))
        grown.append(len(seen))
    assert grown[-1] - grown[len(grown) // 2] > 100, "Heaps' law: the second half brings new words as well"
    assert len({record.title for record in held}) > 390
    days = [record.announced for record in made(model, 100) if record.announced]
    assert days == sorted(days)
    assert days[0] == generator.FIRST
    assert days[-1] <= generator.LAST
