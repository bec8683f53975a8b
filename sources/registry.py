"""The sources there are, by name. A new one is one file and one line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from domain.errors import SettingsError
from domain.spelling import nearest
from sources.arxiv import Arxiv, calendar
from sources.base import Source
from sources.biorxiv import Biorxiv, Medrxiv
from sources.crossref import Crossref
from sources.feeds import Feeds
from sources.fetcher import Fetcher
from sources.folder import Folder
from sources.hf import HuggingFace
from sources.openalex import OpenAlex
from sources.openreview import OpenReview
from sources.pubmed import PubMed
from sources.semantic_scholar import SemanticScholar

# Each is made from its settings, and from what fetches from the web.
SOURCES: dict[str, Callable[[Mapping[str, str], Fetcher], Source]] = {
    "arxiv": Arxiv,
    "biorxiv": Biorxiv,
    "crossref": Crossref,
    "feeds": Feeds,
    "folder": Folder,
    "hf": HuggingFace,
    "medrxiv": Medrxiv,
    "openalex": OpenAlex,
    "openreview": OpenReview,
    "pubmed": PubMed,
    "semantic_scholar": SemanticScholar,
}
# For sources that announce by a calendar of their own: when the last comes of what is there by an instant.
CALENDARS: dict[str, Callable[[datetime], datetime]] = {"arxiv": calendar.last_by}
OFF = frozenset({"off", "no", "false", "0"})


def configured(settings: Mapping[str, Mapping[str, str]], fetcher: Fetcher) -> list[Source]:
    """The sources that have settings, and are not switched off by `on`.

    Raises SettingsError for one that does not exist or lacks something.
    """
    made = []
    for name, values in settings.items():
        if name not in SOURCES:
            near = nearest(name[:40], SOURCES, allowed=2)
            hint = f"Did you mean {near[0]}?" if near else f"There is: {', '.join(SOURCES)}."
            raise SettingsError(f"There is no source “{name[:40]}”.", hint)
        if values.get("on", "yes").lower() not in OFF:
            made.append(SOURCES[name]({key: value for key, value in values.items() if key != "on"}, fetcher))
    return made
