"""The published types of blocks and views, where the project's shared data is: a second judge of everything sent."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any
from urllib.parse import unquote

from jsonschema import Draft7Validator, validators
from jsonschema.exceptions import ValidationError, best_match
from jsonschema.protocols import Validator

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
def _validator(name: str) -> Validator:
    made: Validator = _ByType({"$ref": f"#/definitions/{name}", "definitions": _definitions()["definitions"]})
    return made


def _any_of(validator: Any, variants: list[Json], value: Any, of: Json) -> Iterator[ValidationError]:
    """Any of the variants; where the value says its type, only those of that type come into question."""
    kind = value.get("type") if isinstance(value, dict) else None
    left = [each for each in _flat(variants) if kind is None or _kind(each) in {None, kind}]
    if len(left) == 1:
        yield from validator.descend(value, left[0])
    elif not any(validator.evolve(schema=each).is_valid(value) for each in left):
        yield ValidationError(f"{str(value)[:200]!r} is none of the {len(left)} things it may be")


_ByType = validators.extend(Draft7Validator, {"anyOf": _any_of})  # type: ignore[no-untyped-call]  # it says none


def _flat(variants: list[Json]) -> Iterator[Json]:
    for each in variants:
        meant = _meant(each)
        if "anyOf" in meant:
            yield from _flat(meant["anyOf"])
        else:
            yield each


def _meant(schema: Json) -> Json:
    found: Json = schema
    if "$ref" in schema:
        found = _definitions()["definitions"][unquote(schema["$ref"].removeprefix("#/definitions/"))]
    return found


def _kind(variant: Json) -> Any:
    return _meant(variant).get("properties", {}).get("type", {}).get("const")


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
