"""What cannot be read is answered with its place and a suggestion, within the limits."""

from __future__ import annotations

import time

import pytest

from domain.errors import QueryError
from domain.parse import MAX_CHARACTERS, MAX_DEPTH, MAX_TERMS, parse


@pytest.mark.parametrize(
    ("text", "place", "what", "hint"),
    [
        ("", "", "nothing to search for", "cat:cs.CL"),
        (" ... -- ? ", " ... -- ? ", "nothing to search for", "cat:cs.CL"),
        ("-survey", "-survey", "only says what is not wanted", "cat:cs.LG -survey"),
        ("NOT a OR b", "NOT a OR b", "only says what is not wanted", "cat:cs.LG -a OR b"),
        ("a OR -b", "a OR -b", "only says what is not wanted", "cat:cs.LG a OR -b"),
        ("-a -b", "-a -b", "only says what is not wanted", "-a -b"),
        ("-(a b)", "-(a b)", "only says what is not wanted", "-(a b)"),
        ("-" + "a" * 300, "-" + "a" * 300, "only says what is not wanted", "Add something that is."),
        ('a "b c', '"b c', "quote is never closed", "Close it"),
        ('a "..." b', '"..."', "no word between these quotes", "take them out"),
        ("(a b", "(", "never closed", "Close it"),
        ("a (", "(", "never closed", "Close it"),
        ("a (b (c d)", "(", "never closed", "Close it"),
        ("a) b", ")", "closes nothing", "Take it out"),
        ("a ()", ")", "nothing between these parentheses", "take them out"),
        ("a OR", "OR", "OR stands without something", '"OR" in quotes'),
        ("OR a", "OR", "OR stands without something", '"OR" in quotes'),
        ("a AND", "AND", "AND stands without something", '"AND" in quotes'),
        ("(a AND) b", "AND", "AND stands without something", '"AND" in quotes'),
        ("a OR OR b", "OR", "OR stands without something", '"OR" in quotes'),
        ("a NOT", "NOT", "NOT stands without something", '"NOT" in quotes'),
        ("a -OR b", "-", "- stands without something", '"-" in quotes'),
        ("a (NOT) OR NOT", "NOT", "NOT stands without something", '"NOT" in quotes'),
        ("title:() a", ")", "nothing between these parentheses", "take them out"),
        ("title:(?) a", ")", "nothing between these parentheses", "take them out"),
        ("x -(?) a", ")", "nothing between these parentheses", "take them out"),
        ("x (title:)", "title:", "title: needs something after it", "title:diffusion"),
        ("auhtor:hinton", "auhtor:", "no field “auhtor:”", "author:"),
        ("x tilte:a", "tilte:", "no field “tilte:”", "title:"),
        ("category:cs.CL", "category:", "no field “category:”", "cat:"),
        ("catgory:cs.CL", "catgory:", "no field “catgory:”", "cat:"),
        ("votes:>3", "votes:", "no field “votes:”", "upvotes:"),
        ("after:2026-01-01", "after:", "no field “after:”", "since:"),
        ("title:(a author:b)", "author:", "cannot stand inside title:(...)", "before author:"),
        ("since:(30d OR 60d)", "since:", "takes one value, not a group", "since:30d"),
        ("since:yesterday", "yesterday", "since: cannot be read", "since:30d"),
        ("since:2026-02-30", "2026-02-30", "since: cannot be read", "since:30d"),
        ("since:2026", "2026", "since: cannot be read", "since:30d"),
        ("before:30d*", "30d*", "before: cannot be read", "before:30d"),
        ("upvotes:many", "many", "upvotes: cannot be read", "upvotes:>10"),
        ("is:good", "good", "is: cannot be read", "is:trending"),
        ("id:" + "x" * 60, "x" * 60, "x…”", "id:p12"),
        ("cat:...", "...", "cat: needs a name", "cat:cs.CL"),
        ("cat:cs*", "cs*", "cat: needs a name", "cat:cs.CL"),
        ("cat:*", "*", "cat: needs a name", "cat:cs.CL"),
        ("source:arx*", "arx*", "source: needs a name", "source:arxiv"),
        ("cat:cs.CL,cs.LG", "cs.CL,cs.LG", "takes one name at a time", "cat:(cs.CL OR cs.LG)"),
        ("title:-survey", "-survey", "- stands before what it excludes", "-title:survey"),
        ("title:... a", "...", "no word in “...”", "Write letters"),
        ("di*", "di*", "at least 3 letters", "di without the *"),
        ("title:ab*", "ab*", "at least 3 letters", "ab without the *"),
        ('"a b"*', '"a b"*', "at least 3 letters", "a b without the *"),
        ("a * b", "*", "A * alone finds nothing", "at least 3 letters"),
        ("*fusion", "*", "only at the end", "fusion*"),
        ("dif*sion", "dif*s", "only at the end", "dif*"),
        ("x " + "(" * 21 + "a" + ")" * 21, "(", f"More than {MAX_DEPTH} parentheses", "more simply"),
        ("a " * 201, "a", f"More than {MAX_TERMS} words", "words that matter"),
    ],
)
def test_mistakes_are_answered_with_their_place(text: str, place: str, what: str, hint: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(text)
    error = caught.value
    assert text[error.start : error.end] == place
    assert what in error.what
    assert hint in error.hint


def test_the_place_of_a_late_mistake_is_its_own() -> None:
    with pytest.raises(QueryError) as caught:
        parse("di di*  di*")
    assert (caught.value.start, caught.value.end) == (3, 6)


def test_limits() -> None:
    assert parse("x" * MAX_CHARACTERS).text == "x" * MAX_CHARACTERS
    with pytest.raises(QueryError, match="2,001 characters") as caught:
        parse("x" * (MAX_CHARACTERS + 1))
    assert (caught.value.start, caught.value.end) == (MAX_CHARACTERS, MAX_CHARACTERS + 1)
    words = [f"w{number}" for number in range(MAX_TERMS)]
    assert len(list(parse(" ".join(words)).leaves())) == MAX_TERMS
    nested = "(" * MAX_DEPTH + "a" + ")" * MAX_DEPTH
    assert parse(nested).text == "a"


def test_the_canonical_text_keeps_the_limits_too() -> None:
    with pytest.raises(QueryError, match=r"Written out in full, that is .* characters"):
        parse("abstract:(" + " ".join(f"w{number}" for number in range(MAX_TERMS)) + ")")
    nested = "a b OR " + "(a b OR " * (MAX_DEPTH - 1) + "c" + ")" * (MAX_DEPTH - 1)
    with pytest.raises(QueryError, match="Written out in full, that is more than 20 parentheses"):
        parse(nested)


@pytest.mark.parametrize("sign", ["(", ")", "-", "- ", "NOT ", "OR ", "(a ", "(-", '"', "*", "a OR (", "'' "])
def test_many_signs_are_only_a_mistake(sign: str) -> None:
    text = (sign * MAX_CHARACTERS)[:MAX_CHARACTERS]
    started = time.process_time()
    with pytest.raises(QueryError):
        parse(text)
    assert time.process_time() - started < 1
