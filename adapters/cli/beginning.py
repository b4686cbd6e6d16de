"""What every command of the command line begins with: the configuration, or words and an end."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from bot.text.rendering import visible

if TYPE_CHECKING:
    from adapters.cli.config import Config

ConfigFile = Annotated[
    Path | None, typer.Option("--config", help="The configuration (default: config.toml).")
]
Database = Annotated[
    str | None, typer.Option("--db", help="The database's URL (one with a password belongs into .env).")
]


def config_of(path: Path | None, level: str | None = None) -> Config:
    """The configuration, with logging set up by it; a mistake in it ends the program."""
    from adapters.cli.configuring import ConfigError, read_config
    from adapters.cli.logs import set_up_logs

    try:
        config = read_config(path)
    except ConfigError as wrong:
        stop(str(wrong))
    set_up_logs(config.log, level)
    return config


def stop(message: str, code: int = 2) -> NoReturn:
    """Say why, and end with an error."""
    typer.echo(message, err=True)
    raise typer.Exit(code)


@contextmanager
def plainly(*more: type[Exception], code: int = 2) -> Iterator[None]:
    """What is wrong with the database, or is one of `more`, is told in its own words and ends it."""
    from bot.ports import StorageBroken, StorageFault
    from storage.engines import UnfitDatabase

    foreseen: tuple[type[Exception], ...] = (UnfitDatabase, StorageFault, StorageBroken, *more)
    try:
        yield
    except foreseen as why:
        stop(in_words(why), code)


def in_words(why: Exception) -> str:
    """What went wrong, for whoever typed; of a file its name, the reason, and what to do."""
    if not isinstance(why, OSError) or why.filename is None:
        return str(why)
    told = f"{visible(str(why.filename))} cannot be used: {why.strerror}."
    if why.errno in {errno.EACCES, errno.EPERM}:
        told += " Run it as the user whom it belongs to, or name another place."
    return told
