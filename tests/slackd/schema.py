"""The published types of blocks and views, where the project's shared data is: a second judge of everything sent."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

from jsonschema import Draft7Validator
from jsonschema.exceptions import best_match

from tests.shared import SHARED
from tests.slackd.refused import Json, Refused

PATH = SHARED / "contracts" / "slack-blocks.schema.json"
_BLOCKS = {
    "section": "SectionBlock",
    "header": "HeaderBlock",
    "context": "ContextBlock",
    "actions": "ActionsBlock",
    "image": "ImageBlock",
    "input": "InputBlock",
    "markdown": "MarkdownBlock",
    "divider": "DividerBlock",
    "rich_text": "RichTextBlock",
}


@cache
def _definitions() -> dict[str, Any]:
    read: dict[str, Any] = json.loads(PATH.read_text(encoding="utf-8")) if PATH.exists() else {}
    return read


@cache
def _validator(name: str) -> Draft7Validator:
    return Draft7Validator({"$ref": f"#/definitions/{name}", "definitions": _definitions()["definitions"]})


def check(blocks: list[Json], view: Json | None = None) -> None:
    """Raise Refused for what the types do not allow. The variant is picked by `type`: errors of a union say nothing."""
    if not _definitions():
        return
    for where, name, value in _parts(blocks, view):
        error = best_match(_validator(name).iter_errors(value))
        if error:
            pointer = "/".join([where, *map(str, error.absolute_path)])
            raise Refused("invalid_blocks", f"{name}: {error.message[:400]} [json-pointer:{pointer}]")


def _parts(blocks: list[Json], view: Json | None) -> Iterator[tuple[str, str, Json]]:
    for number, block in enumerate(blocks):
        yield f"/blocks/{number}", _BLOCKS[block["type"]], block
    if view is not None:
        yield "/view", "HomeView" if view["type"] == "home" else "ModalView", {**view, "blocks": []}
