"""Every renderer shows every kind of block, and none trips over what papers and people write."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, get_args

import pytest
from hypothesis import given, settings

from bot.render import RENDERERS
from domain.message import Block, Message
from tests.bot.messages import BLOCKS, SAMPLES, messages

KINDS: tuple[type[Block], ...] = get_args(Block)


def show(name: str, message: Message) -> str:
    render: Callable[..., Any] = getattr(import_module(RENDERERS[name]), name)
    return str(render(message))


def test_the_samples_know_every_kind_of_block() -> None:
    assert set(SAMPLES) == set(BLOCKS) == set(KINDS)


@pytest.mark.parametrize("name", RENDERERS)
@pytest.mark.parametrize("kind", KINDS)
def test_every_renderer_shows_every_kind_of_block(name: str, kind: type[Block]) -> None:
    block, wanted = SAMPLES[kind]
    shown = show(name, Message((block,)))
    for part in wanted:
        assert part in shown


@pytest.mark.parametrize("name", RENDERERS)
@pytest.mark.parametrize("kind", KINDS)
def test_blocks_stand_in_their_order(name: str, kind: type[Block]) -> None:
    block, (first, *_) = SAMPLES[kind]
    heading, (title,) = SAMPLES[KINDS[0]]
    shown = show(name, Message((block, heading)))
    assert shown.index(first) < shown.rindex(title)


@pytest.mark.parametrize("name", RENDERERS)
@settings(deadline=None)
@given(message=messages)
def test_no_message_is_too_strange_to_show(name: str, message: Message) -> None:
    show(name, message).encode()


@pytest.mark.parametrize("name", RENDERERS)
def test_an_empty_message_shows_nothing(name: str) -> None:
    assert show(name, Message(())) == ""
