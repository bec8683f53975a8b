"""Slack's names and what it makes of typed words, as ours."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.ids import is_person, ours, place, split, typed, unescape_
from bot.slack.render import escaped
from domain.channel import channel_id


def test_a_channel_is_named_by_its_workspace_and_itself() -> None:
    assert ours("T024BE7LD", "C061EG9SL") == "slack:T024BE7LD/C061EG9SL" == channel_id("slack:t024be7ld/c061eg9sl")
    assert split("slack:T024BE7LD/C061EG9SL") == ("T024BE7LD", "C061EG9SL")


def test_a_direct_message_is_the_person_s_own_channel() -> None:
    assert place("T1", "D9", "U7") == "slack:T1/U7"
    assert place("T1", "", "U7") == "slack:T1/U7"
    assert place("T1", "C3", "U7") == "slack:T1/C3"
    assert is_person("slack:T1/U7")
    assert is_person("slack:T1/W7")
    assert not is_person("slack:T1/C3")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("search diffusion", "search diffusion"),
        ("search a &lt; b &amp;amp; c", "search a < b &amp; c"),
        ("bookmark <https://arxiv.org/abs/2402.16107>", "bookmark https://arxiv.org/abs/2402.16107"),
        ("bookmark <https://arxiv.org/abs/2402.16107|A paper>", "bookmark https://arxiv.org/abs/2402.16107"),
        ("search <http://hugging.face|hugging.face> models", "search hugging.face models"),
        ("bookmark <https://a.b/c?d=e&amp;f=g>", "bookmark https://a.b/c?d=e&f=g"),
        ("allow <@U12AB|ada> <@W9>", "allow slack:T1/U12AB slack:T1/W9"),
        ("search <#C12|papers> <#C13>", "search #papers slack:T1/C13"),
        ("search <!here> <!channel|channel> <!date^1392734382^x>", "search @here channel @date"),
        ("search <mailto:a@b.org|a@b.org>", "search a@b.org"),
        ("search “speculative decoding”", "search “speculative decoding”"),
        ("  `search x`  ", "search x"),
        ("search 1 < 2", "search 1 < 2"),
    ],
)
def test_what_slack_wraps_is_what_was_typed(written: str, meant: str) -> None:
    assert typed(written, "T1") == meant


@given(st.text(st.characters(exclude_characters="`"), max_size=60).map(str.strip))
def test_whatever_is_typed_comes_back(text: str) -> None:
    assert unescape_(text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")) == text


@given(st.text(max_size=60))
def test_what_is_escaped_names_nobody(text: str) -> None:
    assert not {"<", ">"} & set(escaped(text))
    assert unescape_(escaped(text)).replace("\u2060", "") == text.replace("\u2060", "")
