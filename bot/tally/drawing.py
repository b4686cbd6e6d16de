"""A count as a picture: bars of votes, the rounds of a count, or the table of pairs."""

from __future__ import annotations

from fractions import Fraction

from bot.tally.result import Result, Round
from bot.tally.telling import Name, votes_text
from bot.text.charts import COLUMNS_MAX, WHOLE, Bar, Bars, Cell, Chart, Grid, Row, lengths
from bot.text.wording import say

ROUNDED_PLACES = 2
"""The decimals of a figure in a picture; the words beside it are exact."""


def drawn(result: Result, name: Name) -> Chart | None:
    """The chart of a count, or None where a picture would say nothing, or not all of it."""
    if result.pairwise:
        return _pairs(result, name) if len(result.pairwise) <= COLUMNS_MAX else None
    if len(result.rounds) > 1:
        return _rounds(result, name)
    return _votes(result, name) if result.rounds and any(result.rounds[0].totals.values()) else None


def _votes(result: Result, name: Name) -> Bars:
    totals = result.rounds[0].totals
    ordered = sorted(totals, key=lambda option: (-totals[option], option))
    longest = lengths(_whole([totals[option] for option in ordered]))
    bars = (
        Bar(name(option), votes_text(totals[option]), length, strong=option in result.elected)
        for option, length in zip(ordered, longest, strict=True)
    )
    return Bars(say("Votes"), tuple(bars))


def _whole(totals: list[Fraction]) -> list[int]:
    return [int(each * WHOLE) for each in totals]


def _rounds(result: Result, name: Name) -> Grid:
    most = max((total for each in result.rounds for total in each.totals.values()), default=Fraction(0))
    options = sorted({option for each in result.rounds for option in each.totals})
    rows = (
        Row(name(option), tuple(_of_round(each, option, most) for each in result.rounds))
        for option in options
    )
    columns = (say("Round {number}", number=at) for at in range(1, len(result.rounds) + 1))
    return Grid(say("Votes, round by round"), tuple(columns), tuple(rows))


def _of_round(it: Round, option: int, most: Fraction) -> Cell:
    if option not in it.totals:
        return Cell("")
    total = it.totals[option]
    mark = "won" if option in it.elected else "out" if option in it.eliminated else ""
    return Cell(_short(total), int(total * WHOLE / most) if most else 0, mark)


def _short(votes: Fraction) -> str:
    """A figure that fits its cell: whole, or rounded to hundredths (half to even)."""
    if votes.denominator == 1:
        return str(votes.numerator)
    whole, rest = divmod(abs(round(votes * 10**ROUNDED_PLACES)), 10**ROUNDED_PLACES)
    return f"{'-' * (votes < 0)}{whole}.{rest:0{ROUNDED_PLACES}}"


def _pairs(result: Result, name: Name) -> Grid:
    """How many put the option of a row above that of a column; a pair's winner is marked."""
    count = range(len(result.pairwise))
    most = max((max(row) for row in result.pairwise), default=0)
    rows = (
        Row(name(one), tuple(_of_pair(result.pairwise, one, other, most) for other in count))
        for one in count
    )
    title = say("How many put the option of a row above that of a column")
    return Grid(title, tuple(name(option) for option in count), tuple(rows))


def _of_pair(pairwise: tuple[tuple[int, ...], ...], one: int, other: int, most: int) -> Cell:
    if one == other:
        return Cell("")
    votes = pairwise[one][other]
    mark = "won" if votes > pairwise[other][one] else ""
    return Cell(str(votes), votes * WHOLE // most if most else 0, mark)
