"""Whether a message, a modal or a Home is one that Slack takes."""

from __future__ import annotations

import json
from typing import Any

from tests.slackd.blocks import BLOCKS
from tests.slackd.limits import (
    BLOCKS_CHARACTERS,
    CONTROL,
    MARKDOWN_CHARACTERS,
    MESSAGE_BLOCKS,
    TEXT_CHARACTERS,
    VIEW_BLOCKS,
    VIEW_BYTES,
    Place,
)
from tests.slackd.refused import Json, Refused


def check_blocks(blocks: Any, most: int = MESSAGE_BLOCKS, place: Place | None = None) -> None:
    """Raise Refused for the first thing that Slack would not take."""
    place = place or Place("/blocks")
    seen: set[str] = set()
    for number, block in enumerate(place.items(blocks, most, 0)):
        here = place / number
        kind = block.get("type") if isinstance(block, dict) else None
        if kind not in BLOCKS:
            raise here.no(f"unsupported type: {kind}")
        if "block_id" in block:
            name = (here / "block_id").string(block["block_id"], 255)
            if name in seen:
                raise here.no(f"block_id {name} already exists")
            seen.add(name)
        BLOCKS[kind](here, {key: value for key, value in block.items() if key != "block_id"})
    markdown = sum(len(block["text"]) for block in blocks if block["type"] == "markdown")
    if markdown > MARKDOWN_CHARACTERS:
        raise place.no(f"markdown blocks hold {markdown} characters together")


def characters(blocks: list[Json]) -> int:
    """How large blocks are: the characters of their shortest JSON."""
    return len(json.dumps(blocks, ensure_ascii=False, separators=(",", ":")))


def check_message(args: Json) -> None:
    """Raise Refused unless a message's text, blocks and attachments are within the limits."""
    text, blocks, attachments = args.get("text"), args.get("blocks"), args.get("attachments")
    if not text and not blocks and not attachments:
        raise Refused("no_text")
    if text is not None and len(Place("/text").string(text, 40_000, 0)) > TEXT_CHARACTERS:
        raise Refused("msg_too_long", f"text of {len(text)} characters would be split into several messages")
    if text and CONTROL.search(text):
        raise Place("/text").no("holds a control character")
    if blocks is not None:
        check_blocks(blocks)
        if characters(blocks) > BLOCKS_CHARACTERS:
            raise Refused("msg_blocks_too_long", f"{characters(blocks)} characters")
    if attachments is not None:
        for number, each in enumerate(Place("/attachments").items(attachments, 100, 0)):
            check_blocks(each.get("blocks", []), place=Place(f"/attachments/{number}/blocks"))


def check_view(view: Any) -> Json:
    """Raise Refused unless a modal or a Home is within the limits."""
    place = Place("/view")
    try:
        checked = _home(place, view) if isinstance(view, dict) and view.get("type") == "home" else _modal(place, view)
        for key, most in (("callback_id", 255), ("private_metadata", 3000), ("external_id", 255)):
            if checked.get(key):
                (place / key).string(checked[key], most)
        check_blocks(checked["blocks"], VIEW_BLOCKS, place / "blocks")
    except Refused as no:
        raise Refused("invalid_arguments", *no.details) from None
    if len(json.dumps(checked).encode()) > VIEW_BYTES:
        raise Refused("view_too_large")
    return checked


def _home(place: Place, view: Json) -> Json:
    return place.has(view, "blocks", "callback_id private_metadata external_id")


def _modal(place: Place, view: Any) -> Json:
    more = "callback_id private_metadata external_id submit close clear_on_close notify_on_close submit_disabled"
    modal = place.has(view, "title blocks", more)
    for key in ("title", "submit", "close"):
        if key in modal:
            (place / key).text(modal[key], 24, plain=True)
    if modal.get("type") != "modal":
        raise (place / "type").no(f"unsupported type: {modal.get('type')}")
    inputs = [block for block in modal["blocks"] if isinstance(block, dict) and block.get("type") == "input"]
    if inputs and "submit" not in modal:
        raise place.no("submit is required when an input block is within blocks")
    return modal
