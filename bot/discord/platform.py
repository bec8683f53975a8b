"""Posting into Discord's channels: one message a delivery, which carries its id and is found again by it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from bot.discord.guard import Trip
from bot.discord.ids import carries
from bot.discord.limits import custom_ids
from bot.discord.outcomes import outcome
from bot.discord.render import fits, render
from bot.discord.rest import Rest
from domain.delivery import Absent, CannotTell, Delivery, Finding, Outcome, Sent
from domain.message import Message

SETTLE = timedelta(seconds=10)
PAGE, PAGES = 100, 30  # messages looked at in one go, and how often, for one that may be there


class DiscordPlatform:
    """Discord over REST alone: it needs no gateway, so that the command line can send too."""

    settle = SETTLE

    def __init__(self, rest: Rest, clock: Callable[[], datetime]) -> None:
        self.rest = rest
        self.clock = clock
        self._private: dict[str, int] = {}

    def fits(self, message: Message) -> bool:
        """Whether one message of Discord carries this."""
        return fits(message)

    async def send(self, delivery: Delivery) -> Outcome:
        """Post the message. Its nonce makes Discord refuse the double of it, so the library may ask again."""
        trip = Trip()
        try:
            channel = await self.address(delivery.channel)
            body = render(delivery.message, delivery.id, names(delivery.channel)).payload
            guarded = {**body, "nonce": delivery.id, "enforce_nonce": True}
            answer = await self.rest.ask(
                "POST", "/channels/{channel_id}/messages", json=guarded, trip=trip, channel_id=channel
            )
        except Exception as error:
            return outcome(error, self.clock(), left=trip.left > 0)
        return outcome(answer, self.clock())

    async def find(self, delivery: Delivery) -> Finding:
        """Look through the channel's latest messages for the one that carries the delivery's id."""
        try:
            channel = await self.address(delivery.channel)
            return await self._found(channel, delivery.id)
        except Exception as error:
            return CannotTell(f"Discord could not be asked: {type(error).__name__}")

    async def _found(self, channel: int, delivery: str) -> Finding:
        before: dict[str, str | int] = {}
        for _ in range(PAGES):
            messages = await self.rest.ask(
                "GET", "/channels/{channel_id}/messages", params={"limit": PAGE, **before}, channel_id=channel
            )
            for message in messages:
                if str(message.get("nonce")) == delivery or carries(custom_ids(message["components"]), delivery):
                    return Sent(f"{message['channel_id']}/{message['id']}")
            if len(messages) < PAGE:
                return Absent()
            before = {"before": int(messages[-1]["id"])}
        return CannotTell("too much was said in the channel since")

    async def address(self, channel: str) -> int:
        """The id under which Discord takes messages for a channel, or for a person."""
        place, _, number = channel.partition(":")[2].partition("/")
        if place != "@me":
            return int(number)
        if number not in self._private:
            opened: dict[str, Any] = await self.rest.ask("POST", "/users/@me/channels", json={"recipient_id": number})
            self._private[number] = int(opened["id"])
        return self._private[number]


def names(*identifiers: str) -> dict[str, str]:
    """How our names for these channels and people are shown: as Discord's mentions, which ping nobody."""
    shown = {}
    for identifier in identifiers:
        rest = identifier.partition(":")[2]
        place, _, number = rest.partition("/")
        shown[identifier] = shown[rest] = f"<@{number}>" if place == "@me" else f"<#{number}>"
    return shown
