"""The names of accounts in books: the five roots that accountants know, and below them ours."""

from __future__ import annotations

import re

from bot.books.exporting.transactions import member_name
from bot.collective.ledger import COMMONS
from bot.collective.state import State
from bot.collective.treasury import OUTSIDE, TREASURY

_ROOTS = {
    "member": "Equity:Members",
    "held": "Assets:Held",
    "between": "Equity:Between",
    "fund": "Assets:Funds",
    "income": "Income",
    "expense": "Expenses",
    "partner": "Income:Partners",
    COMMONS: "Equity:Commons",
}
_WHOLE = {TREASURY: "Assets:Treasury", OUTSIDE: "Equity:Outside", COMMONS: "Equity:Commons:All"}
_PEOPLE = frozenset({"member", "held", "between"})


def account_names(state: State) -> dict[str, str]:
    """What each account that was ever posted to is called; no two are called the same.

    Every part begins with a capital or a digit and has only letters, digits and dashes, as Beancount
    wants it. A member's part begins with their number, for names change and are forgotten.
    """
    names: dict[str, str] = {}
    taken: set[str] = set()
    for account in dict.fromkeys(account for account, _ in state.ledger.balances):
        name = _name(state, account)
        again = 1
        while name in taken:
            again += 1
            name = f"{_name(state, account)}-{again}"
        taken.add(name)
        names[account] = name
    return names


def _name(state: State, account: str) -> str:
    if account in _WHOLE:
        return _WHOLE[account]
    root, _, rest = account.partition(":")
    above = _ROOTS.get(root, f"Equity:{_part(root)}")
    if root in _PEOPLE and rest.isdecimal():
        return f"{above}:{_part(f'{rest}-{member_name(state, int(rest))}')}"
    return ":".join([above, *(map(_part, rest.split(":")) if rest else [])])


def _part(words: str) -> str:
    kept = re.sub(r"[^\w]+|_", "-", words).strip("-")
    if not kept:
        return "X"
    return kept if kept[0].isdecimal() or kept[0].isupper() else _capital(kept)


def _capital(word: str) -> str:
    # Many scripts know no capitals.
    first = word[0].upper()
    return first + word[1:] if len(first) == 1 and first.isupper() else f"X-{word}"
