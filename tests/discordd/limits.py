"""What a message may be, by Discord's documentation (message create, embed limits, components), written out by hand.

Where the documentation and the schema differ, the stricter counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.discordd.refusals import Form, Json, refuse, size

EPHEMERAL, SUPPRESS_EMBEDS, SILENT, V2 = 1 << 6, 1 << 2, 1 << 12, 1 << 15
CONTENT, EMBEDS, EMBED_TOTAL, ATTACHMENTS, NONCE = 2000, 10, 6000, 10, 25
ROWS, COMPONENTS, DISPLAYED = 5, 40, 4000
ROW, BUTTON, SELECT, INPUT, SECTION, DISPLAY, THUMBNAIL, GALLERY, FILE, LINE, CONTAINER, LABEL = (
    1, 2, 3, 4, 9, 10, 11, 12, 13, 14, 17, 18,
)  # fmt: skip
SELECTS = frozenset({3, 5, 6, 7, 8})
TOP = frozenset({ROW, SECTION, DISPLAY, GALLERY, FILE, LINE, CONTAINER})
LINK = 5  # a button's style
WEB = re.compile(r"https?://[^\s/]+\S*")


def message(body: Json, files: int = 0, *, flags: int = 0, edit: bool = False) -> None:
    """Refuse what no message may be. `flags` are those that an edited message has."""
    form = Form()
    given = int(body.get("flags") or 0)
    allowed = SUPPRESS_EMBEDS | SILENT | V2 | EPHEMERAL
    form.need(not given & ~allowed, "flags", f"Unknown flags {given & ~allowed:b}")
    v2 = bool((given | flags) & V2)
    if body.get("content"):
        form.text(body["content"], "content", CONTENT)
    if body.get("nonce") is not None:
        form.text(str(body["nonce"]), "nonce", NONCE)
    embeds = body.get("embeds") or []
    form.need(len(embeds) <= EMBEDS, "embeds", f"Must be {EMBEDS} or fewer in length.", "BASE_TYPE_MAX_LENGTH")
    for number, embed in enumerate(embeds):
        _embed(form, embed, f"embeds.{number}")
    total = sum(size(text) for embed in embeds for text in _embed_texts(embed))
    form.need(
        total <= EMBED_TOTAL, "embeds", f"Embed size exceeds maximum size of {EMBED_TOTAL}", "MAX_EMBED_SIZE_EXCEEDED"
    )
    form.need(files <= ATTACHMENTS, "files", f"Must be {ATTACHMENTS} or fewer in length.")
    _mentions(form, body.get("allowed_mentions"))
    if v2:
        for name in ("content", "embeds", "poll", "sticker_ids"):
            form.need(
                not body.get(name),
                name,
                "cannot be used with MessageFlags.IS_COMPONENTS_V2",
                "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
            )
    components(form, body.get("components") or [], v2=v2)
    form.check()
    something = any(body.get(name) for name in ("embeds", "components", "sticker_ids", "poll", "attachments")) or files
    if not edit and not something and not str(body.get("content") or "").strip():
        refuse(50006)


def _embed_texts(embed: Json) -> Iterator[str]:
    yield from (str(embed.get(name) or "").strip() for name in ("title", "description"))
    yield str((embed.get("footer") or {}).get("text") or "").strip()
    yield str((embed.get("author") or {}).get("name") or "").strip()
    for field in embed.get("fields") or []:
        yield from (str(field.get(name) or "").strip() for name in ("name", "value"))


def _embed(form: Form, embed: Json, at: str) -> None:
    for name, longest in (("title", 256), ("description", 4096)):
        if embed.get(name):
            form.text(embed[name], f"{at}.{name}", longest)
    for name, key, longest in (("footer", "text", 2048), ("author", "name", 256)):
        if embed.get(name):
            form.text(embed[name].get(key), f"{at}.{name}.{key}", longest, 1)
    fields = embed.get("fields") or []
    form.need(len(fields) <= 25, f"{at}.fields", "Must be 25 or fewer in length.", "BASE_TYPE_MAX_LENGTH")
    for number, field in enumerate(fields):
        form.text(field.get("name"), f"{at}.fields.{number}.name", 256, 1)
        form.text(field.get("value"), f"{at}.fields.{number}.value", 1024, 1)
    if embed.get("url"):
        _url(form, embed["url"], f"{at}.url", 2048)
    form.need(any(_embed_texts(embed)), at, "An embed needs something to show")


def _url(form: Form, url: str, at: str, longest: int) -> None:
    form.text(url, at, longest, 1)
    form.need(WEB.fullmatch(url), at, f"Not a well formed URL. {url:.60}", "URL_TYPE_INVALID_URL")


def _mentions(form: Form, allowed: Json | None) -> None:
    for kind in ("users", "roles"):
        named = (allowed or {}).get(kind) or []
        form.need(len(named) <= 100, f"allowed_mentions.{kind}", "Must be 100 or fewer in length.")
        form.need(
            not named or kind not in ((allowed or {}).get("parse") or []),
            "allowed_mentions",
            f"parse:[{kind!r}] and {kind}: [ids...] are mutually exclusive.",
            "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
        )


def walk(components: list[Json]) -> Iterator[Json]:
    """Every component, nested ones too."""
    for each in components:
        yield each
        inner = [*(each.get("components") or [])]
        inner += [each[name] for name in ("accessory", "component") if each.get(name)]
        yield from walk(inner)


def components(form: Form, there: list[Json], *, v2: bool) -> None:
    """The components of a message, of the old kind (rows only) or the new."""
    longest = COMPONENTS if v2 else ROWS
    everything = list(walk(there))
    many = len(everything) if v2 else len(there)
    form.need(many <= longest, "components", f"Must be {longest} or fewer in length ({many}).", "BASE_TYPE_BAD_LENGTH")
    for number, each in enumerate(there):
        form.need(
            each.get("type") in (TOP if v2 else {ROW}),
            f"components.{number}.type",
            'Value of field "type" must be one of the top-level types.',
            "UNION_TYPE_CHOICES",
        )
        _component(form, each, f"components.{number}")
    shown = sum(size(str(each.get("content", ""))) for each in everything if each.get("type") == DISPLAY)
    form.need(
        shown <= DISPLAYED,
        "components",
        f"The total displayable text exceeds {DISPLAYED} ({shown}).",
        "COMPONENT_MAX_TOTAL_TEXT",
    )
    for name in ("custom_id", "id"):
        ids = [each[name] for each in everything if each.get(name)]
        form.need(
            len(ids) == len(set(ids)),
            "components",
            f"Component {name} cannot be duplicated",
            "COMPONENT_CUSTOM_ID_DUPLICATED",
        )


def _component(form: Form, each: Json, at: str) -> None:
    kind = each.get("type")
    inner = each.get("components") or []
    if kind == ROW:
        kinds = [child.get("type") for child in inner]
        buttons = all(child == BUTTON for child in kinds) and 1 <= len(kinds) <= 5
        form.need(
            buttons or (len(kinds) == 1 and kinds[0] in SELECTS),
            f"{at}.components",
            f"A row holds 1 to 5 buttons or one select, not {kinds}",
        )
    elif kind == SECTION:
        form.need(
            1 <= len(inner) <= 3, f"{at}.components", "Must be between 1 and 3 in length.", "BASE_TYPE_BAD_LENGTH"
        )
        form.need(all(child.get("type") == DISPLAY for child in inner), f"{at}.components", "A section holds texts")
        form.need(
            (each.get("accessory") or {}).get("type") in {BUTTON, THUMBNAIL},
            f"{at}.accessory",
            "This field is required",
            "BASE_TYPE_REQUIRED",
        )
    elif kind == CONTAINER:
        form.need(inner, f"{at}.components", "Must be 1 or more in length.", "BASE_TYPE_BAD_LENGTH")
        form.need(
            all(child.get("type") in TOP - {CONTAINER} for child in inner), f"{at}.components", "Not in a container"
        )
    elif kind == DISPLAY:
        form.text(each.get("content"), f"{at}.content", DISPLAYED, 1)
    elif kind == BUTTON:
        _button(form, each, at)
    elif kind in SELECTS:
        _select(form, each, at)
    elif kind == FILE:
        form.need(
            str(each.get("file", {}).get("url", "")).startswith("attachment://"), f"{at}.file.url", "Only attachments"
        )
    for number, child in enumerate(inner):
        _component(form, child, f"{at}.components.{number}")
    if each.get("accessory"):
        _component(form, each["accessory"], f"{at}.accessory")


def _button(form: Form, each: Json, at: str) -> None:
    form.need(
        each.get("label") or each.get("emoji"), at, "A button needs a label or an emoji", "BUTTON_COMPONENT_INVALID"
    )
    if each.get("label"):
        form.text(each["label"], f"{at}.label", 80, 1)
    if each.get("style") == LINK:
        _url(form, str(each.get("url") or ""), f"{at}.url", 512)
        form.need(not each.get("custom_id"), at, "A link has no custom id")
    else:
        form.need(each.get("style") in {1, 2, 3, 4}, f"{at}.style", "Unknown style")
        form.text(each.get("custom_id"), f"{at}.custom_id", 100, 1)
        form.need(not each.get("url"), at, "Only links have a URL")


def _select(form: Form, each: Json, at: str) -> None:
    form.text(each.get("custom_id"), f"{at}.custom_id", 100, 1)
    form.text(each.get("placeholder") or "", f"{at}.placeholder", 150)
    if each.get("type") != SELECT:
        return
    options = each.get("options") or []
    form.need(1 <= len(options) <= 25, f"{at}.options", "Must be between 1 and 25 in length.", "BASE_TYPE_BAD_LENGTH")
    for number, option in enumerate(options):
        form.text(option.get("label"), f"{at}.options.{number}.label", 100, 1)
        form.text(option.get("value"), f"{at}.options.{number}.value", 100, 1)
        form.text(option.get("description") or "", f"{at}.options.{number}.description", 100)
    values = [option.get("value") for option in options]
    form.need(
        len(values) == len(set(values)),
        f"{at}.options",
        "The specified option value is already used",
        "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
    )
    least, most = each.get("min_values"), each.get("max_values")
    form.need(
        (1 if least is None else least) <= (most or 1) <= max(len(options), 1), f"{at}.max_values", "Out of range"
    )


def modal(body: Json) -> None:
    """Refuse what no modal may be. The number of its components: the older, stricter 5."""
    form = Form()
    form.text(body.get("custom_id"), "custom_id", 100, 1)
    form.text(body.get("title"), "title", 45, 1)
    there = body.get("components") or []
    form.need(1 <= len(there) <= 5, "components", "Must be between 1 and 5 in length.", "BASE_TYPE_BAD_LENGTH")
    ids = []
    for number, each in enumerate(there):
        at, inner = f"components.{number}", each.get("component")
        if each.get("type") == LABEL:
            form.text(each.get("label"), f"{at}.label", 45, 1)
            form.text(each.get("description") or "", f"{at}.description", 100)
        elif each.get("type") == ROW:
            inner = (each.get("components") or [None])[0]
            form.need(
                inner and inner.get("type") == INPUT and len(each["components"]) == 1, at, "A row holds one input"
            )
        elif each.get("type") != DISPLAY:
            form.bad(at, "UNION_TYPE_CHOICES", "Not in a modal")
        if inner:
            ids.append(inner.get("custom_id"))
            _input(form, inner, at, labelled=each.get("type") == LABEL)
    form.need(len(ids) == len(set(ids)), "components", "Component custom id cannot be duplicated")
    form.check()


def _input(form: Form, each: Json, at: str, *, labelled: bool) -> None:
    if each.get("type") in SELECTS:
        _select(form, each, at)
        return
    form.need(each.get("type") == INPUT, f"{at}.type", "Not in a modal")
    form.text(each.get("custom_id"), f"{at}.custom_id", 100, 1)
    form.need(each.get("style") in {1, 2}, f"{at}.style", "Unknown style")
    form.text(each.get("value") or "", f"{at}.value", each.get("max_length") or 4000)
    form.text(each.get("placeholder") or "", f"{at}.placeholder", 100)
    if not labelled:
        form.text(each.get("label"), f"{at}.label", 45, 1)
    form.need(0 <= int(each.get("min_length") or 0) <= 4000, f"{at}.min_length", "0 to 4000")
    form.need(1 <= int(each.get("max_length") or 4000) <= 4000, f"{at}.max_length", "1 to 4000")


def choices(body: Json) -> None:
    """Refuse what autocomplete may not offer."""
    form = Form()
    there = body.get("choices") or []
    form.need(len(there) <= 25, "choices", "Must be 25 or fewer in length.", "BASE_TYPE_MAX_LENGTH")
    for number, each in enumerate(there):
        form.text(each.get("name"), f"choices.{number}.name", 100, 1)
        if isinstance(each.get("value"), str):
            form.text(each["value"], f"choices.{number}.value", 100)
    form.check()
