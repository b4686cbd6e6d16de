"""The forms in which a ledger is given out, by name: the table of contents of this room."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final
from zoneinfo import ZoneInfo

from bot.books.exporting.beancount import beans
from bot.books.exporting.calendars import EVERYBODY, Whose, calendar
from bot.books.exporting.entries import Kept, document
from bot.books.exporting.hledger import journal
from bot.books.exporting.slips import slips_in, with_slips
from bot.books.exporting.tables import rows
from bot.books.exporting.transactions import About, Days, Texts, Transaction, transactions
from bot.books.exporting.valueflows import graph
from bot.chain import Entry
from bot.collective.booking import booked, day_of
from bot.collective.folding import read_event
from bot.collective.slips import SLIPS
from bot.collective.state import State
from bot.text.wording import Node, say


@dataclass(frozen=True, slots=True)
class Books:
    """A collective as it stands, its entries (read as often as wanted), and the words behind them.

    With `days`, only what counts for them is told; an entry that posts nothing is of the day on which
    it was written by the clocks of `zone`. `told` says how each transaction is told to who reads.
    A calendar is `whose`. What is `about` a thing is looked up where a journal is too long to remember.
    What is `kept` back from who reads is told by its kind alone.
    """

    state: State
    entries: Callable[[], Iterable[Entry]]
    texts: Texts
    days: Days | None = None
    zone: str = "UTC"
    told: Callable[[Transaction], Transaction] | None = None
    whose: Whose = EVERYBODY
    about: About | None = None
    kept: Kept | None = None

    def transactions(self) -> Iterator[Transaction]:
        """What is posted."""
        of_slips = self.entries() if self.about is None else self.about(SLIPS)
        posted = transactions(self.entries(), self.texts, self.days, self.about)
        found = with_slips(posted, slips_in(of_slips))
        return found if self.told is None else map(self.told, found)

    def of_days(self, entry: Entry) -> bool:
        """Whether an entry is of the days that are told."""
        if self.days is None:
            return True
        counted = [each.day for each in booked(read_event(entry.payload), entry.at)]
        return any(self.days[0] <= day <= self.days[1] for day in counted or [self._written(entry.at)])

    def _written(self, at: int) -> str:
        return dt.datetime.fromtimestamp(at / 1000, ZoneInfo(self.zone)).date().isoformat()


@dataclass(frozen=True, slots=True)
class Form:
    """A form: what it is, its media type, the ending of its file, and how it is written."""

    about: Node
    media: str
    ending: str
    write: Callable[[Books], Iterator[str]]


def _csv(books: Books) -> Iterator[str]:
    return rows(books.state, books.transactions())


def _hledger(books: Books) -> Iterator[str]:
    return journal(books.state, books.transactions())


def _beancount(books: Books) -> Iterator[str]:
    found = replace(books, texts=lambda *_: {}).transactions()
    first = min((each.day for each in found), default=day_of(books.state.head.at))
    return beans(books.state, books.transactions(), first)


def _valueflows(books: Books) -> Iterator[str]:
    return graph(books.state, books.transactions())


def _json(books: Books) -> Iterator[str]:
    return document(books.state, books.entries(), books.texts, books.of_days, books.about, books.kept)


def _ics(books: Books) -> Iterator[str]:
    return calendar(books.state, books.texts, books.days, books.zone, books.whose)


FORMS: Final[Mapping[str, Form]] = {
    "csv": Form(say("a table of all postings, for spreadsheets"), "text/csv", "csv", _csv),
    "json": Form(say("all entries with their words"), "application/json", "json", _json),
    "hledger": Form(say("a journal for hledger and Ledger"), "text/plain", "journal", _hledger),
    "beancount": Form(say("a file for Beancount"), "text/plain", "beancount", _beancount),
    "valueflows": Form(
        say("ValueFlows as JSON-LD, for other tools of networks"),
        "application/ld+json",
        "jsonld",
        _valueflows,
    ),
    "ics": Form(
        say("a calendar of what has a time, for calendar programs"), "text/calendar", "ics", _ics
    ),
}
