"""What each block and each of its elements may hold, by its type."""

from __future__ import annotations

from typing import Any

from tests.slackd.limits import Element, Place
from tests.slackd.refused import Json


def _section(place: Place, block: Json) -> None:
    place.has(block, "", "text fields accessory expand")
    if not block.get("text") and not block.get("fields"):
        raise place.no("must have a text or fields")
    if "text" in block:
        (place / "text").text(block["text"], 3000)
    if "fields" in block:
        for number, each in enumerate((place / "fields").items(block["fields"], 10)):
            (place / "fields" / number).text(each, 2000)
    if "accessory" in block:
        _element(place / "accessory", block["accessory"], {*INTERACTIVE, "image"} - {"plain_text_input"})


def _header(place: Place, block: Json) -> None:
    place.has(block, "text")
    (place / "text").text(block["text"], 150, plain=True)


def _context(place: Place, block: Json) -> None:
    place.has(block, "elements")
    for number, each in enumerate((place / "elements").items(block["elements"], 10)):
        here = place / "elements" / number
        if isinstance(each, dict) and each.get("type") == "image":
            _image(here, each)
        else:
            here.text(each, 3000)


def _actions(place: Place, block: Json) -> None:
    place.has(block, "elements")
    seen: set[str] = set()
    for number, each in enumerate((place / "elements").items(block["elements"], 25)):
        here = place / "elements" / number
        _element(here, each, INTERACTIVE)
        name = each.get("action_id")
        if name is not None and name in seen:
            raise here.no(f"action_id {name} already exists")
        seen.add(name)


def _image(place: Place, block: Json) -> None:
    place.has(block, "alt_text", "image_url slack_file title")
    (place / "alt_text").string(block["alt_text"], 2000)
    if "image_url" in block:
        (place / "image_url").url(block["image_url"])


def _input(place: Place, block: Json) -> None:
    place.has(block, "label element", "hint optional dispatch_action")
    (place / "label").text(block["label"], 2000, plain=True)
    if "hint" in block:
        (place / "hint").text(block["hint"], 2000, plain=True)
    _element(place / "element", block["element"], INTERACTIVE)


def _markdown(place: Place, block: Json) -> None:
    place.has(block, "text")
    (place / "text").string(block["text"], 12_000)


def _divider(place: Place, block: Json) -> None:
    place.has(block, "")


def _rich_text(place: Place, block: Json) -> None:
    place.has(block, "elements")
    for number, each in enumerate((place / "elements").items(block["elements"], 1000)):
        here = place / "elements" / number
        kind = here.has(each, "elements", "style indent border")["type"]
        if kind == "rich_text_list":
            for inner, section in enumerate((here / "elements").items(each["elements"], 1000)):
                _rich_section(here / "elements" / inner, section)
        elif kind in {"rich_text_section", "rich_text_quote", "rich_text_preformatted"}:
            _rich_section(here, each)
        else:
            raise here.no(f"unsupported type: {kind}")


RICH = {
    "text": ("text", "style"),
    "link": ("url", "text style unsafe"),
    "emoji": ("name", "unicode style skin_tone"),
    "user": ("user_id", "style"),
    "channel": ("channel_id", "style"),
    "broadcast": ("range", "style"),
    "date": ("timestamp format", "url fallback style"),
}


def _rich_section(place: Place, section: Any) -> None:
    place.has(section, "elements", "style indent border")
    for number, each in enumerate((place / "elements").items(section["elements"], 1000)):
        here = place / "elements" / number
        if not isinstance(each, dict) or each.get("type") not in RICH:
            raise here.no("unsupported type")
        here.has(each, *RICH[each["type"]])
        if each["type"] == "text":
            (here / "text").string(each["text"], 3000)
        if each["type"] == "link":
            (here / "url").url(each["url"])
        for style, on in (each.get("style") or {}).items():
            if style not in {"bold", "italic", "strike", "code", "underline"} or not isinstance(on, bool):
                raise here.no(f"unsupported style: {style}")


BLOCKS: dict[str, Element] = {
    "section": _section,
    "header": _header,
    "context": _context,
    "actions": _actions,
    "image": _image,
    "input": _input,
    "markdown": _markdown,
    "divider": _divider,
    "rich_text": _rich_text,
}


