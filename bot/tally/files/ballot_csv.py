"""Ballots in a table: CSV as RFC 4180 has it, with commas, semicolons or tabs.

Four shapes, told apart by the first lines:

    count,Anna,Bo      a column an option and a row a ballot: ranks, scores, or marks (x, 1, yes);
    3,1,2              the column `count` (or `weight`, `ballots`, `votes`) may be missing

    rank 1,rank 2      a column a rank: names in order, `Anna=Bo` for equal ranks; `skipped` and
    Anna,Bo            `overvote` as in the cast vote records of ranked elections in the United States

    27,Anna,Bo         the same without a heading; the weight in front may be missing

    2,1                the profiles of Scottish councils as github.com/mggg/scot-elex has them: options
    149,2,1            and seats; ballots; names; the ward
    "Candidate 1","Anna","Greens"

What could be read in two ways is refused. Where no heading gives an order of the options, it is that
of their names, so that the order of the rows never matters. A row of nothing but separators is a
blank ballot; a line without anything is none.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from enum import StrEnum
from io import StringIO
from itertools import chain, groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Final, TypeVar

from bot.tally.ballots import Election
from bot.tally.files.common import (
    SCORE_MAX,
    WEIGHT_MAX,
    AnyBallot,
    Kind,
    Known,
    Levels,
    Named,
    Wrong,
    election_by_name,
    make_election,
    of_levels,
    of_marks,
    of_scores,
    once_each,
    option_name,
    option_names,
    refused,
    seats_of,
    shown,
    weight_of,
    whole,
)
from bot.tally.files.headings import (
    MARKED,
    NOT_MARKED,
    Columns,
    Given,
    Row,
    Shape,
    Unclear,
    check_rank,
    is_value,
    is_weight,
    layout,
    number_in,
    option_headings,
)
from bot.text.wording import say, say_n

if TYPE_CHECKING:
    from _csv import Reader

SEPARATORS: Final = ",;\t"

_LEFT_OUT: Final = frozenset({"", "-", "skipped", "skip", "undervote"})
_OVERVOTE: Final = "overvote"

_PROFILE: Final = re.compile(r"\s*[0-9]+,[0-9]+,*\s*")

Key = TypeVar("Key", bound=Hashable)

NOT_SAID: Final = Given()
"""Nothing is said of the heading and the columns: the table has to be clear by itself."""


class Overvotes(StrEnum):
    """What an `overvote` does whose options the file does not tell."""

    REFUSE = "refuse"
    EXHAUST = "exhaust"
    SKIP = "skip"


class _Table:
    """The rows, each different one once with how often it is there, no blanks around their cells."""

    def __init__(self, text: str, separator: str, *, strict: bool) -> None:
        """Read all rows; a line with nothing on it is no row. Raises Misread where one is broken."""
        self._text, self._separator, self._strict = text, separator, strict
        self.times: dict[Row, int] = {}
        try:
            counted = Counter(map(tuple, self._reader()))
        except csv.Error as why:
            reason = say("The table is broken here: {why}.", why=str(why))
            raise refused(reason, self.line(None)) from why
        for row, times in counted.items():
            if row:
                stripped = tuple(map(str.strip, row))
                self.times[stripped] = self.times.get(stripped, 0) + times
        self.times.pop(("",), None)

    def _reader(self) -> Reader:
        text = StringIO(self._text, newline="")
        return csv.reader(text, delimiter=self._separator, strict=self._strict)

    def line(self, wanted: Row | None) -> int:
        """The line on which a row first begins, or the broken one."""
        return self.lines({wanted} if wanted else set()).get(wanted, 1)

    def lines(self, wanted: Collection[Row]) -> dict[Row | None, int]:
        """The lines on which some rows first begin; read anew, for few ask. None is the broken one."""
        reader = self._reader()
        found: dict[Row | None, int] = {None: 1}
        try:
            for cells in reader:
                row = tuple(map(str.strip, cells))
                if row in wanted:
                    found.setdefault(row, found[None])
                found[None] = reader.line_num + 1
        except csv.Error:
            return found
        return found

    def drop(self, heading: Row) -> None:
        """Take the heading away; a ballot may look the same."""
        self.times[heading] -= 1
        if not self.times[heading]:
            del self.times[heading]

    def sums(self, read: Callable[[Row], tuple[Key, int]]) -> dict[Key, int]:
        """What the rows say, with the weights of all that say the same. Raises Misread."""
        sums: dict[Key, int] = {}
        for row, times in self.times.items():
            try:
                key, weight = read(row)
            except Wrong as why:
                raise why.on(self.line(row)) from why
            sums[key] = sums.get(key, 0) + weight * times
        return sums


def read_csv(
    text: str,
    kind: Kind = Kind.RANKS,
    *,
    cells: Kind | None = None,
    overvotes: Overvotes = Overvotes.REFUSE,
    given: Given = NOT_SAID,
) -> Election[AnyBallot]:
    """The election in a table, whose numbers are `cells` (else what `kind` is). Raises Misread.

    `given` is what is said of its heading and its columns.
    """
    first = text.lstrip("\n").partition("\n")[0]
    if first[:4].lower() == "sep=" and len(first) == 5 and first[4] in SEPARATORS:
        separator, text = first[4], text.replace(first, "", 1)
    else:
        bare = re.sub(r'"[^"]*"', "", first)
        separator = max(SEPARATORS, key=bare.count)
    profile = _PROFILE.fullmatch(first) is not None and "andidate 1" in text
    table = _Table(text, separator, strict=not profile)
    heading = next(iter(table.times), None)
    if heading is None:
        raise refused(say("The file is empty."))
    if profile:
        return _read_profile(table, heading, kind)
    try:
        shape, columns = layout(table.times, heading, given)
    except Unclear as why:
        raise why.on(table.line(heading)) from why
    if shape is Shape.BARE:
        return _read_bare(table, kind, overvotes)
    line = table.line(heading)
    table.drop(heading)
    if shape is Shape.ORDERS:
        return _read_orders(table, columns, kind, overvotes)
    names = option_names([Named(name, line) for name in option_headings(heading, columns)])
    return _read_grid(table, names, columns, kind, cells or kind)


# --- A column an option -----------------------------------------------------------------------------


def _read_grid(
    table: _Table, names: tuple[str, ...], columns: Columns, kind: Kind, cells: Kind
) -> Election[AnyBallot]:
    ballot = _CELLS[cells](len(names), kind)

    def read(row: Row) -> tuple[AnyBallot, int]:
        return ballot(columns.cells(row)), columns.weight_of(row)

    return make_election(names, table.sums(read))


def _ranks(count: int, kind: Kind) -> Callable[[Sequence[str]], AnyBallot]:
    known = Known(_rank)
    alone = [(option,) for option in range(count)]

    def ballot(cells: Sequence[str]) -> AnyBallot:
        placed = [(rank, i) for i, cell in enumerate(cells) if (rank := known[cell])]
        placed.sort()
        if len({rank for rank, _ in placed}) == len(placed):
            return of_levels(tuple([alone[i] for _, i in placed]), kind)
        levels = groupby(placed, itemgetter(0))
        return of_levels(tuple(tuple(i for _, i in level) for _, level in levels), kind)

    return ballot


def _rank(cell: str) -> int:
    """A rank, from 1; 0 where there is none."""
    if cell in _LEFT_OUT:
        return 0
    rank = check_rank(cell)
    if not rank:
        raise Wrong(say("{word} is no rank; the first rank is 1.", word=shown(cell)), cell)
    return rank


def _scores(_count: int, kind: Kind) -> Callable[[Sequence[str]], AnyBallot]:
    known = Known(_score)
    return lambda cells: of_scores(tuple([known[cell] for cell in cells]), kind)


def _score(cell: str) -> int | None:
    if cell in {"", "-"}:
        return None
    score = number_in(cell, SCORE_MAX)
    if score is None:
        raise Wrong(say("{word} is no score; it takes a whole number.", word=shown(cell)), cell)
    return score


def _marks(count: int, kind: Kind) -> Callable[[Sequence[str]], AnyBallot]:
    known = Known(_is_marked)
    return lambda cells: of_marks([i for i, cell in enumerate(cells) if known[cell]], count, kind)


def _is_marked(cell: str) -> bool:
    word = cell.lower().removesuffix(".0")
    if word not in MARKED and word not in NOT_MARKED:
        raise Wrong(say("{word} is no mark; it takes x, 1 or yes.", word=shown(cell)), cell)
    return word in MARKED


_CELLS: Final[Mapping[Kind, Callable[[int, Kind], Callable[[Sequence[str]], AnyBallot]]]] = {
    Kind.RANKS: _ranks,
    Kind.SCORES: _scores,
    Kind.MARKS: _marks,
    Kind.CHOICE: _marks,
}


# --- A column a rank --------------------------------------------------------------------------------


class _Orders:
    """Reads cells with names into levels, and collects the names.

    Without a heading, a cell that is a number or a mark is rather a slip than a name.
    """

    def __init__(self, overvotes: Overvotes, *, values: bool) -> None:
        """`values` says whether numbers and marks can be names."""
        self.names: list[Named] = []
        self._overvotes, self._values = overvotes, values
        self._numbers: dict[str, int] = {}
        self._known = Known(self._level)

    def levels(self, cells: Iterable[str]) -> Levels:
        """The levels that some cells name, best first."""
        found: list[tuple[int, ...]] = []
        for cell in cells:
            level = self._known[cell]
            if level:
                found.append(level)
            elif cell.lower() == _OVERVOTE and self._overvotes is Overvotes.EXHAUST:
                break
        levels = tuple(found)
        if len(set(chain.from_iterable(levels))) < sum(map(len, levels)):
            once_each(levels, self.names)
        return levels

    def _level(self, cell: str) -> tuple[int, ...]:
        """The options that a cell names; none where the rank is left out, or overvoted."""
        if cell.lower() in _LEFT_OUT:
            return ()
        if cell.lower() == _OVERVOTE:
            if self._overvotes is not Overvotes.REFUSE:
                return ()
            raise Wrong(say("An {word}, and the file does not say of whom.", word=cell), cell)
        return tuple(self._number(name.strip()) for name in cell.split("="))

    def _number(self, name: str) -> int:
        if not name or (not self._values and is_value(name)):
            raise Wrong(say("{word} is no name, among names.", word=shown(name or "=")), name)
        name = option_name(name)
        number = self._numbers.setdefault(name, len(self.names))
        if number == len(self.names):
            self.names.append(Named(name, 0))
        return number


def _read_orders(
    table: _Table, columns: Columns, kind: Kind, overvotes: Overvotes
) -> Election[AnyBallot]:
    """A column a rank, below a heading."""
    orders = _Orders(overvotes, values=True)

    def read(row: Row) -> tuple[Levels, int]:
        return orders.levels(columns.cells(row, short=True)), columns.weight_of(row)

    tally = table.sums(read)
    if len(columns.options) == 1:
        _refuse_several_in_one(table, columns.options[0], orders.names, kind)
    return election_by_name(orders.names, tally, kind)


def _refuse_several_in_one(table: _Table, column: int, names: Sequence[Named], kind: Kind) -> None:
    """A form writes all that somebody ticked into one cell: that is no option of its own."""
    known = {it.name for it in names}
    for name in sorted(known):
        parts = [part.strip() for part in re.split("[,;]", name)]
        if len(parts) > 1 and (kind is Kind.MARKS or not known.isdisjoint(parts)):
            row = next((row for row in table.times if name in row[column : column + 1]), ())
            raise Unclear(
                say("Is “{word}” one option, or are these several in one cell?", word=shown(name)),
                say("Give each option a column of its own, with x where somebody ticked it."),
                name,
            ).on(table.line(row))


def _read_bare(table: _Table, kind: Kind, overvotes: Overvotes) -> Election[AnyBallot]:
    """Names in order, without a heading; with a weight before them on every row, or on none."""
    orders = _Orders(overvotes, values=False)
    weighted = all(is_weight(row[0]) for row in table.times)

    def read(row: Row) -> tuple[Levels, int]:
        if weighted:
            return orders.levels(row[1:]), weight_of(row[0])
        return orders.levels(row), 1

    tally = table.sums(read)
    return election_by_name(orders.names, tally, kind)


# --- Scottish profiles ------------------------------------------------------------------------------


def _read_profile(table: _Table, heading: Row, kind: Kind) -> Election[AnyBallot]:
    """Options and seats; ballots, count first; a row for each option; the ward."""
    try:
        count, seats = (seats_of(word) for word in heading[:2])
    except Wrong as why:
        raise why.on(table.line(heading)) from why
    table.drop(heading)
    others = [row for row in table.times if whole(row[0], WEIGHT_MAX) is None]
    for row in others:
        del table.times[row]
    names, title = _profile_names(table, [row for row in others if any(row)], count)

    def read(row: Row) -> tuple[AnyBallot, int]:
        levels = tuple((_profile_number(word, count),) for word in row[1:] if word)
        once_each(levels, names)
        return of_levels(levels, kind), weight_of(row[0])

    return make_election(option_names(names), table.sums(read), seats=seats, title=title)


def _profile_names(table: _Table, rows: Sequence[Row], count: int) -> tuple[list[Named], str]:
    """The names, with the parties where they are not different without, and the title."""
    lines = table.lines(set(rows))
    for number, row in enumerate(rows[:count], 1):
        if row[0].lower() != f"candidate {number}" or len(row) < 3:
            reason = say("Here should stand Candidate {number}, a name and a party.", number=number)
            raise refused(reason, lines[row], word=shown(row[0]))
    if not count <= len(rows) <= count + 1:
        reason = say_n(
            "{count} row with a name and one with a title end the file.",
            "{count} rows with names and one with a title end the file.",
            count,
        )
        raise refused(reason, lines[rows[-1]] if rows else 0)
    names = [Named(row[1], lines[row]) for row in rows[:count]]
    if len({it.name for it in names}) < count:
        names = [Named(f"{it.name} ({row[2]})", it.line) for it, row in zip(names, rows, strict=False)]
    title = ", ".join(filter(None, rows[count])) if len(rows) > count else ""
    return names, title.strip('" ')


def _profile_number(word: str, count: int) -> int:
    number = whole(word, count)
    if not number:
        reason = say("{word} is no candidate; there are {count}.", word=shown(word), count=count)
        raise Wrong(reason, word)
    return number - 1
