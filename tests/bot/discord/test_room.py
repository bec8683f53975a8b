"""What Discord's messages have room for: never more than there is, and hardly less."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
from hypothesis import given, settings

from bot.discord import room
from bot.discord.room import COMPOSED, EMBEDDED
from digests.room import Room
from domain.message import Message
from tests.bot.discord.measured import composed, embedded
from tests.bot.messages import PRINTED, TRAPS, editions, messages

Measured = Callable[[Message], dict[str, int]]
FORMS = pytest.mark.parametrize(
    ("form", "measured"), [(COMPOSED, composed), (EMBEDDED, embedded)], ids=["components", "embeds"]
)


def fits(form: Room, message: Message, limits: Mapping[str, int]) -> bool:
    """Whether the message would fit if these were Discord's limits."""
    with pytest.MonkeyPatch.context() as patch:
        for name, limit in limits.items():
            patch.setattr(room, name, limit)
        return form.fits(message)


@FORMS
@settings(deadline=None, max_examples=40)
@given(message=(messages | editions).filter(lambda message: bool(message.blocks)))
def test_invariant_7_what_would_be_over_any_limit_does_not_fit(
    form: Room, measured: Measured, message: Message
) -> None:
    no_more_than_there_is(form, measured, message)


@FORMS
@pytest.mark.parametrize("message", TRAPS, ids=range(len(TRAPS)))
def test_invariant_7_what_is_easily_reckoned_too_small_is_not(form: Room, measured: Measured, message: Message) -> None:
    no_more_than_there_is(form, measured, message)


def no_more_than_there_is(form: Room, measured: Measured, message: Message) -> None:
    for name, found in measured(message).items():
        if found > 1:
            assert not fits(form, message, {name: found - 1}), name


@FORMS
@pytest.mark.parametrize("message", PRINTED, ids=["rich", "compact"])
def test_what_an_edition_says_fits_to_the_last_component_and_character(
    form: Room, measured: Measured, message: Message
) -> None:
    exact = measured(message)
    assert fits(form, message, exact)
    assert not any(fits(form, message, exact | {name: found - 1}) for name, found in exact.items())
