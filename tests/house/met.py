"""A made-up meeting with every kind of event of one."""

from __future__ import annotations

from collections.abc import Callable

from bot.collective.events import Event, Seal
from bot.collective.meetingevents import (
    DecisionCalled,
    DutyGiven,
    ItemAdded,
    ItemBegun,
    ItemDropped,
    ItemMoved,
    ItemTabled,
    LineNoted,
    MeetingClosed,
    MeetingOpened,
    MembersCame,
    MemberWent,
    MinutesCorrected,
    SignalGiven,
    SpeakerCalled,
    SpeakerLeft,
    SpeakerListed,
    TemperatureAsked,
    TimeExtended,
    TimeTold,
)


def met(seal: Callable[[str], Seal]) -> tuple[Event, ...]:
    """An agenda, speakers, a temperature, a call, and minutes that are corrected."""
    return (
        MeetingOpened(number=1, facilitator=1, room=1, title=seal("Weekly")),
        MembersCame(number=1, members=(2, 3), guests=4),
        DutyGiven(number=1, duty="minutes", member=2),
        ItemAdded(number=1, item=1, title=seal("The oven"), minutes=10),
        ItemAdded(number=1, item=2, title=seal("The yard")),
        ItemAdded(number=1, item=3, title=seal("The shop")),
        ItemMoved(number=1, item=2, to=0),
        ItemDropped(number=1, item=2),
        ItemBegun(number=1, item=1),
        TimeTold(number=1),
        TimeExtended(number=1, until=2**41),
        SpeakerListed(number=1, member=2, sort="question", about=seal("the price")),
        SpeakerListed(number=1, member=3, sort="speak", by=1),
        SpeakerCalled(number=1, member=2),
        SpeakerLeft(number=1, member=3),
        TemperatureAsked(number=1, question=seal("Do we buy it?")),
        SignalGiven(number=1, member=3, signal="flat"),
        LineNoted(number=1, sort="agreed", member=1, text=seal("We wait.")),
        DecisionCalled(number=1, proposal=1),
        ItemTabled(number=1, item=1),
        MemberWent(number=1, member=3),
        MeetingClosed(number=1),
        MinutesCorrected(number=1, member=2, text=seal("We wait until May.")),
    )
