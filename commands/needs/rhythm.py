"""The rhythm of a shift: which dates come of it, and what becomes of them when it is another."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from bot.collective.events import Event
from bot.collective.needevents import NeedEnded, NeedTaken, NeedTerms, ShiftsMade
from bot.collective.needs import Need
from bot.collective.state import State
from bot.language.clock import local_day
from commands.needs.needs import coming_dates, date_behind


@dataclass(frozen=True, slots=True)
class Laid:
    """The dates of a shift in another rhythm: those that are kept, and when (ms), gone, and new."""

    kept: tuple[tuple[Need, int], ...]
    gone: tuple[Need, ...]
    new: tuple[int, ...]

    @property
    def last(self) -> int:
        """The last date (ms) that there is now."""
        return max((*(at for _, at in self.kept), *self.new), default=0)


def laid_out(dates: list[Need], before: NeedTerms, terms: NeedTerms, until: int) -> Laid:
    """What becomes of the dates that are to come (`until`: as far ahead as dates are made).

    In the same rhythm each moves to where it comes now, the first one to the first one. In another
    one, those stay whose day is one of its days, and keep who took them.
    """
    slots = list(coming_dates(terms, 0, until)) or [terms.at]
    if terms.every != before.every:
        days = {_day(at, terms.zone): at for at in slots}
        kept = [(it, days.pop(day)) for it in dates if (day := _day(it.terms.at, terms.zone)) in days]
        stays = {it.number for it, _ in kept}
        gone = [it for it in dates if it.number not in stays]
        return Laid(tuple(kept), tuple(gone), tuple(sorted(days.values())))
    while len(slots) < len(dates):
        at = date_behind(terms, slots[-1])
        if 0 < terms.until < at:
            break
        slots.append(at)
    return Laid(
        tuple(zip(dates, slots, strict=False)), tuple(dates[len(slots) :]), tuple(slots[len(dates) :])
    )


def _day(at: int, zone: str) -> dt.date:
    return local_day(dt.datetime.fromtimestamp(at / 1000, dt.UTC), zone)


def made(state: State, series: Need, terms: NeedTerms, dates: tuple[int, ...]) -> list[Event]:
    """New dates of a shift (ms); who takes all of them has theirs at once."""
    if not dates:
        return []
    first = state.needs.count + 1
    events: list[Event] = [ShiftsMade(number=series.number, first=first, at=dates)]
    # Two accounts that became one person take one place.
    people = {state.members.one(each): each for each in reversed(series.standing)}
    standing = [n for n in series.standing if n in people.values() and state.members.member(n).here]
    for number in range(first, first + len(dates)):
        events += [
            NeedTaken(number=number, member=each, count=terms.size) for each in standing[: terms.places]
        ]
    return events


def ended(needs: Iterable[Need]) -> list[Event]:
    """These are off the board."""
    return [NeedEnded(number=it.number) for it in needs]
