"""Find the collectives that know an account, and those in which something is due by the clock.

A private message comes from no room of a collective; and a program that sleeps must know until when.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

IDENTITIES = sa.text("identity")
KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Index the names and accounts; make the table of wakes."""
    op.create_index(
        "texts_identities",
        "texts",
        ["text"],
        sqlite_where=IDENTITIES,
        postgresql_where=IDENTITIES,
    )
    op.create_table(
        "wakes",
        sa.Column("collective", KEY, primary_key=True),
        sa.Column("at", sa.BigInteger),
        sqlite_with_rowid=False,
    )
    op.create_index("wakes_at", "wakes", ["at"])
