"""What witnesses said of the journal, as it is told: loudly where one saw another past."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from bot.text.wording import Code, Node, Number, Say, Strong, Table, Time, Words, lines, say
from bot.witnessing import Trouble, Witnessed


def witnesses_told(witnessed: Iterable[Witnessed]) -> Node | None:
    """What they said last, those first that saw another past; None where nobody was asked."""
    rows = _ordered(witnessed)
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
        return Strong(say("WITNESS {name} REFUSES TO SIGN: {why}", name=name, why=_why(it)))
    if it.size:
        return say(
            "Witness {name} signed up to entry {number} ({when}), and not since: {why}",
            name=name,
            number=it.size,
            when=Time(it.at),
            why=_why(it),
        )
    return say("Witness {name} has not signed: {why}", name=name, why=_why(it))


def witnesses_table(witnessed: Iterable[Witnessed], head: int) -> Table | None:
    """The same as a table, with how many entries came since; None where nobody was asked."""
    heading = (
        say("Witness"),
        say("Signed up to entry"),
        say("When"),
        say("Entries since"),
        say("Since then"),
    )
    rows = tuple(
        (
            Code(it.name),
            Number(it.size) if it.size else Words("–"),
            Time(it.at) if it.size else Words("–"),
            Number(_behind(it, head)),
            _since(it),
        )
        for it in _ordered(witnessed)
    )
    return Table(heading, rows) if rows else None


def _since(it: Witnessed) -> Node:
    if it.refuses:
        return Strong(say("REFUSES TO SIGN: {why}", why=_why(it)))
    return say("has not signed: {why}", why=_why(it)) if it.trouble else Words("–")


def witnesses_facts(witnessed: Iterable[Witnessed], head: int) -> list[dict[str, Any]]:
    """The same for machines; `trouble` is a word of `Trouble`, empty where it signed."""
    return [
        {
            "witness": it.name,
            "key": it.witness,
            "size": it.size,
            "at": it.at,
            "behind": _behind(it, head),
            "trouble": it.trouble.value,
            "refuses": it.refuses,
            "other": it.other,
        }
        for it in _ordered(witnessed)
    ]


def signed_size(witnessed: Iterable[Witnessed], most: int) -> int:
    """The longest journal of at most so many entries that a witness signed; 0 for none."""
    return max((it.size for it in witnessed if it.size <= most), default=0)


def _behind(it: Witnessed, head: int) -> int:
    """How many entries came since it signed; none where it signed more than there are."""
    return max(0, head - it.size)


def _ordered(witnessed: Iterable[Witnessed]) -> list[Witnessed]:
    """Those first that saw another past."""
    return sorted(witnessed, key=lambda it: (not it.refuses, it.name))


def _why(it: Witnessed) -> Node:
    """Why it did not sign."""
    return _refusal(it) if it.refuses else _HINDRANCES[it.trouble]


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
