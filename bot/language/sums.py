"""Sums in answers: smallest parts of units, as people and machines read them."""

from __future__ import annotations

from collections.abc import Mapping

from bot.language.units import unit_of
from bot.text.rendering import decimal_text, unit_name
from bot.text.wording import Node, Quantity, joined


def shown(unit: str, count: int) -> Quantity:
    """An amount, for an answer."""
    return Quantity(count, unit, unit_of(unit).parts)


def decimals(balances: Mapping[str, int]) -> dict[str, str]:
    """Balances for machines: unit to decimal text."""
    return {
        unit_name(unit): decimal_text(count, unit_of(unit).parts) for unit, count in balances.items()
    }


def sums_told(balances: Mapping[str, int]) -> Node:
    """Balances of several units, in a row."""
    return joined(shown(unit, count) for unit, count in balances.items())
