"""Every view of the page, in a store where each has something to show."""

from __future__ import annotations

from datetime import timedelta

from db import runs
from tests.bot.page.site import HERE, Site
from tests.digests.place import planned
from tests.papers import NOW

CHAT = "slack:T024BE7LD/C061EG9SL"
ASKED = (
    "search part",
    "search spekulative",
    "backtest part",
    "subscribe graphs",
    "export csv",
    "bookmark p2 soon #fusion",
    "status",
    "help subscribe",
    "subscriptions",
    "edition 1",
    "nonsense <b>",
)
# Views by their names for people; what follows is their address.
VIEWS = {
    "a channel": f"/channels/{HERE}",
    "a channel's earlier posts": f"/channels/{HERE}?before=2",
    "a channel with nothing in it": "/channels/local:new",
    "a channel of a chat": f"/channels/{CHAT}",
    "one's own digest": "/channels/local:me",
    "a schedule": f"/schedule/{HERE}",
    "bookmarks": "/bookmarks",
    "bookmarks that are none": "/bookmarks?query=nowhere",
    "what was done beside bookmarks": "/bookmarks?said=6",
    "a paper": "/papers/p1",
    "the keeper's view": "/keeper",
    "editions": "/keeper/editions",
    "an edition": f"/keeper/edition?channel={HERE}&number=1",
    "deliveries": "/keeper/deliveries",
    "a source": "/keeper/sources/arxiv",
    "the way in": "/login",
    "nothing": "/nothing/of/the/kind",
}
# What routes there are beside them: parts of views, files, and what leads to a view.
PARTS = ("/live/", "/complete/", "/preview/", "/files/", "/export/", "/static", "/channels")


async def filled(site: Site) -> Site:
    """The site after enough was done for every view to show all it can."""
    planned(site.store, CHAT, parts=2)
    for outcome, why in (("fresh", ""), ("failed", "the answer could not be read: <html>")):
        for name in ("arxiv", "folder"):
            run = runs.Run(name, NOW - timedelta(hours=1), NOW - timedelta(minutes=50), outcome, new=3, why=why)
            await site.store.write(runs.record, run)
    for text in ASKED:
        answer = await site.post(f"/channels/{HERE}", {"text": text})
        assert answer.status == 303, text
    return site
