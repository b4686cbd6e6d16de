"""Add the ballots of secret polls, sealed.

They cannot stand in the journal, which keeps everything: they are dropped when their poll closes.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the table, in the transaction that is open."""
    op.create_table(
        "ballots",
        sa.Column("collective", KEY, primary_key=True),
        sa.Column("poll", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("voter", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("box", sa.LargeBinary, nullable=False),
        sqlite_with_rowid=False,
    )
