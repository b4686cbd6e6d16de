"""Find the collectives that know an account: a private message comes from no room of theirs."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

IDENTITIES = sa.text("identity")


def upgrade() -> None:
    """Index the names and accounts."""
    op.create_index(
        "texts_identities",
        "texts",
        ["text"],
        sqlite_where=IDENTITIES,
        postgresql_where=IDENTITIES,
    )
