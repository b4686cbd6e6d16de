"""The accounts of the books: what stood on each before a time, what came and went, what stands after.

What all members have is one account here: no page adds up one person's doings.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from bot.collective.funding import is_pot
from bot.collective.ledger import COMMONS, Key, shared_account
from bot.collective.state import State
from bot.collective.treasury import OUTSIDE, TREASURY
from bot.collective.units import ISSUER
from bot.decision import Ask
from bot.language.periods import Period
from bot.language.sums import decimals
from bot.text.wording import Node, Say, Words, fill, say
from commands.ledger.flows import PRIVATE
from commands.ledger.funds import fund_called


@dataclass(frozen=True, slots=True)
class Turnover:
    """One account in one unit, in smallest parts: how much before, what came, what went."""

    account: str
    unit: str
    opening: int
    came: int
    went: int

    @property
    def closing(self) -> int:
        """What stands there after these days."""
        return self.opening + self.came - self.went

    @property
    def facts(self) -> dict[str, str]:
        """The same for machines."""
        figures = {
            "opening": self.opening,
            "came": self.came,
            "went": self.went,
            "closing": self.closing,
        }
        unit = next(iter(decimals({self.unit: 0})))
        told = {name: decimals({self.unit: count})[unit] for name, count in figures.items()}
        return {"account": self.account, "unit": unit, **told}


def turnovers(state: State, period: Period) -> list[Turnover]:
    """All accounts on which something stood or moved in these whole months, by unit and account."""
    first, last = period.first.isoformat()[:7], period.last.isoformat()[:7]
    opening: defaultdict[Key, int] = defaultdict(int)
    came: defaultdict[Key, int] = defaultdict(int)
    went: defaultdict[Key, int] = defaultdict(int)
    for month, noted in state.ledger.monthly.items():
        for (name, unit), (plus, minus) in noted.moved.items():
            key = (public_account(state, name), unit)
            if month < first:
                opening[key] += plus - minus
            elif month <= last:
                came[key] += plus
                went[key] += minus
    keys = {key for sums in (opening, came, went) for key, count in sums.items() if count}
    ordered = sorted(keys, key=lambda key: (key[1], *_place(key[0])))
    return [Turnover(*key, opening[key], came[key], went[key]) for key in ordered]


def public_account(state: State, account: str) -> str:
    """The account as pages know it: of whose pledge is private, all that is private together."""
    sort, _, name = shared_account(account).partition(":")
    partner = state.partners.named.get(name) if sort == "partner" else None
    return f"{sort}:{PRIVATE}" if partner and partner.private else shared_account(account)


def written(state: State, period: Period) -> tuple[int, int]:
    """From which instant to before which one (ms) what counts in these whole months was written."""
    first, last = period.first.isoformat()[:7], period.last.isoformat()[:7]
    found = [it for month, it in state.ledger.monthly.items() if first <= month <= last]
    if not found:
        return 0, 1
    return min(it.first for it in found), max(it.last for it in found) + 1


_WHOLE = {
    TREASURY: say("Treasury"),
    "held": say("Held for members"),
    "between": say("Between members"),
    "member": say("Members, for what they gave"),
    COMMONS: say("The commons, to which they gave it"),
    OUTSIDE: say("Members' own pockets"),
    ISSUER: say("Issued"),
}
_OF = {
    "fund": say("Fund {name}"),
    COMMONS: say("The commons of {name}"),
    "income": say("Income: {name}"),
    "expense": say("Expense: {name}"),
    "partner": say("Partner {name}"),
}
_ORDER = (TREASURY, "fund", "held", "income", "partner", "expense", "member", COMMONS, "between")


def account_named(state: State, ask: Ask, account: str) -> Node:
    """What people call an account that is nobody's own."""
    if account in _WHOLE:
        return _WHOLE[account]
    sort, _, name = account.partition(":")
    told: Say | None = _OF.get(sort)
    if sort == "fund" and is_pot(name):
        return say("Pot of {ref}", ref=name)
    if sort == "fund":
        return fill(_OF[sort], name=fund_called(state, ask, name))
    shown = say("with a private pledge") if account == f"partner:{PRIVATE}" else Words(name)
    return fill(told, name=shown) if told is not None else Words(account)


def _place(account: str) -> tuple[int, str]:
    """Where an account stands in a list: what there is, where it came from, where it went."""
    sort = account.partition(":")[0]
    return (_ORDER.index(sort) if sort in _ORDER else len(_ORDER), account)


def by_unit(found: list[Turnover]) -> Iterator[tuple[str, list[Turnover]]]:
    """The accounts of each unit."""
    for unit in dict.fromkeys(each.unit for each in found):
        yield unit, [each for each in found if each.unit == unit]
