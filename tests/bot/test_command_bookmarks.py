"""bookmark, unbookmark, bookmarks, export: keeping papers, finding them again, taking them along."""

from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.bookmark import MAX_NOTE, MAX_TAGS, tags_of, without_tags
from bot.exports import FORMATS
from db import channels
from domain.message import File
from tests.bot.talk import ADA, BELA, Talk, button, cards, heading, labels, said
from tests.papers import records


async def test_a_bookmark_has_a_note_and_tags(stocked: Talk) -> None:
    answer = await stocked.ok("bookmark p2 read  before Friday #Journal-Club #drafts #drafts")
    assert heading(answer) == "Bookmarked"
    assert answer.data == {
        "paper": "p2",
        "title": "Draft models for speculative decoding",
        "note": "read before Friday",
        "tags": ["journal-club", "drafts"],
    }
    assert "read before Friday #journal-club #drafts" in said(answer)
    assert labels(answer) == ["Undo", "Remove", "All bookmarks"]
    assert answer.private


async def test_asking_again_changes_what_is_named(stocked: Talk) -> None:
    await stocked.ok("bookmark p2 first #one")
    changed = await stocked.ok("bookmark p2 #two")
    assert heading(changed) == "Bookmark changed"
    assert (changed.data["note"], changed.data["tags"]) == ("first", ["two"])
    changed = await stocked.ok("bookmark p2 second")
    assert (changed.data["note"], changed.data["tags"]) == ("second", ["two"])
    same = await stocked.ok("bookmark p2")
    assert heading(same) == "Already bookmarked"
    assert labels(same) == ["Remove", "All bookmarks"]
    back = await stocked.press(changed, "Undo")
    assert heading(back) == "The bookmark is as it was"
    assert (await stocked.ok("bookmarks")).data["bookmarks"][0]["note"] == "first"
    assert "already" in str((await stocked.press(changed, "Undo")).data["error"])


async def test_undo_of_a_bookmark_removes_it(stocked: Talk) -> None:
    answer = await stocked.ok("bookmark p2")
    assert heading(await stocked.press(answer, "Undo")) == "The bookmark is gone again"
    assert (await stocked.ok("bookmarks")).data["bookmarks"] == []


async def test_removing_and_undo(stocked: Talk) -> None:
    await stocked.ok("bookmark p2 a note #tag")
    gone = await stocked.ok("unbookmark p2")
    assert heading(gone) == "Bookmark removed"
    assert "You have no bookmark of p2." in await stocked.fails("unbookmark p2")
    assert heading(await stocked.press(gone, "Undo")) == "The bookmark is back"
    kept = (await stocked.ok("bookmarks")).data["bookmarks"]
    assert [(mark["paper"], mark["note"], mark["tags"]) for mark in kept] == [("p2", "a note", ["tag"])]
    assert "already" in str((await stocked.press(gone, "Undo")).data["error"])


async def test_removed_is_removed_for_good_after_seven_days(stocked: Talk) -> None:
    await stocked.ok("bookmark p2")
    gone = await stocked.ok("unbookmark p2")
    stocked.pass_(days=7, seconds=1)
    with stocked.store.writing() as connection:
        assert channels.sweep(connection, stocked.now) == 1
    assert "more than 7 days ago" in str((await stocked.press(gone, "Undo")).data["error"])


async def test_bookmarks_are_one_s_own(stocked: Talk) -> None:
    mine = await stocked.ok("bookmark p2")
    await stocked.ok("bookmark p3", person=BELA)
    assert cards(await stocked.ok("bookmarks")) == ["p2"]
    assert cards(await stocked.ok("bookmarks", person=BELA)) == ["p3"]
    denied = await stocked.press(mine, "Undo", person=BELA, manager=True)
    assert denied.data["error"] == "That was somebody else's."
    gone = await stocked.ok("unbookmark p2")
    assert "somebody else's" in str((await stocked.press(gone, "Undo", person=BELA)).data["error"])


async def test_none_yet_says_how(talk: Talk) -> None:
    answer = await talk.ok("bookmarks")
    assert heading(answer) == "0 bookmarks"
    assert "The Bookmark button on any paper keeps it here." in said(answer)
    assert answer.data == {"query": "", "total": 0, "bookmarks": []}
    assert labels(answer) == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["p4", "p3", "p2", "p1"]),
        ("#club", ["p4", "p1"]),
        ("#club #two", ["p1"]),
        ("#CLUB", ["p4", "p1"]),
        ("#other", []),
        ("decoding", ["p4", "p2", "p1"]),
        ("decoding #club", ["p4", "p1"]),
        ("#club decoding -survey", ["p1"]),
        ("friday", ["p2"]),
        ("title:friday", []),
        ("cat:cs.LG", ["p3"]),
        ("author:adler", ["p1"]),
    ],
)
async def test_they_are_found_by_words_notes_and_tags(stocked: Talk, query: str, found: list[str]) -> None:
    for text in ("p1 #club #two", "p2 read on Fridays", "p3", "p4 #club"):
        await stocked.ok(f"bookmark {text}")
        stocked.pass_(minutes=1)
    answer = await stocked.ok(f"bookmarks {query}")
    assert cards(answer) == found
    assert [mark["paper"] for mark in answer.data["bookmarks"]] == found
    assert answer.data["query"] == query
    if not found:
        assert "None of yours match." in said(answer)


