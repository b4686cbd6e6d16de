"""`talkoot backup`, `restore`, `held` and `import`: bringing data in, and keeping it safe."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from adapters.cli.beginning import ConfigFile, Database, config_of, stop


class Held(StrEnum):
    """What becomes of messages that a restore held back."""

    SEND = "send"
    DROP = "drop"


class From(StrEnum):
    """What an import comes from."""

    BUNDLE = "bundle"
    OPENING = "opening"
    KIMAI = "kimai"
    TOGGL = "toggl"
    CLOCKIFY = "clockify"
    CAMT = "camt"
    OFX = "ofx"
    BANK = "bank"
    OPENCOLLECTIVE = "opencollective"
    TIMEOVERFLOW = "timeoverflow"
    SPLITWISE = "splitwise"
    SOURCECRED = "sourcecred"
    PRAISE = "praise"
    LOOMIO = "loomio"
    HLEDGER = "hledger"
    BEANCOUNT = "beancount"


class Taken(StrEnum):
    """What a backup takes along that it usually leaves out."""

    MATRIX = "matrix"


@contextmanager
def _ending(begin: str, *more: type[Exception]) -> Iterator[None]:
    """What is wrong with the database, or is one of `more`, is told behind `begin`, and ends it."""
    from bot.ports import StorageBroken, StorageFault
    from storage.engines import UnfitDatabase

    foreseen: tuple[type[Exception], ...] = (UnfitDatabase, StorageFault, StorageBroken, *more)
    try:
        yield
    except foreseen as why:
        stop(f"{begin}{why}", 1)


def backup(
    target: Annotated[
        Path, typer.Argument(metavar="FILE", help="A file that is not there yet, or a folder.")
    ],
    keep: Annotated[
        str, typer.Option(help="Which ones in the folder stay: 7d,4w,12m; others are deleted.")
    ] = "",
    with_: Annotated[
        Taken | None,
        typer.Option(
            "--with", help="matrix takes the Matrix key store along, of a bot that is stopped."
        ),
    ] = None,
    db: Database = None,
    config: ConfigFile = None,
) -> None:
    """Copy everything that is kept, at one moment, while the bot goes on; verify the copy."""
    from adapters.cli.backup import BackupError, matrix_store
    from adapters.cli.backup import backup as make
    from adapters.cli.keeping import read_keep

    settings = config_of(config)
    with _ending("No backup: ", BackupError, ValueError):
        kept = read_keep(keep) if keep else None
        matrix = matrix_store(settings) if with_ else None
        url, slips = db or settings.database.url, Path(settings.slips.store)
        made = make(url, target, keep=kept, matrix=matrix, slips=slips)
    typer.echo(made.told)


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What talkoot backup wrote.")],
    head: Annotated[
        list[str] | None,
        typer.Option("--head", help="The newest head that a room has seen, SEQ:HASH or NAME=SEQ:HASH."),
    ] = None,
    accept_loss: Annotated[
        bool, typer.Option("--accept-loss", help="Restore though entries are known to be missing.")
    ] = False,
    db: Database = None,
    config: ConfigFile = None,
) -> None:
    """Make a backup the database again, in an empty place; all of it or nothing."""
    from adapters.cli.home import made_home
    from adapters.cli.restore import RestoreError, Target
    from adapters.cli.restore import restore as make
    from bot.books.audit import read_posted

    settings = config_of(config)
    with _ending("Nothing was restored: ", RestoreError, ValueError, OSError):
        made_home(config)
        posted = [read_posted(text) for text in head or asked_heads()]
        target = Target(
            db or settings.database.url,
            settings.ballots.folder,
            Path(settings.matrix.store) if settings.matrix.user else None,
            Path(settings.slips.store),
        )

        def agreed(told: str) -> bool:
            return accept_loss or (
                sys.stdin.isatty() and typer.confirm(f"{told} Restore it all the same?")
            )

        rows = make(file, target, posted, agreed)
    typer.echo("\n".join(rows))


def asked_heads() -> list[str]:
    """The head that whoever sits at a terminal last saw in a room; nothing where nobody does."""
    if not sys.stdin.isatty():
        return []
    said: str = typer.prompt("The newest head that you find in a room (SEQ:HASH)", default="none")
    return [] if said.strip() in {"", "none"} else [said]


def held(
    what: Annotated[Held, typer.Argument(help="send them now, or drop them for good.")],
    db: Database = None,
    config: ConfigFile = None,
) -> None:
    """Send or drop the messages that a restore held back."""
    from adapters.cli.store import open_archive
    from storage.copying import let_go
    from storage.engines import open_engine

    url = db or config_of(config).database.url
    with _ending(""):
        with open_archive(url):  # it refuses a place where nothing is
            engine = open_engine(url)
        count = let_go(engine, send=what is Held.SEND)
        engine.dispose()
    done = (
        "wait to be sent: talkoot run sends them when it starts"
        if what is Held.SEND
        else "were dropped"
    )
    typer.echo(f"{count} messages {done}." if count else "No messages are held back.")


def import_(  # noqa: PLR0913, PLR0917 - each is an option of the command line
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="What to bring in: a file, or a bundle.")
    ] = None,
    form: Annotated[From | None, typer.Option("--as", help="What wrote it.")] = None,
    map_: Annotated[
        Path | None, typer.Option("--map", help="A file that remembers whom and what is meant.")
    ] = None,
    write: Annotated[
        bool, typer.Option("--write/--dry-run", help="Announce it, or enter it when members agreed.")
    ] = False,
    undo: Annotated[str, typer.Option(help="Undo an import whole, such as I1.")] = "",
    head: Annotated[
        list[str] | None, typer.Option("--head", help="Of a bundle: a head that was posted, SEQ:HASH.")
    ] = None,
    collective: Annotated[str, typer.Option(help="Whose, by name, where there are several.")] = "",
    db: Database = None,
    config: ConfigFile = None,
) -> None:
    """Bring data in from another program, or a bundle into an empty place; undo an import."""
    settings = config_of(config)
    url = db or settings.database.url
    if form is From.BUNDLE and file is not None:
        _take_in(file, url, head or [])
        return
    from adapters.cli import importing_run
    from adapters.cli.export import ExportError
    from adapters.cli.importing_map import ImportFault
    from bot.text.rendering import visible

    with _ending("Nothing was brought in: ", ImportFault, ExportError):
        if undo:
            rows, done = importing_run.undo(settings, url, undo, collective, write=write), True
        elif file is not None and form is not None:
            wanted = importing_run.Wanted(file, form.value, map_, collective, write)
            rows, done = importing_run.bring_in(settings, url, wanted)
        else:
            stop("Name a file and what wrote it: talkoot import FILE --as KIND", 2)
    typer.echo("\n".join(map(visible, rows)))
    raise typer.Exit(0 if done else 1)


def _take_in(file: Path, url: str, heads: list[str]) -> None:
    from adapters.cli.bundle_in import BundleError, take_in
    from bot.books.audit import read_posted

    with _ending("Nothing was taken in: ", BundleError, ValueError):
        rows = take_in(file, url, [read_posted(text) for text in heads])
    typer.echo("\n".join(rows))


def register(app: typer.Typer) -> None:
    """Make these commands of the command line."""
    for command in (backup, restore, held):
        app.command()(command)
    app.command("import")(import_)
