"""A made-up meeting with every kind of event of one."""

from __future__ import annotations

from collections.abc import Callable

from bot.collective.events import Event, Seal
from bot.collective.meetingevents import (
    BlocksHeard,
    DecisionCalled,
    DecisionStepped,
    DutyGiven,
    ItemAdded,
    ItemBegun,
    ItemDropped,
    ItemMoved,
    ItemTabled,
    LineNoted,
    MeetingClosed,
    MeetingMoved,
    MeetingOff,
    MeetingOpened,
    MeetingPlanned,
    MeetingReminded,
    MembersCame,
    MemberWent,
    MinutesApproved,
    MinutesCorrected,
    RoundOpened,
    RoundPassed,
    SignalGiven,
    SpeakerCalled,
    SpeakerLeft,
    SpeakerListed,
    TemperatureAsked,
    TimeExtended,
    TimeTold,
)

SOON = 2**41
"""An instant (ms) after all that is made up."""


def met(seal: Callable[[str], Seal]) -> tuple[Event, ...]:
    """One planned and one called off; speakers, a round, a temperature, a call, corrected minutes."""
    return (
        MeetingPlanned(number=1, by=1, at=SOON, room=1, title=seal("Weekly")),
        MeetingMoved(number=1, by=1, at=SOON + 60_000),
        MeetingReminded(number=1),
        MeetingPlanned(number=2, by=2, at=SOON, room=1, title=seal("Yearly")),
        MeetingOff(number=2, by=2, reason=seal("too cold")),
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
        TimeExtended(number=1, until=SOON),
        SpeakerListed(number=1, member=2, sort="question", about=seal("the price")),
        SpeakerListed(number=1, member=3, sort="speak", by=1),
        SpeakerCalled(number=1, member=2),
        SpeakerLeft(number=1, member=3),
        RoundOpened(number=1, order=(2, 3), seed="00" * 16, question=seal("How are you?")),
        RoundPassed(number=1, member=2),
        TemperatureAsked(number=1, question=seal("Do we buy it?")),
        SignalGiven(number=1, member=3, signal="flat"),
        LineNoted(number=1, sort="agreed", member=1, text=seal("We wait.")),
        DecisionStepped(number=1, step="questions"),
        DecisionCalled(number=1, proposal=1),
        BlocksHeard(number=1, proposal=1),
        ItemTabled(number=1, item=1),
        MemberWent(number=1, member=3),
        MeetingClosed(number=1),
        MinutesCorrected(number=1, member=2, text=seal("We wait until May.")),
        MinutesApproved(number=1, member=3, within=2),
    )
