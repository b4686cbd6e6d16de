"""Why a file, or a row of it, is not taken: in sentences that everybody reads in their own language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import islice

from bot.language.units import Unit
from bot.text.languages import SOURCE, reader
from bot.text.rendering import render, shortened, visible
from bot.text.wording import Figure, Joined, Node, Number, Say, Words, joined, say

THEIRS_SHOWN, LISTED_MAX = 60, 20
"""How many characters of a text in a stranger's file a reason shows, and how many of several."""


class Misfit(Exception):  # noqa: N818 - the file's fault, not the program's
    """This file cannot be read as what it was said to be; says why."""

    def __init__(self, why: Node) -> None:
        """`why` goes on a sentence that names the file, and has no stop."""
        super().__init__(why)
        self.why = why

    def __str__(self) -> str:
        """The reason in English, for logs and the command line."""
        return english(self.why)


class Doubt(Exception):  # noqa: N818 - a question, not an error
    """Something that can be read in two ways; asks, and says which setting of the map answers it."""

    def __init__(self, question: Say) -> None:
        """`question` is a whole sentence."""
        super().__init__(question)
        self.question = question

    def __str__(self) -> str:
        """The question in English."""
        return english(self.question)


def english(tree: Node) -> str:
    """A reason as the command line tells it."""
    return render(tree, reader(SOURCE, "UTC"))


def theirs(text: str) -> Words:
    """A text of their file, or its beginning."""
    return Words(shortened(visible(text), THEIRS_SHOWN))


def listed(texts: Iterable[str]) -> Joined:
    """Several texts of their file, each in quotes, or the first of them."""
    shown = list(islice(texts, LISTED_MAX + 1))
    quoted: list[Node] = [say("“{text}”", text=theirs(each)) for each in shown[:LISTED_MAX]]
    return joined([*quoted, *(["…"] if len(shown) > LISTED_MAX else [])])


def no_columns(names: Sequence[Node]) -> Say:
    """Columns without which it is another file."""
    return say("it has no column for: {columns}", columns=joined(names))


def too_many_rows(most: int) -> Say:
    """More than are read of one file."""
    return say("it has more than {count} rows; split it by year", count=Number(most))


def no_day(text: str) -> Say:
    """Not a date, or one in another order."""
    return say("“{text}” is no day", text=theirs(text))


def no_number(text: str) -> Say:
    """Not a number, such as a formula."""
    return say("“{text}” is no number", text=theirs(text))


def no_duration(text: str) -> Say:
    """Not a time that something took."""
    return say("“{text}” is no duration", text=theirs(text))


def no_currency(text: str) -> Say:
    """Money that is not known here."""
    return say("“{text}” is no currency that I know", text=theirs(text))


def no_amount(text: str) -> Say:
    """Not a number beside a unit."""
    return say("“{text}” is no amount with a unit", text=theirs(text))


def too_fine(amount: Decimal, unit: Unit) -> Say:
    """More decimals than a unit has."""
    shown = Figure(f"{amount:f}")
    return say("{amount} {unit} is finer than its smallest part", amount=shown, unit=unit.code)


def names_nobody() -> Say:
    """A row of no person."""
    return say("names nobody")


def to_themselves() -> Say:
    """From and to the same person."""
    return say("is from somebody to themselves")


def not_named() -> Say:
    """Somebody of whom the file tells only an id."""
    return say("is of somebody whom the file does not name")


def a_sum() -> Say:
    """A row that sums up others."""
    return say("is the sum of the others")


def moves_nothing() -> Say:
    """Nothing that could be entered."""
    return say("moves nothing")


def left_by_map() -> Say:
    """What the answers say to leave out."""
    return say("is left out by the map")


def beyond_measure() -> Say:
    """More than can be counted."""
    return say("is beyond all measure")


def has_price() -> Say:
    """A posting that changes one unit for another."""
    return say("has a price: what was changed for what is not known here")
