"""Deliveries by their state: counting them must not read every message that was ever sent."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the index."""
    op.create_index("ix_deliveries_state", "deliveries", ["state"], unique=False)
