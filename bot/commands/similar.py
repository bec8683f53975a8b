"""similar: papers like one, by its own telling words."""

from __future__ import annotations

from bot.commands.base import Answer, Args, Asked, Command, Desk, Param
from bot.commands.parts import card, paper_data
from db import loading
from db.similar import similar
from domain.message import Block, Heading, Message, Note, line


async def _run(desk: Desk, asked: Asked, args: Args) -> Answer:
    paper = await desk.store.read(loading.named, args["paper"])
    near = await desk.store.read(similar, paper)
    blocks: list[Block] = [Heading(f"Like {paper.title}")]
    blocks += [card(each) for each in near] or [Note(line("Nothing here is like it."))]
    return Answer(Message(tuple(blocks)), {**paper_data(paper), "papers": [paper_data(each) for each in near]})


COMMAND = Command(
    "similar",
    "Papers like one",
    _run,
    params=(Param("paper", "the paper's number, arXiv id, DOI or URL", "paper"),),
    examples=("similar p12",),
    in_channel=False,
)
