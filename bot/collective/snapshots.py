"""Snapshots: a state as bytes, so that a long journal need not be folded from its beginning.

A snapshot is never more than a shorter way to what the journal comes to. It is read only by the code
that wrote it (whoever keeps it notes which that was), so it has no versions; and what reads it gets a
state that is equal to the one that was written, down to which things are one and the same. Who checks
a journal folds it, and never looks here.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import fields
from fractions import Fraction
from numbers import Rational
from types import GenericAlias
from typing import Any, get_args, get_origin, get_type_hints

import msgspec

from bot.collective.ledger import Ledger
from bot.collective.rooms import Rooms
from bot.collective.rulebook import LayerValue, RuleBook, Scope
from bot.collective.state import State
from bot.deciding.terms import Terms


class SpoiledSnapshotError(Exception):
    """The bytes are no snapshot of such a state; says in which part, and nothing of what is there."""


class _Set(msgspec.Struct, frozen=True, array_like=True):
    """A value that a layer sets. Written, a day looks like a text: so it stands apart."""

    value: bool | int | str | tuple[str, ...] | None
    day: dt.date | None
    at: int
    by: int
    proposal: int


class _Rules(msgspec.Struct, frozen=True):
    """The rule book."""

    settings: dict[Scope, dict[str, _Set]]
    locked: dict[str, Terms | None]


def _rules_written(book: RuleBook) -> _Rules:
    return _Rules(
        {
            scope: {rule: _set(each) for rule, each in layer.items()}
            for scope, layer in book.settings.items()
        },
        book.locked,
    )


def _set(it: LayerValue) -> _Set:
    if isinstance(it.value, dt.date):
        return _Set(None, it.value, it.at, it.by, it.proposal)
    return _Set(it.value, None, it.at, it.by, it.proposal)


def _rules_read(kept: _Rules) -> RuleBook:
    settings = {
        scope: {
            rule: LayerValue(
                each.value if each.day is None else each.day, each.at, each.by, each.proposal
            )
            for rule, each in layer.items()
        }
        for scope, layer in kept.settings.items()
    }
    return RuleBook(settings, kept.locked)


def _rooms_read(rooms: Rooms) -> Rooms:
    """A room is one thing, by its number and by its place: what changes in one changes in both."""
    rooms.by_place = {place: rooms.by_number[it.number] for place, it in rooms.by_place.items()}
    return rooms


def _ledger_read(ledger: Ledger) -> Ledger:
    """Without its short ways into itself: read, they would lead elsewhere."""
    return Ledger(ledger.balances, ledger.monthly)


def _same(it: Any) -> Any:  # noqa: ANN401 - any part of a state
    return it


_WRITTEN: Mapping[str, Callable[[Any], Any]] = {"rules": _rules_written}
_READ: Mapping[str, Callable[[Any], Any]] = {
    "rules": _rules_read,
    "rooms": _rooms_read,
    "ledger": _ledger_read,
}
_FORMS: Mapping[str, Any] = {"rules": _Rules}
"""The few parts that are not written as they are."""


def _other(it: object) -> str:
    """A type that MessagePack does not know, as text."""
    if isinstance(it, Fraction):
        return str(it)
    raise TypeError(type(it).__name__)


def _read_other(kind: Any, it: Any) -> Any:  # noqa: ANN401 - any type
    if get_origin(kind) is Counter:
        return Counter(msgspec.convert(it, GenericAlias(dict, (*get_args(kind), int))))
    if issubclass(kind, Rational):
        return Fraction(it) if isinstance(it, str) else it
    raise TypeError(kind.__name__)


_NAMES = tuple(each.name for each in fields(State))
_encode = msgspec.msgpack.Encoder(enc_hook=_other).encode
_decode_whole = msgspec.msgpack.Decoder(dict[str, msgspec.Raw]).decode
_DECODERS = {
    name: msgspec.msgpack.Decoder(_FORMS.get(name, kind), dec_hook=_read_other)
    for name, kind in get_type_hints(State).items()
}


def write_snapshot(state: State) -> bytes:
    """A state as bytes, to be read by `read_snapshot` of the same code."""
    return _encode({name: _WRITTEN.get(name, _same)(getattr(state, name)) for name in _NAMES})


def read_snapshot(kept: bytes) -> State:
    """The state that was written. Raises SpoiledSnapshotError.

    The parts are read one after the other, so that others may run in between.
    """
    name = "the whole"
    try:
        raw = _decode_whole(kept)
        if raw.keys() != set(_NAMES):
            raise SpoiledSnapshotError(f"{name}: other parts than a state has")
        read = {}
        for name in _NAMES:
            read[name] = _READ.get(name, _same)(_DECODERS[name].decode(raw[name]))
    except (msgspec.MsgspecError, ValueError, KeyError, TypeError, RecursionError) as why:
        raise SpoiledSnapshotError(f"{name}: {type(why).__name__}") from why
    return State(**read)
