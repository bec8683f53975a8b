"""`paperround run` with Slack, in a process that kills itself with SIGKILL at one chosen instant, and in a hurry.

The points are those of `tests.faults.killed`; `posted` is when Slack has answered that it has the message, and the
ledger does not know yet.
Everything that waits, waits so many times less as its scale says.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from bot.cli import main
from bot.slack import pace, platform
from bot.slack.outcomes import Reply
from bot.slack.web import Web
from domain import delivery
from tests.faults.killed import Killer


def hurried(scale: float) -> None:
    """Let the product wait so many times less than it should."""
    for name in ("CHANNEL_SECONDS", "WORKSPACE_SECONDS", "TIER_3_SECONDS"):
        setattr(pace, name, getattr(pace, name) / scale)
    platform.SETTLE /= scale
    delivery.FIRST_RETRY /= scale


def watched(killer: Killer) -> None:
    """Tell the killer of every message that Slack has taken."""
    call = Web.call

    async def called(self: Web, token: str, method: str, **args: Any) -> Reply:
        reply = await call(self, token, method, **args)
        if method == "chat.postMessage" and reply.ok:
            killer.reached("posted", 1)
        return reply

    Web.call = called  # type: ignore[method-assign]  # this process is ours


def be(scale: str, point: str, count: str, note: str, *words: str) -> None:
    """Do what the words say, as this process, to its end or until it is killed."""
    hurried(float(scale))
    watched(Killer(point, int(count), Path(note)))
    sys.argv[1:] = words
    main()
