"""Every verb, typed in a workspace; what it did is looked up in the store."""

from __future__ import annotations

from tests.bot.slack.lab import Lab, read


async def test_search_is_answered_to_whom_it_asked_alone(lab: Lab) -> None:
    ada, bela = lab.person(), lab.person("bela")
    room = lab.room("general", ada, bela)
    answer = await lab.asks(ada, room, "search speculative decoding")
    assert "Speculative decoding with lazy drafts" in read(answer)
    assert answer.only_for == ada.id
    assert bela.sees(room) == []
