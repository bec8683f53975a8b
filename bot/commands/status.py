"""status: how the sources are, what went out last, what comes next, what is stuck."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from bot.commands.base import Answer, Args, Asked, Command, Desk
from bot.commands.parts import local_time
from db import channels, ledger, outbox, papers, runs
from domain.delivery import State
from domain.message import Block, Heading, Line, Listing, Message, Note, Span, line


def _look(connection: Connection, asked: Asked, sources: tuple[str, ...]) -> dict[str, Any]:
    channel = channels.get(connection, asked.channel)
    last = ledger.recent(connection, asked.channel, limit=3) if channel else ledger.recent(connection, limit=3)
    due = None if channel is None or channel.schedule.paused else channel.next_due
    return {
        "papers": papers.count(connection),
        "channels": len(channels.every(connection)),
        "channel": asked.channel if channel else None,
        "next": due.isoformat() if due else None,
        "stopped": channel.stopped if channel else "",
        "sources": [
            {
                "source": run.source,
                "outcome": run.outcome,
                "finished_at": run.finished_at.isoformat(),
                "new": run.new,
                "known": run.known,
                "rejected": run.rejected,
                "why": run.why,
            }
            for run in runs.latest(connection)
        ],
        "configured": list(sources),
        "editions": [
            {
                "channel": e.channel,
                "edition": e.number,
                "due_at": e.due_at.isoformat(),
                "papers": e.seats,
                "held": e.held,
                "deliveries": e.states,
            }
            for e in last
        ],
        "deliveries": outbox.counts(connection),
        "troubled": [
            {"delivery": d.id, "channel": d.channel, "edition": d.edition, "state": d.state.value, "why": why}
            for d, why in outbox.troubled(connection)
        ],
    }


async def _run(desk: Desk, asked: Asked, args: Args) -> Answer:
    data = await desk.store.read(_look, asked, desk.sources)
    channel = await desk.store.read(channels.get, asked.channel)
    waiting = sum(many for state, many in data["deliveries"].items() if state != State.SENT)
    blocks: list[Block] = [
        Heading(f"{data['papers']:,} papers, {data['channels']} channels, {waiting} messages on their way"),
        Listing(tuple(_sources(data)) or (line("No source is configured; `import` brings papers in."),)),
    ]
    if channel:
        due = "paused" if channel.schedule.paused else local_time(channel.next_due, channel.schedule.timezone)
        blocks.append(Note(line(f"Next digest of {channel.id}: ", Span(due, "strong"))))
    if data["stopped"]:
        blocks.append(Note(line(f"Deliveries to this channel rest: {data['stopped']}")))
    if data["editions"]:
        blocks.append(Listing(tuple(map(_edition, data["editions"]))))
    if data["troubled"]:
        stuck = [line(f"{t['channel']} edition {t['edition']}: {t['state']}, {t['why']}") for t in data["troubled"]]
        blocks.append(Listing(tuple(stuck)))
    return Answer(Message(tuple(blocks)), data)


def _sources(data: dict[str, Any]) -> list[Line]:
    seen = {run["source"] for run in data["sources"]}
    ran = [
        line(
            Span(run["source"], "strong"),
            f": {run['outcome']}, {run['new']} new",
            f" · {run['why']}" if run["why"] else "",
        )
        for run in data["sources"]
    ]
    return ran + [line(Span(name, "strong"), ": not fetched yet") for name in data["configured"] if name not in seen]


def _edition(edition: dict[str, Any]) -> Line:
    states = ", ".join(f"{many} {state}" for state, many in edition["deliveries"].items())
    held = f", {edition['held']} held back" if edition["held"] else ""
    return line(f"{edition['channel']} edition {edition['edition']}: {edition['papers']} papers{held} · {states}")


COMMAND = Command("status", "How sources and deliveries are", _run, examples=("status",))
