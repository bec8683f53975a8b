"""What people see and can press: the elements of blocks, by the words that stand on them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.slackd.refused import Json


@dataclass(frozen=True)
class Control:
    """Something to press, choose or fill in. `option` is the one of a menu's."""

    block: Json
    element: Json
    option: Json | None = None

    @property
    def label(self) -> str:
        """What stands on it."""
        if self.option is not None:
            return str(self.option["text"]["text"])
        if "text" in self.element:
            return str(self.element["text"]["text"])
        if "label" in self.block:
            return str(self.block["label"]["text"])
        return str(self.element.get("placeholder", {}).get("text", ""))


def controls(blocks: list[Json]) -> Iterator[Control]:
    """Everything that reacts, top to bottom; each option of a menu by itself."""
    for block in blocks:
        elements = list(block.get("elements", [])) if block["type"] == "actions" else []
        elements += [block[key] for key in ("accessory", "element") if key in block]
        for element in elements:
            if element.get("type") == "image":
                continue
            yield Control(block, element)
            for option in element.get("options", []):
                yield Control(block, element, option)


def find(blocks: list[Json], label: str, nth: int = 0) -> Control:
    """The control with these words."""
    there = list(controls(blocks))
    found = [each for each in there if each.label == label]
    assert len(found) > nth, f"no {label!r} (number {nth}) among {[each.label for each in there]}"
    return found[nth]


def action(control: Control, value: Any, ts: str) -> Json:
    """What a payload says of a control that was used; `value` is what was entered or chosen."""
    element = control.element
    said = {
        "type": element["type"],
        "block_id": control.block["block_id"],
        "action_id": element.get("action_id", "made-up"),
        "action_ts": ts,
    }
    if element["type"] == "button":
        return said | {key: element[key] for key in ("text", "value", "style") if key in element}
    return said | entered(control, value)


def entered(control: Control, value: Any) -> Json:
    """What the state says of a control."""
    kind = control.element["type"]
    options = control.element.get("options", [])
    match kind:
        case "plain_text_input" | "number_input":
            return {"type": kind, "value": value}
        case "timepicker":
            return {"type": kind, "selected_time": value}
        case "conversations_select" | "channels_select":
            return {"type": kind, f"selected_{kind.removesuffix('s_select')}": value}
        case "multi_static_select" | "checkboxes":
            return {"type": kind, "selected_options": [_option(options, each) for each in value or []]}
        case _:
            return {"type": kind, "selected_option": None if value is None else _option(options, value)}


def initial(control: Control) -> Any:
    """What is in a control before anybody touched it."""
    element = control.element
    if "initial_options" in element:
        return [option["text"]["text"] for option in element["initial_options"]]
    if "initial_option" in element:
        return element["initial_option"]["text"]["text"]
    names = ("initial_value", "initial_time", "initial_conversation", "initial_channel")
    return next((element[name] for name in names if name in element), None)


def _option(options: list[Json], label: str) -> Json:
    found = next((each for each in options if label in {each["text"]["text"], each["value"]}), None)
    assert found, f"no option {label!r} among {[each['text']['text'] for each in options]}"
    return found


def state(blocks: list[Json], typed: dict[str, Json]) -> Json:
    """The state of all inputs: what was entered, otherwise what stood there."""
    values: dict[str, Json] = {}
    for control in controls(blocks):
        if control.option is not None or control.element["type"] in {"button", "overflow"}:
            continue
        name = control.element.get("action_id", "made-up")
        told = typed.get(control.block["block_id"], {}).get(name)
        values.setdefault(control.block["block_id"], {})[name] = told or entered(control, initial(control))
    return values
