"""A page of the open book: what a feature shows to people who would rather look than type.

A page is a view of the state and of what it reads of the journal: a document like any answer in chat,
with the same figures for machines. Lists go from the newest back, `ROWS` at a time, and are continued
by the number below which they go on, so that an address shows the same for ever.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Protocol

from bot.collective.events import Event
from bot.collective.state import State
from bot.decision import Accepted, Ask, Query
from bot.language.periods import Period
from bot.text.charts import Chart
from bot.text.wording import Node, Say, Table, items, lines, say
from bot.value.periods import Every, period_of, period_text

ROWS: Final = 50
"""How many rows a list shows at a time."""

LOOKED_THROUGH: Final = 200
"""How many things a list looks through at a time for those that are wanted."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is wanted of a page: the thing `ref`; of a list what is `before` a number, and of what.

    `period` is a month, a quarter or a year. `older` and `newer` are numbers of entries, 0 for none.
    Whoever looks from `outside` is no member, and is told
    names as `told` says: what looks for a name finds it as it is told. What was asked besides and means
    nothing here is `left_out`.
    """

    ref: str = ""
    before: int = 0
    kind: str = ""
    circle: str = ""
    search: str = ""
    account: str = ""
    period: Period | None = None
    older: int = 0
    newer: int = 0
    outside: bool = True
    left_out: tuple[str, ...] = ()
    told: Callable[[str], str] = field(default=str, compare=False, repr=False)

    @property
    def is_narrowed(self) -> bool:
        """Whether a list leaves something out."""
        return bool(self.kind or self.circle or self.search or self.account or self.period)

    @property
    def period_text(self) -> str:
        """The time that is wanted, as it is typed; empty for all."""
        return period_text(self.period) if self.period else ""

    def within(self, period: Period) -> Wanted:
        """The same, of another time."""
        return replace(self, period=period)

    @property
    def days(self) -> tuple[str, str]:
        """The first and the last day (ISO) that are wanted."""
        period = self.period
        return (period.first.isoformat(), period.last.isoformat()) if period else ("", "9999")

    def numbers(self, last: int) -> range:
        """The numbers to look at, of 1 to `last`, the newest first."""
        top = min(last, self.before - 1) if self.before else last
        return range(top, max(0, top - (LOOKED_THROUGH if self.is_narrowed else ROWS)), -1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a page shows; a list goes on with what is before the number `older`, where it is not 0.

    What is `exact` is told as it stands, whoever is called like something in it: it is signed.
    """

    body: Node
    title: Node | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    charts: tuple[Chart, ...] = ()
    older: int = 0
    exact: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a list: the number of the thing, its cells, and the same for machines."""

    number: int
    cells: tuple[Node, ...]
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """A list of numbered things that is told a row at a time, below what the page shows besides.

    There are things up to the number `last`. What the journal tells of the subject `about` a number, or
    what is `read` for several of them (the highest first; it is asked again with what was found), is
    told as `row`, None where there is none, and `fits` what narrows the list, or not. Where none does,
    `nothing` says so; it is told where the list goes on. What has no heading is a list of lines, of one
    cell each.

    A row that was told is told again until there is another entry about it, or one that is not
    `spared`: those events change no row but of what they are about. So a row tells nothing else that
    they change, nothing that the time changes, and nothing of what is wanted. What the page shows
    besides depends of `before` only on whether it is asked for.
    """

    heading: tuple[Node, ...] = ()
    last: Callable[[State], int]
    about: Callable[[int], str]
    row: Callable[[State, Ask[Wanted], int], Row | None]
    fits: Callable[[Row, Wanted], bool]
    nothing: Callable[[State, Wanted, int], Node]
    spared: tuple[type[Event], ...]
    read: Callable[[Sequence[int], Ask[Wanted]], tuple[Query, ...]] | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """A list in the facts of a page, by its name there, and the columns that its rows have as a table.

    An amount of one unit is two columns, with `unit` behind it. What is `inside` are columns behind
    those, which members alone are given.
    """

    name: str
    columns: tuple[str, ...]
    inside: tuple[str, ...] = ()

    def seen(self, *, outside: bool) -> Listed:
        """The same with the columns that whoever looks is given."""
        return self if outside else replace(self, columns=(*self.columns, *self.inside))


@dataclass(frozen=True, slots=True)
class News:
    """Something that people hear of: what (`ref`), in a line, and when that last changed (ms)."""

    ref: str
    title: Node
    at: int


@dataclass(frozen=True, slots=True)
class Ahead:
    """Something that is planned: when (ms), and what then is; `ref` is the thing that it is about.

    It may be a circle's.
    """

    at: int
    what: Node
    ref: str = ""
    circle: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the book: the pages that stand together in its menu."""

    title: Say


