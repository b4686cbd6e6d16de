"""Say of every message that waits which program sends it, and which programs live.

Several programs may run on one database. Without an owner each of them would send all that waits, and
nobody would send what a program left that died.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Add the column, the table and the indexes, in the transaction that is open."""
    op.create_table(
        "workers",
        sa.Column("worker", KEY, primary_key=True),
        sa.Column("beats", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.add_column("outbox", sa.Column("owner", KEY, nullable=False, server_default=sa.text("''")))
    waiting = sa.text("state = 'waiting'")
    for name, columns in {
        "outbox_owned": ["to_platform", "owner"],
        "outbox_lines": ["to_platform", "to_room", "to_person", "position"],
    }.items():
        op.create_index(name, "outbox", columns, sqlite_where=waiting, postgresql_where=waiting)
