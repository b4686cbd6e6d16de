"""A database that cannot be used is told with its host, the cause and a remedy, and no password."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import make_url

from bot.ports import StorageFault
from storage.engines import UnfitDatabase
from storage.looking import looking
from storage.upgrading import bring_up_to_date


def told(url: str) -> str:
    """What is told where something is to be written."""
    with pytest.raises((StorageFault, UnfitDatabase)) as why:
        bring_up_to_date(url)
    return str(why.value)


def told_looking(url: str) -> str:
    """What is told where it is only looked at."""
    with pytest.raises((StorageFault, UnfitDatabase)) as why, looking(url):
        pass
    return str(why.value)


REMEDY = "Does it run there, and are host, port, user, password and name right in database.url?"


@pytest.mark.parametrize(
    ("url", "words"),
    {
        "/srv/talkoot.db": (
            "The database's address is not a URL. For this file it is sqlite:////srv/talkoot.db"
        ),
        "./talkoot.db": (
            "The database's address is not a URL. For this file it is sqlite:///./talkoot.db"
        ),
        "me:geheim@host": (
            "The database's address is not a URL. For a file it is sqlite:///talkoot.db"
        ),
        "postgresql://me:geheim@127.0.0.1:1/book": (
            f"PostgreSQL at 127.0.0.1, port 1, cannot be used: Connection refused. {REMEDY}"
        ),
        "mysql://me:geheim@host/book": (
            "Talkoot keeps its journal in SQLite or PostgreSQL, not in mysql."
        ),
    }.items(),
    ids=str,
)
def test_an_address_that_leads_nowhere(url: str, words: str) -> None:
    assert told(url) == told_looking(url) == words


def test_a_folder_is_no_database(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}"
    words = f"{tmp_path} is a folder; the database is a file in it, such as {tmp_path}/talkoot.db"

    assert told(url) == told_looking(url) == words


def test_a_host_that_nobody_knows() -> None:
    words = told("postgresql://me:geheim@nowhere.invalid/book")

    assert words.startswith("PostgreSQL at nowhere.invalid, port 5432, cannot be used: ")
    assert words.endswith(REMEDY)
    assert "geheim" not in words


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/none/talkoot.db"

    assert told(url) == f"The folder {tmp_path}/none for the database does not exist."


def test_a_database_that_is_not_there(postgres_url: str) -> None:
    address = make_url(postgres_url).set(database="nosuch")

    words = told(address.render_as_string(hide_password=False))

    assert 'cannot be used: database "nosuch" does not exist. ' in words
