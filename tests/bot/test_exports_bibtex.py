"""BibTeX, read back by a strict reader."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from msgspec.structs import replace

from bot.exports import Entry
from bot.render.text import link, one_line
from tests.bot.entries import ENTRY, PAPER, lists, written


def read_bibtex(text: str) -> dict[str, dict[str, str]]:
    """A strict reader: entries, fields in braces that balance as BibTeX counts them, or the name of a month."""
    found: dict[str, dict[str, str]] = {}
    at = 0
    while at < len(text):
        head = re.compile(r"\n?@misc\{([a-z0-9]+),\n").match(text, at)
        assert head, text[at : at + 60]
        assert head[1] not in found
        fields = found[head[1]] = {}
        at = head.end()
        while text[at : at + 2] != "}\n":
            field = re.compile(r"  ([a-zA-Z]+) = ").match(text, at)
            assert field, text[at : at + 60]
            value, at = value_at(text, field.end())
            assert field[1] not in fields
            assert text[at : at + 2] == ",\n"
            fields[field[1]] = value
            at += 2
        at += 2
    return found


def value_at(text: str, at: int) -> tuple[str, int]:
    if month := re.compile(r"[a-z]{3}(?=,)").match(text, at):
        return month[0], month.end()
    assert text[at] == "{"
    depth, end = 1, at + 1
    while depth:
        depth += {"{": 1, "}": -1}.get(text[end], 0)
        end += 1
    return text[at + 1 : end - 1], end


NAMED = {
    "textbackslash": "\\",
    "textbraceleft": "{",
    "textbraceright": "}",
    "textasciitilde": "~",
    "textasciicircum": "^",
}


def read_latex(text: str) -> str:
    """What LaTeX would print; fails at a special character that is not escaped."""

    def one(found: re.Match[str]) -> str:
        return NAMED[found[1]] if found[1] else found[2]

    assert not re.sub(r"\\(?:[a-z]+\{\}|[&%$#_])|[^&%$#_{}~^\\]", "", text)
    return re.sub(r"\\(?:([a-z]+)\{\}|(.))", one, text)


def test_a_paper_in_bibtex() -> None:
    assert written("bibtex", ENTRY) == (
        "@misc{lovelace2026sparse,\n"
        r"  title = {{Sparse \textbraceleft{}Diffusion\textbraceright{} for 100\% of R\&D\_documents: \$5"
        r" \textasciitilde{} \#1 \textbackslash{} x\textasciicircum{}2}},"
        "\n"
        r"  author = {Ada Lovelace and Hopper, Grace and {The Ada \& Grace Collaboration} and {道元}},"
        "\n"
        "  year = {2026},\n"
        "  month = sep,\n"
        "  eprint = {2610.01234},\n"
        "  archivePrefix = {arXiv},\n"
        "  primaryClass = {cs.CL},\n"
        "  doi = {10.1000/a_b(1)%%7Bx%7D},\n"
        "  url = {https://arxiv.org/abs/2610.01234},\n"
        "  abstract = {First paragraph. Second <paragraph>.},\n"
        "  keywords = {llm, to-read},\n"
        "  note = {For the club, =maybe?},\n"
        "}\n"
    )


@settings(deadline=None)
@given(lists)
def test_bibtex_is_read_back_whole(items: list[Entry]) -> None:
    read = read_bibtex(written("bibtex", *items))
    assert len(read) == len(items)
    for item, fields in zip(items, read.values(), strict=True):
        assert fields["title"][0] + fields["title"][-1] == "{}"
        assert read_latex(fields["title"][1:-1]) == one_line(item.paper.title)
        assert read_latex(fields.get("abstract", "")) == one_line(item.paper.text)
        assert read_latex(fields.get("note", "")) == one_line(item.note)
        assert fields.get("url", "") == link(item.paper.url)
        people = [person for person in map(one_line, item.paper.authors) if person]
        listed = re.split(r" and (?![^{]*\})", fields["author"]) if people else []
        assert [read_latex(re.sub(r"^\{(.*)\}$", r"\1", person)) for person in listed] == people


def test_keys_are_ascii_and_never_twice() -> None:
    papers = [
        replace(PAPER, authors=("Łukasz Ørsted-Smith",), title="The ½ of it"),
        *[replace(PAPER, authors=("Smith, Jo",), title="On Models")] * 28,
        replace(PAPER, authors=(), title="推理", published=None, announced=None),
    ]
    keys = list(read_bibtex(written("bibtex", *map(Entry, papers))))
    assert keys[0].startswith("orstedsmith2026")
    assert keys[1:5] == ["smith2026models", "smith2026modelsa", "smith2026modelsb", "smith2026modelsc"]
    assert keys[27:] == ["smith2026modelsz", "smith2026modelsaa", "anon"]


def test_a_key_that_looks_like_a_counted_one_is_not_taken_twice() -> None:
    titles = ["Model", "Modela", "Model"]
    papers = [replace(PAPER, authors=("Jo Smith",), title=title) for title in titles]
    assert list(read_bibtex(written("bibtex", *map(Entry, papers)))) == [
        "smith2026model",
        "smith2026modela",
        "smith2026modelb",
    ]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Ludwig van Beethoven", "Ludwig van Beethoven"),
        ("van Beethoven, Ludwig", "van Beethoven, Ludwig"),
        ("Al Gore", "Al Gore"),
        ("Qwen Team", "{Qwen Team}"),
        ("Plato", "{Plato}"),
        ("Simon AND Garfunkel", "{Simon AND Garfunkel}"),
        ("King, Jr., Martin", "{King, Jr., Martin}"),
        ("a_b} {c", r"a\_b\textbraceright{} \textbraceleft{}c"),
    ],
)
def test_names_stay_as_they_are_and_whole(name: str, shown: str) -> None:
    (fields,) = read_bibtex(written("bibtex", Entry(replace(PAPER, authors=(name,))))).values()
    assert fields["author"] == shown


def test_an_empty_list_is_a_valid_empty_file() -> None:
    assert read_bibtex(written("bibtex")) == {}
