"""Links that people post become cards where that is wanted, and nowhere else."""

from __future__ import annotations

from tests.bot.slack.conftest import Begin
from tests.bot.slack.lab import shown_blocks
from tests.bot.talk import DRAFTS


async def test_an_arxiv_link_becomes_a_card_if_that_is_wanted(begin: Begin) -> None:
    async with begin(slack_unfurl=True) as lab:
        lab.take(DRAFTS)
        ada = lab.person()
        room = lab.room("general", ada)
        post = ada.says(room, "https://arxiv.org/abs/2611.00002 https://arxiv.org/abs/2611.99999 https://x.org/")
        await lab.slackd.hub.changes.until(lambda: post.unfurls)
        assert list(post.unfurls) == ["https://arxiv.org/abs/2611.00002"]
        blocks = post.unfurls["https://arxiv.org/abs/2611.00002"]["blocks"]
        assert "Draft models for speculative decoding" in shown_blocks(blocks)


async def test_links_are_left_alone_by_default(begin: Begin) -> None:
    async with begin() as lab:
        lab.take(DRAFTS)
        ada = lab.person()
        post = ada.says(lab.room("general", ada), "https://arxiv.org/abs/2611.00002")
        await lab.idle()
        assert not post.unfurls
