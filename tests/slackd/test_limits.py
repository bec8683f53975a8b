"""Everything at a limit is taken, and everything one over it is not."""

from __future__ import annotations

from typing import Any

import pytest

from tests.slackd import schema
from tests.slackd.checks import check_blocks, check_message, check_view
from tests.slackd.refused import Json, Refused


def plain(length: int) -> Json:
    return {"type": "plain_text", "text": "x" * length}


def words(length: int) -> Json:
    return {"type": "mrkdwn", "text": "x" * length}


def button(**more: Any) -> Json:
    return {"type": "button", "text": plain(3), **more}


def option(n: int = 0, **more: Any) -> Json:
    return {"text": plain(3), "value": f"v{n}", **more}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def menu(*options: Json, **more: Any) -> Json:
    return {"type": "section", "text": words(3), "accessory": {"type": "overflow", "options": list(options), **more}}


def select(*options: Json, **more: Any) -> Json:
    return actions({"type": "static_select", "options": list(options), **more})


# How it is made so long, and the most there may be.
LIMITS: dict[str, tuple[Any, int]] = {
    "section text": (lambda n: {"type": "section", "text": words(n)}, 3000),
    "section field": (lambda n: {"type": "section", "fields": [words(n)]}, 2000),
    "section fields": (lambda n: {"type": "section", "fields": [words(3)] * n}, 10),
    "header": (lambda n: {"type": "header", "text": plain(n)}, 150),
    "context elements": (lambda n: {"type": "context", "elements": [words(3)] * n}, 10),
    "actions": (lambda n: actions(*(button(action_id=f"a{i}") for i in range(n))), 25),
    "button text": (lambda n: actions({"type": "button", "text": plain(n)}), 75),
    "button value": (lambda n: actions(button(value="x" * n)), 2000),
    "button action_id": (lambda n: actions(button(action_id="x" * n)), 255),
    "button url": (lambda n: actions(button(url="https://x.org/" + "x" * (n - 14))), 3000),
    "button accessibility_label": (lambda n: actions(button(accessibility_label="x" * n)), 75),
    "block_id": (lambda n: {"type": "divider", "block_id": "x" * n}, 255),
    "overflow": (lambda n: menu(*(option(i) for i in range(n))), 5),
    "option text": (lambda n: menu(option(text=plain(n))), 75),
    "option value": (lambda n: menu({"text": plain(3), "value": "x" * n}), 75),
    "select": (lambda n: select(*(option(i) for i in range(n))), 100),
    "placeholder": (lambda n: select(option(), placeholder=plain(n)), 150),
    "markdown": (lambda n: {"type": "markdown", "text": "x" * n}, 12_000),
    "image alt_text": (lambda n: {"type": "image", "image_url": "https://x.org/i.png", "alt_text": "x" * n}, 2000),
}


@pytest.mark.parametrize("what", LIMITS)
def test_a_block_at_its_limit_is_taken_and_one_over_it_is_not(what: str) -> None:
    make, most = LIMITS[what]
    check_blocks([make(most)])
    schema.check([make(most)])
    with pytest.raises(Refused, match="invalid_blocks"):
        check_blocks([make(most + 1)])


def test_fifty_blocks_are_a_message_and_fifty_one_are_not() -> None:
    check_message({"blocks": [{"type": "divider"}] * 50})
    with pytest.raises(Refused, match="no more than 50 items"):
        check_message({"blocks": [{"type": "divider"}] * 51})
    with pytest.raises(Refused, match="msg_blocks_too_long"):
        check_message({"blocks": [{"type": "section", "text": words(2900)}] * 5})
    check_message({"text": "x" * 4000})
    with pytest.raises(Refused, match="msg_too_long"):
        check_message({"text": "x" * 4001})
    with pytest.raises(Refused, match="no_text"):
        check_message({"text": "", "blocks": []})


def modal(**more: Any) -> Json:
    return {"type": "modal", "title": plain(24), "blocks": [{"type": "divider"}], **more}


def test_a_modal_has_limits_too() -> None:
    largest = modal(submit=plain(24), close=plain(24), private_metadata="x" * 3000, callback_id="x" * 255)
    check_view(largest)
    check_view({"type": "home", "blocks": [{"type": "divider"}] * 100})
    fields = {"type": "input", "label": plain(3), "element": {"type": "plain_text_input"}}
    for wrong in (
        modal(title=plain(25)),
        modal(submit=plain(25)),
        modal(private_metadata="x" * 3001),
        modal(callback_id="x" * 256),
        modal(blocks=[{"type": "divider"}] * 101),
        modal(blocks=[fields]),
        {"type": "home", "blocks": [], "title": plain(3)},
        {"type": "modal", "blocks": []},
        None,
    ):
        with pytest.raises(Refused, match="invalid_arguments"):
            check_view(wrong)


@pytest.mark.parametrize(
    "block",
    [
        {"type": "carousel-of-mine"},
        {"type": "section"},
        {"type": "section", "text": {"type": "html", "text": "x"}},
        {"type": "section", "text": "x"},
        {"type": "section", "text": words(0)},
        {"type": "section", "text": {"type": "mrkdwn", "text": "bell \x07"}},
        {"type": "section", "text": {"type": "mrkdwn", "text": "half \ud83d"}},
        {"type": "header", "text": words(3)},
        {"type": "actions", "elements": []},
        {"type": "actions", "elements": [button(action_id="a"), button(action_id="a")]},
        {"type": "actions", "elements": [button(style="plain")]},
        {"type": "actions", "elements": [button(url="javascript:alert(1)")]},
        {"type": "actions", "elements": [{"type": "static_select"}]},
        {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": ""}]}]},
        {"type": "rich_text", "elements": [{"type": "text", "text": "x"}]},
    ],
    ids=range(15),
)
def test_a_block_that_is_wrong_is_not_taken(block: Json) -> None:
    with pytest.raises(Refused, match="invalid_blocks"):
        check_blocks([block])


def test_two_blocks_cannot_have_one_name() -> None:
    with pytest.raises(Refused, match="already exists"):
        check_blocks([{"type": "divider", "block_id": "a"}, {"type": "divider", "block_id": "a"}])
