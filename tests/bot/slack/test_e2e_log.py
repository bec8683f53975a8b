"""An edition on its way to Slack can be followed through the log, to the message that Slack has."""

from __future__ import annotations

from db import outbox
from tests.bot.reading_logs import logged
from tests.bot.slack.lab import Lab
from tests.bot.slack.test_e2e_deliveries import due
from tests.slackd.faults import Dropped


async def test_an_edition_is_followed_to_the_message_and_past_a_look_up(lab: Lab) -> None:
    _, [room] = await due(lab)
    lab.slackd.hub.fail("chat.postMessage", Dropped())
    with logged(as_json=True) as log:
        await lab.deliver()
        await lab.settle(31)
    [delivery] = await lab.store.read(outbox.of_edition, lab.name(room), 1)
    told = log.told(channel=lab.name(room), edition="1")
    assert {each["logger"] for each in told} >= {"digests.round", "digests.deliver", "bot.slack.web"}
    asked = [each["message"].rpartition("platform=slack ")[2] for each in told if each["logger"] == "bot.slack.web"]
    assert asked[0].startswith("chat.postMessage: the connection broke")
    assert asked[-1].startswith("conversations.history: ")
    assert all(each["delivery"] == delivery.id for each in told if each["logger"] != "digests.round")
    last = log.told(delivery=delivery.id, logger="digests.deliver")[-1]
    assert " sent as " in last["message"]
    everything = "\n".join(log.lines())
    for secret in (lab.slackd.hub.app_token, lab.slackd.hub.signing_secret, "xoxb-"):
        assert secret not in everything
