"""The tables: what is kept, and what the database itself refuses.

Entries and their index are only ever added to; a text may be blanked and nothing else. The database
holds to that by triggers, whoever writes. An entry must link to the one before it, so a journal can
have neither forks nor gaps. Nothing here knows what an entry means; a new feature needs no table.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Engine,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

VERSION = "0011"
"""The newest migration; a test holds it to `migrations/versions`."""

metadata = MetaData()

# A key is compared byte by byte. PostgreSQL would otherwise order it by the system's language
# rules, and an update of those silently spoils its indexes.
_KEY = Text().with_variant(Text(collation="C"), "postgresql")
# SQLite numbers rows by itself only where the type is exactly INTEGER.
_POSITION = BigInteger().with_variant(Integer(), "sqlite")


def _key(name: str) -> Column[str]:
    return Column(name, _KEY, primary_key=True)


# Without SQLite's hidden row number a table is one tree instead of two, and tells nobody in which
# order its rows came.
entries = Table(
    "entries",
    metadata,
    _key("collective"),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("actor", BigInteger, nullable=False),
    Column("cause", Text, nullable=False),
    Column("payload", Text, nullable=False),
    Column("payload_hash", LargeBinary, nullable=False),
    Column("previous", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

subjects = Table(
    "subjects",
    metadata,
    _key("collective"),
    _key("subject"),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

# The names of a collective lie together: its state needs them all, and none of the words. A commitment
# is as good as random; by it alone every new text would go to another place of the file. So it stands
# on a sheet, with what was written at about the same time (0 also where nobody knows).
texts = Table(
    "texts",
    metadata,
    _key("collective"),
    Column("identity", Boolean, primary_key=True),
    Column("sheet", BigInteger, primary_key=True, autoincrement=False),
    _key("seal"),
    Column("salt", LargeBinary),
    Column("text", Text),
    CheckConstraint("(salt IS NULL) = (text IS NULL)", name="texts_whole"),
    sqlite_with_rowid=False,
)

SHEET = 4_096
"""How many entries of a journal have their texts on one sheet."""

# Literal, not bound: a database uses a partial index only where the query repeats its condition.
identities = text("identity")
Index("texts_identities", texts.c.text, sqlite_where=identities, postgresql_where=identities)

rooms = Table(
    "rooms",
    metadata,
    _key("platform"),
    _key("room"),
    Column("collective", _KEY, nullable=False),
    sqlite_with_rowid=False,
)

wakes = Table(
    "wakes",
    metadata,
    _key("collective"),
    Column("at", BigInteger),
    sqlite_with_rowid=False,
)
Index("wakes_at", wakes.c.at)

inbox = Table(
    "inbox",
    metadata,
    _key("platform"),
    _key("message"),
    _key("step"),
    Column("collective", _KEY, nullable=False),
    Column("at", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

# The database numbers the rows as they are written (`position`), and they are delivered in that
# order. The clock could not say it: it jumps back, and a batch has one instant.
outbox = Table(
    "outbox",
    metadata,
    Column("position", _POSITION, Identity(), primary_key=True),
    Column("platform", _KEY, nullable=False),
    Column("message", _KEY, nullable=False),
    Column("step", _KEY, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("collective", _KEY, nullable=False),
    Column("kind", Text, nullable=False),
    Column("ref", _KEY),
    Column("to_platform", _KEY, nullable=False),
    Column("to_room", _KEY, nullable=False),
    Column("to_person", _KEY, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("receipt", Text, nullable=False),
    Column("failure", Text, nullable=False),
    Column("body", Text),
    # The worker that sends it, while it waits. Empty: whoever is first to take it.
    Column("owner", _KEY, nullable=False, server_default=text("''")),
    UniqueConstraint("platform", "message", "step", "number", name="outbox_key"),
    CheckConstraint("state IN ('waiting', 'sent', 'failed')", name="outbox_state"),
)
# The programs that run on this database, and how often each said among others that it lives. A row is
# never kept after its program: whoever is not here has no message, and its name never comes again.
workers = Table(
    "workers",
    metadata,
    _key("worker"),
    Column("beats", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

# How far each account has read on its platform, in the platform's own words.
cursors = Table(
    "cursors",
    metadata,
    _key("platform"),
    _key("account"),
    Column("position", Text, nullable=False),
    sqlite_with_rowid=False,
)

# The ballots of secret polls that are open, sealed. Neither a time nor an order: who voted when is the
# journal's to say, and how nobody's.
ballots = Table(
    "ballots",
    metadata,
    _key("collective"),
    Column("poll", BigInteger, primary_key=True, autoincrement=False),
    Column("voter", BigInteger, primary_key=True, autoincrement=False),
    Column("box", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

# Who wants to speak first among equals at meetings. It stands in no journal and is in no backup.
priorities = Table(
    "priorities",
    metadata,
    _key("collective"),
    Column("member", BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

# The whole nodes of the Merkle tree over a journal, above its leaves, which are the entries. They
# follow from those and may be made anew, so nothing refuses a change: `talkoot verify` finds one.
nodes = Table(
    "nodes",
    metadata,
    _key("collective"),
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

# The states of long journals, so that a start need not fold them. They follow from the entries, and
# hold names. Whoever makes one claims it first; `flaw` is what was wrong with one that is gone.
snapshots = Table(
    "snapshots",
    metadata,
    _key("collective"),
    Column("claim", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("compared_at", BigInteger, nullable=False),
    Column("flaw", Text, nullable=False),
    Column("flaw_at", BigInteger, nullable=False),
    Column("proof", LargeBinary),
    Column("body", LargeBinary),
)

waiting = text("state = 'waiting'")
cards = text("kind = 'card'")
edits = text("kind = 'edit'")
Index("outbox_waiting", outbox.c.position, sqlite_where=waiting, postgresql_where=waiting)
Index(
    "outbox_owned",
    *outbox.c["to_platform", "owner"],
    sqlite_where=waiting,
    postgresql_where=waiting,
)
Index(
    "outbox_lines",
    *outbox.c["to_platform", "to_room", "to_person", "position"],
    sqlite_where=waiting,
    postgresql_where=waiting,
)
Index(
    "outbox_cards",
    outbox.c.collective,
    outbox.c.ref,
    sqlite_where=cards,
    postgresql_where=cards,
)

Index(
    "outbox_shown",
    outbox.c.to_platform,
    outbox.c.receipt,
    sqlite_where=cards,
    postgresql_where=cards,
)
Index(
    "outbox_edits",
    *outbox.c["collective", "ref", "position"],
    sqlite_where=edits,
    postgresql_where=edits,
)


def sheet_of(seq: int) -> int:
    """The sheet of the texts that came with an entry; it never changes for one that is written."""
    return seq // SHEET


version = Table("talkoot_version", MetaData(), Column("version_num", Text, primary_key=True))
"""Where the migrations note how far they came; Alembic makes it, and names its column so."""

_SQLITE_TRIGGERS = (
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
        OR NEW.sheet IS NOT OLD.sheet
    BEGIN SELECT RAISE(ABORT, 'a text may only be blanked'); END
    """,
    """
    CREATE TRIGGER texts_delete BEFORE DELETE ON texts
    BEGIN SELECT RAISE(ABORT, 'a text may only be blanked'); END
    """,
)

_POSTGRESQL_TRIGGERS = (
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
        OR NEW.identity IS DISTINCT FROM OLD.identity OR NEW.sheet IS DISTINCT FROM OLD.sheet)
    EXECUTE FUNCTION talkoot_refuse('a text may only be blanked')
    """,
    """
    CREATE TRIGGER texts_delete BEFORE DELETE OR TRUNCATE ON texts
    FOR EACH STATEMENT EXECUTE FUNCTION talkoot_refuse('a text may only be blanked')
    """,
)

_TRIGGERS = {"sqlite": _SQLITE_TRIGGERS, "postgresql": _POSTGRESQL_TRIGGERS}


def create(engine: Engine) -> None:
    """Make everything at once, for a database that will be thrown away.

    A database that is kept grows by its migrations (`storage.upgrading.bring_up_to_date`); a test
    holds both ways to the same tables and triggers.
    """
    with engine.begin() as connection:
        metadata.create_all(connection, checkfirst=False)
        version.create(connection)
        for trigger in _TRIGGERS[engine.dialect.name]:
            connection.exec_driver_sql(trigger)
        connection.execute(version.insert().values(version_num=VERSION))
