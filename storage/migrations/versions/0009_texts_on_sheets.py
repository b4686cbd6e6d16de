"""Keep texts in about the order in which they were written.

By its commitment alone each text was written to another place of the file, and the longer a journal,
the more of the file had to be read and written again for a line. What is there already stays together
on sheet 0, where it is looked for too: when it was written is not asked, for nothing hangs on it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the table anew, in the transaction that is open, and take over what is there."""
    dialect = op.get_bind().dialect.name
    op.drop_index("texts_identities", "texts")
    op.rename_table("texts", "texts_before")
    if dialect == "postgresql":
        op.drop_constraint("texts_pkey", "texts_before", type_="primary")
    op.create_table(
        "texts",
        sa.Column("collective", KEY, primary_key=True),
        sa.Column("identity", sa.Boolean, primary_key=True),
        sa.Column("sheet", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("seal", KEY, primary_key=True),
        sa.Column("salt", sa.LargeBinary),
        sa.Column("text", sa.Text),
        sa.CheckConstraint("(salt IS NULL) = (text IS NULL)", name="texts_whole"),
        sqlite_with_rowid=False,
    )
    op.execute(
        "INSERT INTO texts (collective, identity, sheet, seal, salt, text) "
        "SELECT collective, identity, 0, seal, salt, text FROM texts_before"
    )
    op.drop_table("texts_before")
    identities = sa.text("identity")
    op.create_index(
        "texts_identities", "texts", ["text"], sqlite_where=identities, postgresql_where=identities
    )
    for trigger in {"sqlite": SQLITE_TRIGGERS, "postgresql": POSTGRESQL_TRIGGERS}[dialect]:
        op.get_bind().exec_driver_sql(trigger)


SQLITE_TRIGGERS = (
    """
    CREATE TRIGGER texts_update BEFORE UPDATE ON texts
    WHEN NEW.text IS NOT NULL OR NEW.salt IS NOT NULL OR NEW.collective IS NOT OLD.collective
        OR NEW.seal IS NOT OLD.seal OR NEW.identity IS NOT OLD.identity
        OR NEW.sheet IS NOT OLD.sheet
    BEGIN SELECT RAISE(ABORT, 'a text may only be blanked'); END
    """,
    """
    CREATE TRIGGER texts_delete BEFORE DELETE ON texts
    BEGIN SELECT RAISE(ABORT, 'a text may only be blanked'); END
    """,
)

POSTGRESQL_TRIGGERS = (
    """
    CREATE TRIGGER texts_update BEFORE UPDATE ON texts FOR EACH ROW
    WHEN (NEW.text IS NOT NULL OR NEW.salt IS NOT NULL
        OR NEW.collective IS DISTINCT FROM OLD.collective OR NEW.seal IS DISTINCT FROM OLD.seal
        OR NEW.identity IS DISTINCT FROM OLD.identity OR NEW.sheet IS DISTINCT FROM OLD.sheet)
    EXECUTE FUNCTION talkoot_refuse('a text may only be blanked')
    """,
    """
    CREATE TRIGGER texts_delete BEFORE DELETE OR TRUNCATE ON texts
    FOR EACH STATEMENT EXECUTE FUNCTION talkoot_refuse('a text may only be blanked')
    """,
)
