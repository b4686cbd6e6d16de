"""The ledger as a journal for hledger and Ledger (https://hledger.org/1.25/hledger.html#journal-format).

Amounts and accounts are those of the bot, with its signs. Whatever people wrote stands where it can
end neither a line nor a comment.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.books.exporting.accounts import account_names
from bot.books.exporting.transactions import Transaction, commodity, exact, headline, one_line
from bot.collective.state import State


def journal(state: State, found: Iterable[Transaction]) -> Iterator[str]:
    """The lines of the journal, each with its end."""
    names = account_names(state)
    yield f"; {headline(state)}\n"
    yield "; Time is in minutes.\n\n"
    for unit in dict.fromkeys(unit for _, unit in state.ledger.balances):
        yield f"commodity {_thousand(unit)} {_symbol(unit)}\n"
    yield "\n"
    yield from (f"account {name}\n" for name in sorted(set(names.values())))
    for each in found:
        yield "\n"
        yield f"{each.day} * ({each.ref}) {_words(each.title)}\n"
        tags = {"event": each.event, "seq": str(each.seq), **each.further}
        yield f"    ; {', '.join(f'{name}: {_tag(value)}' for name, value in tags.items())}\n"
        for posting in each.postings:
            amount = f"{exact(posting.count, posting.unit)} {_symbol(posting.unit)}"
            yield f"    {names[posting.account]}  {amount}\n"


def _thousand(unit: str) -> str:
    """A thousand of it, from which hledger learns where the decimal mark stands; it wants one."""
    places = exact(1, unit).partition(".")[2]
    return f"1000.{'0' * len(places)}"


def _symbol(unit: str) -> str:
    name = commodity(unit)
    return name if name.isalpha() else f'"{name}"'


def _words(text: str) -> str:
    """A description: a semicolon would begin a comment, a bar would end the payee."""
    return one_line(text).replace(";", ",").replace("|", "/")


def _tag(text: str) -> str:
    """A tag's value: it ends at a comma, which in an address is written otherwise."""
    return one_line(text).replace(",", "%2C" if "://" in text else " ")
