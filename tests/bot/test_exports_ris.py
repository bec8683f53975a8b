"""RIS, read back by a strict reader."""

from __future__ import annotations

import re

from hypothesis import given, settings

from bot.exports import Entry
from bot.render.text import one_line
from tests.bot.entries import ENTRY, lists, written


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


def test_an_empty_list_is_a_valid_empty_file() -> None:
    assert read_ris(written("ris")) == []
