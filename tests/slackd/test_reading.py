"""Reading a message as Slack's clients show it."""

from __future__ import annotations

import pytest

from tests.slackd import reading


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a *bold* _word_ and ~none~", "a bold word and none"),
        ("2*3*4 and snake_case_name", "2*3*4 and snake_case_name"),
        ("`code` and ```more\ncode```", "code and more\ncode"),
        ("1 &lt; 2 &amp;amp; 3", "1 < 2 &amp; 3"),
        ("&gt; quoted\n&gt;too", "quoted\ntoo"),
        ("hello :tada: at 10:30:15", "hello (an emoji) at 10:30:15"),
        ("<https://x.org|*A* title>", "A title"),
    ],
)
def test_markup_is_read_as_slack_reads_it(text: str, shown: str) -> None:
    assert reading.mrkdwn(text).text == shown


@pytest.mark.parametrize("text", ["<!channel>", "<!here|here>", "<@U1>", "<!subteam^S1>", "hey @channel"])
def test_whom_a_text_rings_is_noticed(text: str) -> None:
    assert reading.message([{"type": "section", "text": {"type": "mrkdwn", "text": text}}]).rings
    assert reading.message([], text).rings
    escaped = text.replace("<", "&lt;").replace("@", "@\u2060")
    assert not reading.mrkdwn(escaped).rings


def test_plain_and_rich_text_are_what_they_say() -> None:
    rich = {
        "type": "rich_text",
        "elements": [
            {
                "type": "rich_text_section",
                "elements": [
                    {"type": "link", "url": "https://x.org", "text": "*A* <!channel> :tada:"},
                    {"type": "text", "text": " & more"},
                ],
            }
        ],
    }
    read = reading.block(rich)
    assert reading.seen(read.text) == "*A* <!channel> :tada: & more"
    assert (read.links, read.rings) == ([("https://x.org", "*A* <!channel> :tada:")], [])
    header = {"type": "header", "text": {"type": "plain_text", "text": "*A* :tada:", "emoji": False}}
    assert reading.block(header).text == "*A* :tada:\n"
    header["text"]["emoji"] = True  # type: ignore[index]  # it is the object above
    assert reading.block(header).text == "*A* (an emoji)\n"


def test_what_is_invisible_does_not_count() -> None:
    assert reading.seen(" a\u200b  b\u2060 ") == "a b"
