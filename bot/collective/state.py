"""The state of a collective: `apply(state, event)` over its journal, and nothing else.

`EVENTS` is the table of every kind of event and what it changes; what is missing there does not
exist. The state holds what decisions need, so it grows with members and open things, not with years.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Any

import msgspec

from bot.chain import Entry, Head, canonical
from bot.chat import Place
from bot.collective import collectives, contributions, members, thanks, timers
from bot.collective.events import Event
from bot.collective.ledger import Ledger, imbalance

ERASED = "…"
"""What stands where a name was erased."""


@dataclass(slots=True)
class State:
    """A collective as its journal tells it up to `head`."""

    collective: str
    head: Head = field(default_factory=Head)
    name: str = ""
    rooms: dict[int, Place] = field(default_factory=dict)
    room_numbers: dict[Place, int] = field(default_factory=dict)
    members: members.Members = field(default_factory=members.Members)
    contributions: contributions.Contributions = field(default_factory=contributions.Contributions)
    ledger: Ledger = field(default_factory=Ledger)
    timers: dict[int, timers.Timer] = field(default_factory=dict)
    thanks: thanks.Thanks = field(default_factory=thanks.Thanks)

    @property
    def founded(self) -> bool:
        """Whether there is anything yet."""
        return bool(self.name)


class When(msgspec.Struct, frozen=True, gc=False):
    """What an event's entry says beside it: when, by whom, and the names known to the collective."""

    at: int
    actor: int
    names: Mapping[str, str]


Apply = Callable[[State, Any, When], None]


def _founded(state: State, event: collectives.CollectiveFounded, _: When) -> None:
    state.name = event.name


def _room_joined(state: State, event: collectives.RoomJoined, _: When) -> None:
    state.rooms[event.number] = event.place
    state.room_numbers[event.place] = event.number


def _member_joined(state: State, event: members.MemberJoined, when: When) -> None:
    name = when.names.get(event.name, ERASED)
    account = when.names.get(event.account, event.account)
    member = members.Member(event.member, name, frozenset(event.roles))
    state.members.join(member, event.platform, account)


def _role_given(state: State, event: members.RoleGiven, _: When) -> None:
    state.members.by_number[event.member].roles |= {event.role}


def _role_taken(state: State, event: members.RoleTaken, _: When) -> None:
    state.members.by_number[event.member].roles -= {event.role}


def _language_chosen(state: State, event: members.LanguageChosen, _: When) -> None:
    state.members.by_number[event.member].language = event.language


def _zone_chosen(state: State, event: members.ZoneChosen, _: When) -> None:
    state.members.by_number[event.member].zone = event.zone


def _kind_added(state: State, event: contributions.KindAdded, _: When) -> None:
    state.contributions.add_kind(event)


def _logged(state: State, event: contributions.ContributionLogged, when: When) -> None:
    state.contributions.log(event, when.at)
    state.ledger.post(event.postings)


def _confirmed(state: State, event: contributions.ContributionConfirmed, when: When) -> None:
    state.contributions.confirm(event, when.at)
    state.ledger.post(event.postings)


def _disputed(state: State, event: contributions.ContributionDisputed, when: When) -> None:
    state.contributions.dispute(event, when.at)
    state.ledger.post(event.postings)


def _lifted(state: State, event: contributions.DisputeLifted, when: When) -> None:
    state.contributions.lift(event, when.at)
    state.ledger.post(event.postings)


def _amended(state: State, event: contributions.ContributionAmended, when: When) -> None:
    state.contributions.amend(event, when.at)
    state.ledger.post(event.postings)


def _withdrawn(state: State, event: contributions.ContributionWithdrawn, _: When) -> None:
    state.contributions.withdraw(event)
    state.ledger.post(event.postings)


def _timer_started(state: State, event: timers.TimerStarted, when: When) -> None:
    state.timers[event.member] = timers.Timer(when.at, event.what, event.kind, event.circle)


def _timer_stopped(state: State, event: timers.TimerStopped, _: When) -> None:
    del state.timers[event.member]


def _thanked(state: State, event: thanks.ThanksGiven, when: When) -> None:
    state.thanks.give(event, month_of(when.at))


EVENTS: Mapping[type[Event], Apply] = {
    collectives.CollectiveFounded: _founded,
    collectives.RoomJoined: _room_joined,
    members.MemberJoined: _member_joined,
    members.RoleGiven: _role_given,
    members.RoleTaken: _role_taken,
    members.LanguageChosen: _language_chosen,
    members.ZoneChosen: _zone_chosen,
    contributions.KindAdded: _kind_added,
    contributions.ContributionLogged: _logged,
    contributions.ContributionConfirmed: _confirmed,
    contributions.ContributionDisputed: _disputed,
    contributions.DisputeLifted: _lifted,
    contributions.ContributionAmended: _amended,
    contributions.ContributionWithdrawn: _withdrawn,
    timers.TimerStarted: _timer_started,
    timers.TimerStopped: _timer_stopped,
    thanks.ThanksGiven: _thanked,
}

_decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(reduce(or_, EVENTS))


def read_event(payload: str) -> Event:
    """The event that an entry holds. Raises msgspec.ValidationError on what is none of ours."""
    event: Event = _decoder.decode(payload)
    return event


def write_event(event: Event) -> str:
    """The event as canonical JSON; asserts what no event may break, whoever made it."""
    rest = imbalance(getattr(event, "postings", ()))
    assert not rest, f"postings do not sum to zero: {rest}"
    return canonical(event)


def apply(state: State, event: Event, when: When) -> None:
    """Take an event into the state. The same events give the same state, always."""
    EVENTS[type(event)](state, event, when)


def fold(state: State, entries: Iterable[Entry], names: Mapping[str, str]) -> State:
    """Take entries into the state, in order; raises ValueError where the order is broken."""
    decode, table = _decoder.decode, EVENTS
    last: Entry | None = None
    seq = state.head.seq
    for entry in entries:
        seq += 1
        if entry.seq != seq:
            message = f"{state.collective}: entry {entry.seq} where entry {seq} must be"
            raise ValueError(message)
        event = decode(entry.payload)
        table[type(event)](state, event, When(entry.at, entry.actor, names))
        last = entry
    if last is not None:
        state.head = Head(last.seq, last.hash, last.at)
    return state


def month_of(at: int) -> str:
    """The month of an instant (ms), in UTC, such as 2026-11."""
    return dt.datetime.fromtimestamp(at / 1000, tz=dt.UTC).strftime("%Y-%m")
