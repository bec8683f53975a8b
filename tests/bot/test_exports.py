"""Exports: the formats there are, and their files."""

from __future__ import annotations

import re

import pytest

from bot.exports import FORMATS, export
from domain.errors import UsageError
from tests.bot.entries import ENTRY


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
