"""Full cards, in a thread under one message, so that the channel itself stays short."""

from __future__ import annotations

from collections.abc import Mapping

from digests.layouts import rich
from domain.edition import Item
from domain.message import Card


def card(item: Item, compacts: Mapping[str, str] | None = None) -> Card:
    """The paper as a full card; where it stands is the edition's business."""
    return rich.card(item, compacts)
