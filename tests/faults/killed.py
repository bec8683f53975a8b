"""`paperround run`, in a process that kills itself with SIGKILL at one chosen instant.

The count-th time the point is reached, the point's name is written to a note and the process is killed, as `kill -9`
would: nothing is flushed or closed.
Points: `planning` (an edition is written, not committed), `planned` (committed), and for deliveries `claimed`,
`sending` (both committed), `posted` (the message is in the channel, the ledger does not know), `sent`
(committed). `-` never kills.
"""

from __future__ import annotations

import os
import signal
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event

from bot.cli import main
from digests import round as planning

POINTS = ("planning", "planned", "claimed", "sending", "posted", "sent")
FEW = 2  # channels planned together: so it takes many transactions to plan all, and one may die between them


class Killer:
    """Watches what the store is told, and ends the process at its instant."""

    def __init__(self, point: str, count: int, note: Path) -> None:
        self.point, self.left, self.note = point, count, note
        self.touched: dict[int, Counter[str]] = {}
        planning.CHUNK = FEW
        event.listen(Engine, "before_cursor_execute", self.statement)
        event.listen(Engine, "commit", self.commit)
        event.listen(Engine, "rollback", lambda connection: self.touched.pop(id(connection), None))

    def statement(
        self, connection: Connection, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool
    ) -> None:
        points = self.touched.setdefault(id(connection), Counter())
        if statement.startswith("INSERT INTO editions"):
            together = len(parameters) if many else 1
            self.reached("planning", together)
            points["planned"] += together
        elif statement.startswith("INSERT INTO local_posts"):
            points["posted"] += 1
        elif statement.startswith("INSERT INTO delivery_moves") and not many:
            points.update(state for state in parameters if state in {"claimed", "sending", "sent"})

    def commit(self, connection: Connection) -> None:
        # The event comes before the commit, so the commit is done here first, and the second one finds nothing to do.
        points = self.touched.pop(id(connection), Counter())
        if points[self.point]:
            connection.connection.driver_connection.execute("COMMIT")  # type: ignore[union-attr]  # it is connected
            self.reached(self.point, points[self.point])
            connection.connection.driver_connection.execute("BEGIN")  # type: ignore[union-attr]  # as above

    def reached(self, point: str, times: int) -> None:
        if point != self.point:
            return
        self.left -= times
        if self.left <= 0:
            self.note.write_text(point)
            os.kill(os.getpid(), signal.SIGKILL)


def be(point: str, count: str, note: str, *words: str) -> None:
    """Do what the words say, as this process, to its end or until it is killed."""
    Killer(point, int(count), Path(note))
    sys.argv[1:] = words
    main()
