"""abstract: all that is known of a paper."""

from __future__ import annotations

from bot.commands.base import Answer, Args, Asked, Command, Desk, Param
from bot.commands.parts import card, paper_data
from db import loading, papers
from domain.message import Heading, Listing, Message, Span, line


async def _run(desk: Desk, asked: Asked, args: Args) -> Answer:
    paper = await desk.store.read(loading.named, args["paper"])
    links = (("Page", paper.url), ("PDF", paper.pdf_url), ("Code", paper.code_url))
    known = [line(f"{name}: ", Span(url, url=url)) for name, url in links if url]
    known += [line(", ".join(paper.authors))] if len(paper.authors) > 3 else []
    known += [line(" · ".join(map(str, paper.identifiers)))] if paper.identifiers else []
    known += [line(f"From {', '.join(paper.sources)}; first seen {paper.first_seen:%d %B %Y}")]
    who = await desk.store.read(papers.submitter, paper.number)
    known += [line(f"Submitted by {who}")] if who else []
    more = await desk.store.read(papers.besides, paper.number)
    known += [line(f"Put forward on Hugging Face by {more['submitter']}")] if "submitter" in more else []
    known += [line(f"Keywords: {more['keywords']}")] if "keywords" in more else []
    known += [line(paper.note)] if paper.note else []
    message = Message.of(
        Heading(paper.title), card(paper, note=paper.text or "No abstract is known."), Listing(tuple(known))
    )
    data = {
        **paper_data(paper),
        "abstract": paper.abstract,
        "summary": paper.summary,
        "authors": list(paper.authors),
        "identifiers": [str(i) for i in paper.identifiers],
        "sources": list(paper.sources),
        "submitted_by": who,
        "put_forward_by": more.get("submitter", ""),
        "keywords": [word for word in more.get("keywords", "").split(", ") if word],
    }
    return Answer(message, data)


COMMAND = Command(
    "abstract",
    "All that is known of a paper",
    _run,
    params=(Param("paper", "the paper's number, arXiv id, DOI or URL", "paper"),),
    examples=("abstract p12",),
    in_channel=False,
)
