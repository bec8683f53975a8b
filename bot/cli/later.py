"""What libraries load at their start and few commands use, loaded only when something of it is asked for."""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

# SQLAlchemy loads the first to find dialects that others bring, and with it what reads mail and archives; asyncio the
# others to speak TLS, which who only asks the store does not. Together a twentieth of what a search takes.
SELDOM = ("importlib.metadata", "ssl", "asyncio.sslproto")


class Later(ModuleType):
    """Stands for a module until something of it is asked for. Python's own `LazyLoader` loads at the next import."""

    def __getattr__(self, name: str) -> Any:
        """From the real one."""
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(import_module(self.__name__), name)


def put_off() -> None:
    """Let these stand in for the modules above, as far as they are not loaded yet."""
    for name in SELDOM:
        if name not in sys.modules:
            sys.modules[name] = stands = Later(name)
            stands.__spec__ = ModuleSpec(name, None)
    for name in SELDOM:
        package, _, inside = name.rpartition(".")
        if package and isinstance(sys.modules[name], Later):
            setattr(import_module(package), inside, sys.modules[name])
