"""Where an installation lives: its configuration, its database, what it remembers.

Nothing is put into whatever folder somebody stands in; a folder that holds an installation already is
meant when somebody stands in it.
"""

from __future__ import annotations

import os
from pathlib import Path

HOME = "TALKOOT_HOME"
"""The variable of the environment that names the folder."""

CONFIG = "config.toml"
MARKS = (CONFIG, "talkoot.db")
"""What a folder holds that an installation lives in."""

_SQLITE = "sqlite:///"


def home_of(config: Path | None = None) -> Path:
    """The folder of this installation, which may not be there yet.

    It is what `TALKOOT_HOME` says; else the folder of the configuration that was named; else the
    current one where an installation lives in it; else the user's own for data (XDG).
    """
    if chosen := os.environ.get(HOME):
        return Path(chosen).expanduser()
    if config is not None:
        return config.parent
    if any(Path(mark).is_file() for mark in MARKS):
        return Path()
    data = os.environ.get("XDG_DATA_HOME", "")
    return (Path(data) if Path(data).is_absolute() else Path("~/.local/share").expanduser()) / "talkoot"


def made_home(config: Path | None = None) -> Path:
    """The same, and it is there: for its owner alone, where it had to be made. Raises OSError."""
    home = home_of(config)
    if not home.is_dir():
        home.parent.mkdir(parents=True, exist_ok=True)
        home.mkdir(mode=0o700)
    return home


def under(home: Path, path: str) -> str:
    """A path of the configuration, which begins at the home unless it is whole."""
    return str(home / Path(path).expanduser()) if path else ""


def url_under(home: Path, url: str) -> str:
    """A database's URL whose file begins at the home unless its path is whole."""
    path = url.removeprefix(_SQLITE)
    return f"{_SQLITE}{under(home, path)}" if url.startswith(_SQLITE) and path else url
