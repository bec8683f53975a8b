"""What a platform is to the house: something to send through, and something that people speak to us by."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from bot.commands.base import Desk
from bot.settings import Settings
from db.store import Store

if TYPE_CHECKING:  # the command line starts without a web server, and mostly sends nothing
    from starlette.routing import BaseRoute

    from digests.deliver import Platform


class Front(Protocol):
    """A platform that is configured.

    `platform` is what its courier sends through, `routes` what it answers over HTTP beside the page.
    """

    @property
    def platform(self) -> Platform:
        """What messages go out by, while `connected`."""
        ...

    def routes(self, desk: Desk) -> Sequence[BaseRoute]:
        """What the web server answers for it; none for most."""
        ...

    def connected(self) -> AbstractAsyncContextManager[object]:
        """Make ready to send. Waits for nobody: a platform that is down is no reason not to start."""
        ...

    async def listen(self, desk: Desk) -> None:
        """Hear what people ask, until cancelled. Raises when the connection cannot be kept.

        PlatformRefusedError where the platform does not know us (any longer); whatever else is a mishap.
        """
        ...

    async def check(self) -> str:
        """Try it, for `doctor`: what works, in a sentence. Raises PaperroundError with how to mend it."""
        ...


Clock = Callable[[], datetime]
# Makes the front, or says by None that the settings ask for none. Its libraries are loaded only then.
Opening = Callable[[Settings, Store, Clock], Front | None]
Fronts = Mapping[str, Front]
