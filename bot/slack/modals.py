"""The forms: subscribing with what it would bring, and the schedule, over the parsers that read typed words.

A form says what is wrong at the field where it is wrong, and becomes the answer once it is sent.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from bot import forms
from bot.ask import sorry
from bot.commands.base import Answer
from bot.slack import render
from bot.slack.answer import MODAL_BLOCKS, Where
from bot.slack.ids import is_person
from bot.slack.rich import Json, block, section, text
from digests.layouts import LAYOUTS
from domain.errors import PaperroundError, QueryError
from domain.message import Actions, Message
from domain.parse import parse
from domain.schedule import DAYS, EMPTY, Schedule

SUBSCRIBE, SCHEDULE, ANSWERED = "subscribe", "schedule", "answer"
QUERY, WHOSE = "query", "whose"
CHANNEL, ME = "channel", "me"
LONGEST = 1_000  # characters of a query in the form
NOT = "-"  # what stands for no source
_DAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")
_OFFERED = {
    "schedule": ("Change it in a form", "form schedule"),
    "subscriptions": ("Subscribe in a form", "form subscribe"),
    "help": ("Subscribe in a form", "form subscribe"),
}


def offered(command: str, answer: Answer) -> tuple[Json, ...]:
    """The form that goes with an answer to a command, as a button below it."""
    if command not in _OFFERED or "error" in answer.data:
        return ()
    label, form = _OFFERED[command]
    own = " to:me" if is_person(str(answer.data.get("channel", ""))) else ""
    button = {"type": "button", "action_id": f"{render.ANSWER}:999", "text": _plain(label), "value": f"{form}{own}"}
    return ({"type": "actions", "elements": [button]},)


def about(view: Json) -> Json:
    """What a view of ours is about: the conversation it was opened from, and whether it is about one's own."""
    try:
        told = json.loads(view.get("private_metadata") or "{}")
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def subscribe_form(meta: Json, query: str = "", outlook: tuple[Json, ...] = ()) -> Json:
    """A field for a query, and below it what that would have brought."""
    field = {
        "type": "plain_text_input",
        "action_id": QUERY,
        "max_length": LONGEST,
        "placeholder": _plain('diffusion "language model" -survey'),
        "dispatch_action_config": {"trigger_actions_on": ["on_character_entered"]},
        **({"initial_value": query[:LONGEST]} if query else {}),
    }
    blocks: list[Json] = [_input(QUERY, "What to follow", field, dispatch_action=True)]
    if "number" not in meta and not str(meta.get("conversation", "")).startswith("D") and meta.get("conversation"):
        options = [_option("This channel", CHANNEL), _option("Me alone, in a digest of my own", ME)]
        chosen = options[1] if meta.get("own") else options[0]
        boxes = {"type": "radio_buttons", "action_id": WHOSE, "options": options, "initial_option": chosen}
        blocks.append(_input(WHOSE, "For whom", boxes))
    blocks += outlook or (block(section([text("Type, and see what it would have brought.", italic=True)])),)
    title = f"Subscription {meta['number']}" if "number" in meta else "Subscribe"
    return _modal(SUBSCRIBE, title, "Save" if "number" in meta else "Subscribe", blocks[:MODAL_BLOCKS], meta)


def outlook(answer: Answer, where: Where) -> tuple[Json, ...]:
    """An answer within a form, which has a button of its own."""
    told = Message(tuple(each for each in answer.message.blocks if not isinstance(each, Actions)))
    parts = render.messages(told, where.place)
    return tuple(each for part in parts for each in part)[: MODAL_BLOCKS - 2]


def schedule_form(schedule: Schedule, sources: tuple[str, ...], meta: Json) -> Json:
    """A field for each word of a schedule. What to wait for is only asked where there are sources."""
    now = forms.values(schedule)
    days = [_option(name, word) for name, word in zip(_DAYS, DAYS, strict=True)]
    chosen = [each for each in days if each["value"] in now["days"].split(",")]
    pause = _option("Paused: no digests until it is resumed", "pause")
    blocks = [
        _input("days", "Days", _boxes("days", days, chosen)),
        _input("at", "Time", {"type": "timepicker", "action_id": "at", "initial_time": now["at"]}),
        _input("timezone", "Timezone", _typed("timezone", now["timezone"]), hint="Such as Europe/Paris"),
    ]
    if sources:
        none = _option("Wait for none", NOT)
        waits = [none, *(_option(name, name) for name in sources)]
        blocks += [
            _input("wait", "Wait for a source", _select("wait", waits, now["wait"] or NOT)),
            _input("until", "But not past", _time("until", now["until"]), optional=True),
        ]
    else:
        meta = {**meta, "wait": now["wait"], "until": now["until"]}
    blocks += [
        _input("limit", "Papers in a digest", _typed("limit", now["limit"])),
        _input("layout", "Layout", _select("layout", [_option(name, name) for name in LAYOUTS], now["layout"])),
        _input("empty", "On days without papers", _select("empty", [_option(n, n) for n in EMPTY], now["empty"])),
        _input("paused", "Pause", _boxes("paused", [pause], [pause] * bool(now["paused"])), optional=True),
    ]
    return _modal(SCHEDULE, "Schedule", "Save", blocks, meta)


