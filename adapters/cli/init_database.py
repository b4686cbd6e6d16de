"""The database that `talkoot init` asks for: whether it can be used, without anything being made."""

from __future__ import annotations

import os
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from adapters.cli.home import url_under
from bot.ports import StorageBroken, StorageFault
from storage.engines import UnfitDatabase, a_folder, address_of, open_engine

_BEGINS = b"SQLite format 3\0"


def unfit(home: Path, url: str) -> str:
    """Why a database cannot be used; nothing where it can."""
    try:
        address = address_of(url_under(home, url))
        if address.get_backend_name() == "sqlite":
            return _unfit_file(
                home, Path(address.database or ":memory:"), has_options=bool(address.query)
            )
        open_engine(url).dispose()
    except (UnfitDatabase, StorageFault, StorageBroken) as why:
        return str(why)
    return ""


def _unfit_file(home: Path, path: Path, *, has_options: bool) -> str:
    if str(path) == ":memory:" or has_options:
        return "The database is a file, as in sqlite:///talkoot.db"
    if path.is_dir():
        return a_folder(path)
    if path.is_file() and _is_another(path):
        return f"{path} is a file of something else, and no SQLite database."
    folder = path.parent
    if folder.resolve() == home.resolve() and not home.exists():
        return ""
    if not folder.is_dir():
        return f"The folder {folder} for the database does not exist."
    return "" if os.access(folder, os.W_OK) else f"Nothing can be written into {folder}."


def _is_another(path: Path) -> bool:
    """Whether a file holds something, and no database; one without a word in it becomes one."""
    with path.open("rb") as file:
        return file.read(len(_BEGINS)) not in {b"", _BEGINS}


def hides_a_password(url: str) -> bool:
    """Whether the address is itself a secret."""
    return make_url(url).password is not None


def shown_url(url: str) -> str:
    """The address as everybody may read it."""
    try:
        return make_url(url).render_as_string(hide_password=True)
    except ArgumentError:
        return "(secret)"


def left_behind(url: str) -> str:
    """What is told where there is a book already, and another place is named for it."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite" and not Path(address.database or "").is_file():
        return ""
    return (
        f"What is in {shown_url(url)} stays there and is not taken along. To take it along, make a "
        "backup first (talkoot backup FILE), and restore that into the new one (talkoot restore FILE)."
    )
