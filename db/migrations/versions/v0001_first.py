"""The first schema: papers, their index and words, channels, editions, deliveries."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

STATES = ("planned", "claimed", "sending", "sent", "retry", "unknown", "paused", "dead")
PLACES = ("seat", "held", "muted")


def _one_of(column: str, values: tuple[str, ...]) -> sa.CheckConstraint:
    allowed = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({allowed})", name=f"{column}_known")


def upgrade() -> None:
    """Create everything."""
    op.create_table(
        "channels",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("days", sa.JSON(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("wait", sa.Text(), nullable=False),
        sa.Column("until", sa.Text(), nullable=True),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("layout", sa.Text(), nullable=False),
        sa.Column("empty", sa.Text(), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("stopped", sa.Text(), nullable=False),
        sa.Column("allowed", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("next_due", sa.DateTime(), nullable=False),
        sa.Column("last_due", sa.DateTime(), nullable=True),
        sa.Column("editions", sa.Integer(), nullable=False),
        sa.Column("subscriptions", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_channels_next_due"), "channels", ["next_due"], unique=False)
    op.create_table(
        "local_posts",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("delivery", sa.Text(), nullable=True),
        sa.Column("message", sa.JSON(), nullable=False),
        sa.Column("posted_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("delivery"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_local_posts_channel", "local_posts", ["channel", "number"], unique=False)
    op.create_table(
        "mutes",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("removed_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("number"),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_mutes_owner"), "mutes", ["owner"], unique=False)
    op.create_table(
        "papers",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("title_key", sa.Text(), nullable=False),
        sa.Column("abstract", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("authors", sa.JSON(), nullable=False),
        sa.Column("categories", sa.JSON(), nullable=False),
        sa.Column("published", sa.Date(), nullable=True),
        sa.Column("announced", sa.Date(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("first_seen", sa.DateTime(), nullable=False),
        sa.Column("page_url", sa.Text(), nullable=False),
        sa.Column("pdf_url", sa.Text(), nullable=False),
        sa.Column("code_url", sa.Text(), nullable=False),
        sa.Column("upvotes", sa.Integer(), nullable=True),
        sa.Column("comments", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("archived", sa.Boolean(), nullable=False),
        sa.Column("raw", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_papers_day"), "papers", ["day"], unique=False)
    op.create_index(op.f("ix_papers_title_key"), "papers", ["title_key"], unique=False)
    op.create_index(op.f("ix_papers_upvotes"), "papers", ["upvotes"], unique=False)
    op.create_table(
        "source_cursors",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("cursor", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("source"),
    )
    op.create_table(
        "source_runs",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("finished_at", sa.DateTime(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("new", sa.Integer(), nullable=False),
        sa.Column("known", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_source_runs_source", "source_runs", ["source", "number"], unique=False)
    op.create_table(
        "tickets",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("number"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "words",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("papers", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("kind", "word"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "bookmarks",
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("paper", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("removed_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["paper"],
            ["papers.number"],
        ),
        sa.PrimaryKeyConstraint("owner", "paper"),
    )
    op.create_index("ix_bookmarks_paper", "bookmarks", ["paper"], unique=False)
    op.create_table(
        "editions",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        sa.Column("planned_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["channel"],
            ["channels.id"],
        ),
        sa.PrimaryKeyConstraint("channel", "number"),
    )
    op.create_table(
        "identifiers",
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("paper", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["paper"],
            ["papers.number"],
        ),
        sa.PrimaryKeyConstraint("scheme", "value"),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_identifiers_paper"), "identifiers", ["paper"], unique=False)
    op.create_table(
        "paper_categories",
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("paper", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["paper"],
            ["papers.number"],
        ),
        sa.PrimaryKeyConstraint("category", "paper"),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_paper_categories_paper"), "paper_categories", ["paper"], unique=False)
    op.create_table(
        "paper_sources",
        sa.Column("paper", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("first_seen", sa.DateTime(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["paper"],
            ["papers.number"],
        ),
        sa.PrimaryKeyConstraint("paper", "source"),
    )
    op.create_index("ix_paper_sources_source", "paper_sources", ["source", "paper"], unique=False)
    op.create_table(
        "former_texts",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("paper", sa.Integer(), nullable=False),
        sa.Column("title_key", sa.Text(), nullable=False),
        sa.Column("abstract", sa.Text(), nullable=False),
        sa.Column("authors", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["paper"],
            ["papers.number"],
        ),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index(op.f("ix_former_texts_paper"), "former_texts", ["paper"], unique=False)
    op.create_index(op.f("ix_former_texts_title_key"), "former_texts", ["title_key"], unique=False)
    op.create_table(
        "paper_aliases",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("paper", sa.Integer(), nullable=False),
        sa.Column("recognised_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["paper"],
            ["papers.number"],
        ),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index(op.f("ix_paper_aliases_paper"), "paper_aliases", ["paper"], unique=False)
    op.create_table(
        "subscriptions",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("removed_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["channel"],
            ["channels.id"],
        ),
        sa.PrimaryKeyConstraint("channel", "number"),
    )
    op.create_index("ix_subscriptions_key", "subscriptions", ["channel", "key"], unique=False)
    op.create_table(
        "votes",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("paper", sa.Integer(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("voted_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["paper"],
            ["papers.number"],
        ),
        sa.PrimaryKeyConstraint("channel", "paper", "person"),
    )
    op.create_index("ix_votes_paper", "votes", ["paper"], unique=False)
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.Column("message", sa.JSON(), nullable=False),
        sa.Column("state", sa.Text(), _one_of("state", STATES), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("try_at", sa.DateTime(), nullable=True),
        sa.Column("worker", sa.Text(), nullable=False),
        sa.Column("lease_until", sa.DateTime(), nullable=True),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["channel", "edition"],
            ["editions.channel", "editions.number"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("channel", "edition", "part"),
    )
    op.create_index(
        "ix_deliveries_open",
        "deliveries",
        ["channel", "edition", "part"],
        unique=False,
        sqlite_where=sa.text("state NOT IN ('sent', 'dead')"),
    )
    op.create_table(
        "edition_items",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("paper", sa.Integer(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("place", sa.Text(), _one_of("place", PLACES), nullable=False),
        sa.Column("subscriptions", sa.JSON(), nullable=False),
        sa.Column("queries", sa.JSON(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["channel", "edition"],
            ["editions.channel", "editions.number"],
        ),
        sa.PrimaryKeyConstraint("channel", "paper"),
    )
    op.create_index("ix_edition_items_edition", "edition_items", ["channel", "edition", "position"], unique=False)
    op.create_index("ix_edition_items_paper", "edition_items", ["paper"], unique=False)
    op.create_table(
        "delivery_moves",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("delivery", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("moved_at", sa.DateTime(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery"],
            ["deliveries.id"],
        ),
        sa.PrimaryKeyConstraint("number"),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_delivery_moves_delivery"), "delivery_moves", ["delivery"], unique=False)
    op.execute(
        "CREATE VIRTUAL TABLE papers_fts USING fts5("
        "title, abstract, authors, tokenize = \"ascii tokenchars '|'\", prefix = '3 4')"
    )
