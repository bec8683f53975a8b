"""The sources there are: made from their settings, or refused with what was meant."""

from __future__ import annotations

import pytest

from domain.errors import SettingsError
from sources.fetcher import Fetcher
from sources.folder import Folder
from sources.registry import SOURCES, configured


def test_a_source_is_there_where_it_has_settings() -> None:
    assert configured({}, Fetcher()) == []
    (found,) = configured({"folder": {"path": "inbox"}}, Fetcher())
    assert isinstance(found, Folder)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"foldr": {"path": "x"}}, "There is no source “foldr”. Did you mean folder?"),
        ({"telepathy": {"path": "x"}}, "There is: arxiv, biorxiv,"),
        ({"folder": {}}, "The source “folder” needs a path. Set PAPERROUND_SOURCES__FOLDER__PATH"),
        ({"folder": {"path": ""}}, "needs a path"),
        ({"folder": {"path": "x", "deep": "yes"}}, "has no setting “deep”"),
    ],
)
def test_a_slip_is_named(settings: dict[str, dict[str, str]], said: str) -> None:
    with pytest.raises(SettingsError) as raised:
        configured(settings, Fetcher())
    assert said in str(raised.value)


# For each the settings that it cannot do without.
NEEDED = {
    "arxiv": {"categories": "cs.CL"},
    "crossref": {"issns": "1476-4687"},
    "feeds": {"urls": "https://example.org/feed.xml"},
    "folder": {"path": "x"},
    "openalex": {"filters": "primary_topic.id:T10320"},
    "openreview": {"venues": "ICLR.cc/2026/Conference"},
    "pubmed": {"queries": "lupus[tiab]"},
    "semantic_scholar": {"authors": "1741101"},
}


@pytest.mark.parametrize("name", SOURCES)
def test_a_source_bears_the_name_it_is_found_by(name: str) -> None:
    source = SOURCES[name](NEEDED.get(name, {}), Fetcher())
    assert source.name == name
    assert source.every > 0


@pytest.mark.parametrize("name", NEEDED)
def test_a_source_says_what_it_lacks(name: str) -> None:
    with pytest.raises(SettingsError, match=f"“{name}” needs"):
        SOURCES[name]({}, Fetcher())


@pytest.mark.parametrize("name", SOURCES)
def test_a_source_takes_no_setting_it_does_not_know(name: str) -> None:
    with pytest.raises(SettingsError, match="has no setting “odd”"):
        SOURCES[name]({**NEEDED.get(name, {}), "odd": "1"}, Fetcher())
