"""The sources there are, by name. A new one is one file and one line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from domain.errors import SettingsError
from domain.spelling import nearest
from sources.arxiv import Arxiv
from sources.base import Source
from sources.fetcher import Fetcher
from sources.folder import Folder
from sources.hf import HuggingFace

# Each is made from its settings, and from what fetches from the web.
SOURCES: dict[str, Callable[[Mapping[str, str], Fetcher], Source]] = {
    "arxiv": Arxiv,
    "folder": Folder,
    "hf": HuggingFace,
}


def configured(settings: Mapping[str, Mapping[str, str]], fetcher: Fetcher) -> list[Source]:
    """The sources that have settings. Raises SettingsError for one that does not exist or lacks something."""
    for name in settings:
        if name not in SOURCES:
            near = nearest(name[:40], SOURCES, allowed=2)
            hint = f"Did you mean {near[0]}?" if near else f"There is: {', '.join(SOURCES)}."
            raise SettingsError(f"There is no source “{name[:40]}”.", hint)
    return [SOURCES[name](values, fetcher) for name, values in settings.items()]
