"""Exports, read back the way other programs read them."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot.exports import FORMATS, Entry, export
from bot.render.text import link, one_line
from domain.errors import UsageError
from domain.paper import SCHEMES, Identifier, Paper
from tests.bot.messages import texts, urls, words

PAPER = Paper(
    number=12,
    title="Sparse {Diffusion} for 100% of R&D_documents: $5 ~ #1 \\ x^2",
    first_seen=datetime(2026, 10, 2, 8, tzinfo=UTC),
    abstract="First paragraph.\n\nSecond <paragraph>.",
    summary="Short.",
    authors=("Ada Lovelace", "Hopper, Grace", "The Ada & Grace Collaboration", "道元"),
    categories=("cs.CL", "stat.ML"),
    identifiers=(
        Identifier("arxiv", "2610.01234"),
        Identifier("doi", "10.1000/a_b(1)%{x}"),
        Identifier("openreview", "aBcDeF1"),
    ),
    published=date(2026, 9, 30),
    announced=date(2026, 10, 2),
    page_url="https://arxiv.org/abs/2610.01234",
    pdf_url="https://arxiv.org/pdf/2610.01234",
    code_url="https://code.example/a",
    upvotes=0,
    comments=3,
)
ENTRY = Entry(PAPER, note="For the club, =maybe?", tags=("llm", "to-read"))
names = st.lists(words | st.sampled_from(["A and B", "{", "Lovelace, Ada", "a, b, c", ","]), max_size=3).map(tuple)
days = st.none() | st.dates(date(1991, 8, 14))
entries = st.builds(
    Entry,
    st.builds(
        Paper,
        number=st.integers(1),
        title=texts,
        first_seen=st.just(PAPER.first_seen),
        abstract=texts,
        summary=texts,
        authors=names,
        categories=st.lists(st.sampled_from(["cs.CL", "hep-th", "a}b", "astro-ph.HE", "cond-mat.mes-hall"])).map(tuple),
        identifiers=st.lists(st.builds(Identifier, st.sampled_from(SCHEMES), words), max_size=3).map(tuple),
        published=days,
        announced=days,
        page_url=urls,
        pdf_url=urls,
        code_url=urls,
        upvotes=st.none() | st.integers(0),
        comments=st.none() | st.integers(0),
    ),
    note=texts
    | st.sampled_from(["=1+1", "  @x", "a;-1", 'b;"=1', "\t=2", "－1", "ER  - \r\nTY  - BOOK", "1. x", "- x"]),
    tags=names,
)
lists = st.lists(entries, max_size=4)


def written(form: str, *items: Entry) -> str:
    return export(items, form).content


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_is_a_file_that_utf8_can_write(form: str) -> None:
    file = export([ENTRY], form)
    assert file.name.startswith("bookmarks.")
    assert re.fullmatch(r"[a-z]+/[a-z-]+", file.media_type)
    assert "Ada Lovelace" in file.content
    assert export([ENTRY], f" {form.upper()} ") == file


def test_the_files_are_named_after_their_formats() -> None:
    assert [export([], form).name.rpartition(".")[2] for form in FORMATS] == ["bib", "ris", "csv", "json", "md"]


def test_another_format_is_refused_with_those_there_are() -> None:
    with pytest.raises(UsageError) as refused:
        export([ENTRY], "docx")
    assert "docx" in refused.value.what
    assert all(form in refused.value.hint for form in FORMATS)


def test_an_empty_list_is_a_valid_empty_file() -> None:
    assert read_bibtex(written("bibtex")) == {}
    assert read_ris(written("ris")) == []
    assert read_csv(written("csv")) == []
    assert json.loads(written("json")) == []
    assert written("markdown") == ""


# --- BibTeX


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


# --- RIS


def read_ris(text: str) -> list[dict[str, list[str]]]:
    """A strict reader: a tag to a line, from TY to ER."""
    assert "\n" not in text.replace("\r\n", "")
    records: list[dict[str, list[str]]] = []
    fields: dict[str, list[str]] | None = None
    for row in text.split("\r\n"):
        if not row:
            assert fields is None
            continue
        tag, value = row[:2], row[6:]
        assert re.fullmatch(r"[A-Z][A-Z0-9]  - ", row[:6])
        if tag == "TY":
            assert fields is None
            fields = {}
            records.append(fields)
        assert fields is not None
        if tag == "ER":
            assert not value
            fields = None
        else:
            fields.setdefault(tag, []).append(value)
    assert fields is None
    return records


def test_a_paper_in_ris() -> None:
    assert written("ris", ENTRY).split("\r\n") == [
        "TY  - JOUR",
        "AU  - Ada Lovelace",
        "AU  - Hopper, Grace",
        "AU  - The Ada & Grace Collaboration",
        "AU  - 道元",
        "TI  - Sparse {Diffusion} for 100% of R&D_documents: $5 ~ #1 \\ x^2",
        "AB  - First paragraph. Second <paragraph>.",
        "PY  - 2026",
        "DA  - 2026/09/30",
        "DO  - 10.1000/a_b(1)%{x}",
        "UR  - https://arxiv.org/abs/2610.01234",
        "KW  - llm",
        "KW  - to-read",
        "N1  - For the club, =maybe?",
        "ER  - ",
        "",
        "",
    ]


@settings(deadline=None)
@given(lists)
def test_ris_is_read_back_whole(items: list[Entry]) -> None:
    records = read_ris(written("ris", *items))
    assert len(records) == len(items)
    for item, fields in zip(items, records, strict=True):
        assert fields["TY"] == ["JOUR" if item.doi else "UNPB"]
        for tag, values in (
            ("AU", item.paper.authors),
            ("TI", [item.paper.title]),
            ("AB", [item.paper.text]),
            ("KW", item.tags),
            ("N1", [item.note]),
        ):
            assert fields.get(tag, []) == [shown for shown in map(one_line, values) if shown]


# --- CSV


def read_csv(text: str) -> list[dict[str, str]]:
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text[1:], newline=""), strict=True))


def test_a_paper_in_csv() -> None:
    assert read_csv(written("csv", ENTRY)) == [
        {
            "title": PAPER.title,
            "authors": "Ada Lovelace; Hopper, Grace; The Ada & Grace Collaboration; 道元",
            "published": "2026-09-30",
            "announced": "2026-10-02",
            "categories": "cs.CL; stat.ML",
            "arxiv_id": "2610.01234",
            "doi": "10.1000/a_b(1)%{x}",
            "url": "https://arxiv.org/abs/2610.01234",
            "pdf_url": "https://arxiv.org/pdf/2610.01234",
            "code_url": "https://code.example/a",
            "upvotes": "0",
            "abstract": "First paragraph. Second <paragraph>.",
            "summary": "Short.",
            "note": "For the club, =maybe?",
            "tags": "llm; to-read",
        }
    ]
    assert written("csv", ENTRY).count("\r\n") == 2


@settings(deadline=None)
@given(lists)
def test_csv_is_read_back_and_computes_nothing(items: list[Entry]) -> None:
    text = written("csv", *items)
    rows = read_csv(text)
    assert len(rows) == len(items)
    for item, row in zip(items, rows, strict=True):
        for name, value in (("title", item.paper.title), ("abstract", item.paper.abstract), ("note", item.note)):
            assert row[name].replace("'", "") == one_line(value).replace("'", "")
    # However it is cut into cells: as written, and at semicolons, as some spreadsheets do in spite of the quotes.
    cells = [cell for row in rows for cell in row.values()]
    for cell in [
        *cells,
        *(piece for line in text.split("\r\n") for part in line.split('","') for piece in part.split(";")),
    ]:
        assert not cell.strip('" ').startswith(tuple("=+-@\t\r＝＋－＠"))


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1"])
def test_a_formula_becomes_text(text: str) -> None:
    (row,) = read_csv(written("csv", replace(ENTRY, note=text)))
    assert row["note"] == f"'{one_line(text)}"


# --- JSON


def test_json_carries_every_field_a_paper_has() -> None:
    assert json.loads(written("json", ENTRY)) == [
        {
            "title": PAPER.title,
            "abstract": PAPER.abstract,
            "summary": "Short.",
            "authors": list(PAPER.authors),
            "categories": ["cs.CL", "stat.ML"],
            "arxiv_id": "2610.01234",
            "doi": "10.1000/a_b(1)%{x}",
            "identifiers": ["arxiv:2610.01234", "doi:10.1000/a_b(1)%{x}", "openreview:aBcDeF1"],
            "published": "2026-09-30",
            "announced": "2026-10-02",
            "url": "https://arxiv.org/abs/2610.01234",
            "pdf_url": "https://arxiv.org/pdf/2610.01234",
            "code_url": "https://code.example/a",
            "upvotes": 0,
            "comments": 3,
            "note": "For the club, =maybe?",
            "tags": ["llm", "to-read"],
        }
    ]


def test_json_leaves_out_what_is_not_known_and_stands_a_paper_to_a_line() -> None:
    bare = Entry(Paper(number=1, title="T", first_seen=PAPER.first_seen))
    assert written("json", bare, bare) == '[\n{"title": "T"},\n{"title": "T"}\n]\n'


@settings(deadline=None)
@given(lists)
def test_json_is_read_back_whole(items: list[Entry]) -> None:
    def kept(text: str) -> str:
        return text.encode(errors="replace").decode()

    for item, read in zip(items, json.loads(written("json", *items)), strict=True):
        assert read.get("title", "") == kept(item.paper.title)
        assert read.get("abstract", "") == kept(item.paper.abstract)
        assert read.get("note", "") == kept(item.note)
        assert read.get("authors", []) == [kept(name) for name in item.paper.authors]
        assert read.get("tags", []) == [kept(tag) for tag in item.tags]
        assert read.get("upvotes") == item.paper.upvotes


# --- Markdown


def read_markdown(text: str) -> list[tuple[list[str], str]]:
    """The links and the text of each item, as a Markdown program shows them; nothing else may be there."""
    found: list[tuple[list[str], str]] = []
    parser = MarkdownIt("gfm-like", {"linkify": False, "html": True})
    blocks = [token for token in parser.parse(text) if token.type not in {"bullet_list_open", "bullet_list_close"}]
    per_item = ["list_item_open", "paragraph_open", "inline", "paragraph_close", "list_item_close"]
    assert [token.type for token in blocks] == per_item * (len(blocks) // len(per_item))
    for block in blocks:
        if block.type == "inline":
            inline = block.children or []
            assert {token.type for token in inline} <= {"text", "text_special", "link_open", "link_close"}
            links = [str(token.attrs["href"]) for token in inline if token.type == "link_open"]
            found.append((links, "".join(token.content for token in inline)))
    return found


def test_a_paper_in_markdown() -> None:
    assert written(
        "markdown", Entry(replace(PAPER, title="A *B* [c](d) <e> &amp;"), "See https://x.example @me", ("llm",))
    ) == (
        r"- [A \*B\* \[c\](d) \<e\> \&amp;](<https://arxiv.org/abs/2610.01234>)"
        r" — Ada Lovelace, Hopper, Grace, The Ada \& Grace Collaboration, 道元, 2026-09-30, arXiv:2610.01234,"
        r" doi:10.1000/a\_b(1)%{x} — See https\://x.example \@me — #llm"
        "\n"
    )


@settings(deadline=None)
@given(lists)
def test_markdown_is_read_back_as_it_was_meant(items: list[Entry]) -> None:
    read = read_markdown(written("markdown", *items))
    assert len(read) == len(items)
    for item, (links, text) in zip(items, read, strict=True):
        assert len(links) == bool(link(item.paper.url))
        assert text.startswith(one_line(item.paper.title) or "Untitled")
        assert one_line(item.note) in text


@pytest.mark.parametrize(
    "title", ["1. One", "2) Two", "- x", "+ x", "---", "===", "# x", "> x", "* x", "```", "| a |", ":x"]
)
def test_a_title_without_a_link_stays_a_title(title: str) -> None:
    bare = Entry(Paper(number=1, title=title, first_seen=PAPER.first_seen))
    assert read_markdown(written("markdown", bare)) == [([], title)]


readers: dict[str, Callable[[str], object]] = {
    "bibtex": read_bibtex,
    "ris": read_ris,
    "csv": read_csv,
    "json": json.loads,
    "markdown": read_markdown,
}


def test_every_format_is_read_back_by_a_test() -> None:
    assert readers.keys() == FORMATS.keys()
