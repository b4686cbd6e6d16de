"""The ledger as a Beancount file (https://beancount.github.io/docs/beancount_language_syntax.html)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from bot.books.exporting.accounts import account_names
from bot.books.exporting.transactions import Transaction, commodity, exact, headline, one_line
from bot.collective.state import State

_CURRENCY_CHARACTERS_MAX = 24


def beans(state: State, found: Iterable[Transaction], first_day: str) -> Iterator[str]:
    """The lines of the file, each with its end; accounts open on the first day that is posted on."""
    accounts = account_names(state)
    units = currencies(unit for _, unit in state.ledger.balances)
    yield f"; {headline(state)}\n"
    yield "; Time is in minutes.\n"
    yield f'option "title" {_text(state.name or state.collective)}\n\n'
    for unit, name in units.items():
        yield f"{first_day} commodity {name}\n  name: {_text(commodity(unit))}\n"
    yield "\n"
    yield from (f"{first_day} open {name}\n" for name in sorted(accounts.values()))
    for each in found:
        yield "\n"
        yield f"{each.day} * {_text(each.title)} ^{_link(each.ref)}\n"
        yield f"  event: {_text(each.event)}\n  seq: {each.seq}\n"
        yield from (f"  {name}: {_text(value)}\n" for name, value in each.further.items())
        for posting in each.postings:
            amount = f"{exact(posting.count, posting.unit)} {units[posting.unit]}"
            yield f"  {accounts[posting.account]}  {amount}\n"


def currencies(units: Iterable[str]) -> Mapping[str, str]:
    """What each unit is called: capitals, digits and dashes, two at least; no two the same."""
    names: dict[str, str] = {}
    for unit in dict.fromkeys(units):
        kept = re.sub(r"[^A-Z0-9]+", "-", commodity(unit).upper()).strip("-")
        name = kept if len(kept) > 1 and kept[0].isalpha() else f"U-{kept or 'X'}"
        name = name[: _CURRENCY_CHARACTERS_MAX - 4]
        again = 1
        whole = name
        while whole in names.values():
            again += 1
            whole = f"{name}-{again}"
        names[unit] = whole
    return names


def _text(text: str) -> str:
    escaped = one_line(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _link(ref: str) -> str:
    return re.sub(r"[^A-Za-z0-9-]", "-", ref)