async def test_the_data_of_a_bookmark(stocked: Talk) -> None:
    await stocked.ok("bookmark p1 why not #club")
    assert (await stocked.ok("bookmarks")).data["bookmarks"] == [
        {
            "paper": "p1",
            "title": "Speculative decoding with lazy drafts",
            "url": "https://arxiv.org/abs/2611.00001",
            "note": "why not",
            "tags": ["club"],
            "created_at": "2026-11-16T12:00:00+00:00",
        }
    ]


async def test_a_page_at_a_time(talk: Talk) -> None:
    for paper in talk.take(records(23)):
        await talk.ok(f"bookmark {paper} #all")
    first = await talk.ok("bookmarks #all")
    assert heading(first) == "23 bookmarks for #all"
    assert labels(first) == ["Next", "Export as BibTeX"]
    last = await talk.press(await talk.press(first, "Next"), "Next")
    assert len(cards(last)) == 3
    assert "Page 3 of 3" in said(last)
    assert len(first.data["bookmarks"]) == 23, "programs get all of them at once"
    assert (last.data["total"], len(last.data["bookmarks"])) == (23, 3), "who turns pages gets the page"


async def test_each_can_be_removed_where_it_is_shown(stocked: Talk) -> None:
    await stocked.ok("bookmark p1")
    listed = await stocked.ok("bookmarks")
    assert button(listed, "Remove").command == "unbookmark p1"
    await stocked.press(listed, "Remove")
    assert cards(await stocked.ok("bookmarks")) == []


@pytest.mark.parametrize("form", FORMATS)
async def test_they_are_exported(stocked: Talk, form: str) -> None:
    await stocked.ok("bookmark p1 a note #club")
    await stocked.ok("bookmark p3")
    answer = await stocked.ok(f"export {form.upper()} #club")
    assert heading(answer) == f"1 bookmark as {form}"
    file = next(block for block in answer.message.blocks if isinstance(block, File))
    assert "Speculative decoding with lazy drafts" in file.content.replace("{", "").replace("}", "")
    assert "Diffusion" not in file.content
    assert "a note" in file.content
    assert answer.data == {"format": form, "entries": 1, "name": FORMATS[form].name, "content": file.content}
    assert "Diffusion" in (await stocked.ok(f"export {form}")).data["content"].replace("{", "")


async def test_an_export_can_be_read_by_programs(stocked: Talk) -> None:
    await stocked.ok('bookmark p1 a "note", with a comma')
    content = (await stocked.ok("export csv")).data["content"]
    rows = list(csv.DictReader(io.StringIO(content.removeprefix("\ufeff"))))
    assert any('a "note", with a comma' in value for value in rows[0].values())
    assert json.loads((await stocked.ok("export json")).data["content"])


async def test_an_empty_export_says_so(talk: Talk) -> None:
    answer = await talk.ok("export bibtex")
    assert "so the file is empty" in said(answer)
    assert answer.data["entries"] == 0
    assert "There is: bibtex, ris, csv, json, markdown." in await talk.fails("export docx")
    assert "export needs" in await talk.fails("export")


async def test_the_button_exports_what_is_shown(stocked: Talk) -> None:
    await stocked.ok("bookmark p1 #club")
    await stocked.ok("bookmark p3")
    exported = await stocked.press(await stocked.ok("bookmarks #club"), "Export as BibTeX")
    assert (exported.data["format"], exported.data["entries"]) == ("bibtex", 1)


async def test_notes_and_tags_have_their_limits(stocked: Talk) -> None:
    answer = await stocked.ok("bookmark p1 " + "x" * 9_000 + " " + " ".join(f"#tag{n}" for n in range(99)))
    assert len(answer.data["note"]) == MAX_NOTE
    assert len(answer.data["tags"]) == MAX_TAGS


async def test_a_bookmark_survives_the_person_s_channel(stocked: Talk) -> None:
    await stocked.ok("bookmark p1", channel="local:other")
    assert cards(await stocked.ok("bookmarks", person=ADA)) == ["p1"]


@given(st.text(max_size=60))
def test_tags_and_the_rest_make_up_the_text(text: str) -> None:
    rest = without_tags(text)
    assert len(rest) == len(text)
    assert all(a in {b, " "} for a, b in zip(rest, text, strict=True))
    assert tags_of(rest) == ()
    assert all(tag == tag.lower() or tag.lower() != tag.upper() for tag in tags_of(text))


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("#a #b", ("a", "b")),
        ("see C# and F#", ()),
        ("issue#12", ()),
        ("#12", ("12",)),
        ("#推理 #Über", ("推理", "über")),
        ("##x # y", ()),
        ("#a,#b; #c", ("a", "b", "c")),
    ],
)
def test_what_is_a_tag(text: str, tags: tuple[str, ...]) -> None:
    assert tags_of(text) == tags
