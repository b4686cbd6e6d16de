"""`talkoot key`: the key with which this bot signs checkpoints, shown and replaced."""

from __future__ import annotations

import typer

from adapters.cli.beginning import ConfigFile, config_of, plainly, stop
from adapters.cli.outside import SystemChance
from bot.checkpoints import ROTATION_NAME

app = typer.Typer(help="The key that signs checkpoints of the journals.", no_args_is_help=True)

_NONE = "There is no key yet: talkoot init makes one, or else talkoot run makes one when it starts."


@app.command()
def show(config: ConfigFile = None) -> None:
    """Show the public key, and the notes in which older keys named the next."""
    from adapters.cli.store import usual_keys
    from bot.writer.signing import SpoiledKeyError, signing_key
    from storage.keys import KeyFolder

    with plainly(SpoiledKeyError, code=1):
        key = signing_key(KeyFolder(config_of(config).ballots.folder or usual_keys()))
    if key is None:
        stop(_NONE, 1)
    typer.echo("\n".join([*key.rotations, key.public(ROTATION_NAME).text]))


@app.command()
def rotate(config: ConfigFile = None) -> None:
    """Make a new key; the old one signs that it takes its place, and is destroyed."""
    from adapters.cli.store import usual_keys
    from bot.writer.signing import SpoiledKeyError, rotated
    from storage.keys import KeyFolder

    with plainly(SpoiledKeyError, code=1):
        folder = KeyFolder(config_of(config).ballots.folder or usual_keys())
        key = rotated(folder, SystemChance())
    if key is None:
        stop(_NONE, 1)
    typer.echo("A new key signs from now on. Give this note to whoever keeps the old one:\n")
    typer.echo(key.rotations[-1])
