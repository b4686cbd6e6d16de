"""Periods of the calendar: months, quarters and years, as pledges, levies and budgets have them."""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from enum import StrEnum

from bot.language.periods import Period

_DAY = dt.timedelta(days=1)


class Every(StrEnum):
    """How long a period is."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


_MONTHS = {Every.MONTH: 1, Every.QUARTER: 3, Every.YEAR: 12}


def period_of(day: dt.date, every: Every) -> Period:
    """The month, quarter or year that a day lies in."""
    months = _MONTHS[every]
    first = day.replace(month=day.month - (day.month - 1) % months, day=1)
    end = first.replace(month=first.month + months - 1)
    return Period(first, end.replace(day=monthrange(end.year, end.month)[1]))


def next_period(period: Period, every: Every) -> Period:
    """The one behind it."""
    return period_of(period.last + _DAY, every)


def period_text(period: Period) -> str:
    """A period as it is typed: `2026`, `2026-Q1`, `2026-03`."""
    year, month = period.first.year, period.first.month
    if (period.last - period.first).days > 100:
        return f"{year}"
    if period.last.month != month:
        return f"{year}-Q{(month + 2) // 3}"
    return f"{year}-{month:02}"
