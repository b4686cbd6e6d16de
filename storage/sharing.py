"""The same picture of a database in two processes, whoever writes meanwhile.

PostgreSQL hands a picture on by a name. SQLite does not: there the second process looks whether
anything was written since before the first one's picture began. Nobody is hindered by it, and nothing
is written, so it needs no more rights than looking does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, String, bindparam, text

from bot.ports import StorageFault
from storage.faults import faults

_NAME = re.compile(r"[0-9A-F-]{1,64}")

# PostgreSQL takes no parameter there: SQLAlchemy writes the name in, quoted.
_JOIN = text("SET TRANSACTION SNAPSHOT :name").bindparams(
    bindparam("name", type_=String, literal_execute=True)
)


def begun(connection: Connection) -> str | None:
    """Fix the picture of a reading connection now, instead of with its first question.

    Returns what another process joins it by; None where none can: a PostgreSQL that is a standby.
    """
    if connection.dialect.name == "sqlite":
        _written(connection)
        return ""
    asked = "SELECT CASE WHEN pg_is_in_recovery() THEN NULL ELSE pg_export_snapshot() END"
    name = connection.exec_driver_sql(asked).scalar_one()
    return None if name is None else str(name)


@contextmanager
def joined(engine: Engine, begin: Callable[[], str]) -> Iterator[Connection | None]:
    """The very picture that another process has; None where something was written in between.

    `begin` has the other process begin its own, and returns what that said (`begun`).
    """
    with faults(), engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            before = _written(connection)
            begin()
            connection.exec_driver_sql("BEGIN")
            yield connection if _written(connection) == before else None
        else:
            name = begin()
            if not _NAME.fullmatch(name):
                raise StorageFault("That is no picture of PostgreSQL's.")
            connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            connection.execute(_JOIN, {"name": name})
            yield connection


def _written(connection: Connection) -> int:
    """A number that is another one when others wrote: outside of a reading, or when that begins."""
    return int(connection.exec_driver_sql("PRAGMA data_version").scalar_one())
