"""What witnesses said of the journal, as it is told: loudly where one saw another past."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.text.wording import Code, Node, Say, Strong, Time, lines, say
from bot.witnessing import Trouble, Witnessed


def witnesses_told(witnessed: Iterable[Witnessed]) -> Node | None:
    """What they said last, those first that saw another past; None where nobody was asked."""
    rows = sorted(witnessed, key=lambda it: (not it.refuses, it.name))
    return lines(*map(_told, rows)) if rows else None


def _told(it: Witnessed) -> Node:
    name = Code(it.name)
    if not it.trouble:
        return say(
            "Witness {name} saw the journal only grow, up to entry {number}: {when}",
            name=name,
            number=it.size,
            when=Time(it.at),
        )
    if it.refuses:
        return Strong(say("WITNESS {name} REFUSES TO SIGN: {why}", name=name, why=_refusal(it)))
    return say("Witness {name} has not signed: {why}", name=name, why=_HINDRANCES[it.trouble])


def _refusal(it: Witnessed) -> Node:
    """What it saw that is not here."""
    match it.trouble:
        case Trouble.CUT:
            return say("it saw entry {number}, which is not here any more", number=it.other)
        case Trouble.FORGOT:
            return say("it signed up to entry {number}, and knows nothing of that now", number=it.size)
        case Trouble.TWO:
            return say("it saw another journal up to entry {number}", number=it.other)
        case _:
            return say("something before entry {number} is not as it saw it", number=it.size)


_HINDRANCES: Mapping[Trouble, Say] = {
    Trouble.STRANGER: say("it does not know this journal or its key"),
    Trouble.UNKNOWN: say("whoever runs this bot does not know it"),
    Trouble.CLOCK: say("its clock goes ahead"),
    Trouble.SILENT: say("it does not answer"),
    Trouble.ODD: say("what it answers is no signature"),
}
