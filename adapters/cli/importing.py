"""`talkoot import FILE --as KIND`: what another program kept becomes entries here.

It is read and shown; nothing is written before members agreed to exactly that. What can be meant in two
ways is asked, and the answers are kept in a map: a small file that the next import reads too.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import islice
from pathlib import Path

from adapters.cli.importing_map import SKIP, ImportFault, Map
from adapters.cli.importing_meant import kinds_of, people_of, units_of
from bot.books.importing.forms import SOURCES
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
from bot.books.importing.tables import BYTES_MAX, ROWS_MAX, Doubt, Misfit, decode, words
from bot.collective.contributions import ContributionLogged
from bot.collective.folding import read_event
from bot.collective.guards import is_closed
from bot.collective.imports import DecisionBrought, ThanksBrought
from bot.collective.rules import Rules
from bot.collective.state import State
from bot.collective.treasury import OTHER_KIND, Flow, TransferMade
from bot.language.units import Unit, unit_of
from bot.text.rendering import shortened, visible
from storage.reading import Snapshot

TOLD_MAX = 30
"""How many rows that are left out are told one by one."""

WHY_CHARACTERS_MAX = 300
"""How much is told of why something is left out: it may show what stands in a stranger's file."""

Progress = Callable[[Iterable[Found | Left], int], Iterable[Found | Left]]


def _read(file: Path) -> bytes:
    with file.open("rb") as it:  # it may be a pipe, or have no end
        return it.read(BYTES_MAX + 1)


# --- The plan ---------------------------------------------------------------------------------------


