"""Add where each account stopped reading, and find a card by its receipt.

A bot that was away goes on reading where its last durable answer was. A reaction names the message
that it stands on, so the card of a message must be found, and the newest picture of that card.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the table and the indexes, in the transaction that is open."""
    op.create_table(
        "cursors",
        sa.Column("platform", KEY, primary_key=True),
        sa.Column("account", KEY, primary_key=True),
        sa.Column("position", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    cards, edits = sa.text("kind = 'card'"), sa.text("kind = 'edit'")
    op.create_index(
        "outbox_shown",
        "outbox",
        ["to_platform", "receipt"],
        sqlite_where=cards,
        postgresql_where=cards,
    )
    op.create_index(
        "outbox_edits",
        "outbox",
        ["collective", "ref", "position"],
        sqlite_where=edits,
        postgresql_where=edits,
    )
