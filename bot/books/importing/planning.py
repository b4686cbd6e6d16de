"""The plan of an import: what a file would enter, whom and what its words are taken for. Pure.

What can be meant in two ways is asked; the answers stand in a `Map`.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from itertools import islice
from typing import TypeGuard

from bot.books.importing.forms import SOURCES
from bot.books.importing.mapping import SKIP, Map
from bot.books.importing.meant import kinds_of, people_of, units_of
from bot.books.importing.planned import (
    IN_OWN_UNITS,
    OF_NOBODY,
    WITHOUT_AMOUNT,
    Found,
    Key,
    Left,
    Plan,
    Planned,
    Way,
    key_of,
    only_new,
)
from bot.books.importing.reasons import (
    Doubt,
    Misfit,
    beyond_measure,
    left_by_map,
    to_themselves,
    too_many_rows,
)
from bot.books.importing.sametwice import settle_twins, twins_of
from bot.books.importing.tables import EACH_LINE, ROWS_MAX, decode, words
from bot.collective.contributions import ContributionLogged
from bot.collective.events import Event
from bot.collective.guards import is_closed
from bot.collective.imports import DecisionBrought, ThanksBrought
from bot.collective.rules import Rules
from bot.collective.state import State
from bot.collective.treasury import OTHER_KIND, Flow, TransferMade
from bot.language.units import Unit
from bot.text.wording import Day, Figure, Say, say

Progress = Callable[[Iterable[Found | Left], int], Iterable[Found | Left]]
Brought = ContributionLogged | TransferMade | ThanksBrought | DecisionBrought


def is_of(event: Event, state: State, source: str) -> TypeGuard[Brought]:
    """Whether an import of a source that is done brought this."""
    if not isinstance(event, Brought) or event.origin is None:
        return False
    known = state.imports.known.get(event.origin.number)
    return known is not None and known.source == source and bool(known.first)


def _typed_since(state: State, plan: Plan, since: int) -> bool:
    return any(twins_of(state, plan.entries, since=since + 1))


@dataclass(frozen=True, slots=True)
class Before:
    """What earlier imports of a source brought, be it still there or not, and its words by seal."""

    brought: Sequence[Brought] = ()
    texts: Mapping[str, str] = field(default_factory=dict)

    def held(self, state: State, source: str) -> Counter[Key]:
        """What of it is still there."""
        held = [event for event in self.brought if not _is_undone(state, event)]
        return Counter(
            key_of(source, _as_planned(state, it, words(self.texts.get(it.what, "")))) for it in held
        )

    @property
    def transfers(self) -> set[int]:
        """The numbers of the transfers among it."""
        return {event.number for event in self.brought if isinstance(event, TransferMade)}

    def named(self, state: State) -> set[int]:
        """The members whom it named."""
        rows = (_as_planned(state, event, "") for event in self.brought)
        return {number for row in rows for number in (row.member, row.to)} - {0}


def plan_of(
    state: State,
    rules: Rules,
    source: str,
    data: bytes,
    told: Map,
    today: dt.date,
    before: Before,
    progress: Progress = lambda rows, _: rows,
) -> Plan:
    """What the bytes of a file would enter. Raises Misfit where they cannot be read."""
    plan = Plan(source, f"sha256:{hashlib.sha256(data).hexdigest()}")
    try:
        text, encoding = decode(data, told.answers.get("encoding", ""))
        if encoding != "UTF-8":
            plan.notes.append(_read_as(encoding))
        rows = _bounded(progress(SOURCES[source](text, told.answers), len(data)))
    except Doubt as doubt:
        plan.asked.append(doubt.question)
        return plan
    found = [each for each in rows if isinstance(each, Found)]
    left = [each for each in rows if isinstance(each, Left)]
    plan.notes += [each.why for each in left if not each.line]
    plan.left = [each for each in left if each.line]
    taken = _Taken(
        people_of(state, found, told, plan, before.named(state)),
        kinds_of(state, found, told, plan),
        units_of(state, found, told, plan),
    )
    planned: list[Planned] = []
    for each in found:
        entry = _planned(each, taken, rules, today)
        if isinstance(entry, Left):
            plan.left.append(entry)
        elif entry is not None:
            planned.append(entry)
    if not plan.asked:
        plan.entries, plan.again = only_new(source, planned, before.held(state, source))
        settle_twins(state, plan, before.transfers, told.answers.get("twins", ""))
    if taken.dust:
        plan.notes += [
            say(
                "Finer than the smallest part of {unit}, and left out: {amount} of one in all.",
                unit=code,
                amount=Figure(told),
            )
            for code, told in taken.dust_told()
        ]
    plan.new = plan.newcomers()
    plan.left.sort(key=lambda each: each.line)
    return plan


def has_changed(state: State, rules: Rules, plan: Plan, since: int) -> bool:
    """Whether the books would not take now what was planned at an instant (ms).

    Somebody left, a day is closed, somebody came who is called like one of those who would be new, or
    money was entered since that looks like some of it. Kinds and units stay for ever.
    """
    members = state.members
    came = (who.since > since for name in plan.new for who in members.named(name))
    # Of the days the first tells of all: others wait meanwhile.
    first = min((each.day for each in plan.entries if each.flow not in WITHOUT_AMOUNT), default="")
    return (
        any(came)
        or not all(members.member(each).here for each in plan.members)
        or (bool(first) and is_closed(dt.date.fromisoformat(first), rules))
        or _typed_since(state, plan, since)
    )


@dataclass(slots=True)
class _Taken:
    """Whom, which kind and which unit of ours each of their words is taken for.

    `dust` is what is finer than a unit's smallest part, in parts of theirs, by our unit.
    """

    people: Mapping[str, int | str]
    kinds: Mapping[tuple[str, str], str]
    units: Mapping[str, Unit | str]
    dust: dict[str, Fraction] = field(default_factory=dict)

    def dust_told(self) -> Iterator[tuple[str, str]]:
        """What is left out of each unit, as a number that a person can read."""
        for code, some in self.dust.items():
            yield code, f"{Decimal(some.numerator) / some.denominator:.3g}"

    def in_our_parts(self, each: Found, unit: Unit) -> tuple[int, Say | None]:
        """How much it is in a unit of our own, or why that cannot be said."""
        whole = Fraction(each.count * unit.parts, each.parts)
        count = int(whole)
        if whole != count and each.parts <= _FINEST:
            return 0, say("is finer than the smallest part of {unit}", unit=unit.name)
        if not count:
            return 0, say("is less than the smallest part of {unit}", unit=unit.name)
        if count >= 10**15:
            return 0, beyond_measure()
        if whole != count:
            before = self.dust.get(unit.name, Fraction(0))
            self.dust[unit.name] = before + (whole - count) / unit.parts
        return count, None


def _too_late(each: Found, rules: Rules, today: dt.date) -> Say | None:
    """Why a row of its day cannot come; None where it can."""
    day = dt.date.fromisoformat(each.day)
    if day > today:
        return say("is of {day}, which is still to come", day=Day(each.day))
    if is_closed(day, rules) and each.flow not in WITHOUT_AMOUNT:
        return say("is of {day}, whose books are closed", day=Day(each.day))
    return None


def _read_as(encoding: str) -> Say:
    if encoding == EACH_LINE:
        return say("It is read as UTF-8, and each line that is none as Windows-1252.")
    return say("It is read as {encoding}.", encoding=encoding)


def _bounded(found: Iterable[Found | Left]) -> list[Found | Left]:
    """All rows, where they are not too many: some forms make several of one line. Raises Misfit."""
    rows = list(islice(found, ROWS_MAX + 1))
    if len(rows) > ROWS_MAX:
        raise Misfit(too_many_rows(ROWS_MAX))
    return rows


def _planned(each: Found, taken: _Taken, rules: Rules, today: dt.date) -> Planned | Left | None:
    """The entry of a row; None where it is asked who or what is meant."""
    who, kind = taken.people.get(each.person), taken.kinds.get((each.kind, each.unit))
    to: int | str | None = taken.people.get(each.to) if each.to else 0
    if each.flow in OF_NOBODY:
        who = 0
    if each.flow:
        kind = OTHER_KIND if each.flow not in IN_OWN_UNITS | WITHOUT_AMOUNT else ""
    unit = taken.units.get(each.unit) if each.parts else each.unit
    if who is None or kind is None or to is None or unit is None:
        return None
    if SKIP in {who, kind, to, unit}:
        return Left(each.line, left_by_map())
    count = each.count
    why = to_themselves() if to and to == who else _too_late(each, rules, today)
    if not why and isinstance(unit, Unit):
        count, why = taken.in_our_parts(each, unit)
    if why:
        return Left(each.line, why)
    member, person = (who, "") if isinstance(who, int) else (0, who)
    other, named = (to, "") if isinstance(to, int) else (0, to)
    code = unit.code if isinstance(unit, Unit) else unit
    what = (kind, code, count, each.day, each.text, each.native, each.flow, other, named)
    return Planned(each.line, member, person, *what)


_FINEST = 10**6
"""Where they count finer than this, what is too fine for us is left out and summed up, not refused."""


def _is_undone(state: State, event: Brought) -> bool:
    if isinstance(event, TransferMade):
        return event.number in state.treasury.undone
    if isinstance(event, ContributionLogged):
        return event.number in state.contributions.withdrawn
    assert event.origin is not None
    return state.imports.known[event.origin.number].undone


def _as_planned(state: State, event: Brought, text: str) -> Planned:
    """The row that an entry was made from, as far as it is known again by it."""
    assert event.origin is not None
    one, native = state.members.one, event.origin.native
    match event:
        case TransferMade(order=it):
            way = _WAYS.get((it.flow, it.own), Way(it.flow))
            member, to = (one(number) if number else 0 for number in (it.member, it.to))
            return Planned(0, member, "", "", it.unit, it.count, it.day, text, native, way, to)
        case ContributionLogged(share=share):
            return Planned(
                0, one(share.member), "", "", share.unit, share.count, share.day, text, native
            )
        case ThanksBrought():
            way, to = Way.THANKS, one(event.to)
            return Planned(0, one(event.member), "", "", "", 0, event.day, text, native, way, to)
        case DecisionBrought():
            return Planned(0, 0, "", "", "", 0, event.day, text, native, Way.DECISION)


_WAYS = {(Flow.EXPENSE, True): Way.LAID_OUT}
