"""The local platform's own side."""

from __future__ import annotations

from datetime import timedelta

from db import posts
from db.posts import Post
from db.store import Store
from domain.message import Heading, Message
from tests.papers import NOW


def message(text: str) -> Message:
    return Message.of(Heading(text))


def test_invariant_1_a_delivery_is_posted_once(store: Store) -> None:
    with store.writing() as connection:
        assert posts.find(connection, "d1") is None
        first = posts.add(connection, "local:a", "d1", message("one"), NOW)
        assert posts.add(connection, "local:a", "d1", message("changed"), NOW + timedelta(hours=1)) == first
        assert posts.find(connection, "d1") == first
        assert posts.latest(connection, "local:a") == [Post(first, "local:a", message("one"), NOW)]


def test_a_channel_shows_its_latest_posts_in_order(store: Store) -> None:
    with store.writing() as connection:
        for number in range(5):
            posts.add(connection, "local:a", f"a{number}", message(str(number)), NOW)
        posts.add(connection, "local:b", "b", message("other"), NOW)
        shown = posts.latest(connection, "local:a", limit=3)
        assert [post.message for post in shown] == [message("2"), message("3"), message("4")]
        assert len(posts.latest(connection, "local:a")) == 5
        assert posts.latest(connection, "local:c") == []
