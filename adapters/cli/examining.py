"""The whole of `talkoot doctor`: everything is looked at, and each finding told as a line."""

from __future__ import annotations

import typer

from adapters.cli.config import Config
from adapters.cli.doctor import findings
from adapters.cli.doctor_online import online
from adapters.cli.store import check_apart, open_look, usual_keys
from storage.outbox import SqlOutbox


def examine(settings: Config, url: str, *, offline: bool = False) -> bool:
    """Whether all is well. Raises UnfitDatabase, StorageFault, StorageBroken or OSError."""
    sick = False
    with open_look(url, settings.ballots.folder) as look:
        check_apart(url, settings.ballots.folder or usual_keys(), usual=not settings.ballots.folder)
        asked = {} if offline else online(settings, SqlOutbox(look.archive.engine))
        for each in findings(settings, look, url, asked):
            typer.echo(each.told)
            sick = sick or bool(each.wrong)
    typer.echo("Something is to be mended." if sick else "All is well.")
    return not sick
