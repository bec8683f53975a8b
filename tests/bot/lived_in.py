"""A store in which things were said and done, and for every command what can be asked of it there."""

from __future__ import annotations

LONG = " OR ".join(f"word{n}" for n in range(30)) + " OR drafts"
SETUP = ("subscribe drafts", "subscribe survey", "mute biology", "digest now", "bookmark p1", f"search {LONG}")
ARGUMENTS = {
    "search": "drafts",
    "subscribe": "graphs",
    "backtest": "graphs",
    "unsubscribe": "1",
    "subscriptions": "",
    "bookmark": "p1",
    "keep": "p2 p3",
    "unbookmark": "p1",
    "bookmarks": "",
    "export": "csv",
    "digest": "preview",
    "schedule": "",
    "mute": "chemistry",
    "unmute": "biology",
    "trending": "",
    "similar": "p1",
    "abstract": "p1",
    "why": "p1",
    "vote": "p1 up",
    "status": "",
    "allow": "everyone",
    "help": "",
    "undo": "1",  # of the first subscription
    "edit": "1 lazy",
    "edition": "1",
    "more": "2 search drafts",
    "again": "5",  # the long search's button
}
