"""Folding: how the events of a journal become the state of a collective.

What an event changes in one part of the state stands with that part, in its `CHANGES`; what touches
several parts is in `together`; what sets free that was held back stands here. A kind that is nowhere
does not exist.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import reduce
from operator import or_
from typing import Any

import msgspec

from bot.chain import Entry, Head, canonical
from bot.collective.events import Event, When
from bot.collective.imports import Held, ImportDone, ImportUndone
from bot.collective.ledger import imbalance
from bot.collective.state import State, parts_of_state
from bot.collective.together import TOGETHER, Apply, import_undone


def _in_part(name: str, change: Callable[[Any, Any, When], None]) -> Apply:
    def apply_to_part(state: State, event: Event, when: When) -> None:
        change(getattr(state, name), event, when)

    return apply_to_part


def _import_done(state: State, event: ImportDone, when: When) -> None:
    _release(state, event.number, when)
    state.imports.finish(event)


def _import_undone(state: State, event: ImportUndone, when: When) -> None:
    if state.imports.known[event.number].first:
        _release(state, event.number, when)
    import_undone(state, event)


def _release(state: State, number: int, when: When) -> None:
    """The parts of an import, which were held back, count from now on: as if they were entered now."""
    for held in state.imports.release(number):
        apply(state, read_event(held.payload), When(when.at, held.actor, when.names))


def _all_events() -> Iterator[tuple[type[Event], Apply]]:
    for name, part in parts_of_state():
        for kind, change in part.changes.items():
            yield kind, _in_part(name, change)
    yield from TOGETHER.items()
    yield ImportDone, _import_done
    yield ImportUndone, _import_undone


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


def take(state: State, entry: Entry, event: Event, names: Mapping[str, str]) -> None:
    """Take an entry, with its event, into the state; the parts of an import wait until it is done."""
    if entry.cause in state.imports.hidden:
        state.imports.hold(entry.cause, Held(entry.payload, entry.actor))
    else:
        apply(state, event, When(entry.at, entry.actor, names))


def counting(state: State, entries: Iterable[Entry]) -> Iterator[Entry]:
    """The entries without those that do not count, or not yet; `state` knows of all of them."""
    hidden = state.imports.hidden
    return (each for each in entries if each.cause not in hidden) if hidden else iter(entries)


def fold(state: State, entries: Iterable[Entry], names: Mapping[str, str]) -> State:
    """Take entries into the state, in order; raises ValueError where the order is broken."""
    decode, table, hidden = _decoder.decode, EVENTS, state.imports.hidden
    last: Entry | None = None
    seq = state.head.seq
    for entry in entries:
        seq += 1
        if entry.seq != seq:
            message = f"{state.collective}: entry {entry.seq} where entry {seq} must be"
            raise ValueError(message)
        event = decode(entry.payload)
        if hidden:
            take(state, entry, event, names)
        else:
            table[type(event)](state, event, When(entry.at, entry.actor, names))
        last = entry
    if last is not None:
        state.head = Head(last.seq, last.hash, last.at)
    return state
