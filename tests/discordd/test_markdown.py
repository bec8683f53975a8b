"""Reading Discord's Markdown: what the reader that tests trust makes of it."""

from __future__ import annotations

import pytest

from tests.discordd.markdown import EMOJI, PING, PLACE, SPOILER, TIME, read


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("plain words", "plain words"),
        ("**strong** *thin* _thin_ __under__ ~~gone~~", "strong thin thin under gone"),
        (r"\*\*strong\*\* \_thin\_ \`code\`", "**strong** _thin_ `code`"),
        ("snake_case_name and 2 * 3 * 4", "snake_case_name and 2 * 3 * 4"),
        ("`**code**` ``a`b``", "**code** a`b"),
        ("||hidden|| but a || b", f"{SPOILER} but a || b"),
        ("@everyone <@12> <@&3> <#4>", f"{PING} {PING} {PING} {PLACE}"),
        (r"\@everyone \<@12>", r"@everyone <@12>"),
        ("<:name:123> :fire: a:z:c", f"{EMOJI} {EMOJI} a:z:c"),
        ("<t:1618953630:R>", TIME),
        ("[title](https://example.org/a_b)", "title"),
        ("[title](<https://example.org/a(b)c>)", "title"),
        ("[title](javascript:alert)", "[title](javascript:alert)"),
        (r"[a \[b\] c](https://example.org)", "a [b] c"),
        ("# Title\ntext", "Title\ntext"),
        ("### **Title**\n-# small", "Title\nsmall\n"),
        ("> quoted\nnot", "quoted\nnot"),
        (r"\> not quoted", "> not quoted"),
        ("- one\n- two", "• one\n• two"),
        (r"\- one", "- one"),
        ("a > b # c - d", "a > b # c - d"),
        ("```py\nx = 1\n```", "x = 1"),
        (r"back\\slash \a", r"back\slash \a"),
    ],
)  # fmt: skip
def test_a_text_reads(text: str, seen: str) -> None:
    assert read(text).text.rstrip("\n") == seen.rstrip("\n")


def test_links_are_where_one_can_go() -> None:
    read_ = read("[a](https://example.org/x) <https://example.org/y> https://example.org/z.")
    assert read_.links == ["https://example.org/x", "https://example.org/y", "https://example.org/z"]
