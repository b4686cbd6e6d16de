"""How a meeting begins: as one that is planned, and as one that is opened."""

from __future__ import annotations

from bot.collective.meetingevents import MeetingOpened, MeetingPlanned, Series
from bot.collective.meetings import FACILITATOR, Meeting
from bot.collective.spokes import Council


def planned(event: MeetingPlanned, at: int) -> Meeting:
    """A meeting that is to come: nobody is there yet."""
    series = Series(event.every, event.first, event.zone, event.until, event.clock)
    return Meeting(
        number=event.number,
        room=event.room,
        circle=event.circle,
        title=event.title,
        opened_at=0,
        duties={},
        starts_at=event.at,
        slot=event.at,
        planned_by=event.by,
        planned_at=at,
        series=series if event.every else None,
        last_at=at,
    )


def opened(event: MeetingOpened, at: int, before: Meeting | None = None) -> Meeting:
    """A meeting as it begins: who opens it is there, and what was collected `before` on its agenda."""
    who = event.facilitator
    return Meeting(
        number=event.number,
        room=event.room,
        circle=event.circle,
        title=event.title,
        opened_at=at,
        duties={FACILITATOR: who},
        led=[who],
        present={who: at},
        came={who: at},
        themselves={who},
        council=Council() if event.spokes else None,
        items=before.items if before else [],
        count=before.count if before else 0,
        starts_at=before.starts_at if before else 0,
        planned_at=before.planned_at if before else 0,
        acted={who: at},
        last_at=at,
    )
