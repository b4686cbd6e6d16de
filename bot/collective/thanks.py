"""Thanks: they are counted and told, and never change the ledger."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import lru_cache

from bot.collective.events import Changes, Event, Seal, When, about_member

THANKS = "thanks"
"""The index subject of all thanks."""

_DAY_MS = 86_400_000
_EPOCH = dt.date(1970, 1, 1)


class ThanksGiven(Event, frozen=True, tag="thanks.given"):
    """Somebody thanked somebody."""

    sealed_fields = ("what",)
    member: int
    to: int
    what: Seal

    @property
    def subjects(self) -> tuple[str, ...]:
        """Who thanked, and who was thanked; and all thanks together."""
        return (about_member(self.member), about_member(self.to), THANKS)


@dataclass(slots=True)
class Thanks:
    """How many thanks each member got, by month (`2026-11`)."""

    received: dict[tuple[str, int], int] = field(default_factory=dict)

    def give(self, event: ThanksGiven, when: When) -> None:
        """Count one."""
        key = (month_of(when.at), event.to)
        self.received[key] = self.received.get(key, 0) + 1

    def bring(self, month: str, to: int, count: int) -> None:
        """Count so many more of long ago, or fewer."""
        now = self.received.pop((month, to), 0) + count
        if now:
            self.received[month, to] = now


def month_of(at: int) -> str:
    """The month of an instant (ms), in UTC, such as 2026-11."""
    return _month_of_day(at // _DAY_MS)


@lru_cache(maxsize=1_000)
def _month_of_day(days: int) -> str:
    return (_EPOCH + dt.timedelta(days=days)).isoformat()[:7]


CHANGES: Changes = {ThanksGiven: Thanks.give}
