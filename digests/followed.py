"""Which delivery is being worked on. Small on purpose: the log asks, and every start of the program has one."""

from __future__ import annotations

from contextvars import ContextVar

# As lines of the log name it: whoever logs meanwhile (a platform, its library) logs about that one.
FOLLOWED: ContextVar[str] = ContextVar("followed", default="")
