"""Posts of forums: what they are called, and their tags."""

from __future__ import annotations

from typing import Any

from bot.discord.posts import tags, title
from domain.message import Card, Heading, Message, line

HEADING = "Papers for 1/2 · Monday, 16 November 2026 · No. 3"
CARD = Card("p1", line("A"), "", facts=("cs.CL", "16 Nov 2026"), matched=('"speculative decoding"', "drafts"))


def forum(*names: str, flags: int = 0, moderated: str = "") -> dict[str, Any]:
    listed = [{"id": n, "name": name, "moderated": name == moderated} for n, name in enumerate(names, 10)]
    return {"available_tags": listed, "flags": flags}


def test_a_post_is_called_as_its_edition_is_without_the_forum_s_number() -> None:
    assert title(Message.of(Heading(HEADING)), "discord:1/2") == "Papers · Monday, 16 November 2026 · No. 3"
    assert title(Message.of(), "discord:1/2") == "Papers"
    assert len(title(Message.of(Heading("word " * 50)), "discord:1/2")) <= 100


def test_tags_are_those_that_say_what_is_in_it() -> None:
    there = forum("Papers", "CS.CL", "cs.LG", "drafts", "questions")
    assert tags(there, [Message.of(CARD)]) == ["10", "11", "13"]
    assert tags(forum("questions"), [Message.of(CARD)]) == []


def test_a_post_has_at_most_five_tags_and_none_that_only_moderators_give() -> None:
    assert len(tags(forum("papers", "paper", "digest", "research", "arxiv", "cs.CL"), [Message.of(CARD)])) == 5
    assert tags(forum("papers", "drafts", moderated="papers"), [Message.of(CARD)]) == ["11"]


def test_a_forum_that_wants_a_tag_gets_one() -> None:
    assert tags(forum("questions", "answers", flags=1 << 4), [Message.of(CARD)]) == ["10"]
