"""§4.7 and §4.8: whatever stands in a paper, its card is one that Slack takes, rings nobody, and reads as the paper."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.commands.parts import card as answered
from bot.render.text import link, title
from bot.slack import render
from bot.slack.rich import Place as Spot
from bot.slack.room import ROOM
from digests.lay_out import lay_out
from digests.layouts import LAYOUTS
from domain.edition import Edition, Item, Place
from domain.message import Card, Heading, Message
from domain.paper import Paper
from domain.parse import parse
from domain.schedule import Schedule
from tests.bot.slack.papers_of_all_kinds import made, readable, real
from tests.papers import NOW
from tests.slackd import reading, schema
from tests.slackd.checks import characters, check_message
from tests.slackd.refused import Json

HERE = Spot("slack:T024BE7LD/C061EG9SL", "slack:T024BE7LD/U061F7AUR")


def taken(blocks: list[Json], said: str) -> reading.Reading:
    """A message as it is read, after all judges took it."""
    check_message({"text": said, "blocks": blocks})
    schema.check(blocks)
    assert characters(blocks) <= render.CHARACTERS
    read = reading.message(blocks, said)
    assert not read.rings, read.rings
    return read


def item(paper: Paper) -> Item:
    return Item(paper, Place.SEAT, (1, 2), ("diffusion", "title:learning OR quiet OR title"))


def cards(paper: Paper) -> list[Card]:
    found = [LAYOUTS[layout](item(paper)) for layout in ("rich", "compact")]  # in a thread they are rich
    return [*found, answered(paper, parse("quiet OR title OR learning OR bold OR channel OR a"))]


def judge(papers: Sequence[Paper]) -> None:
    for paper in papers:
        for card in cards(paper):
            message = Message.of(Heading("Papers"), card)
            for blocks in render.messages(message, HERE):
                read = taken(blocks, render.fallback(message, HERE))
            shown = reading.seen(readable(paper))
            assert shown in reading.seen(read.text), (shown, read.text)
            leading = "".join(words for url, words in read.links if url == link(paper.url))
            assert reading.seen(leading) == shown, (shown, read.links)


@pytest.mark.parametrize("many", [100, pytest.param(400, marks=pytest.mark.faults)])
def test_invented_papers_are_taken_and_read_as_they_are(many: int) -> None:
    papers = made(many)
    assert len(papers[0].authors) == 3303
    assert len(papers[0].abstract) > 16_000
    judge(papers)


@pytest.mark.parametrize("many", [120, pytest.param(600, marks=pytest.mark.faults)])
def test_real_papers_are_taken_and_read_as_they_are(tmp_path: Path, many: int) -> None:
    papers = real(tmp_path, many)
    assert len(papers) > many * 0.98
    judge(papers)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_an_edition_of_such_papers_is_cut_at_a_paper_s_edge_and_loses_none(layout: str) -> None:
    papers = made(240)
    for start in range(0, 240, 60):
        edition = Edition(HERE.channel, 7, NOW, NOW, tuple(map(item, papers[start : start + 60])))
        messages = lay_out(edition, Schedule(layout=layout), ROOM)
        seen = []
        for message in messages:
            parts = render.messages(message, HERE, render.DIGEST)
            assert len(parts) == 1, "what fits is one message of Slack's"
            read = taken(parts[0], render.fallback(message, HERE))
            for card in message.cards():
                assert reading.seen(title(card))[:60] in reading.seen(read.text)
                seen.append(card.paper)
        assert seen == [paper.id for paper in papers[start : start + 60]]
