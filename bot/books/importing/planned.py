"""What an import would enter, row by row; and what it leaves out, and why. Nothing here is entered."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import msgspec

from bot.text.wording import Node, Say


class Way(StrEnum):
    """What a row does that is no contribution.

    Money comes into the treasury or goes out, was laid out by a member, or paid out to one. Members
    pay one another in a unit of their own, or have some of it from before. Somebody thanks somebody;
    something was decided.
    """

    INCOME = "income"
    EXPENSE = "expense"
    LAID_OUT = "laid-out"
    PAYOUT = "payout"
    PAY = "pay"
    OPENING = "opening"
    THANKS = "thanks"
    DECISION = "decision"


OF_TREASURY = frozenset({Way.INCOME, Way.EXPENSE})
OF_NOBODY = OF_TREASURY | {Way.DECISION}
IN_OWN_UNITS = frozenset({Way.PAY, Way.OPENING})
WITHOUT_AMOUNT = frozenset({Way.THANKS, Way.DECISION})


class Found(msgspec.Struct, frozen=True, gc=False):
    """A row of theirs: who gave how much of what, when. `count` is in the unit's smallest parts.

    `native` is the source's own id of it; what ends in `#` names only the account. What has a `flow`
    (see `Way`) is nobody's contribution; `to` is who got it. One of their units that only the map can
    tell has so many `parts` of its own.
    """

    line: int
    person: str
    unit: str
    count: int
    day: str
    kind: str
    text: str
    native: str = ""
    flow: str = ""
    to: str = ""
    parts: int = 0


class Left(msgspec.Struct, frozen=True, gc=False):
    """A row that is not taken, and why; of `line` 0, what is told of the file as a whole."""

    line: int
    why: Say


class Planned(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An entry that would be made: for a member by number, or for a new one by name (`member` 0)."""

    line: int
    member: int
    person: str
    kind: str
    unit: str
    count: int
    day: str
    text: str
    native: str
    flow: str = ""
    to: int = 0
    to_person: str = ""


@dataclass(slots=True)
class Plan:
    """All that an import would enter; `again` are rows that are here already, `asked` what is open.

    `twins` are numbers of transfers that rows look like and that no import of the source brought.
    """

    source: str
    file: str
    entries: list[Planned] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    again: int = 0
    twins: list[int] = field(default_factory=list)
    asked: list[Node] = field(default_factory=list)
    notes: list[Node] = field(default_factory=list)
    people: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    new: list[str] = field(default_factory=list)

    @property
    def digest(self) -> str:
        """The checksum of all that would be entered, told apart from the commitment to a text."""
        digest = hashlib.sha256(f"{self.source}\0{self.file}\0{sorted(self.new)}".encode())
        for each in self.entries:
            digest.update(msgspec.json.encode(each))
        return f"sha256:{digest.hexdigest()}"

    def sums(self) -> list[tuple[int, str, str, int]]:
        """Who would get how much: member (0 for a new one), name, unit, smallest parts."""
        totals: Counter[tuple[int, str, str]] = Counter()
        for each in (it for it in self.entries if it.flow not in OF_NOBODY | WITHOUT_AMOUNT):
            sign = -1 if each.flow in {Way.PAY, Way.PAYOUT} else 1
            totals[each.member, "" if each.member else each.person, each.unit] += sign * each.count
            if each.flow == Way.PAY:
                totals[each.to, "" if each.to else each.to_person, each.unit] += each.count
        return [(*key, count) for key, count in sorted(totals.items())]

    def flows(self) -> list[tuple[str, str, int]]:
        """What would come in and go out: income or expense, unit, smallest parts.

        What a member laid out is an expense of the treasury, which then owes it to them.
        """
        totals: Counter[tuple[str, str]] = Counter()
        for each in (it for it in self.entries if it.flow in OF_TREASURY | {Way.LAID_OUT}):
            flow = Way.EXPENSE if each.flow == Way.LAID_OUT else each.flow
            totals[flow, each.unit] += each.count
        return [(*key, count) for key, count in sorted(totals.items())]

    def told(self, way: Way) -> int:
        """How many thanks, or decisions, would come."""
        return sum(it.flow == way for it in self.entries)

    def newcomers(self) -> list[str]:
        """The names of those who would become members by it."""
        return sorted({it for each in self.entries for it in (each.person, each.to_person)} - {""})

    @property
    def members(self) -> list[int]:
        """The members who get or lose something by it."""
        return sorted({number for it in self.entries for number in (it.member, it.to)} - {0})

    @property
    def letter(self) -> str:
        """The letter of its entries; none where they have no numbers."""
        ways = {it.flow for it in self.entries}
        if ways <= WITHOUT_AMOUNT:
            return ""
        return "C" if "" in ways else "T"


Key = tuple[str, ...]


def key_of(source: str, each: Planned) -> Key:
    """By what a row is known again: the source's own id, or else all that it says."""
    if each.native and not each.native.endswith("#"):
        return (source, each.native)
    member = str(each.member) if each.member else each.person
    told = (each.day, each.unit, each.flow, str(each.count), member, each.text)
    if each.flow not in {Way.PAY, Way.THANKS}:
        return (source, each.native, *told)
    return (source, each.native, *told, str(each.to) if each.to else each.to_person)


def only_new(source: str, rows: Iterable[Planned], held: Counter[Key]) -> tuple[list[Planned], int]:
    """The rows that are not here yet, and how many are.

    Of equal ones only those are new that are more than are here: two equal purchases stay two.
    """
    left = held.copy()
    new: list[Planned] = []
    again = 0
    for each in rows:
        key = key_of(source, each)
        if left[key] > 0:
            left[key] -= 1
            again += 1
        else:
            new.append(each)
    return new, again


Rows = Sequence[Found | Left]
