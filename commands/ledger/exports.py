"""`/export`: the ledger as a file for other tools, in private."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.arguments import OptionType, arguments, takes
from bot.books.exporting.forms import FORMS, Books
from bot.books.reserved import is_kept_from
from bot.chain import Entry
from bot.chat import File, Refusal, Reply
from bot.collective.booking import day_of
from bot.collective.events import Event
from bot.collective.state import State
from bot.command import Command
from bot.decision import Accepted, Ask, Latest, Query
from bot.feature import Feature
from bot.language.periods import Period
from bot.text.wording import Node, Typed, lines, say, say_n

ENTRIES_MAX = 10_000
"""The most entries that are read for an answer; it takes a tenth of a second."""

BYTES_MAX = 8_000_000
"""The longest file that every platform takes."""

_DAY_MS = 86_400_000


def _wants(state: State, ask: Ask) -> tuple[Query, ...]:
    return (Latest(ENTRIES_MAX),)


@arguments
class ExportArgs:
    """What `/export` takes."""

    format: str = takes(
        OptionType.WORD, say("the form of the file"), positional=True, choices=tuple(FORMS)
    )
    period: Period | None = takes(
        OptionType.PERIOD, say("the time it is about"), positional=True, default=None
    )


def export(state: State, ask: Ask[ExportArgs]) -> Accepted:
    """The entries of a time, or all, in one of the forms."""
    form = FORMS[ask.args.format]
    found = [entry for entry, _ in ask.entries(*ask.found)]
    period = ask.args.period
    days = (period.first.isoformat(), period.last.isoformat()) if period else None
    # Nothing is written before the day that it counts for, by any clock of the world.
    reaches = days is not None and bool(found) and day_of(found[0].at + _DAY_MS) < days[0]
    if len(found) < state.head.seq and not reaches:
        raise _too_long()

    def texts(seals: Iterable[str], _near: Mapping[str, int]) -> Mapping[str, str]:
        return {seal: ask.text(seal) for seal in seals if ask.text(seal)}

    def kept(entry: Entry, event: Event) -> bool:
        return is_kept_from(state, ask.member, entry, event)

    books = Books(state, lambda: found, texts, days, ask.zone, kept=kept)
    data = "".join(form.write(books)).encode()
    if len(data) > BYTES_MAX:
        raise _too_long()
    name = f"talkoot-{ask.args.format}.{form.ending}"
    told: Node = say_n(
        "{count} entry of {name} up to number {head}: {form}.",
        "{count} entries of {name} up to number {head}: {form}.",
        sum(map(books.of_days, found)),
        name=state.name,
        head=state.head.seq,
        form=form.about,
    )
    back = sum(kept(*each) for each in ask.entries(*ask.found) if books.of_days(each[0]))
    if back and ask.args.format == "json":
        told = lines(told, _kept_back(back))
    file = File(name, form.media, data, form.about)
    return Accepted(replies=(Reply(told, private=True, fleeting=True, files=(file,)),))


def _kept_back(count: int) -> Node:
    return say_n(
        "{count} of them is told by its kind alone: it is somebody's own affair, or a vote that is "
        "hidden until its close.",
        "{count} of them are told by their kind alone: they are somebody's own affair, or votes that "
        "are hidden until their close.",
        count,
    )


def _too_long() -> Refusal:
    return Refusal(
        "export-long",
        say("That is too long for a message."),
        instead=say(
            "Name a shorter time, for example {line}, or ask whoever runs this bot for everything.",
            line=Typed("export csv last month"),
        ),
    )


COMMANDS = (
    Command(
        name="export",
        about=say("the ledger as a file for other tools"),
        also=say(
            "download, csv, backup, save, excel, export to excel, spreadsheet, give me the spreadsheet"
        ),
        decide=export,
        wants=_wants,
        args=ExportArgs,
        examples=("export csv", "export hledger last month"),
    ),
)

FEATURE = Feature(name="exports", commands=COMMANDS)
