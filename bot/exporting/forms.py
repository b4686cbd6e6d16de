"""The forms in which a ledger is given out, by name: the table of contents of this room."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from bot.chain import Entry
from bot.collective.state import State
from bot.exporting.beancount import beans
from bot.exporting.entries import document
from bot.exporting.hledger import journal
from bot.exporting.tables import rows
from bot.exporting.transactions import Texts, day_of, transactions
from bot.exporting.valueflows import graph
from bot.wording import Node, say


@dataclass(frozen=True, slots=True)
class Books:
    """A collective as it stands, its entries (read as often as wanted), and the words behind them."""

    state: State
    entries: Callable[[], Iterable[Entry]]
    texts: Texts


@dataclass(frozen=True, slots=True)
class Form:
    """A form: what it is, its media type, the ending of its file, and how it is written."""

    about: Node
    media: str
    ending: str
    write: Callable[[Books], Iterator[str]]


def _csv(books: Books) -> Iterator[str]:
    return rows(books.state, transactions(books.entries(), books.texts))


def _hledger(books: Books) -> Iterator[str]:
    return journal(books.state, transactions(books.entries(), books.texts))


def _beancount(books: Books) -> Iterator[str]:
    found = transactions(books.entries(), lambda _: {})
    first = min((each.day for each in found), default=day_of(books.state.head.at))
    return beans(books.state, transactions(books.entries(), books.texts), first)


def _valueflows(books: Books) -> Iterator[str]:
    return graph(books.state, transactions(books.entries(), books.texts))


def _json(books: Books) -> Iterator[str]:
    return document(books.state, books.entries(), books.texts)


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
}
