"""The first row of a table of ballots: whether it is a heading, and which column holds what.

A table from a form has columns that are no vote (an e-mail address, a time stamp), and headings that
are questions. What is known for sure is read; what could be read in two ways is refused, with the
ways to say it: that there is a heading or none (`--header`, `--no-header`), and which columns hold
the vote (`--columns`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Final, NamedTuple

from bot.chat import Misread
from bot.tally.files.common import (
    OPTIONS_MAX,
    SCORE_MAX,
    WEIGHT_MAX,
    Wrong,
    refused,
    shown,
    weight_of,
    whole,
)
from bot.text.wording import Node, Words, joined, say, say_n

Row = tuple[str, ...]

HEADER, NO_HEADER, COLUMNS = Words("--header"), Words("--no-header"), Words("--columns")

_WEIGHTS: Final = frozenset({"weight", "weights", "count", "ballots", "votes", "voters", "quantity"})
"""Headings of the column that says how many ballots a row stands for."""

_IDS: Final = frozenset(
    {"id", "ballot id", "ballotid", "ballot", "voter id", "voter", "timestamp", "zeitstempel"}
)
"""Headings of a first column that says nothing about the vote."""

_PEOPLE: Final = frozenset({"email", "e-mail", "mail", "username", "nutzername"})
_PEOPLE_BEGIN: Final = ("email ", "e-mail ", "e-mail-")
"""Headings that are such only where no marks or numbers stand below: an option may be called so."""

_RANK: Final = re.compile(
    r"(?:rank|pref|preference)[ _.-]?([0-9]{1,5})"
    r"|([0-9]{1,5})(?:st|nd|rd|th|\.)(?: (?:choice|preference|rank|wahl))?"
    r"|(first|second|third|fourth|fifth) (?:choice|preference|rank)"
)
_PERHAPS: Final = re.compile(r"(?:choice|vote|place)(?:[ _.-]?[0-9]{1,5})?|[0-9]{1,5}")
"""Headings of ranks; and those that could as well be names of options."""

_ORDINALS: Final = ("first", "second", "third", "fourth", "fifth")

_QUESTION: Final = re.compile(r"(.*\S)\s*\[([^\[\]]*\S[^\[\]]*)\]")
"""How forms head a grid: the question, and in brackets what this column is about."""

_RANGE: Final = re.compile(r"([0-9]{1,5})(?:\s*-\s*([0-9]{1,5}))?")

MARKED: Final = frozenset({"x", "1", "yes", "y", "true", "✓", "✔", "☑"})
NOT_MARKED: Final = frozenset({"", "0", "no", "n", "false", "-"})


class Shape(Enum):
    """What a column is: an option, a rank, or a rank without a heading that says so."""

    GRID = 1
    ORDERS = 2
    BARE = 3


class Given(NamedTuple):
    """What somebody says of a table: whether it has a heading, and which columns hold the vote."""

    header: bool | None = None
    columns: tuple[str, ...] = ()


class Columns(NamedTuple):
    """Which column holds what."""

    width: int
    options: tuple[int, ...]
    weight: int | None

    def cells(self, row: Row, *, short: bool = False) -> list[str]:
        """The cells of the options. Refuses any beyond the heading; and fewer, if not `short`."""
        if any(row[self.width :]) or (len(row) < self.width and not short):
            reason = say_n(
                "{count} cell, where the heading has {width}.",
                "{count} cells, where the heading has {width}.",
                len(row),
                width=self.width,
            )
            raise Wrong(reason)
        return [row[i] for i in self.options if i < len(row)]

    def weight_of(self, row: Row) -> int:
        """How many ballots a row stands for; one with nothing in it, not even that, stands for none."""
        if self.weight is None:
            return 1
        if not any(row):
            return 0
        word = row[self.weight] if self.weight < len(row) else ""
        weight = number_in(word, WEIGHT_MAX)
        return weight_of(word) if weight is None else weight


class Unclear(Exception):  # noqa: N818 - it is no error of ours, and becomes a refusal with its line
    """A table that can be read in two ways: what is unclear, and what to say."""

    def __init__(self, reason: Node, instead: Node, word: str = "") -> None:
        """Carry the words to where the line is known."""
        super().__init__(word)
        self.reason, self.instead, self.word = reason, instead, shown(word)

    def on(self, line: int) -> Misread:
        """The refusal."""
        return refused(self.reason, line, word=self.word, instead=self.instead)


def number_in(word: str, most: int) -> int | None:
    """A whole number, which a spreadsheet may have written as `2.0`."""
    if "." in word:
        word, _, decimals = word.partition(".")
        if not decimals or decimals.strip("0"):
            return None
    return whole(word, most)


def rank_in(cell: str) -> int | None:
    """The rank that a cell says in words, such as `1st choice`."""
    found = _RANK.fullmatch(cell.lower())
    if found is None:
        return None
    word = found[1] or found[2]
    return int(word) if word else _ORDINALS.index(found[3]) + 1


def is_value(cell: str) -> bool:
    """Whether a cell is a number, a mark, a rank or blank, and so rather no name."""
    word = cell.lower()
    return (
        word in MARKED
        or word in NOT_MARKED
        or number_in(word, 10**30) is not None
        or rank_in(word) is not None
    )


def layout(rows: Mapping[Row, int], heading: Row, given: Given) -> tuple[Shape, Columns]:
    """The shape of a table, and its columns; `rows` has all of them, each with how often it is there.

    Raises Unclear where it could be two.
    """
    below = [row for row in rows if (row != heading or rows[row] > 1) and any(row)]
    if given.header is False:
        if given.columns:
            raise Unclear(
                say("Without a heading there are no names of columns."),
                say("Leave {columns} out, or {no_header}.", columns=COLUMNS, no_header=NO_HEADER),
            )
        return Shape.BARE, _columns(heading, below)
    if given.columns:
        return _chosen(heading, below, given)
    return _found(heading, below, given)


def _found(heading: Row, below: Sequence[Row], given: Given) -> tuple[Shape, Columns]:
    """The shape by the headings and what stands below them, where nobody says which columns count."""
    columns = _columns(heading, below)
    names = [heading[i].lower() for i in columns.options]
    kinds = [_kind(i, below) for i in columns.options]
    if names and all(map(_RANK.fullmatch, names)):
        return Shape.ORDERS, columns
    values = bool(below) and _Cells.NAMES not in kinds
    ranks = bool(names) and all(_RANK.fullmatch(name) or _PERHAPS.fullmatch(name) for name in names)
    if ranks and not values and below:
        return Shape.ORDERS, columns
    if ranks or (values and names and all(map(is_value, names)) and given.header is None):
        raise Unclear(
            say("Are these options, or ranks?"),
            say("Give each column the name of an option, or rank 1, rank 2 …"),
        )
    if values:
        return Shape.GRID, columns
    if given.header is None and is_weight(heading[0]):
        return Shape.BARE, columns
    headed = given.header or columns.weight is not None or len(columns.options) < len(heading)
    if not headed and not any(map(_RANK.fullmatch, names)) and _Cells.VALUES not in kinds:
        return _bare_or_unclear(heading, below), columns
    if _Cells.NAMES not in kinds:
        return Shape.GRID, columns
    return _of_names(heading, columns, kinds)


def is_weight(word: str) -> bool:
    """Whether a word can only be a number of ballots, however large."""
    return word.isascii() and word.isdigit()


class _Cells(Enum):
    """What stands below a heading."""

    NAMES = 1
    VALUES = 2
    NOTHING = 3


def _kind(column: int, below: Sequence[Row]) -> _Cells:
    """What stands in a column: nothing but values, or names."""
    cells = [row[column] for row in below if column < len(row) and row[column]]
    if not cells:
        return _Cells.NOTHING
    return _Cells.VALUES if all(map(is_value, cells)) else _Cells.NAMES


def _of_names(heading: Row, columns: Columns, kinds: Sequence[_Cells]) -> tuple[Shape, Columns]:
    """A table with a heading and names below: one column is one choice a row, of several one asks."""
    if len(columns.options) == 1:
        return Shape.ORDERS, columns
    named = [i for i, kind in zip(columns.options, kinds, strict=True) if kind is _Cells.NAMES]
    first = heading[named[-1]]
    raise Unclear(
        say("Which columns hold the vote? They are {names}.", names=_listed(heading)),
        say(
            'Say which, for example {columns} "{name}"; of ranks, best first.',
            columns=COLUMNS,
            name=first,
        ),
    )


def _listed(heading: Row) -> Node:
    return joined([f"{i} “{shown(name)}”" for i, name in enumerate(heading, 1) if name][:20])


def _bare_or_unclear(heading: Row, below: Sequence[Row]) -> Shape:
    """Names without a heading, where the first row cannot be one: others voted for its names too."""
    names = {name.strip() for cell in heading for name in cell.split("=")} - {""}
    others = {name.strip() for row in below for cell in row for name in cell.split("=")}
    if names <= others:
        return Shape.BARE
    word = next(cell for cell in heading if cell and not {n.strip() for n in cell.split("=")} <= others)
    raise Unclear(
        say("Is “{word}” a heading, or does this row hold votes?", word=shown(word)),
        say("Say {header} if it is one, or {no_header}.", header=HEADER, no_header=NO_HEADER),
        word,
    )


def _columns(heading: Row, below: Sequence[Row]) -> Columns:
    """Which column holds what, by the headings; columns without any at the end do not count."""
    width = max((i + 1 for i, name in enumerate(heading) if name), default=0)
    words = [name.lower() for name in heading[:width]]
    weight = next((i for i, word in enumerate(words) if word in _WEIGHTS), None)
    first = 0
    while first < width and _is_no_vote(words[first], first, below):
        first += 1
    options = tuple(i for i in range(first, width) if i != weight)
    return Columns(width, options, weight)


def _is_no_vote(word: str, column: int, below: Sequence[Row]) -> bool:
    if word in _IDS:
        return True
    people = word in _PEOPLE or word.startswith(_PEOPLE_BEGIN)
    return people and _kind(column, below) is _Cells.NAMES


def _chosen(heading: Row, below: Sequence[Row], given: Given) -> tuple[Shape, Columns]:
    """The columns that somebody named, in their order."""
    known = _columns(heading, below)
    options = tuple(dict.fromkeys(i for word in given.columns for i in _named(word, heading)))
    columns = known._replace(options=options, weight=None if known.weight in options else known.weight)
    kinds = {_kind(i, below) for i in options} - {_Cells.NOTHING}
    if len(kinds) > 1:
        raise Unclear(
            say("Some of these columns hold numbers or marks, and others names."),
            say("Name only those that hold the vote."),
        )
    return (Shape.GRID if kinds == {_Cells.VALUES} else Shape.ORDERS), columns


def _named(word: str, heading: Row) -> Sequence[int]:
    """The columns that a word names: a heading, a number, or numbers as 2-5."""
    for i, name in enumerate(heading):
        if name and name.casefold() == word.strip().casefold():
            return (i,)
    found = _RANGE.fullmatch(word.strip())
    if found:
        first, last = int(found[1]), int(found[2] or found[1])
        if 1 <= first <= last <= min(len(heading), OPTIONS_MAX):
            return range(first - 1, last)
    parts = [part for part in word.split(",") if part.strip()]
    if len(parts) > 1:
        return [i for part in parts for i in _named(part, heading)]
    raise Unclear(
        say("There is no column “{word}”.", word=shown(word)),
        say("The columns are {names}.", names=_listed(heading)),
        word,
    )


def option_headings(heading: Row, columns: Columns) -> list[str]:
    """The names of the options: of a form's grid, what stands in brackets behind the question."""
    names = [heading[i] for i in columns.options]
    asked = [_QUESTION.fullmatch(name) for name in names]
    if len(names) > 1 and all(asked) and len({found[1] for found in asked if found}) == 1:
        return [found[2].strip() for found in asked if found]
    return names


def check_rank(cell: str) -> int | None:
    """The rank in a cell, a number or in words; None where it is none."""
    number = number_in(cell, SCORE_MAX)
    return rank_in(cell) if number is None else number
