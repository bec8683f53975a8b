"""The declared schema: every table the store has, and the full-text index beside them.

Migrations lead to exactly this; a test compares the two. Times are UTC, stored without an offset.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.types import TypeDecorator

from domain.delivery import State
from domain.edition import Place


class Utc(TypeDecorator[datetime]):
    """An instant. Aware on our side, in UTC; SQLite keeps it without its offset."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """From our instant to the stored one."""
        return value.astimezone(UTC).replace(tzinfo=None) if value is not None else None

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        """From the stored instant to ours."""
        return value.replace(tzinfo=UTC) if value is not None else None


def _one_of(column: str, values: type[State] | type[Place]) -> CheckConstraint:
    allowed = ", ".join(f"'{value.value}'" for value in values)
    return CheckConstraint(f"{column} IN ({allowed})", name=f"{column}_known")


metadata = MetaData()

papers = Table(
    "papers",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("title", Text, nullable=False),
    Column("title_key", Text, nullable=False, index=True),
    Column("abstract", Text, nullable=False),
    Column("summary", Text, nullable=False),
    Column("authors", JSON, nullable=False),
    Column("categories", JSON, nullable=False),
    Column("published", Date),
    Column("announced", Date),
    Column("day", Date, nullable=False, index=True),
    Column("first_seen", Utc, nullable=False),
    Column("page_url", Text, nullable=False),
    Column("pdf_url", Text, nullable=False),
    Column("code_url", Text, nullable=False),
    Column("upvotes", Integer, index=True),
    Column("comments", Integer),
    Column("note", Text, nullable=False),
    Column("archived", Boolean, nullable=False),
    Column("raw", JSON, nullable=False),
    sqlite_autoincrement=True,
)

identifiers = Table(
    "identifiers",
    metadata,
    Column("scheme", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("paper", ForeignKey("papers.number"), nullable=False, index=True),
    PrimaryKeyConstraint("scheme", "value"),
    sqlite_with_rowid=False,
)

categories = Table(
    "paper_categories",
    metadata,
    Column("category", Text, nullable=False),  # lower case, for comparing
    Column("paper", ForeignKey("papers.number"), nullable=False, index=True),
    PrimaryKeyConstraint("category", "paper"),
    sqlite_with_rowid=False,
)

sources = Table(
    "paper_sources",
    metadata,
    Column("paper", ForeignKey("papers.number"), nullable=False),
    Column("source", Text, nullable=False),
    Column("first_seen", Utc, nullable=False),
    Column("place", Text, nullable=False),
    PrimaryKeyConstraint("paper", "source"),
    Index("ix_paper_sources_source", "source", "paper"),
)

# Texts a paper had before a new version, or as the record it was not yet known to be: found by them, it stays one.
former = Table(
    "former_texts",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("paper", ForeignKey("papers.number"), nullable=False, index=True),
    Column("title_key", Text, nullable=False, index=True),
    Column("abstract", Text, nullable=False),
    Column("authors", JSON, nullable=False),
)

# Numbers of papers that turned out to be another one; they stay good wherever they were shown.
aliases = Table(
    "paper_aliases",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("paper", ForeignKey("papers.number"), nullable=False, index=True),
    Column("recognised_at", Utc, nullable=False),
)

# How many papers a word is in: `text` by stem for titles and abstracts, `author` by form for names. The numbers
# only grow, so that those above an earlier highest are the new ones.
words = Table(
    "words",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("word", Text, nullable=False),
    Column("form", Text, nullable=False),  # the shortest spelling that occurred, to show
    Column("papers", Integer, nullable=False),
    Column("well_known", Boolean, nullable=False, server_default=text("0")),  # see db/neighbours.py
    UniqueConstraint("kind", "word"),
    Index("ix_words_frequent", "kind", "word", "papers", sqlite_where=text("papers >= 50")),
    Index("ix_words_seldom", "papers", sqlite_where=text("well_known = 0")),
    sqlite_autoincrement=True,
)

FREQUENT = text("papers >= 50")  # what that index holds
SELDOM = text("well_known = 0")  # what that one holds

# What remains of each word without some of its letters, as a number: words that are spelt alike share some.
# Of a word that is gone they stay: its number comes to nothing.
spellings = Table(
    "spellings",
    metadata,
    Column("key", Integer, nullable=False),
    Column("word", Integer, nullable=False),
    PrimaryKeyConstraint("key", "word"),
    sqlite_with_rowid=False,
)


channels = Table(
    "channels",
    metadata,
    Column("id", Text, primary_key=True),
    Column("days", JSON, nullable=False),
    Column("at", Text, nullable=False),
    Column("timezone", Text, nullable=False),
    Column("wait", Text, nullable=False),
    Column("until", Text),
    Column("size", Integer, nullable=False),
    Column("layout", Text, nullable=False),
    Column("empty", Text, nullable=False),
    Column("paused", Boolean, nullable=False),
    Column("stopped", Text, nullable=False),
    Column("allowed", JSON, nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("next_due", Utc, nullable=False, index=True),
    Column("last_due", Utc),
    Column("editions", Integer, nullable=False),  # the highest number given, never given again
    Column("subscriptions", Integer, nullable=False),  # likewise
)

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("channel", ForeignKey("channels.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("query", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("removed_at", Utc),
    Column("compact", Text, nullable=False),  # domain/compact.py: what matching reads
    PrimaryKeyConstraint("channel", "number"),
    Index("ix_subscriptions_key", "channel", "key"),
)

mutes = Table(
    "mutes",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("owner", Text, nullable=False, index=True),
    Column("query", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("removed_at", Utc),
    Column("compact", Text, nullable=False),
    sqlite_autoincrement=True,  # an old Undo must not meet another mute under its number
)

bookmarks = Table(
    "bookmarks",
    metadata,
    Column("owner", Text, nullable=False),
    Column("paper", ForeignKey("papers.number"), nullable=False),
    Column("note", Text, nullable=False),
    Column("tags", JSON, nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("removed_at", Utc),
    PrimaryKeyConstraint("owner", "paper"),
    Index("ix_bookmarks_paper", "paper"),
)

votes = Table(
    "votes",
    metadata,
    Column("channel", Text, nullable=False),
    Column("paper", ForeignKey("papers.number"), nullable=False),
    Column("person", Text, nullable=False),
    Column("value", Integer, nullable=False),
    Column("voted_at", Utc, nullable=False),
    PrimaryKeyConstraint("channel", "paper", "person"),
    Index("ix_votes_paper", "paper"),
)

editions = Table(
    "editions",
    metadata,
    Column("channel", ForeignKey("channels.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("due_at", Utc, nullable=False),
    Column("planned_at", Utc, nullable=False),
    PrimaryKeyConstraint("channel", "number"),
)

# Which days' papers each channel's digests have looked at: a row goes on from look to look, and another begins only
# where days were left out, with why. What proves that none was passed over unsaid.
looks = Table(
    "looks",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("channel", Text, nullable=False),
    Column("since", Date, nullable=False),
    Column("until", Utc, nullable=False),
    Column("why", Text, nullable=False),
    Index("ix_looks_channel", "channel", "number"),
)

# What each night's audit came to.
audits = Table(
    "audits",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("audited_at", Utc, nullable=False),
    Column("deliveries", Integer, nullable=False),
    Column("breaches", Integer, nullable=False),
)

# One row for each paper that matched a channel, for ever: what proves that nothing comes twice. Where two papers
# went out before they were known to be one, the second keeps its row, under a number that is an alias by now.
items = Table(
    "edition_items",
    metadata,
    Column("channel", Text, nullable=False),
    Column("paper", Integer, nullable=False),
    Column("edition", Integer),  # none yet for what was muted: it may still be unmuted while it is new
    Column("position", Integer, nullable=False),
    Column("place", Text, _one_of("place", Place), nullable=False),
    Column("subscriptions", JSON, nullable=False),
    Column("queries", JSON, nullable=False),
    Column("why", Text, nullable=False),
    Column("late", Boolean, nullable=False),
    PrimaryKeyConstraint("channel", "paper"),
    ForeignKeyConstraint(["channel", "edition"], ["editions.channel", "editions.number"]),
    Index("ix_edition_items_edition", "channel", "edition", "position"),
    Index("ix_edition_items_paper", "paper"),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Text, primary_key=True),
    Column("channel", Text, nullable=False),
    Column("edition", Integer, nullable=False),
    Column("part", Integer, nullable=False),
    Column("parts", Integer, nullable=False),
    Column("message", JSON, nullable=False),
    Column("state", Text, _one_of("state", State), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("try_at", Utc),
    Column("worker", Text, nullable=False),
    Column("lease_until", Utc),
    Column("ref", Text, nullable=False),
    Column("why", Text, nullable=False),
    ForeignKeyConstraint(["channel", "edition"], ["editions.channel", "editions.number"]),
    UniqueConstraint("channel", "edition", "part"),
    # To count and list by state without reading the messages.
    Index("ix_deliveries_state", "state"),
    # Only what is still on its way, so that the outbox stays small however long the ledger grows.
    Index("ix_deliveries_open", "channel", "edition", "part", sqlite_where=text("state NOT IN ('sent', 'dead')")),
)

# Every move of every delivery, in order: the ledger's proof.
moves = Table(
    "delivery_moves",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("delivery", ForeignKey("deliveries.id"), nullable=False, index=True),
    Column("state", Text, nullable=False),
    Column("moved_at", Utc, nullable=False),
    Column("why", Text, nullable=False),
    sqlite_autoincrement=True,
)

runs = Table(
    "source_runs",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("source", Text, nullable=False),
    Column("started_at", Utc, nullable=False),
    Column("finished_at", Utc, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("new", Integer, nullable=False),
    Column("known", Integer, nullable=False),
    Column("rejected", Integer, nullable=False),
    Column("why", Text, nullable=False),
    Index("ix_source_runs_source", "source", "number"),
    sqlite_autoincrement=True,
)

cursors = Table(
    "source_cursors",
    metadata,
    Column("source", Text, primary_key=True),
    Column("cursor", JSON, nullable=False),
)

# What buttons need beyond a short command: how to undo something, how a listing goes on.
tickets = Table(
    "tickets",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("data", JSON, nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("used_at", Utc),
    sqlite_autoincrement=True,
)

# The local platform's own posts: what Slack and Discord keep on their side.
posts = Table(
    "local_posts",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("channel", Text, nullable=False),
    Column("delivery", Text, unique=True),
    Column("message", JSON, nullable=False),
    Column("posted_at", Utc, nullable=False),
    Index("ix_local_posts_channel", "channel", "number"),
    sqlite_autoincrement=True,
)

# Slack's workspaces that installed the app. The token is encrypted before it comes here, by a key of the settings.
slack_teams = Table(
    "slack_teams",
    metadata,
    Column("team", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("bot", Text, nullable=False),
    Column("bot_id", Text, nullable=False),
    Column("bot_name", Text, nullable=False),
    Column("token", Text, nullable=False),
    Column("installed_at", Utc, nullable=False),
)

# Words come analysed (domain/words.py), so FTS5 only splits at spaces: `ascii` keeps everything else whole.
# `|` stands between two authors, so that no phrase spans both, and begins what db/marks.py says of a paper. Rows
# stand by db/places.py. Lengths are counted where they are needed.
FTS = (
    "CREATE VIRTUAL TABLE papers_fts USING fts5("
    "title, abstract, authors, marks, tokenize = \"ascii tokenchars '|'\", columnsize = 0)"
)
