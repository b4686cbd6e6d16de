"""`talkoot`: the command line. Each command opens what it needs, says what went wrong, and ends."""

from __future__ import annotations

import asyncio
import logging
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from adapters.cli.config import Config, ConfigError, read_config
from adapters.cli.running import run as run_bot
from adapters.cli.store import MEMORY, open_store
from adapters.cli.trying import begin_at, open_stage
from adapters.cli.trying import script as play_script
from adapters.console.transcript import TranscriptError
from storage.engines import UnfitDatabase

app = typer.Typer(
    name="talkoot",
    help="A chat bot for open cooperative collectives: who gave what, what was decided, what returns.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

ConfigFile = Annotated[
    Path | None, typer.Option("--config", help="The configuration (default: config.toml).")
]
Database = Annotated[
    str | None, typer.Option("--db", help="The database's URL, over the configuration's.")
]


def _config(path: Path | None) -> Config:
    try:
        config = read_config(path)
    except ConfigError as wrong:
        _stop(str(wrong))
    logging.basicConfig(
        level=config.log.level.upper(),
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
        stream=sys.stderr,
    )
    return config


def _stop(message: str, code: int = 2) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(code)


@app.command()
def run(config: ConfigFile = None, db: Database = None) -> None:
    """Run the bot, with every platform that is configured; the console is always there."""
    settings = _config(config)
    try:
        with open_store(db or settings.database.url) as store:
            code = asyncio.run(run_bot(settings, store))
    except UnfitDatabase as why:
        _stop(str(why))
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
    db: Annotated[str, typer.Option(help="A database to play on, instead of one in memory.")] = MEMORY,
    config: ConfigFile = None,
) -> None:
    """Play with a throw-away collective on the console, or play a transcript."""
    settings = _config(config)
    try:
        with open_store(db) as store:
            if script is None:
                typer.echo(TRY)
                code = asyncio.run(run_bot(settings, store))
            else:
                stage = open_stage(settings, store, begin_at(at), seed)
                code = play_script(stage, script, machine=json, update=update)
    except (UnfitDatabase, TranscriptError, OSError, UnicodeDecodeError) as why:
        _stop(str(why))
    raise typer.Exit(code)


TRY = """A collective to play with; it is gone when you leave. Three things to type:
  /log 2h baked bread
  bo: /thank @me for the bread
  /balance"""


def main() -> None:
    """The entry point."""
    app()
