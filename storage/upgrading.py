"""Tables that are there, and of this version: made, or brought up to date from an older Talkoot's.

Whoever is first does it; the others wait for their turn. Nothing is ever brought back to an older one.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from sqlalchemy import BigInteger, Connection, Engine, func, inspect, literal, select

from bot.ports import StorageFault
from storage import schema
from storage.engines import TURNS, UnfitDatabase, open_engine, reading, writing

_UPGRADE_LOCK = 0x7461_6C6B_6F6F_7401
"""The advisory lock of whoever upgrades a PostgreSQL database."""


class NewerDatabase(UnfitDatabase):
    """A newer Talkoot wrote this database."""

    def __init__(self, found: str) -> None:
        """Name both versions, and what to do."""
        super().__init__(
            f"This database was written by a newer Talkoot (schema {found}); this one knows up to "
            f"{schema.VERSION}. Install the newer version; nothing was changed."
        )


def bring_up_to_date(url: str) -> None:
    """Make the tables, or bring those of an older Talkoot to this one's version, all or nothing.

    Raises as `open_engine` does, and `NewerDatabase`; then nothing was changed.
    """
    engine = open_engine(url)
    try:
        with reading(engine) as connection:
            found = version_of(connection)
        if found > schema.VERSION:
            raise NewerDatabase(found)
        if found < schema.VERSION:
            _upgrade_in_turn(engine)
    finally:
        engine.dispose()


def version_of(connection: Connection) -> str:
    """The migration that this database reached, or nothing where there are no tables yet."""
    tables = set(inspect(connection).get_table_names())
    if schema.version.name in tables:
        return str(connection.execute(select(schema.version.c.version_num)).scalar_one())
    strangers = tables & set(schema.metadata.tables)
    if strangers:
        raise UnfitDatabase(
            f"Another program keeps tables here ({', '.join(sorted(strangers))}); give Talkoot a "
            "database of its own. Nothing was changed."
        )
    return ""


def _upgrade_in_turn(engine: Engine) -> None:
    """Upgrade, or wait for another program that does it, about a minute. Raises as `_upgrade` does."""
    for _ in range(TURNS):
        # It waits `WAIT_SECONDS_MAX` for its turn, which is little for who upgrades a large database.
        with suppress(StorageFault):
            _upgrade(engine)
            return
    _upgrade(engine)


def _upgrade(engine: Engine) -> None:
    # Alembic takes a quarter of a second to load, and a database is seldom too old.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    folder = str(Path(__file__).parent / "migrations")
    config.set_main_option("script_location", folder.replace("%", "%%"))
    with writing(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(select(func.pg_advisory_xact_lock(literal(_UPGRADE_LOCK, BigInteger))))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
