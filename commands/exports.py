"""`/export`: the ledger as a file for other tools, in private."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.calendar import Period
from bot.chat import File, Misread, Reply, misread
from bot.collective.state import State
from bot.command import Command, Option, OptionType
from bot.decision import Accepted, Ask, Decision, Latest, Moment, Reading
from bot.exporting.forms import FORMS, Books
from bot.exporting.transactions import day_of
from bot.wording import Node, Typed, say

ENTRIES_MAX = 10_000
"""The most entries that are read for an answer; it takes a tenth of a second."""

BYTES_MAX = 8_000_000
"""The longest file that every platform takes."""


def _reads(state: State, ask: Ask, moment: Moment) -> tuple[Reading, ...]:  # noqa: ARG001
    return (Latest(ENTRIES_MAX),)


def export(state: State, ask: Ask, moment: Moment) -> Decision:  # noqa: ARG001
    """The entries of a time, or all, in one of the forms."""
    form = FORMS[ask.get("format", str)]
    found = [entry for entry, _ in ask.entries(*ask.found)]
    period = ask.maybe("period", Period)
    whole = len(found) >= state.head.seq
    if period is not None:
        first, last = period.first.isoformat(), period.last.isoformat()
        whole = whole or not found or day_of(found[0].at) < first
        found = [entry for entry in found if first <= day_of(entry.at) <= last]
    if not whole:
        raise _too_long()

    def texts(seals: Iterable[str]) -> Mapping[str, str]:
        return {seal: ask.text(seal) for seal in seals if ask.text(seal)}

    data = "".join(form.write(Books(state, lambda: found, texts))).encode()
    if len(data) > BYTES_MAX:
        raise _too_long()
    name = f"talkoot-{ask.words('format')}.{form.ending}"
    told: Node = say(
        "{count} entries of {name} up to number {head}: {form}.",
        count=len(found),
        name=state.name,
        head=state.head.seq,
        form=form.about,
    )
    file = File(name, form.media, data, form.about)
    return Accepted(replies=(Reply(told, private=True, fleeting=True, files=(file,)),))


def _too_long() -> Misread:
    return misread(
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
        decide=export,
        reads=_reads,
        options=(
            Option(
                "format",
                OptionType.WORD,
                say("the form of the file"),
                required=True,
                positional=True,
                choices=tuple(FORMS),
            ),
            Option("period", OptionType.PERIOD, say("the time it is about"), positional=True),
        ),
        examples=("export csv", "export hledger last month"),
    ),
)
