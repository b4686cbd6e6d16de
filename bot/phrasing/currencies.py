"""The currencies that a bare number may be in: those that the collective has or asks for money in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import islice

from bot.collective.state import State
from bot.command import Command
from bot.language.tokens import Token
from bot.language.units import UnitClass, unit_of
from bot.phrasing.amounts import amount_at
from bot.phrasing.known import Known
from bot.phrasing.wording import Said

CURRENCIES_MAX = 4
"""Of how many currencies a line is tried, those that most is kept in first."""


def currencies(command: Command, state: State) -> list[str]:
    """In what the money of a command may be; in a collective without money what its examples have."""
    used = Counter(unit for _, unit in state.ledger.balances)
    asked = [
        *(it.terms.unit for it in state.funding.open.values()),
        *(it.unit for it in state.invoices.open),
        *(it.terms.unit for it in state.recurring.running),
        *(it.unit for it in state.dues.terms.values()),
    ]
    named = [unit for unit, _ in used.most_common()]
    found = [each for each in dict.fromkeys((*named, *asked)) if _is_money(each)]
    return found[:CURRENCIES_MAX] or [u.code for u in command.units if u.unit_class is UnitClass.MONEY]


def _is_money(unit: str) -> bool:
    return unit_of(unit).unit_class is UnitClass.MONEY


def is_number(token: Token) -> bool:
    """Whether it is a number and nothing else."""
    text = token.text.replace(",", ".")
    return not token.quoted and text.replace(".", "", 1).isdecimal()


def with_currency(it: Said, known: Known) -> Iterator[Said]:
    """`back K1 50` in the currency that is meant: behind the first bare number, or behind all."""
    units, words = it.command.units, it.words
    if not units or any(unit.unit_class is not UnitClass.MONEY for unit in units):
        return
    bare = [
        at
        for at, token in enumerate(words)
        if is_number(token) and amount_at(words[at:], known.setting) is None
    ]
    for unit in currencies(it.command, known.state) if bare else ():
        for places in dict.fromkeys((*((at,) for at in islice(bare, 2)), tuple(bare))):
            with_unit = (
                (token, Token(unit)) if at in places else (token,) for at, token in enumerate(words)
            )
            yield it.with_words([token for pair in with_unit for token in pair])
