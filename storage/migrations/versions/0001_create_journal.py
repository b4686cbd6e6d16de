"""Create the journal and what belongs to it.

The journal is the one truth, so everything else serves it: an index of what its entries are about,
the texts that may be erased and therefore stand outside, the rooms of a collective, and the inbox
and outbox that make "once" and "delivered" true across crashes. The triggers keep a slip of ours,
or of somebody at the database's own prompt, from changing what was written.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make everything, in the transaction that is open."""
    _create_journal()
    _create_texts()
    _create_mail()
    triggers = {"sqlite": SQLITE_TRIGGERS, "postgresql": POSTGRESQL_TRIGGERS}
    for trigger in triggers[op.get_bind().dialect.name]:
        op.get_bind().exec_driver_sql(trigger)


def _create_journal() -> None:
    op.create_table(
        "entries",
        sa.Column("collective", KEY, primary_key=True),
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("actor", sa.BigInteger, nullable=False),
        sa.Column("cause", sa.Text, nullable=False),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("payload_hash", sa.LargeBinary, nullable=False),
        sa.Column("previous", sa.LargeBinary, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "subjects",
        sa.Column("collective", KEY, primary_key=True),
        sa.Column("subject", KEY, primary_key=True),
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sqlite_with_rowid=False,
    )


def _create_texts() -> None:
    op.create_table(
        "texts",
        sa.Column("collective", KEY, primary_key=True),
        sa.Column("identity", sa.Boolean, primary_key=True),
        sa.Column("seal", KEY, primary_key=True),
        sa.Column("salt", sa.LargeBinary),
        sa.Column("text", sa.Text),
        sa.CheckConstraint("(salt IS NULL) = (text IS NULL)", name="texts_whole"),
        sqlite_with_rowid=False,
    )


def _create_mail() -> None:
    op.create_table(
        "rooms",
        sa.Column("platform", KEY, primary_key=True),
        sa.Column("room", KEY, primary_key=True),
        sa.Column("collective", KEY, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "inbox",
        sa.Column("platform", KEY, primary_key=True),
        sa.Column("message", KEY, primary_key=True),
        sa.Column("step", KEY, primary_key=True),
        sa.Column("collective", KEY, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    position = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "outbox",
        sa.Column("position", position, sa.Identity(), primary_key=True),
        sa.Column("platform", KEY, nullable=False),
        sa.Column("message", KEY, nullable=False),
        sa.Column("step", KEY, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("collective", KEY, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("ref", KEY),
        sa.Column("to_platform", KEY, nullable=False),
        sa.Column("to_room", KEY, nullable=False),
        sa.Column("to_person", KEY, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("receipt", sa.Text, nullable=False),
        sa.Column("failure", sa.Text, nullable=False),
        sa.Column("body", sa.Text),
        sa.UniqueConstraint("platform", "message", "step", "number", name="outbox_key"),
        sa.CheckConstraint("state IN ('waiting', 'sent', 'failed')", name="outbox_state"),
    )
    waiting, cards = sa.text("state = 'waiting'"), sa.text("kind = 'card'")
    op.create_index(
        "outbox_waiting", "outbox", ["position"], sqlite_where=waiting, postgresql_where=waiting
    )
    op.create_index(
        "outbox_cards", "outbox", ["collective", "ref"], sqlite_where=cards, postgresql_where=cards
    )


SQLITE_TRIGGERS = (
    """
    CREATE TRIGGER entries_link BEFORE INSERT ON entries
    WHEN NEW.previous IS NOT coalesce(
        (SELECT hash FROM entries WHERE collective = NEW.collective AND seq = NEW.seq - 1),
        CASE NEW.seq WHEN 1 THEN zeroblob(32) END)
    BEGIN SELECT RAISE(ABORT, 'an entry links to the one before it'); END
    """,
    """
    CREATE TRIGGER entries_update BEFORE UPDATE ON entries
    BEGIN SELECT RAISE(ABORT, 'entries are only ever added'); END
    """,
    """
    CREATE TRIGGER entries_delete BEFORE DELETE ON entries
    BEGIN SELECT RAISE(ABORT, 'entries are only ever added'); END
    """,
    """
    CREATE TRIGGER subjects_update BEFORE UPDATE ON subjects
    BEGIN SELECT RAISE(ABORT, 'subjects are only ever added'); END
    """,
    """
    CREATE TRIGGER subjects_delete BEFORE DELETE ON subjects
    BEGIN SELECT RAISE(ABORT, 'subjects are only ever added'); END
    """,
    """
    CREATE TRIGGER texts_update BEFORE UPDATE ON texts
    WHEN NEW.text IS NOT NULL OR NEW.salt IS NOT NULL OR NEW.collective IS NOT OLD.collective
        OR NEW.seal IS NOT OLD.seal OR NEW.identity IS NOT OLD.identity
    BEGIN SELECT RAISE(ABORT, 'a text may only be blanked'); END
    """,
    """
    CREATE TRIGGER texts_delete BEFORE DELETE ON texts
    BEGIN SELECT RAISE(ABORT, 'a text may only be blanked'); END
    """,
)

POSTGRESQL_TRIGGERS = (
    """
    CREATE FUNCTION talkoot_link() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.previous IS DISTINCT FROM coalesce(
            (SELECT hash FROM entries WHERE collective = NEW.collective AND seq = NEW.seq - 1),
            CASE NEW.seq WHEN 1 THEN decode(repeat('00', 32), 'hex') END)
        THEN
            RAISE EXCEPTION 'an entry links to the one before it'
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE FUNCTION talkoot_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION USING MESSAGE = TG_ARGV[0], ERRCODE = 'restrict_violation';
    END $$
    """,
    """
    CREATE TRIGGER entries_link BEFORE INSERT ON entries
    FOR EACH ROW EXECUTE FUNCTION talkoot_link()
    """,
    """
    CREATE TRIGGER entries_change BEFORE UPDATE OR DELETE OR TRUNCATE ON entries
    FOR EACH STATEMENT EXECUTE FUNCTION talkoot_refuse('entries are only ever added')
    """,
    """
    CREATE TRIGGER subjects_change BEFORE UPDATE OR DELETE OR TRUNCATE ON subjects
    FOR EACH STATEMENT EXECUTE FUNCTION talkoot_refuse('subjects are only ever added')
    """,
    """
    CREATE TRIGGER texts_update BEFORE UPDATE ON texts FOR EACH ROW
    WHEN (NEW.text IS NOT NULL OR NEW.salt IS NOT NULL
        OR NEW.collective IS DISTINCT FROM OLD.collective OR NEW.seal IS DISTINCT FROM OLD.seal
        OR NEW.identity IS DISTINCT FROM OLD.identity)
    EXECUTE FUNCTION talkoot_refuse('a text may only be blanked')
    """,
    """
    CREATE TRIGGER texts_delete BEFORE DELETE OR TRUNCATE ON texts
    FOR EACH STATEMENT EXECUTE FUNCTION talkoot_refuse('a text may only be blanked')
    """,
)
