"""The day on which what an event posts counts: one reading of it, for every table and every export.

What is written tonight may count for yesterday, and an amendment for two days at once: what it takes
back counts where that stood, and what it makes where it stands now.
"""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from bot.collective.contributions import ContributionAmended, Status, postings_of
from bot.collective.events import Event, Posting
from bot.collective.ledger import reversed_postings


class Booked(NamedTuple):
    """Postings that sum to zero, and the day (ISO) that they count for."""

    day: str
    postings: tuple[Posting, ...]


def booked(event: Event, at: int) -> tuple[Booked, ...]:
    """What an event written at an instant (ms) posts, by the day that it counts for."""
    postings: tuple[Posting, ...] = getattr(event, "postings", ())
    if not postings:
        return ()
    if isinstance(event, ContributionAmended) and event.share.day != event.now.day:
        return tuple(each for each in _amended(event) if each.postings)
    return (Booked(_day(event, at), postings),)


def _amended(event: ContributionAmended) -> tuple[Booked, Booked]:
    """What it takes back, and what it makes."""
    undone = reversed_postings(postings_of(event.share)) if event.was is Status.CONFIRMED else ()
    taken = len(undone)
    return (
        Booked(event.share.day, event.postings[:taken]),
        Booked(event.now.day, event.postings[taken:]),
    )


def _day(event: Event, at: int) -> str:
    own = getattr(event, "day", "")
    if own:
        return str(own)
    counted = getattr(event, "order", None) or getattr(event, "share", None)
    return str(counted.day) if counted is not None else day_of(at)


def day_of(at: int) -> str:
    """The day of an instant (ms), in UTC."""
    return dt.datetime.fromtimestamp(at / 1000, dt.UTC).date().isoformat()
