"""The state of a collective: `apply(state, event)` over its journal, and nothing else.

It has one field for each part, which says with its `CHANGES` what each kind of event changes in it;
what touches several parts is in `together`. A kind that is in none of them does not exist. The state
holds what decisions need, so it grows with members and open things, not with years.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from functools import reduce
from operator import or_
from typing import Any

import msgspec

from bot.chain import Entry, Head, canonical
from bot.collective import (
    circles,
    collectives,
    contributions,
    digests,
    distributions,
    equations,
    members,
    partners,
    pollbook,
    proposals,
    reminders,
    rooms,
    rounds,
    rulebook,
    thanks,
    timers,
    treasury,
    units,
)
from bot.collective.events import Event, When
from bot.collective.ledger import Ledger, imbalance
from bot.collective.together import TOGETHER, Apply


@dataclass(slots=True)
class State:
    """A collective as its journal tells it up to `head`.

    The metadata of a part's field is what events change in it.
    """

    collective: str
    head: Head = field(default_factory=Head)
    name: str = ""
    invites: collectives.Invites = field(
        default_factory=collectives.Invites, metadata=collectives.CHANGES
    )
    rooms: rooms.Rooms = field(default_factory=rooms.Rooms, metadata=rooms.CHANGES)
    circles: circles.Circles = field(default_factory=circles.Circles, metadata=circles.CHANGES)
    rules: rulebook.RuleBook = field(default_factory=rulebook.RuleBook, metadata=rulebook.CHANGES)
    members: members.Members = field(default_factory=members.Members, metadata=members.CHANGES)
    contributions: contributions.Contributions = field(
        default_factory=contributions.Contributions, metadata=contributions.CHANGES
    )
    ledger: Ledger = field(default_factory=Ledger)
    proposals: proposals.Proposals = field(
        default_factory=proposals.Proposals, metadata=proposals.CHANGES
    )
    treasury: treasury.Treasury = field(default_factory=treasury.Treasury, metadata=treasury.CHANGES)
    units: units.Units = field(default_factory=units.Units)
    equations: equations.Equations = field(
        default_factory=equations.Equations, metadata=equations.CHANGES
    )
    rounds: rounds.Rounds = field(default_factory=rounds.Rounds, metadata=rounds.CHANGES)
    distributions: distributions.Distributions = field(default_factory=distributions.Distributions)
    partners: partners.Partners = field(default_factory=partners.Partners, metadata=partners.CHANGES)
    polls: pollbook.Polls = field(default_factory=pollbook.Polls, metadata=pollbook.CHANGES)
    timers: timers.Timers = field(default_factory=timers.Timers, metadata=timers.CHANGES)
    thanks: thanks.Thanks = field(default_factory=thanks.Thanks, metadata=thanks.CHANGES)
    digests: digests.Digests = field(default_factory=digests.Digests, metadata=digests.CHANGES)
    reminders: reminders.Reminders = field(
        default_factory=reminders.Reminders, metadata=reminders.CHANGES
    )

    @property
    def founded(self) -> bool:
        """Whether there is anything yet."""
        return bool(self.name)


def _in_part(name: str, change: Callable[[Any, Any, When], None]) -> Apply:
    def apply_to_part(state: State, event: Event, when: When) -> None:
        change(getattr(state, name), event, when)

    return apply_to_part


def _all_events() -> Iterator[tuple[type[Event], Apply]]:
    for part in fields(State):
        for kind, change in part.metadata.items():
            yield kind, _in_part(part.name, change)
    yield from TOGETHER.items()


def _table(rows: Iterable[tuple[type[Event], Apply]]) -> Mapping[type[Event], Apply]:
    table: dict[type[Event], Apply] = {}
    for kind, takes in rows:
        assert kind not in table, f"{kind.__name__} is taken in twice"
        table[kind] = takes
    return table


EVENTS: Mapping[type[Event], Apply] = _table(_all_events())
"""Every kind of event, and how it is taken into the state."""

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
