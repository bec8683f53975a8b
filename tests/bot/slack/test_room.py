"""What Slack's messages have room for: never more than there is, and hardly less."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from bot.slack import room
from bot.slack.render import BLOCKS, CHARACTERS, DIGEST, NAMED, groups, size
from bot.slack.rich import NOWHERE
from bot.slack.room import ROOM
from domain.message import Message
from tests.bot.messages import PRINTED, TRAPS, editions, messages

LINE = next(iter(PRINTED[1].cards()))


def lines(many: int) -> Message:
    return Message((LINE,) * many)


def measured(message: Message) -> tuple[int, int]:
    """The blocks of a message, and their characters."""
    blocks = [block for group in groups(message, NOWHERE, DIGEST) for block in group]
    return len(blocks), size(blocks)


def fits(message: Message, blocks: int = BLOCKS, characters: int = CHARACTERS) -> bool:
    """Whether the message would fit if these were Slack's limits, with nothing kept for the channel's name."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(room, "BLOCKS", blocks)
        patch.setattr(room, "CHARACTERS", characters)
        patch.setattr(room, "NAMED", 0)
        return ROOM.fits(message)


@settings(deadline=None, max_examples=40)
@given(messages | editions)
def test_invariant_7_what_would_be_over_a_limit_does_not_fit(message: Message) -> None:
    no_more_than_there_is(message)


@pytest.mark.parametrize("message", TRAPS, ids=range(len(TRAPS)))
def test_invariant_7_what_is_easily_reckoned_too_small_is_not(message: Message) -> None:
    no_more_than_there_is(message)


def no_more_than_there_is(message: Message) -> None:
    blocks, characters = measured(message)
    if blocks:
        assert not fits(message, blocks=blocks - 1)
        assert not fits(message, characters=characters - 1)


@pytest.mark.parametrize(("message", "each"), [*zip(PRINTED, (2, 25), strict=True)], ids=["rich", "compact"])
def test_what_an_edition_says_fits_to_the_last_block_and_to_a_few_characters(message: Message, each: int) -> None:
    blocks, characters = measured(message)
    assert fits(message, blocks, characters + each * len(list(message.cards())))


def test_papers_that_are_lines_stand_in_one_list_as_long_as_a_message_holds_them() -> None:
    """Their numbers begin anew with each list."""
    (many,) = (many for many in range(1, 200) if ROOM.fits(lines(many)) and not ROOM.fits(lines(many + 1)))
    (group,) = groups(lines(many), NOWHERE, DIGEST)
    assert size(group) > 0.9 * CHARACTERS - NAMED
    assert len(list(groups(lines(many * 2), NOWHERE, DIGEST))) == 2
