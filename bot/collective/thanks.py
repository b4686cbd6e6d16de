"""Thanks: they are counted and told, and never change the ledger."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.collective.events import Changes, Event, Seal, When, about_member, month_of

THANKS = "thanks"
"""The index subject of all thanks."""


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


CHANGES: Changes = {ThanksGiven: Thanks.give}
