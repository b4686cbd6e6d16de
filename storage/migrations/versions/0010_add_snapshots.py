"""Add snapshots of states, which make the start with a long journal short.

They follow from the journal and are made anew where they are missing.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the table, in the transaction that is open."""
    op.create_table(
        "snapshots",
        sa.Column("collective", KEY, primary_key=True),
        sa.Column("claim", sa.Text, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("compared_at", sa.BigInteger, nullable=False),
        sa.Column("flaw", sa.Text, nullable=False),
        sa.Column("flaw_at", sa.BigInteger, nullable=False),
        sa.Column("proof", sa.LargeBinary),
        sa.Column("body", sa.LargeBinary),
    )