def _element(place: Place, element: Any, allowed: set[str]) -> None:
    kind = element.get("type") if isinstance(element, dict) else None
    if kind not in allowed:
        raise place.no(f"unsupported type: {kind}")
    if "action_id" in element:
        (place / "action_id").string(element["action_id"], 255)
    if "confirm" in element:
        _confirm(place / "confirm", element["confirm"])
    if "placeholder" in element:
        (place / "placeholder").text(element["placeholder"], 150, plain=True)
    ELEMENTS[kind](place, {key: value for key, value in element.items() if key not in {"action_id", "confirm"}})


def _confirm(place: Place, confirm: Any) -> None:
    place.has(confirm, "title text confirm deny", "style")
    (place / "title").text(confirm["title"], 100, plain=True)
    (place / "text").text(confirm["text"], 300)
    (place / "confirm").text(confirm["confirm"], 30, plain=True)
    (place / "deny").text(confirm["deny"], 30, plain=True)


def _button(place: Place, button: Json) -> None:
    place.has(button, "text", "url value style accessibility_label")
    (place / "text").text(button["text"], 75, plain=True)
    if "value" in button:
        (place / "value").string(button["value"], 2000)
    if "url" in button:
        (place / "url").url(button["url"])
    if "accessibility_label" in button:
        (place / "accessibility_label").string(button["accessibility_label"], 75)
    if button.get("style", "primary") not in {"primary", "danger"}:
        raise (place / "style").no("must be primary or danger")


def _option(place: Place, option: Any, *, plain: bool) -> None:
    place.has(option, "text value", "description url")
    (place / "text").text(option["text"], 75, plain=plain)
    (place / "value").string(option["value"], 75)  # 150 by some of the documentation
    if "description" in option:
        (place / "description").text(option["description"], 75)


def _overflow(place: Place, menu: Json) -> None:
    place.has(menu, "options")
    _options(place, menu["options"], 5)


def _options(place: Place, options: Any, most: int, *, plain: bool = True) -> None:
    for number, each in enumerate((place / "options").items(options, most)):
        _option(place / "options" / number, each, plain=plain)


def _select(place: Place, select: Json) -> None:
    place.has(select, "", "options option_groups initial_option placeholder focus_on_load")
    if ("options" in select) == ("option_groups" in select):
        raise place.no("must have either options or option_groups")
    if "options" in select:
        _options(place, select["options"], 100)
        if "initial_option" in select and select["initial_option"] not in select["options"]:
            raise (place / "initial_option").no("must be one of the options")


def _multi_select(place: Place, select: Json) -> None:
    place.has(select, "options", "initial_options placeholder focus_on_load max_selected_items")
    _options(place, select["options"], 100)
    for each in select.get("initial_options", []):
        if each not in select["options"]:
            raise (place / "initial_options").no("must be among the options")


def _boxes(place: Place, boxes: Json) -> None:
    place.has(boxes, "options", "initial_options initial_option focus_on_load")
    _options(place, boxes["options"], 10, plain=False)
    initial = [*boxes.get("initial_options", []), *([boxes["initial_option"]] if "initial_option" in boxes else [])]
    if "initial_options" in boxes and not boxes["initial_options"]:
        raise (place / "initial_options").no("no less than 1 items allowed")
    if any(each not in boxes["options"] for each in initial):
        raise (place / "initial_options").no("must be among the options")


def _typed(place: Place, field: Json) -> None:
    place.has(
        field, "", "initial_value multiline min_length max_length placeholder focus_on_load dispatch_action_config"
    )
    if "initial_value" in field:
        (place / "initial_value").string(field["initial_value"], field.get("max_length", 3000), 0)


def _number(place: Place, field: Json) -> None:
    place.has(
        field,
        "is_decimal_allowed",
        "initial_value min_value max_value placeholder focus_on_load dispatch_action_config",
    )
    if "initial_value" in field:
        (place / "initial_value").string(field["initial_value"], 20, 0)


def _time(place: Place, field: Json) -> None:
    place.has(field, "", "initial_time placeholder focus_on_load timezone")


def _conversation(place: Place, field: Json) -> None:
    place.has(
        field,
        "",
        "initial_conversation initial_channel default_to_current_conversation response_url_enabled filter placeholder "
        "focus_on_load",
    )


ELEMENTS: dict[str, Element] = {
    "button": _button,
    "overflow": _overflow,
    "static_select": _select,
    "multi_static_select": _multi_select,
    "checkboxes": _boxes,
    "radio_buttons": _boxes,
    "plain_text_input": _typed,
    "number_input": _number,
    "timepicker": _time,
    "conversations_select": _conversation,
    "channels_select": _conversation,
    "image": _image,
}
INTERACTIVE = set(ELEMENTS) - {"image"}
