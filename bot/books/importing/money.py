"""Movements of money, as banks and platforms tell them: what all of their files have in common."""

from __future__ import annotations

import hashlib
from decimal import Decimal

from bot.books.importing.planned import Found, Left
from bot.books.importing.tables import words
from bot.language.units import UNITS, UnitClass

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
        return Left(line, f"“{currency}” is no currency that I know")
    if amount is None:
        return Left(line, "has no amount that is a number")
    parts = amount * unit.parts
    if not parts:
        return Left(line, "moves nothing")
    if parts != int(parts):
        return Left(line, f"{amount} {unit.code} is finer than its smallest part")
    if abs(parts) >= 10**15:
        return Left(line, f"{amount} is beyond all measure")
    flow = INCOME if parts > 0 else EXPENSE
    return Found(line, "", unit.code, abs(int(parts)), day, "", words(text), native, flow)
