"""All that a message says, to look for papers in."""

from __future__ import annotations

from bot.discord.reading import text_of
from bot.mentioned import mentioned


def test_papers_are_found_wherever_a_message_can_have_words() -> None:
    message = {
        "content": "see 2402.16101",
        "embeds": [
            {"title": "t", "url": "https://arxiv.org/abs/2402.16102", "description": "and 2402.16103"},
            {"fields": [{"name": "arXiv", "value": "2402.16104"}]},
        ],
        "components": [
            {
                "type": 17,
                "components": [
                    {
                        "type": 9,
                        "components": [{"type": 10, "content": "### [A](<https://arxiv.org/abs/2402.16105>)"}],
                        "accessory": {"type": 2, "url": "https://arxiv.org/abs/2402.16106"},
                    }
                ],
            }
        ],
        "message_snapshots": [{"message": {"content": "doi:10.5555/7"}}],
    }
    assert [each.removeprefix("arxiv:") for each in mentioned(text_of(message))] == [
        *(f"2402.1610{n}" for n in range(1, 7)),
        "doi:10.5555/7",
    ]
    assert text_of({}) == ""
