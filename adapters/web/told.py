"""Rows of lists that were told before, so that the next page tells only those that are new.

A row leaves with the next entry about it. After any entry that may change others, such as a name, a
rule or an erasure, none is left: nothing that was erased, and no name as it was before, comes back.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from adapters.web.html import Line
from bot.chain import Entry, Head
from bot.collective.folding import read_event
from bot.collective.state import State
from bot.page import Page, Row, Shown

ROWS_MAX: Final = 6_000
"""How many rows of one list stay in memory; the least recently read leave first."""

SHELVES_MAX: Final = 24
"""How many lists stay in memory, of all books together."""

ROWS_TOGETHER_MAX: Final = 12_000
"""How many rows all of them may have."""

FRONTS_MAX: Final = 100
"""How much of what stands around rows stays in memory, of one book at one moment."""

Moment = tuple[str, Head, int]
"""Which book, up to which entry, and as of when (ms)."""


@dataclass(slots=True)
class Told:
    """A row, None where there is none; and how it is written, by who reads it."""

    row: Row | None
    written: dict[Hashable, Line] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Front:
    """What stands around rows, and how that is written.

    That are the text, its pictures, what heads the rows, and the page with holes.
    """

    shown: Shown
    body: str
    figures: tuple[str, ...]
    heading: tuple[str, ...]
    frames: dict[bool, tuple[str, ...]] = field(default_factory=dict)


class Shelf:
    """The rows of one list that were told, by their numbers."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._told: OrderedDict[int, Told] = OrderedDict()
        self._numbers: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._told)

    def known(self, numbers: range) -> dict[int, Told]:
        """Those that are here."""
        told = self._told
        found = {number: told[number] for number in numbers if number in told}
        for number in found:
            told.move_to_end(number)
        return found

    def keep(self, number: int, about: str, row: Row | None) -> Told:
        """Keep the row of this number, until something happens `about` it."""
        made = self._told[number] = Told(row)
        self._numbers[about] = number
        if len(self._told) > ROWS_MAX:
            self._told.popitem(last=False)
            if len(self._numbers) > 2 * ROWS_MAX:
                kept = self._told
                self._numbers = {each: at for each, at in self._numbers.items() if at in kept}
        return made

    def leave(self, about: str) -> None:
        """Something happened about this."""
        self._told.pop(self._numbers.pop(about, 0), None)


class Memory:
    """What was told of all books; used by one thread at a time."""

    def __init__(self, pages: Mapping[str, Page]) -> None:
        """Begin with nothing."""
        self._spared = {each.name: each.rows.spared for each in pages.values() if each.rows}
        self._shelves: OrderedDict[tuple[str, str, bool], Shelf] = OrderedDict()
        self._fronts: OrderedDict[Hashable, Front] = OrderedDict()
        self._moment: Moment | None = None

    def shelf(self, collective: str, page: str, *, outside: bool) -> Shelf:
        """The rows of a list, as they are told inside or outside."""
        key = (collective, page, outside)
        found = self._shelves.setdefault(key, Shelf())
        self._shelves.move_to_end(key)
        while len(self._shelves) > SHELVES_MAX or self._is_full:
            self._shelves.popitem(last=False)
        return found

    @property
    def _is_full(self) -> bool:
        """Whether there are too many rows, and more lists than the one that is read."""
        return len(self._shelves) > 1 and sum(map(len, self._shelves.values())) > ROWS_TOGETHER_MAX

    def noticed(self, state: State, entries: Iterator[Entry]) -> Iterator[Entry]:
        """The entries that come to a state; what they may change is not told again."""
        if not state.head.seq:  # it is read anew, and may have become another one
            for page in self._spared:
                self._clear(state.collective, page)
            return entries
        return map(self._notice, entries)

    def _notice(self, entry: Entry) -> Entry:
        event = read_event(entry.payload)
        for page, spared in self._spared.items():
            if not isinstance(event, spared):
                self._clear(entry.collective, page)
                continue
            for outside in (False, True):
                shelf = self._shelves.get((entry.collective, page, outside))
                if shelf is not None:
                    for about in event.subjects:
                        shelf.leave(about)
        return entry

    def _clear(self, collective: str, page: str) -> None:
        for outside in (False, True):
            self._shelves.pop((collective, page, outside), None)

    def once(self, moment: Moment, key: Hashable, make: Callable[[], Front]) -> Front:
        """What is made of a book at one moment, once; the next moment everything is made anew."""
        if self._moment != moment:
            self._moment = moment
            self._fronts.clear()
        found = self._fronts.get(key)
        if found is None:
            found = self._fronts[key] = make()
            if len(self._fronts) > FRONTS_MAX:
                self._fronts.popitem(last=False)
        return found
