"""How an edition is laid out, by name. A new layout is one file and one line here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from digests.layouts import compact, rich, thread
from domain.edition import Item
from domain.message import Card


class Layout(Protocol):
    """Makes an item's card. `compacts`: its queries as domain/compact.py has them, where they are at hand."""

    def __call__(self, item: Item, compacts: Mapping[str, str] | None = None, /) -> Card:
        """The card."""


LAYOUTS: dict[str, Layout] = {
    "rich": rich.card,
    "compact": compact.card,
    "thread": thread.card,
}
# Those whose cards stand below a first message that only says what they are.
UNDER = frozenset({"thread"})
