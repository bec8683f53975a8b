"""Discord: digests into its channels, and questions from them."""

from __future__ import annotations

from bot.front import Clock, Front
from bot.settings import Settings
from db.store import Store


def opening(settings: Settings, store: Store, clock: Clock) -> Front | None:
    """Discord, where there is a token."""
    if not settings.discord_token:
        return None
    from bot.discord.front import DiscordFront  # noqa: PLC0415  # loads discord.py: who has no token starts 0.3 s sooner without

    return DiscordFront(settings, store, clock)
