"""status: how the sources are, what went out last, what comes next, what is stuck."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from bot.commands.base import Answer, Args, Asked, Command, Desk
from bot.commands.follow import next_digest
from bot.commands.parts import counted
from bot.commands.resend import described
from db import audits, channels, ledger, loading, outbox, resend, runs
from db.ledger import EditionState
from domain.channel import Channel
from domain.delivery import Delivery, State
from domain.message import Actions, Block, Button, Heading, Line, Listing, Message, Note, Span, line

EDITIONS, STUCK, MOST, OFFERED = 3, 20, 1_000, 3
_Look = tuple[list[Channel], list[Delivery], dict[str, Any]]


def _look(connection: Connection, asked: Asked, sources: Sequence[str]) -> _Look:
    every = channels.every(connection)
    # In a channel only what concerns it: the names of others are not for everybody.
    shown = [channel for channel in every if asked.channel in {"", channel.id}]
    ran = {run.source: run for run in runs.latest(connection)}
    stuck = [(d, why) for d, why in outbox.troubled(connection, MOST) if asked.channel in {"", d.channel}]
    here = [d for d, _ in stuck if d.channel == asked.channel]
    waiting = resend.waiting(connection, {d.id: d.state for d in here}, asked.now)
    audited = audits.last(connection)
    data = {
        "audit": audited and {"at": audited.audited_at.isoformat(), "breaches": audited.breaches},
        "papers": loading.count(connection),
        "channels": [
            {
                "channel": channel.id,
                "next": None if channel.schedule.paused else channel.next_due.isoformat(),
                "stopped": channel.stopped,
            }
            for channel in shown
        ],
        "sources": [_source(name, ran.get(name)) for name in sorted({*sources, *ran})],
        "editions": [_edition(e) for e in ledger.recent(connection, asked.channel or None, limit=EDITIONS)],
        "deliveries": outbox.counts(connection),
        "troubled": [
            {"delivery": d.id, "channel": d.channel, "edition": d.edition, "state": d.state.value, "why": why}
            for d, why in stuck[:STUCK]
        ],
    }
    return shown, [d for d in here if d.id in waiting], data


def _source(name: str, run: runs.Run | None) -> dict[str, Any]:
    return {
        "source": name,
        "outcome": run.outcome if run else None,
        "finished_at": run.finished_at.isoformat() if run else None,
        "new": run.new if run else 0,
        "known": run.known if run else 0,
        "rejected": run.rejected if run else 0,
        "why": run.why if run else "",
    }


def _edition(edition: EditionState) -> dict[str, Any]:
    return {
        "channel": edition.channel,
        "edition": edition.number,
        "due_at": edition.due_at.isoformat(),
        "papers": edition.seats,
        "held": edition.held,
        "deliveries": edition.states,
    }


async def _run(desk: Desk, asked: Asked, args: Args) -> Answer:
    shown, waiting_here, data = await desk.store.read(_look, asked, desk.sources)
    waiting = sum(many for state, many in data["deliveries"].items() if state not in {State.SENT, State.DEAD})
    here = asked.channel or counted(len(shown), "channel")
    sources = [_source_line(source) for source in data["sources"]]
    blocks: list[Block] = [
        Heading(f"{counted(data['papers'], 'paper')} · {here} · {counted(waiting, 'message')} on the way"),
        Listing(tuple(sources or [line("No source is configured; `import` brings papers in.")])),
    ]
    for channel in shown:
        blocks.append(Note(line(f"Next digest of {channel.id}: ", Span(next_digest(channel), "strong"))))
        if channel.stopped:
            blocks.append(Note(line(f"Deliveries to {channel.id} rest: {channel.stopped}")))
    if asked.channel and not shown:
        blocks.append(Note(line(f"{asked.channel} has no subscriptions yet.")))
    if data["audit"] and data["audit"]["breaches"]:
        wrong = counted(data["audit"]["breaches"], "row")
        blocks.append(
            Note(line(f"The audit of {data['audit']['at'][:16]} UTC found {wrong} that should not be there."))
        )
    if data["editions"]:
        blocks.append(Listing(tuple(map(_edition_line, data["editions"]))))
    if data["troubled"]:
        stuck = [line(f"{t['channel']} edition {t['edition']}: {t['state']}, {t['why']}") for t in data["troubled"]]
        blocks.append(Listing(tuple(stuck)))
    if waiting_here:
        offered = [Button(f"Send again: {described(d)}", f"resend {d.id}") for d in waiting_here[:OFFERED]]
        blocks.append(Actions(tuple(offered)))
    return Answer(Message(tuple(blocks)), data)


def _source_line(source: dict[str, Any]) -> Line:
    name = Span(source["source"], "strong")
    if source["outcome"] is None:
        return line(name, ": not looked at yet")
    rejected = f", {source['rejected']} not readable" if source["rejected"] else ""
    why = f" · {source['why']}" if source["why"] else ""
    return line(name, f": {source['outcome']}, {source['new']} new{rejected}, at {source['finished_at'][:16]} UTC{why}")


def _edition_line(edition: dict[str, Any]) -> Line:
    states = ", ".join(f"{many} {state}" for state, many in edition["deliveries"].items())
    held = f", {edition['held']} held back" if edition["held"] else ""
    papers_ = counted(edition["papers"], "paper")
    return line(f"{edition['channel']} edition {edition['edition']}: {papers_}{held} · {states}")


COMMAND = Command("status", "How sources and deliveries are", _run, examples=("status",))