def plan_of(
    snapshot: Snapshot,
    state: State,
    rules: Rules,
    source: str,
    file: Path,
    told: Map,
    today: dt.date,
    progress: Progress = lambda rows, _: rows,
) -> Plan:
    """What a file would enter. Raises ImportFault where it cannot be read."""
    try:
        data = _read(file)
        text, encoding = decode(data)
        plan = Plan(source, f"sha256:{hashlib.sha256(data).hexdigest()}")
        if encoding != "UTF-8":
            plan.notes.append(f"It is read as {encoding}.")
        rows = _bounded(progress(SOURCES[source](text, told.answers), len(data)))
    except OSError as why:
        raise ImportFault(f"{file} cannot be read: {why.strerror}.") from why
    except Misfit as why:
        shown = shortened(visible(str(why)), WHY_CHARACTERS_MAX)
        raise ImportFault(f"{file} cannot be brought in as {source}: {shown}.") from why
    except Doubt as doubt:
        plan.asked.append(f"{doubt}.")
        return plan
    found = [each for each in rows if isinstance(each, Found)]
    left = [each for each in rows if isinstance(each, Left)]
    plan.notes += [each.why for each in left if not each.line]
    plan.left = [each for each in left if each.line]
    brought = _brought(snapshot, state, source)
    taken = _Taken(
        people_of(state, found, told, plan, _named(state, brought)),
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
        plan.entries, plan.again = only_new(source, planned, _held(snapshot, state, source, brought))
    if taken.dust:
        plan.notes += [
            f"Finer than the smallest part of {code}, and left out: {told} of one in all."
            for code, told in taken.dust_told()
        ]
    plan.new = sorted({it for each in plan.entries for it in (each.person, each.to_person)} - {""})
    plan.left.sort(key=lambda each: each.line)
    return plan


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
        return ((code, f"{float(some):.3g}") for code, some in self.dust.items())

    def in_our_parts(self, each: Found, unit: Unit) -> tuple[int, str]:
        """How much it is in a unit of our own, or why that cannot be said."""
        whole = Fraction(each.count * unit.parts, each.parts)
        count = int(whole)
        if whole != count and each.parts <= _FINEST:
            return 0, f"is finer than the smallest part of {unit.name}"
        if not count:
            return 0, f"is less than the smallest part of {unit.name}"
        if count >= 10**15:
            return 0, "is beyond all measure"
        if whole != count:
            before = self.dust.get(unit.name, Fraction(0))
            self.dust[unit.name] = before + (whole - count) / unit.parts
        return count, ""


def _too_late(each: Found, rules: Rules, today: dt.date) -> str:
    """Why a row of its day cannot come; empty where it can."""
    day = dt.date.fromisoformat(each.day)
    if day > today:
        return f"is of {each.day}, which is still to come"
    if is_closed(day, rules) and each.flow not in WITHOUT_AMOUNT:
        return f"is of {each.day}, whose books are closed"
    return ""


def _bounded(found: Iterable[Found | Left]) -> list[Found | Left]:
    """All rows, where they are not too many: some forms make several of one line. Raises Misfit."""
    rows = list(islice(found, ROWS_MAX + 1))
    if len(rows) > ROWS_MAX:
        raise Misfit(f"it has more than {ROWS_MAX:,} rows; split it by year")
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
        return Left(each.line, "is left out by the map")
    count = each.count
    why = "is from somebody to themselves" if to and to == who else _too_late(each, rules, today)
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


def _brought(snapshot: Snapshot, state: State, source: str) -> list[Brought]:
    """What earlier imports of this source entered, be it still there or not."""
    mine = {number for number, it in state.imports.known.items() if it.source == source and it.first}
    if not mine:
        return []
    return [
        event
        for entry in snapshot.entries(state.collective)
        if isinstance(event := read_event(entry.payload), Brought)
        and event.origin is not None
        and event.origin.number in mine
    ]


def _held(snapshot: Snapshot, state: State, source: str, brought: list[Brought]) -> Counter[Key]:
    """What of it is still there."""
    held = [event for event in brought if not _is_undone(state, event)]
    texts = snapshot.texts(state.collective, [event.what for event in held if event.what])
    return Counter(key_of(source, _as_planned(state, it, words(texts.get(it.what, "")))) for it in held)


def _named(state: State, brought: list[Brought]) -> set[int]:
    """The members whom it named."""
    rows = (_as_planned(state, event, "") for event in brought)
    return {number for row in rows for number in (row.member, row.to)} - {0}


Brought = ContributionLogged | TransferMade | ThanksBrought | DecisionBrought


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


# --- What is told -----------------------------------------------------------------------------------


def report(plan: Plan, state: State) -> Iterator[str]:
    """A plan as it is told on the command line."""
    yield from plan.notes
    if plan.entries:
        yield f"{len(plan.entries):,} entries would come:"
    for member, name, unit, count in plan.sums():
        of = unit_of(unit)
        who = f"{state.members.name(member).name} (#{member})" if member else f"{name} (new)"
        yield f"  {who}: {count / of.parts:,.2f} {of.name}"
    for way in sorted(WITHOUT_AMOUNT):
        if plan.told(way):
            yield f"  {way}: {plan.told(way):,}"
    for flow, unit, count in plan.flows():
        yield f"  {flow}: {count / unit_of(unit).parts:,.2f} {unit}"
    yield from _meanings(plan)
    if plan.again:
        yield f"{plan.again:,} rows are here already and are passed over."
    if plan.left:
        yield f"{len(plan.left):,} rows are left out:"
        yield from (
            f"  line {it.line}: {shortened(it.why, WHY_CHARACTERS_MAX)}" for it in plan.left[:TOLD_MAX]
        )
        if len(plan.left) > TOLD_MAX:
            yield f"  and {len(plan.left) - TOLD_MAX:,} more"
    yield from (f"Asked: {each}" for each in plan.asked)


def _meanings(plan: Plan) -> Iterator[str]:
    for their, ours in plan.people.items():
        yield f"  “{their}” is taken for {ours or '?'}"
    for their, ours in plan.kinds.items():
        yield f"  “{their}” is taken for #{ours}"
    for their, ours in plan.units.items():
        yield f"  “{their}” is taken for {ours or '?'}"
