"""Add who wants to speak first among equals at meetings.

It cannot stand in the journal, which everybody may read.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the table, in the transaction that is open."""
    op.create_table(
        "priorities",
        sa.Column("collective", KEY, primary_key=True),
        sa.Column("member", sa.BigInteger, primary_key=True, autoincrement=False),
        sqlite_with_rowid=False,
    )