WORK, DECIDING, BOOKS, PROOF = (
    Part(say("Work")),
    Part(say("Deciding")),
    Part(say("Books")),
    Part(say("Proof")),
)
PARTS: Final = (WORK, DECIDING, BOOKS, PROOF)
"""The parts in the order of the menu; a page that is of none stands before them."""

View = Callable[[State, Ask[Wanted]], Shown]
NewsOf = Callable[[State, Ask[Wanted]], tuple[News, ...]]
Readings = Callable[[State, Ask[Wanted]], tuple[Query, ...]]
Front = Callable[[State, Ask[Wanted]], Node | None]
Plans = Callable[[State, Ask[Wanted]], Iterable[Ahead]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page by its name, which is its address: what it is in one line, and what it shows.

    `part` says where in the menu it stands. `takes` are the fields of `Wanted` that narrow it; one that
    `needs_ref` is about one thing, and stands in no menu. What is `inside` is for members alone.
    Where no time is asked for it tells of the `usual` one around today, else of all.
    `front` is what it tells on the first page, `ahead` what it knows of what is planned.

    Every page has JSON beside it. What is `listed` is a table as well, `rows` are told below its view,
    `news` (made of what `news_reads`, else `wants` read) are a feed, and `books` are the forms of
    `/export` that tell the same. Beside one that is `bundled` members find the journal to download and
    check. The fact called `proof` is a proof that other programs read. What is `signed` changes without
    an entry: with the key, and with witnesses.
    """

    name: str
    title: Say
    about: Say
    view: View
    part: Part | None = None
    wants: Readings | None = None
    takes: frozenset[str] = frozenset()
    needs_ref: bool = False
    inside: bool = False
    front: Front | None = None
    front_reads: Readings | None = None
    listed: Listed | None = None
    rows: Rows | None = None
    news: NewsOf | None = None
    news_reads: Readings | None = None
    books: tuple[str, ...] = ()
    bundled: bool = False
    proof: str = ""
    signed: bool = False
    usual: Every | None = None
    ahead: Plans | None = None
    ahead_reads: Readings | None = None

    def timed(self, want: Wanted, today: dt.date) -> Wanted:
        """The same, of the time that it tells on this day where none was asked for."""
        if self.usual is None or want.period is not None:
            return want
        return want.within(period_of(today, self.usual))


class _Decide(Protocol):
    def __call__(self, state: State, ask: Any, /) -> Accepted: ...  # noqa: ANN401 - any arguments


def as_answered(decide: _Decide, state: State, ask: Ask[Any], args: object) -> Shown:
    """What a command answers, as a page. Raises Refusal.

    It asks only commands that decide nothing.
    """
    answered = decide(state, ask.with_args(args))
    assert not answered.events, "a page decides nothing"
    assert not any(reply.fleeting for reply in answered.replies), "a page is kept"
    facts: dict[str, Any] = {}
    for reply in answered.replies:
        facts.update(reply.facts)
    charts = tuple(reply.chart for reply in answered.replies if reply.chart is not None)
    return Shown(body=lines(*(reply.body for reply in answered.replies)), facts=facts, charts=charts)


def told_of(rows: Rows, chosen: Iterable[Row]) -> Node:
    """Rows as they stand below what a page shows besides."""
    if rows.heading:
        return Table(rows.heading, tuple(it.cells for it in chosen))
    return items(it.cells[0] for it in chosen)


def older_than(numbers: range, last_shown: int = 0) -> int:
    """Where a list goes on behind these numbers, or the last one that it shows; 0 for its end."""
    last = last_shown or (numbers[-1] if numbers else 0)
    return last if last > 1 else 0
