"""Text as a tree: what the bot says, before anybody's language or platform is known.

A decision answers with a tree; each adapter renders it late, in the reader's language and zone.
What people typed is always a leaf (`Words`), so it can never become markup, a mention or a format.
The message texts themselves are gettext message ids with named places: `say("{who} joined", who=…)`.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

SHOWN_CHARACTERS_MAX = 300
"""How much of one text of a member is shown inside a sentence; `/show` tells it whole."""


class Words(msgspec.Struct, frozen=True, tag="words"):
    """What somebody typed: shown verbatim, on one line, never as markup."""

    text: str


class Passage(msgspec.Struct, frozen=True, tag="passage"):
    """A longer text of somebody, with its lines, shown whole and never as markup."""

    text: str


class Strong(msgspec.Struct, frozen=True, tag="strong"):
    """Something set off from its surroundings, such as a title or a reference."""

    body: Node


class Person(msgspec.Struct, frozen=True, tag="person"):
    """A person, by the name the collective knows; never a mention that rings."""

    name: str


class Quantity(msgspec.Struct, frozen=True, tag="quantity"):
    """An amount: `count` smallest parts of a unit that has `parts` of them in one.

    Time (parts = 60, unit `h`) is shown as `2h30`; everything else as a decimal and the unit.
    """

    count: int
    unit: str
    parts: int


class Number(msgspec.Struct, frozen=True, tag="number"):
    """A whole number, grouped as the reader's language does."""

    value: int


class Figure(msgspec.Struct, frozen=True, tag="figure"):
    """A number that is written out, such as `1.34`; shown as the reader's language writes it."""

    text: str


class Day(msgspec.Struct, frozen=True, tag="day"):
    """A calendar day (ISO form); in `short` only its day and month, as a `month` only its name."""

    iso: str
    short: bool = False
    month: bool = False


class Time(msgspec.Struct, frozen=True, tag="time"):
    """An instant, in milliseconds since 1970 UTC, shown with the name of the zone that it is told in.

    That is the reader's own zone; for whoever chose none `zone`, that of the room which asked a
    question, so that all are told the same; and without one that of the room where it is read. In
    `short` only its day and month are shown.
    """

    at: int
    zone: str = ""
    short: bool = False


class Typed(msgspec.Struct, frozen=True, tag="typed"):
    """A command line to type, without its prefix; shown with the reader's own prefix.

    Behind it stand the `choices` that it can go on with, each in the reader's language, and the `rest`.
    """

    line: str
    choices: tuple[Say, ...] = ()
    rest: str = ""


class Code(msgspec.Struct, frozen=True, tag="code"):
    """Something to copy exactly, such as a hash or a file name."""

    text: str


class Link(msgspec.Struct, frozen=True, tag="link"):
    """An address that a member gave; only http and https ever become clickable."""

    url: str


class Way(msgspec.Struct, frozen=True, tag="way"):
    """Something with a page of its own in the open book; `to` is that page and what is asked of it.

    Only a page leads there: elsewhere it is `body` alone.
    """

    body: Node
    to: str


class Say(msgspec.Struct, frozen=True, tag="say"):
    """A sentence to translate, with its named places; `many` and `count` choose the plural."""

    text: str
    places: dict[str, Node] = {}
    many: str | None = None
    count: int = 1


class Joined(msgspec.Struct, frozen=True, tag="joined"):
    """Several things in one sentence: `a, b, c`."""

    items: tuple[Node, ...]
    between: str = ", "


class Lines(msgspec.Struct, frozen=True, tag="lines"):
    """Several things under one another."""

    items: tuple[Node, ...]


class Items(msgspec.Struct, frozen=True, tag="items"):
    """A list, one point a line."""

    items: tuple[Node, ...]


class Table(msgspec.Struct, frozen=True, tag="table"):
    """Rows of cells under a heading row; shown aligned where the platform can."""

    heading: tuple[Node, ...]
    rows: tuple[tuple[Node, ...], ...]


Node = (
    Words
    | Passage
    | Strong
    | Person
    | Quantity
    | Number
    | Figure
    | Day
    | Time
    | Typed
    | Code
    | Link
    | Way
    | Say
    | Joined
    | Lines
    | Items
    | Table
)
Place = Node | str | int


def node(value: Place) -> Node:
    """Make a leaf of a plain value: text is `Words`, a whole number is a `Number`."""
    if isinstance(value, str):
        return Words(value)
    if isinstance(value, int):
        return Number(value)
    return value


def say(text: str, /, **places: Place) -> Say:
    """A sentence to translate; the literal `text` is what the catalogues know it by."""
    return Say(text, {name: node(value) for name, value in places.items()})


def say_n(one: str, many: str, count: int, /, **places: Place) -> Say:
    """A sentence whose form depends on `count`, which is also its place `{count}`."""
    named = {name: node(value) for name, value in places.items()}
    return Say(one, {"count": Number(count), **named}, many, count)


def fill(sentence: Say, /, **places: Place) -> Say:
    """A sentence of a table with its places filled, so that tables hold whole sentences."""
    return msgspec.structs.replace(
        sentence, places={name: node(value) for name, value in places.items()}
    )


def lines(*items: Place | None) -> Lines:
    """Things under one another; what is None is left out."""
    return Lines(tuple(node(item) for item in items if item is not None))


def items(points: Iterable[Place]) -> Items:
    """A list of points."""
    return Items(tuple(node(point) for point in points))


def joined(parts: Iterable[Place], between: str = ", ") -> Joined:
    """Things in a row."""
    return Joined(tuple(node(part) for part in parts), between)
