"""The ways between the times of a page: the one before, the next, and those that it lies in."""

from __future__ import annotations

import datetime as dt

from bot.language.periods import Period
from bot.text.wording import Node, Way, Words, joined
from bot.value.periods import Every, next_period, period_of, period_text

_EVERY = (Every.MONTH, Every.QUARTER, Every.YEAR)
_WEEK = dt.timedelta(days=7)


def every_of(period: Period) -> Every:
    """Whether it is a month, a quarter or a year."""
    return next(each for each in _EVERY if period_of(period.first, each) == period)


def times_told(page: str, period: Period) -> Node:
    """The ways from a page of one time to the same of others."""
    every = every_of(period)
    before = period_of(period.first - dt.timedelta(days=1), every) if period.first.year > 1 else period
    around = [period_of(period.first, each) for each in _EVERY]
    texts = dict.fromkeys(
        period_text(each) for each in (before, *around, next_period(period, every)) if each != period
    )
    return joined([Way(Words(text), f"{page}?period={text}") for text in texts], " · ")


def parts_of(period: Period) -> list[Period]:
    """What a report is told by: the months of a quarter or a year, the weeks of a month."""
    if every_of(period) is not Every.MONTH:
        found = [period_of(period.first, Every.MONTH)]
        while found[-1].last < period.last:
            found.append(next_period(found[-1], Every.MONTH))
        return found
    monday = period.first - dt.timedelta(days=period.first.weekday())
    weeks = []
    while monday <= period.last:
        end = min(monday + _WEEK - dt.timedelta(days=1), period.last)
        weeks.append(Period(max(monday, period.first), end))
        monday += _WEEK
    return weeks