def entered(view: Json) -> dict[str, str]:
    """What stands in the fields of a view, each as one would write it."""
    state = (view.get("state") or {}).get("values") or {}
    return {name: _entered(next(iter(field.values()), {})) for name, field in state.items()}


def _entered(field: Mapping[str, Any]) -> str:
    if "selected_options" in field:
        return ",".join(each["value"] for each in field["selected_options"] or ())
    chosen = field.get("selected_option") or {}
    value = field.get("value") or field.get("selected_time") or chosen.get("value") or ""
    return "" if value == NOT else str(value)


def words(view: Json, sources: tuple[str, ...]) -> tuple[str, dict[str, str]]:
    """The command that a sent form stands for, and what is wrong at its fields: one or the other is empty."""
    given, meta = entered(view), about(view)
    own = " to:me" if meta.get("own") else ""
    if view.get("callback_id") == SCHEDULE:
        given = {"wait": str(meta.get("wait", "")), "until": str(meta.get("until", "")), **given}
        wrong = forms.errors(given, layouts=LAYOUTS, sources=sources)
        if wrong:
            # A field that is not shown cannot say what is wrong: the first one does.
            there = (view.get("state") or {}).get("values") or {}
            return "", {name if name in there else "days": str(error) for name, error in wrong.items()}
        return f"schedule {forms.words(given)}{own}", {}
    query = " ".join(given.get(QUERY, "").split())
    try:
        parse(query)
    except QueryError as error:
        return "", {QUERY: str(error)}
    if WHOSE in given:
        own = " to:me" if given[WHOSE] == ME else ""
    return f"edit {meta['number']}{own} {query}" if "number" in meta else f"subscribe{own} {query}", {}


def tried(view: Json) -> tuple[str, str]:
    """The query that stands in the form, and the command that says what it would bring."""
    given, meta = entered(view), about(view)
    own = given[WHOSE] == ME if WHOSE in given else bool(meta.get("own"))
    query = " ".join(given.get(QUERY, "").split())
    return query, f"backtest{' to:me' if own else ''} {query}"


def waiting(meta: Json) -> Json:
    """A modal whose answer is on its way."""
    return _modal(ANSWERED, "Paperround", "", [block(section([text("One moment…", italic=True)]))], meta)


def failed(error: PaperroundError, where: Where) -> tuple[Json, ...]:
    """What went wrong, within a form."""
    return outlook(sorry(error), where)


def _modal(name: str, title: str, submit: str, blocks: list[Json], meta: Json) -> Json:
    return {
        "type": "modal",
        "callback_id": name,
        "title": _plain(title),
        "close": _plain("Close"),
        **({"submit": _plain(submit)} if submit else {}),
        "private_metadata": json.dumps(meta),
        "blocks": blocks,
    }


def _input(name: str, label: str, element: Json, *, hint: str = "", **more: bool) -> Json:
    told = {"hint": _plain(hint)} if hint else {}
    return {"type": "input", "block_id": name, "label": _plain(label), "element": element, **told, **more}


def _typed(name: str, value: str) -> Json:
    return {"type": "plain_text_input", "action_id": name, "max_length": 100, "initial_value": value}


def _time(name: str, value: str) -> Json:
    return {"type": "timepicker", "action_id": name, **({"initial_time": value} if value else {})}


def _select(name: str, options: list[Json], chosen: str) -> Json:
    there = next((each for each in options if each["value"] == chosen), None)
    initial = {"initial_option": there} if there else {}
    return {"type": "static_select", "action_id": name, "options": options, **initial}


def _boxes(name: str, options: list[Json], chosen: list[Json]) -> Json:
    initial = {"initial_options": chosen} if chosen else {}
    return {"type": "checkboxes", "action_id": name, "options": options, **initial}


def _option(label: str, value: str) -> Json:
    return {"text": _plain(label), "value": value}


def _plain(words: str) -> Json:
    return {"type": "plain_text", "text": words}
