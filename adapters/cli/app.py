"""`talkoot`: the command line. Each command opens what it needs, says what went wrong, and ends.

It loads what it needs, too: help and the version are there at once.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from adapters.cli import checking, safe, signing
from adapters.cli.beginning import ConfigFile, Database, config_of, in_words, plainly, stop
from bot.tally.methods import METHODS

app = typer.Typer(
    name="talkoot",
    help="A chat bot for open cooperative collectives: who gave what, what was decided, what returns.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


safe.register(app)
checking.register(app)
app.add_typer(signing.app, name="key")


class FormName(StrEnum):
    """What `talkoot export` writes: what can be checked, or one of the forms for other tools."""

    BUNDLE = "bundle"
    SITE = "site"
    CSV = "csv"
    JSON = "json"
    HLEDGER = "hledger"
    BEANCOUNT = "beancount"
    VALUEFLOWS = "valueflows"
    ICS = "ics"


def _told_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"talkoot {version('talkoot')}")
        raise typer.Exit


@contextmanager
def loading() -> Iterator[None]:
    """Load what stays to the end: it is not searched for garbage, neither meanwhile nor ever after.

    Where it is loaded already nothing is done: what is there by then need not stay.
    """
    if "commands" in sys.modules:
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


@app.callback()
def talkoot(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_told_version, is_eager=True, help="Tell the version."),
    ] = False,
) -> None:
    """A chat bot for open cooperative collectives: who gave what, what was decided, what returns."""


@app.command()
def run(config: ConfigFile = None, db: Database = None) -> None:
    """Run the bot, with every platform that is configured; the console is always there."""
    import asyncio
    import time

    since = time.monotonic()
    with loading():
        from adapters.cli import running
        from adapters.cli.home import made_home
        from adapters.cli.keystore import InUse, alone_with
        from adapters.cli.store import open_store
        from bot.ports import TurnedAway
        from bot.writer.signing import SpoiledKeyError

    settings = config_of(config).on(db)
    with plainly(OSError):
        made_home(config)
    try:
        with (
            plainly(InUse, SpoiledKeyError),
            alone_with(Path(settings.matrix.store) if settings.matrix.user else None),
            open_store(settings.database.url, settings.ballots.folder) as store,
        ):
            running.keep_memory()
            running.have_key(store)
            running.tell_uncompiled()
            code = asyncio.run(running.run(settings, store, online=True, since=since))
    except TurnedAway as why:
        stop(str(why), running.TURNED_AWAY_EXIT_CODE)
    raise typer.Exit(code)


@app.command("try")
def try_(
    script: Annotated[
        str | None, typer.Option(help="A transcript to play; - reads standard input.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print what came back as JSON lines.")] = False,
    at: Annotated[str | None, typer.Option(help="The time at which the script begins.")] = None,
    seed: Annotated[int, typer.Option(help="The seed of the script's chance.")] = 0,
    update: Annotated[
        bool, typer.Option("--update", help="Write the answers that came into the script.")
    ] = False,
    db: Annotated[
        str, typer.Option(help="A database to play on, instead of one in memory.")
    ] = "sqlite://",
    config: ConfigFile = None,
) -> None:
    """Play with a throw-away collective on the console, or play a transcript."""
    import asyncio

    with loading():
        from adapters.cli import running, trying
        from adapters.cli.store import open_store, tried_keys
        from adapters.console.transcript import TranscriptError

    settings = config_of(config, level="error")
    with (
        plainly(TranscriptError, OSError, UnicodeDecodeError),
        open_store(db, settings.ballots.folder or tried_keys(db)) as store,
    ):
        if script is None:
            typer.echo(three_lines(running.console_name(settings)))
            code = asyncio.run(running.run(settings, store))
        else:
            stage = trying.open_stage(settings, store, trying.begin_at(at), seed)
            code = trying.script(stage, script, machine=json, update=update)
    raise typer.Exit(code)


@app.command()
def init(
    config: Annotated[
        Path | None, typer.Option("--config", help="The configuration to write (default: the home's).")
    ] = None,
) -> None:
    """Set everything up: platforms, language, time zone, name, database; and see that all is well."""
    from adapters.cli import init as asking
    from adapters.cli.configuring import ConfigError
    from adapters.cli.home import CONFIG, home_of

    home = home_of(config)
    with plainly(asking.InitError, ConfigError, OSError):
        well = asking.init(config or home / CONFIG, home)
    raise typer.Exit(0 if well else 1)


@app.command()
def export(
    target: Annotated[
        Path,
        typer.Argument(
            help="Where to: a file, or for a bundle or a site a folder, that is not there yet."
        ),
    ],
    form: Annotated[
        FormName, typer.Option("--format", help="What to write; a bundle can be checked.")
    ] = FormName.BUNDLE,
    collective: Annotated[
        str, typer.Option(help="Whose ledger, by name, where there are several.")
    ] = "",
    db: Database = None,
    config: ConfigFile = None,
) -> None:
    """Give the data out: the journal to be checked, the open book as files, or the ledger for tools."""
    from adapters.cli.export import ExportError, export_bundle, export_form, export_site
    from adapters.cli.outside import SystemChance
    from adapters.cli.store import open_look, witnesses_of
    from bot.books.exporting.forms import FORMS
    from bot.writer.signing import SpoiledKeyError
    from bot.writer.vault import Vault

    settings = config_of(config)
    with (
        plainly(ExportError, SpoiledKeyError),
        open_look(db or settings.database.url, settings.ballots.folder) as look,
    ):
        archive = look.archive
        # Another database than the configured one may be an old copy, or altered: it is not signed.
        keys, witnesses = (None, None) if db else (look.keys, witnesses_of(settings.home))
        if form is FormName.BUNDLE:
            export_bundle(archive, target, keys, witnesses)
        elif form is FormName.SITE:
            signs = Vault(keys, SystemChance(), witnesses) if keys and witnesses else None
            export_site(archive, target, settings.rules, collective, signs)
        else:
            export_form(archive, FORMS[form], target, collective)
    check = f" Check it with: python3 {target}/verify.py" if form is FormName.BUNDLE else ""
    typer.echo(f"Written to {target}.{check}")


@app.command()
def doctor(
    db: Database = None,
    config: ConfigFile = None,
    offline: Annotated[bool, typer.Option("--offline", help="Ask no platform.")] = False,
) -> None:
    """Look at the clock, the database, the platforms, the keys; say how to mend what is wrong."""
    from adapters.cli.configuring import ConfigError
    from adapters.cli.examining import examine

    settings = config_of(config)
    with plainly(ConfigError, OSError):
        well = examine(settings, db or settings.database.url, offline=offline)
    raise typer.Exit(0 if well else 1)


@app.command()
def healthcheck(config: ConfigFile = None) -> None:
    """Whether the bot that runs in this home lives: the exit code is 0, or 1 and why."""
    from adapters.cli.heartbeat import complaint
    from adapters.cli.home import home_of

    if wrong := complaint(home_of(config)):
        stop(wrong, 1)


@app.command("tally")
def tally_(  # noqa: PLR0913, PLR0917 - each is an option of the command line
    file: Annotated[str, typer.Argument(help="A BLT, CSV or ABIF file; - reads standard input.")],
    method: Annotated[str, typer.Option(help=f"One of {', '.join(METHODS)}.")],
    seats: Annotated[int | None, typer.Option(min=1, help="How many are elected.")] = None,
    seed: Annotated[str, typer.Option(help="The seed of the draw by which ties end.")] = "",
    json: Annotated[
        bool, typer.Option("--json", help="Print the result and its working as JSON.")
    ] = False,
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", help="A choice of the method, such as quota=hare or equal=skip."),
    ] = None,
    cells: Annotated[
        str, typer.Option(help="What the numbers in a table are: ranks, scores, marks or choice.")
    ] = "",
    header: Annotated[
        bool | None,
        typer.Option(help="Whether the first row of a table names its columns, where it is unclear."),
    ] = None,
    columns: Annotated[
        list[str] | None,
        typer.Option(help="Which columns of a table hold the vote: names, or numbers as 2-5."),
    ] = None,
) -> None:
    """Count the ballots in a file by any method, with the whole working."""
    from adapters.cli.config import LogSection
    from adapters.cli.logs import set_up_logs
    from adapters.cli.tallying import TallyError, as_json, as_text, read_options, tally
    from bot.tally.files import Given

    set_up_logs(LogSection())
    try:
        chosen = read_options(set_ or ())
        election, result = tally(
            file,
            method,
            seats=seats,
            seed=seed,
            options=chosen,
            cells=cells,
            given=Given(header, tuple(columns or ())),
        )
    except TallyError as why:
        stop(str(why))
    text = as_json(election, result, seed) if json else as_text(election, result, seed, chosen)
    typer.echo(text)


def three_lines(name: str) -> str:
    """What whoever plays, under that name, is told to begin with."""
    return f"""A collective to play with; it is gone when you leave. Three things to type:
  /log 2h baked bread
  bo: /thank @{name} for the bread
  /balance"""


def main() -> None:
    """The entry point."""
    # What is loaded by now stays to the end: it need not be searched for garbage again and again.
    gc.freeze()
    try:
        app()
    except OSError as why:
        # A file or folder that cannot even be looked at, wherever that was tried.
        if why.filename is None:
            raise
        print(in_words(why), file=sys.stderr)
        sys.exit(2)
