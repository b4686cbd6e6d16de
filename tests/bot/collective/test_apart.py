"""A state that goes its own way: whatever is tried on it, the other one is as it was."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from enum import Enum
from types import NoneType
from typing import Any

import pytest

from bot.books.audit import compare
from bot.collective.apart import apart
from bot.collective.folding import fold
from bot.collective.state import State
from tests.house import House
from tests.house.journals import book
from tests.house.steps import steps

CONTAINERS = (dict, list, set)


def held(value: Any) -> Iterator[Any]:
    """A thing, and all that it holds."""
    yield value
    if isinstance(value, dict):
        for key, each in value.items():
            yield from held(key)
            yield from held(each)
    elif isinstance(value, list | set | frozenset | tuple):
        for each in value:
            yield from held(each)
    elif dataclasses.is_dataclass(value):
        for each in dataclasses.fields(value):
            yield from held(getattr(value, each.name))
    elif not isinstance(value, Enum) and hasattr(value, "__slots__"):
        for name in value.__slots__:
            yield from held(getattr(value, name))


def changeable(value: Any) -> bool:
    return isinstance(value, CONTAINERS) or type(value).__hash__ is None


@pytest.fixture(scope="module")
def whole() -> State:
    """A state in which everything has happened."""
    return fold(State("home"), book(13, 400, whole=True).entries, {})


def test_it_is_the_same_and_shares_nothing_that_can_be_changed(whole: State) -> None:
    other = apart(whole)

    assert compare(other, whole) == []
    mine = {id(each) for each in held(whole) if changeable(each)}
    assert not [each for each in held(other) if id(each) in mine]


def test_nothing_in_a_state_has_a_hash_and_can_be_changed(whole: State) -> None:
    # Such a thing would be shared: it is told from others by what it is, and not by what it holds.
    kinds = {type(each) for each in held(whole)}

    nothing: Any = object.__hash__
    by_itself = {it for it in kinds if it.__hash__ is nothing}
    assert not {it for it in by_itself if not issubclass(it, Enum)} - {NoneType}


@pytest.mark.parametrize("seed", range(6))
def test_what_goes_on_in_it_is_nothing_to_the_other(seed: int) -> None:
    """At every tenth entry the ten that follow are tried; the state is as the journal says then."""
    entries = book(seed, 300, whole=True).entries
    state, control = State("home"), State("home")
    for at in range(0, len(entries), 10):
        tried = apart(state)
        fold(tried, entries[at : at + 10], {})
        assert compare(state, control) == [], entries[at].seq
        for each in (state, control):
            fold(each, entries[at : at + 10], {})
        assert compare(tried, state) == [], entries[at].seq


def test_what_stands_in_two_places_is_one_thing_there_too(whole: State) -> None:
    other = apart(whole)

    for place, room in other.rooms.by_place.items():
        assert room is other.rooms.by_number[room.number], place
    ledger = other.ledger
    sums = {id(cell) for month in ledger.monthly.values() for cell in month.moved.values()}
    assert ledger._cells
    assert {id(cell) for cell in ledger._cells.values()} <= sums


def test_two_entries_in_one_message_cost_about_the_same_whatever_is_in_the_book() -> None:
    """The sums of a member's month are one thing, however many entries they are of."""

    def typed(entries: int) -> int:
        house = House().enter("ann")
        for number in range(entries):
            assert not house.say("ann", f"/log {number % 9 + 1}m row {number}").refused
        return steps(lambda: house.say("ann", "/log 1h swept\n2h baked"))

    assert typed(150) - typed(50) <= 1_000
