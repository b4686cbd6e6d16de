"""Periods of the calendar, in words."""

from __future__ import annotations

from bot.text.wording import say
from bot.value.periods import Every

EVERY = {Every.MONTH: say("month"), Every.QUARTER: say("quarter"), Every.YEAR: say("year")}
"""How long a period is."""
