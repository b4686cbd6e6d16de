"""Telling a count: its rounds, transfers, table of pairs and ties, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction

from bot.tally.result import Result, Round, Tie
from bot.text.wording import Figure, Node, Number, Table, Words, items, joined, lines, say, say_n

Name = Callable[[int], Node]
"""What an option is called, by its place from 0."""

PLACES_MAX = 9
"""The most decimals that are shown; what needs more is shown as a fraction, so it stays exact."""


def votes_text(votes: Fraction) -> str:
    """Votes, exactly: `7`, `7.33333`, or `7 1/3` where no decimal says it."""
    if votes.denominator == 1:
        return str(votes.numerator)
    sign, (whole, rest) = "-" * (votes < 0), divmod(abs(votes.numerator), votes.denominator)
    for places in range(1, PLACES_MAX + 1):
        parts, more = divmod(rest * 10**places, votes.denominator)
        if not more:
            return f"{sign}{whole}.{parts:0{places}}"
    return f"{sign}{whole} {rest}/{votes.denominator}" if whole else f"{sign}{rest}/{votes.denominator}"


def totals_told(totals: Mapping[int, Fraction], name: Name) -> Node:
    """Options with their totals, the highest first; equal ones in the order of the list."""
    ordered = sorted(totals, key=lambda option: (-totals[option], option))
    return joined(
        say("{option} {votes}", option=name(option), votes=Figure(votes_text(totals[option])))
        for option in ordered
    )


def working_told(result: Result, name: Name) -> Node:
    """The whole working of a count."""
    return lines(*_working(result, name))


def _working(result: Result, name: Name) -> Iterator[Node]:
    if result.rounds:
        yield items(_rounds(result, name))
    if result.pairwise:
        yield say("How many put the option of a row above that of a column:")
        yield _table(result.pairwise, result.order, name)
    if result.paths:
        yield say("The strongest paths, from row to column:")
        yield _table(result.paths, result.order, name)
    if result.locked:
        pairs = (say("{one} over {other}", one=name(a), other=name(b)) for a, b in result.locked)
        yield say("Locked, in this order: {pairs}.", pairs=joined(pairs))
    if result.order:
        levels = (joined(map(name, level), " = ") for level in result.order)
        yield say("The whole order: {order}.", order=joined(levels, " > "))
    if result.ties:
        rounds = len(result.rounds)
        yield items(_tie(tie, name, rounds=rounds) for tie in result.ties)
    if result.blank:
        yield say_n("{count} ballot says nothing.", "{count} ballots say nothing.", result.blank)


def _rounds(result: Result, name: Name) -> Iterator[Node]:
    labels = _LABELS.get(result.method)
    for number, stage in enumerate(result.rounds, 1):
        if labels is not None:
            label = labels[number - 1]
        elif len(result.rounds) == 1:
            label = say("Counted")
        else:
            label = say("Round {number}", number=number)
        yield say(
            "{label}: {parts}.",
            label=label,
            parts=joined(_parts(stage, name, rounds=len(result.rounds)), "; "),
        )


_LABELS: Mapping[str, tuple[Node, Node]] = {
    "star": (say("Scores"), say("Runoff")),
    "times": (say("Who can come"), say("Clear yes")),
}


def _parts(stage: Round, name: Name, *, rounds: int) -> Iterator[Node]:
    yield totals_told(stage.totals, name)
    if stage.exhausted and rounds > 1:
        yield say("without an option {votes}", votes=Figure(votes_text(stage.exhausted)))
    if stage.quota is not None:
        yield say("quota {votes}", votes=Figure(votes_text(stage.quota)))
    if stage.elected:
        yield say("elected: {options}", options=joined(map(name, stage.elected)))
    if stage.surplus_of is not None:
        yield say("the surplus of {option} goes on", option=name(stage.surplus_of))
    if stage.eliminated:
        yield say("out: {options}", options=joined(map(name, stage.eliminated)))


def _table(
    numbers: tuple[tuple[int, ...], ...], order: tuple[tuple[int, ...], ...], name: Name
) -> Table:
    """The rows and columns in the order that came out, so that winners stand above."""
    places = [option for level in order for option in level] or list(range(len(numbers)))
    heading = (Words(""), *map(name, places))
    rows = tuple(
        (name(a), *(Words("–") if a == b else Number(numbers[a][b]) for b in places)) for a in places
    )
    return Table(heading, rows)


def _tie(tie: Tie, name: Name, *, rounds: int) -> Node:
    return say(
        "{where}: {options}. Settled by {rule}, {purpose}: {chosen}.",
        where=say("Equal in round {number}", number=tie.round) if rounds > 1 else say("Equal"),
        options=joined(map(name, tie.options)),
        rule=_RULES.get(tie.rule, Words(tie.rule)),
        purpose=_PURPOSES.get(tie.purpose, Words(tie.purpose)),
        chosen=joined(map(name, tie.chosen)),
    )


_RULES: Mapping[str, Node] = {
    "draw": say("the draw"),
    "earlier rounds": say("the earlier rounds"),
    "head-to-head": say("the comparison of two"),
    "score": say("the higher score"),
    "top scores": say("the highest scores"),
    "yes": say("the clear yes"),
    "voters": say("the number of voters"),
    "first ranks": say("the first ranks"),
}
"""What settles ties, by its name in a result."""

_PURPOSES: Mapping[str, Node] = {
    "election": say("elected"),
    "exclusion": say("out"),
    "surplus": say("whose surplus goes on first"),
    "runoff": say("in the runoff"),
    "order": say("first"),
}
