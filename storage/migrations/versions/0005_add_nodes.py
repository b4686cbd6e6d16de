"""Add the Merkle tree over each journal, and make it of the entries that are there.

That an entry is in a journal, and that a longer journal begins with a shorter one, can then be shown
without the other entries.
"""

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

from bot.merkle import nodes_of

revision = "0005"
down_revision = "0004"

KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
ROWS_AT_ONCE = 2_000


def upgrade() -> None:
    """Make the table, in the transaction that is open, and fill it."""
    nodes = op.create_table(
        "nodes",
        sa.Column("collective", KEY, primary_key=True),
        sa.Column("level", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sqlite_with_rowid=False,
    )
    connection = op.get_bind()
    names = connection.exec_driver_sql("SELECT DISTINCT collective FROM entries").scalars().all()
    asked = sa.text(
        "SELECT hash FROM entries WHERE collective = :name AND seq > :after ORDER BY seq LIMIT :page"
    )

    def leaves(name: str) -> Iterator[bytes]:
        after = 0
        values = {"name": name, "page": ROWS_AT_ONCE}
        while page := connection.execute(asked, {**values, "after": after}).scalars().all():
            yield from map(bytes, page)
            after += len(page)

    for name in names:
        rows: list[dict[str, object]] = []
        for level, number, own in nodes_of(leaves(name)):
            rows.append({"collective": name, "level": level, "number": number, "hash": own})
            if len(rows) == ROWS_AT_ONCE:
                op.bulk_insert(nodes, rows)
                rows = []
        op.bulk_insert(nodes, rows)
