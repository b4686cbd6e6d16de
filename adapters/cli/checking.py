"""`talkoot verify`, as it is typed: a database, a bundle, a receipt, and what somebody kept."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from adapters.cli.beginning import ConfigFile, Database, config_of, plainly

if TYPE_CHECKING:
    from adapters.cli.alone import Alone
    from adapters.cli.noted import Demands, Noted
    from adapters.cli.verify import Report
    from bot.books.audit import Posted

Checkpoint = Annotated[
    list[Path] | None,
    typer.Option("--checkpoint", help="A file with a checkpoint that the journal must begin with."),
]
Receipt = Annotated[
    list[Path] | None,
    typer.Option("--receipt", help="A file with a receipt; it is checked without the journal."),
]
Proof = Annotated[
    list[Path] | None,
    typer.Option("--proof", help="A file with the proof that a checkpoint's journal only grew."),
]


def verify(  # noqa: PLR0913, PLR0917 - each is an option of the command line
    bundle: Annotated[
        Path | None, typer.Argument(help="An exported bundle; the database if left out.")
    ] = None,
    db: Database = None,
    head: Annotated[
        list[str] | None,
        typer.Option("--head", help="A head that was posted, SEQ:HASH; it must be reached."),
    ] = None,
    without_texts: Annotated[
        bool, typer.Option("--without-texts", help="Texts were left out of the bundle on purpose.")
    ] = False,
    checkpoint: Checkpoint = None,
    receipt: Receipt = None,
    proof: Proof = None,
    key: Annotated[
        str, typer.Option("--key", help="The public key that signed the checkpoints; talkoot key show.")
    ] = "",
    rotations: Annotated[
        list[Path] | None,
        typer.Option("--rotations", help="A file with the notes in which that key names the next."),
    ] = None,
    witness: Annotated[
        list[str] | None,
        typer.Option("--witness", help="The public key of a witness that must have signed too."),
    ] = None,
    quorum: Annotated[
        int | None, typer.Option("--quorum", help="How many of those witnesses (usually all).")
    ] = None,
    config: ConfigFile = None,
) -> None:
    """Check the chain, the sums, the texts and the state, and that what was posted is reached."""
    from adapters.cli.alone import read_alone
    from adapters.cli.noted import bundled, demands
    from adapters.cli.proven import proven_text
    from bot.books.audit import read_posted
    from bot.books.bundle import ROTATIONS

    with plainly(ValueError, OSError):
        posted = [read_posted(text) for text in head or ()]
        followed = bundled(bundle, ROTATIONS) if key else []
        wanted = demands(key, [*(rotations or ()), *followed], witness or (), quorum)
        held = read_alone(receipt or (), proof or ())
        noted = _noted(checkpoint or (), bundle, wanted, others=held.count)
        alone = bool(held.count) and bundle is None and db is None
        if alone and (posted or without_texts):
            raise ValueError(_ALONE)
        points = [*held.points(wanted), *noted]
        flaws = list(held.flaws(noted, alone=alone))
        if alone:
            sound = _all_hold(held, wanted, [*(it.flaw for it in points if it.flaw), *flaws])
        else:
            report = _report(bundle, db, config, posted, points, partial=without_texts)
            sound = _journals_hold(report.with_flaws(flaws))
    if sound:
        typer.echo(proven_text(posted, points, wanted, held, alone=alone))
    raise typer.Exit(0 if sound else 1)


def _noted(named: Iterable[Path], bundle: Path | None, wanted: Demands, *, others: int) -> list[Noted]:
    """The checkpoints that were named, and those in the bundle. Raises ValueError or OSError.

    Witnesses are demanded of all but the newest ones in a bundle, which none was shown yet.
    """
    from adapters.cli.noted import bundled, read_files
    from bot.books.bundle import CHECKPOINTS, WITNESSED

    noted = read_files([*named, *bundled(bundle, WITNESSED)], wanted)
    if wanted.witnesses and not noted and not others:
        raise ValueError(f"--witness {_SIGNS}")
    noted += read_files(bundled(bundle, CHECKPOINTS), wanted.of_the_bot)
    if wanted.keys and not noted and not others:
        raise ValueError(f"--key {_SIGNS}")
    return noted


_SIGNS = "says who signed a checkpoint: name one with --checkpoint FILE."
_ALONE = (
    "A receipt or a proof is checked without a journal: leave --head and --without-texts out, or name "
    "a bundle."
)


def _all_hold(held: Alone, wanted: Demands, flaws: Iterable[str]) -> bool:
    """Tell what receipts and proofs show, and what they lack; whether that is nothing."""
    typer.echo(held.text(wanted))
    rows = [f"NOT SOUND: {flaw}" for flaw in dict.fromkeys(flaws)]
    typer.echo("\n".join(rows or ["All holds."]))
    return not rows


def _journals_hold(report: Report) -> bool:
    """Tell what was verified; whether there is something, and all of it holds."""
    from adapters.cli.verify import report_text

    typer.echo(report_text(report))
    return report.sound and bool(report.journals)


def _report(
    bundle: Path | None,
    db: str | None,
    config: Path | None,
    posted: list[Posted],
    noted: list[Noted],
    *,
    partial: bool,
) -> Report:
    from adapters.cli.config import LogSection
    from adapters.cli.logs import set_up_logs
    from adapters.cli.store import open_archive
    from adapters.cli.verify import verify_archive, verify_bundle

    if bundle is not None:
        set_up_logs(LogSection())
        return verify_bundle(bundle, posted, noted, partial=partial)
    with open_archive(db or config_of(config).database.url) as archive:
        return verify_archive(archive, posted, noted)


def register(app: typer.Typer) -> None:
    """Make this a command of the command line."""
    app.command()(verify)
