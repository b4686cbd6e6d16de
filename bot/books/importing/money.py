"""Movements of money, as banks and platforms tell them: what all of their files have in common."""

from __future__ import annotations

import hashlib
from decimal import Decimal

from bot.books.importing.planned import Found, Left
from bot.books.importing.reasons import beyond_measure, moves_nothing, no_currency, too_fine
from bot.books.importing.tables import words
from bot.language.units import UNITS, UnitClass
from bot.text.wording import say

INCOME, EXPENSE = "income", "expense"


def account_key(account: str) -> str:
    """An account as it stands in the books: nobody is told its number."""
    return hashlib.sha256(" ".join(account.split()).upper().encode()).hexdigest()[:12]


def moved(
    line: int, amount: Decimal | None, currency: str, day: str, text: str, native: str
) -> Found | Left:
    """A movement: above nothing it came in, below nothing it went out."""
    unit = UNITS.get(currency.strip().upper())
    if unit is None or unit.unit_class is not UnitClass.MONEY:
        return Left(line, no_currency(currency))
    if amount is None:
        return Left(line, say("has no amount that is a number"))
    parts = amount * unit.parts
    if not parts:
        return Left(line, moves_nothing())
    if parts != int(parts):
        return Left(line, too_fine(amount, unit))
    if abs(parts) >= 10**15:
        return Left(line, beyond_measure())
    flow = INCOME if parts > 0 else EXPENSE
    return Found(line, "", unit.code, abs(int(parts)), day, "", words(text), native, flow)
