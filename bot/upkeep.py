"""Keeping a platform heard: what ends is begun again, a refused token is tried again, and each platform is alone."""

from __future__ import annotations

import asyncio
import logging
import time

from bot.commands.base import Desk
from bot.front import Front
from domain.errors import PlatformRefusedError

log = logging.getLogger(__name__)

FIRST_SECONDS, LONGEST_SECONDS = 1.0, 600.0
HOUR_SECONDS = 3600.0
STEADY_SECONDS = 300.0  # a connection that lasted so long was a good one


async def kept_up(name: str, front: Front, desk: Desk) -> None:
    """Listen, for ever: after a mishap again at once and then ever later, after a refusal for an hour often."""
    mishaps, refused = 0, 0.0
    while True:
        began = time.monotonic()
        try:
            await front.listen(desk)
            log.warning("platform=%s stopped listening; beginning again", name)
        except PlatformRefusedError as error:
            refused = refused or began
            pause = LONGEST_SECONDS if time.monotonic() - refused < HOUR_SECONDS else HOUR_SECONDS
            log.error("platform=%s refused us: %s Next try in %.0f s; all else goes on.", name, error, pause)  # noqa: TRY400  # the line says the cause; it comes again and again
            await asyncio.sleep(pause)
            continue
        except Exception:
            log.exception("platform=%s broke; beginning again", name)
        refused = 0.0
        mishaps = 1 if time.monotonic() - began > STEADY_SECONDS else mishaps + 1
        await asyncio.sleep(min(FIRST_SECONDS * 2 ** min(mishaps - 1, 10), LONGEST_SECONDS))
