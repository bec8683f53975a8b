"""Forms: the same commands, with what is there already to be changed. A form's custom id carries its command."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from bot.commands.base import Answer, Args, Asked, Command, Desk, owner
from bot.commands.bookmark import kept_with
from bot.commands.parts import mine
from bot.commands.unsubscribe import found
from bot.discord.ids import FORM
from bot.discord.limits import MODAL_LABEL, MODAL_TEXT, MODAL_TITLE, SELECT, cut
from db import channels, loading, shelf
from digests.layouts import LAYOUTS
from domain.message import Actions, Button, Message
from domain.schedule import Schedule, days_text

LABELLED, INPUT, SHORT, LONG = 18, 4, 1, 2  # https://discord.com/developers/docs/components/reference
BEFORE = {"limit": "limit ", "layout": "layout "}  # the word that says what a field's value is


class Field(Struct, frozen=True):
    """One thing to fill in: `choices` where not all is possible."""

    name: str
    label: str
    value: str = ""
    long: bool = False
    choices: tuple[str, ...] = ()


class Form(Struct, frozen=True):
    """What a form is called, and what it asks for."""

    title: str
    fields: tuple[Field, ...]


Opening = Callable[[Desk, Asked, Args], Awaitable[Form]]


async def _schedule(desk: Desk, asked: Asked, args: Args) -> Form:
    channel = await desk.store.read(channels.get, owner(asked, args))
    now = channel.schedule if channel else Schedule(timezone=desk.timezone)
    return Form(
        "When the digest comes",
        (
            Field("days", "Days, such as weekdays or mon,wed,fri", days_text(now.days)),
            Field("at", "Time", f"{now.at:%H:%M}"),
            Field("timezone", "Timezone", now.timezone),
            Field("limit", "Papers at most", str(now.limit)),
            Field("layout", "Layout", now.layout, choices=tuple(LAYOUTS)),
        ),
    )


async def _edit(desk: Desk, asked: Asked, args: Args) -> Form:
    there = await desk.store.read(found, owner(asked, args), args["subscription"])
    return Form(f"Subscription {there.number}", (Field("query", "What to follow", there.query.text, long=True),))


async def _note(desk: Desk, asked: Asked, args: Args) -> Form:
    paper = await desk.store.read(loading.named, args["paper"])
    mark = await desk.store.read(shelf.bookmarked, asked.person, paper.number)
    written = kept_with(mark) if mark else ""
    return Form("Bookmark with a note", (Field("note", "A note, and tags with #", written, long=True),))


# By command: what opens its form, and the argument that the form fills in.
FORMS: dict[str, tuple[Opening, str]] = {
    "schedule": (_schedule, "words"),
    "edit": (_edit, "query"),
    "bookmark": (_note, "note"),
}
AT_ONCE = {"edit"}  # asked without its last argument, it says how to write it; a form is better


def wants(command: Command, args: Args, *, button: bool) -> bool:
    """Whether a form opens: a button asks for one by an ellipsis in the argument's place."""
    if command.name not in FORMS:
        return False
    given = args.get(FORMS[command.name][1], "")
    return (button and given == FORM) or (not given and command.name in AT_ONCE)


async def opened(desk: Desk, asked: Asked, command: Command, args: Args) -> dict[str, Any]:
    """The form, as Discord takes it. Raises PaperroundError where what it is about is not there."""
    opening, param = FORMS[command.name]
    form = await opening(desk, asked, args)
    words = [args[each.name] for each in command.params if not each.keyed and each.name in args and each.name != param]
    keyed = [f"{each.name}:{args[each.name]}" for each in command.params if each.keyed and each.name in args]
    return {
        "custom_id": f"/{' '.join([command.name, *words, *keyed])}",
        "title": cut(form.title, MODAL_TITLE),
        "components": [_labelled(field) for field in form.fields],
    }


def _labelled(field: Field) -> dict[str, Any]:
    if field.choices:
        options = [{"label": each, "value": each, "default": each == field.value} for each in field.choices]
        inner = {"type": SELECT, "custom_id": field.name, "options": options}
    else:
        inner = {
            "type": INPUT,
            "custom_id": field.name,
            "style": LONG if field.long else SHORT,
            "required": False,
            "max_length": MODAL_TEXT if field.long else 200,
            **({"value": field.value[:MODAL_TEXT]} if field.value else {}),
        }
    return {"type": LABELLED, "label": cut(field.label, MODAL_LABEL), "component": inner}


def filled(command: Command, args: Args, data: Mapping[str, Any]) -> dict[str, str]:
    """The command's arguments with what was written into its form. What was left empty stays as it was."""
    written = dict(_values(data.get("components", ())))
    words = [f"{BEFORE.get(name, '')}{text.strip()}" for name, text in written.items() if text.strip()]
    return {**args, FORMS[command.name][1]: " ".join(words)}


def _values(components: Iterable[Mapping[str, Any]]) -> Iterable[tuple[str, str]]:
    for component in components:
        inner = component.get("component")
        yield from _values([inner] if inner else component.get("components", ()))
        if "custom_id" in component:
            yield component["custom_id"], component.get("value") or " ".join(component.get("values") or ())


def offered(answer: Answer, asked: Asked, command: Command, args: Args) -> Answer:
    """The answer with a button to its form, where the command has one and was done."""
    if "error" in answer.data:
        return answer
    if command.name == "schedule":
        button = Button("Change…", f"schedule {FORM}{mine(asked, owner(asked, args))}")
    elif command.name == "bookmark":
        button = Button("Note…", f"bookmark {answer.data['paper']} {FORM}")
    else:
        return answer
    *blocks, last = answer.message.blocks
    if not isinstance(last, Actions):
        return answer
    return replace(answer, message=Message((*blocks, Actions((*last.buttons, button)))))
