"""What all renderings share: harmless text and safe links."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings

from bot.render.text import clean, described, flat, link, one_line, with_links
from domain.message import File, Span, line
from tests.bot.messages import texts, urls


@settings(deadline=None)
@given(texts)
def test_cleaned_text_has_no_control_characters(text: str) -> None:
    shown = clean(text)
    assert not [c for c in shown if unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"} and c != "\n"]
    assert not set(shown) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    assert clean(shown) == shown
    assert "\n" not in flat(text)
    assert one_line(text) == flat(text).strip()


def test_readable_text_stays_as_it_is() -> None:
    text = "Łukasz’s α→β: 推理 עברית 👩‍🔬\n\nsecond paragraph"
    assert clean(text) == text
    assert clean("a\r\nb\rc\td") == "a\nb\nc d"


def test_each_sign_alone_is_cleaned_as_among_others() -> None:
    assert all(clean(sign) + "\n" == clean(f"{sign}\n") for sign in map(chr, range(0xE000)) if sign != "\r")


@settings(deadline=None)
@given(urls)
def test_a_link_is_a_web_address_in_plain_ascii(url: str) -> None:
    followed = link(url)
    assert followed.isascii()
    assert not set(followed) & set(' \n\x1b<>"\\{}')
    assert not followed or followed.lower().startswith(("http://", "https://"))
    assert link(followed) == followed


@pytest.mark.parametrize(
    "url",
    [
        "https://arxiv.org/abs/2610.01234v2",
        "http://127.0.0.1:8420/?q=a&b=%20c#d",
        "https://doi.org/10.1000/x(1)_2;3",
        "https://[::1]/a~b",
    ],
)
def test_usual_addresses_stay_as_they_are(url: str) -> None:
    assert link(url) == url


@pytest.mark.parametrize("url", ["", "javascript:alert(1)", "java\nscript:x", "ftp://a.b", "//a.b", "https://", "a.b"])
def test_anything_else_is_no_link(url: str) -> None:
    assert link(url) == ""


def test_the_address_of_a_link_follows_its_words() -> None:
    assert with_links(line("see ", Span("it", url="https://a.example/b"))) == "see it (https://a.example/b)"
    assert with_links(line(Span("https://a.example/b", url="https://a.example/b"))) == "https://a.example/b"
    assert with_links(line(Span("it", url="javascript:x"))) == "it"


def test_a_file_is_described_by_name_and_size() -> None:
    assert described(File("a.bib", "text/plain", "é" * 10)) == "a.bib (20 bytes)"
    assert described(File("a.bib", "text/plain", "x" * 123_456)) == "a.bib (123 kB)"
