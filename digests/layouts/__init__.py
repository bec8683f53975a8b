"""How an edition is laid out, by name. A new layout is one file and one line here."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from digests.layouts import compact, rich, thread
from domain.edition import Item
from domain.message import Card

Layout: TypeAlias = Callable[[Item], Card]

LAYOUTS: dict[str, Layout] = {
    "rich": rich.card,
    "compact": compact.card,
    "thread": thread.card,
}
# Those whose cards stand below a first message that only says what they are.
UNDER = frozenset({"thread"})
