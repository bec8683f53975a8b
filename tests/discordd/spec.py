"""Discord's own description of its API, where the shared data has it, held against every request.

The variant of a component or callback is picked by its `type`: the errors of a whole union are unreadable.
What discord.py does that the description does not allow, and Discord does: whole numbers for snowflakes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator, ValidationError, validators

from tests.discordd.refusals import Json
from tests.shared import SHARED

FILE = SHARED / "contracts" / "discord-openapi.json"
PROBLEMS = 3  # of one body that are told


@cache
def _document() -> Json | None:
    return json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else None


def known() -> bool:
    """Whether the description is here."""
    return _document() is not None


def _resolved(schema: Json) -> Json:
    while "$ref" in schema:
        document = _document()
        assert document
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


def _kinds(schema: Json) -> set[Any] | None:
    """The values of `type` that a variant is for; None if it does not say."""
    told = _resolved(_resolved(schema).get("properties", {}).get("type", {}))
    if "enum" in told:
        return set(told["enum"])
    return {told["const"]} if "const" in told else None


def _union(validator: Any, variants: list[Json], instance: Any, _schema: Json) -> Iterator[ValidationError]:
    if instance is None and any(_resolved(each).get("type") == "null" for each in variants):
        return
    left = [each for each in variants if _resolved(each).get("type") != "null"]
    if isinstance(instance, dict) and "type" in instance:
        left = [each for each in left if (kinds := _kinds(each)) is None or instance["type"] in kinds] or left
    found = []
    for each in left:
        errors = list(validator.descend(instance, each))
        if not errors:
            return
        found.append(errors)
    yield from min(found, key=len)


def _type(validator: Any, types: Any, instance: Any, schema: Json) -> Iterator[ValidationError]:
    if schema.get("format") == "snowflake" and isinstance(instance, int) and not isinstance(instance, bool):
        return
    yield from Draft202012Validator.VALIDATORS["type"](validator, types, instance, schema)


def _ref(validator: Any, ref: str, instance: Any, _schema: Json) -> Iterator[ValidationError]:
    yield from validator.descend(instance, _resolved({"$ref": ref}))


_Checker: Any = validators.extend(  # type: ignore[no-untyped-call]  # it is untyped
    Draft202012Validator, {"oneOf": _union, "anyOf": _union, "type": _type, "$ref": _ref}
)


@cache
def _checker(method: str, path: str) -> Any:
    document = _document()
    assert document
    operations = {re.sub(r"{\w+}", "{}", known): operation for known, operation in document["paths"].items()}
    operation = operations.get(re.sub(r"{\w+}", "{}", path), {}).get(method.lower())
    assert operation, f"{method} {path} is not in Discord's description"
    content = operation.get("requestBody", {}).get("content", {})
    return _Checker(content["application/json"]["schema"]) if "application/json" in content else None


def problems(method: str, path: str, body: Any) -> list[str]:
    """What the description has against a body sent to a path such as `/channels/{channel_id}`; nothing without it."""
    if body is None or not known():
        return []
    checker = _checker(method, path)
    errors = list(checker.iter_errors(body)) if checker else []
    return [f"{'.'.join(map(str, error.absolute_path))}: {error.message:.200}" for error in errors[:PROBLEMS]]
