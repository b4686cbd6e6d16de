"""What a distribution is made of: everything that people gave, and what of it is left out.

Works come from the running sums by month, so that it costs the same however many entries there are.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from itertools import chain

from msgspec import structs

from bot.books.exporting.tables import safe
from bot.books.exporting.transactions import exact
from bot.chat import File
from bot.collective.contributions import Status, Stream, reference
from bot.collective.members import ERASED
from bot.collective.state import State
from bot.language.sums import shown
from bot.language.units import unit_of
from bot.text.wording import Node, Table, joined, say, say_n
from bot.value.equations import Equation, Form, Life
from bot.value.reckoning import Shared, Situation
from bot.value.weighing import Key, Parts, Sort, Weighing, Work, set_off
from commands.ledger.money import in_words, into_words

ROWS_MAX = 30
"""How many people a table in a chat shows."""

_UNSETTLED_MAX = 5
"""How many entries that do not count are named."""


def seed_of(state: State) -> str:
    """What settles the ties of the next distribution: its place among all of them."""
    return f"D{state.distributions.count + 1}"


def situation_of(state: State, unit: str, month: str) -> Situation:
    """Everything that the next distribution of a unit depends on."""
    members, rounds = state.members, state.rounds
    needs: defaultdict[int, int] = defaultdict(int)
    for (member, of), count in rounds.needs.items():
        if of == unit:
            needs[members.one(member)] += count
    earned: defaultdict[int, int] = defaultdict(int)
    for (member, of), count in state.distributions.earned.items():
        if of == unit and count:
            earned[members.one(member)] += count
    return Situation(
        unit_of(unit).parts,
        month,
        seed_of(state),
        frozenset(each.number for each in members.here),
        tuple(works_of(state, state.distributions.covered)),
        dict(needs),
        _received(state),
        dict(earned),
    )


def rehearsed(state: State, unit: str, first: str, last: str) -> Situation:
    """What people gave from one month to another, as if nothing of it had ever been shared on."""
    it = situation_of(state, unit, last)
    works = tuple(
        structs.replace(work, covered=0)
        for work in it.works
        if work.gave and first <= work.sort.month <= last
    )
    return Situation(it.parts, last, it.seed, it.here, works, it.needs, it.given)


def works_of(state: State, covered: Mapping[Key, Parts]) -> Iterator[Work]:
    """What was given, and what is `covered` already, even where it was taken back since."""
    erased, one = _erased(state), state.members.one
    people = {number: one(number) for number in state.members.by_number if number not in erased}
    monthly = state.contributions.monthly
    sorts: dict[tuple[str, str, str, str], Sort] = {}
    taken_back = ((key, (0, 0)) for key in covered if key not in monthly)
    for key, (_, count) in chain(monthly.items(), taken_back):
        month, member, kind, unit, circle = key
        person = people.get(member)
        if person is not None:
            place = (month, kind, unit, circle)
            sort = sorts.get(place)
            if sort is None:
                sort = sorts[place] = _sort(state, *place)
            yield Work(person, key, sort, count, covered.get(key, 0))


def _sort(state: State, month: str, kind: str, unit: str, circle: str) -> Sort:
    known = state.contributions.kinds.get(kind)
    stream = known.stream if known else Stream.LOVE
    return Sort(month, kind, unit, circle, stream.value, unit_of(unit).parts)


def _received(state: State) -> dict[int, int]:
    """The points that people got: of everybody once, by the number that they are known by now."""
    members = state.members
    sums: defaultdict[int, int] = defaultdict(int)
    for giver, by_giver in state.rounds.given.items():
        if members.one(giver) != giver or not members.member(giver).here:
            continue
        for to, points in by_giver.items():
            if members.one(to) != giver and members.member(to).here:
                sums[members.one(to)] += points
    return dict(sums)


# --- What is left out -----------------------------------------------------------------------------


def left_out(state: State, equation: Equation, situation: Situation) -> Iterator[Node]:
    """What does not count in a distribution, and why."""
    buckets = [it for it in equation.buckets if it.form is Form.WORK]
    if buckets:
        yield from _unsettled(state)
        yield from _forgotten(state)
        weighings = [Weighing(bucket, situation.month) for bucket in buckets]
        yield from _unweighed(equation, situation, weighings)
    if any(it.life in {Life.ONCE, Life.UNTIL_PAID} for it in buckets):
        before = _before(situation.works)
        if before:
            yield say(
                "{sums}: shared on before, or in the place of such as was taken back since",
                sums=_sums(sorted(before.items())),
            )
        off = set_off(situation.works)
        if off:
            yield say(
                "{sums}: set off against what was taken back after it had been shared on",
                sums=_sums(sorted(off.items())),
            )


def _unweighed(equation: Equation, situation: Situation, weighings: list[Weighing]) -> Iterator[Node]:
    """What is too old, and what no part weighs at all."""
    given: defaultdict[Sort, int] = defaultdict(int)
    for work in situation.works:
        given[work.sort] += work.gave
    old: defaultdict[str, int] = defaultdict(int)
    other: defaultdict[tuple[str, str], int] = defaultdict(int)
    for sort, count in given.items():
        if any(weighing.factor(sort) for weighing in weighings):
            continue
        now = sort._replace(month=situation.month)
        if any(weighing.factor(now) for weighing in weighings):
            old[sort.unit] += count
        elif not (equation.care and sort.stream == "care"):
            other[sort.kind, sort.unit] += count
    if any(old.values()):
        yield say("{sums}: longer ago than the equation looks", sums=_sums(old.items()))
    for (kind, unit), count in sorted(other.items()):
        if count:
            yield say("{sum} #{kind}: no part weighs it", sum=shown(unit, count), kind=kind)


def _forgotten(state: State) -> Iterator[Node]:
    """Work of people whom nobody could pay out any more."""
    gone = _erased(state)
    sums: defaultdict[str, int] = defaultdict(int)
    for (_, member, _, unit, _), (_, count) in state.contributions.monthly.items() if gone else ():
        if member in gone:
            sums[unit] += count
    if sums:
        yield say("{sums}: of who was forgotten here", sums=_sums(sums.items()))


def _erased(state: State) -> set[int]:
    return {number for number, it in state.members.by_number.items() if it.name == ERASED}


def _before(works: Iterable[Work]) -> dict[str, int]:
    sums: defaultdict[str, Fraction] = defaultdict(Fraction)
    for work in works:
        if work.covered:
            sums[work.sort.unit] += min(work.covered, work.gave)
    return {unit: int(count) for unit, count in sums.items() if count >= 1}


def _sums(sums: Iterable[tuple[str, int]]) -> Node:
    return joined(shown(unit, count) for unit, count in sums)


def _unsettled(state: State) -> Iterator[Node]:
    found = sorted(state.contributions.unsettled.items())
    for number, (status, share) in found[:_UNSETTLED_MAX]:
        who = state.members.name(share.member)
        told = _STATUS_TOLD[status is Status.DISPUTED]
        yield say(
            "{ref}, {amount} #{kind} of {who}: {why}",
            ref=reference(number),
            amount=share.shown,
            kind=share.kind,
            who=who,
            why=told,
        )
    more = len(found) - _UNSETTLED_MAX
    if more > 0:
        yield say_n(
            "{count} more entry that is unconfirmed or disputed",
            "{count} more entries that are unconfirmed or disputed",
            more,
        )


_STATUS_TOLD = {True: say("it is disputed"), False: say("nobody confirmed it yet")}


# --- Tables -----------------------------------------------------------------------------------------


def table_of(state: State, shared: Shared, unit: str, last: dict[int, int]) -> Node:
    """What each person gets; part by part where there are several, and beside the last time."""
    parts = sorted({line.bucket for line in shared.lines if line.count}, key=lambda n: (n < 0, n))
    split = parts if 1 < len(parts) <= _PARTS_MAX else []
    of: defaultdict[tuple[int, int], int] = defaultdict(int)
    for line in shared.lines:
        of[line.person, line.bucket] += line.count
    rows = []
    for person, count in _rows_of(shared, last)[:ROWS_MAX]:
        cells: list[Node] = [state.members.name(person)]
        cells += [shown(unit, of[person, part]) for part in split]
        cells.append(shown(unit, count))
        if last:
            cells.append(shown(unit, last.get(person, 0)))
        rows.append(tuple(cells))
    heading: list[Node] = [say("Who"), *(_part_head(part) for part in split), say("Share")]
    if last:
        heading.append(say("Last time"))
    return Table(tuple(heading), tuple(rows))


def _rows_of(shared: Shared, last: Mapping[int, int]) -> list[tuple[int, int]]:
    """Everybody who has a figure in one of the columns, with their share: so the columns add up."""
    before = {person: 0 for person, count in last.items() if count}
    return list((shared.sums | {who: 0 for who in before if who not in shared.sums}).items())


_PARTS_MAX = 4
"""How many columns of parts a table has at most."""


def _part_head(part: int) -> Node:
    return say("Part {number}", number=part + 1) if part >= 0 else say("Care")


def file_of(state: State, shared: Shared, unit: str) -> tuple[File, ...]:
    """Everybody's share as a table of its own, where a chat shows only the first of them."""
    if len(shared.sums) <= ROWS_MAX:
        return ()
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(("member", "name", "amount", "unit"))
    for person, count in shared.sums.items():
        writer.writerow((person, safe(state.members.name(person).name), exact(count, unit), unit))
    data = text.getvalue().encode()
    return (File("distribution.csv", "text/csv", data, say("what everybody gets")),)


def last_shares(state: State, unit: str) -> dict[int, int]:
    """What people got of the last distribution of a unit, by the numbers they are known by now."""
    sums: defaultdict[int, int] = defaultdict(int)
    for member, count in state.distributions.last.get(unit, {}).items():
        sums[state.members.one(member)] += count
    return dict(sums)


def more_told(shared: Shared, unit: str, last: Mapping[int, int]) -> Node | None:
    """How many people stand below a table that is cut off, and what they get together."""
    rest = _rows_of(shared, last)[ROWS_MAX:]
    if not rest:
        return None
    got = shown(unit, sum(count for _, count in rest))
    return say_n("and {count} more person: {sum}", "and {count} more people: {sum}", len(rest), sum=got)


def total_told(shared: Shared, unit: str, fund: str) -> Node:
    """The exact sum: to people, into funds, and what stays."""
    people = say("to people {sum}", sum=shown(unit, sum(shared.shares.values())))
    parts: list[Node] = [people] if shared.shares else []
    parts += [
        say("{into} {sum}", into=into_words(name), sum=shown(unit, n)) for name, n in shared.funds if n
    ]
    if shared.rest:
        parts.append(say("stays {where} {sum}", where=in_words(fund), sum=shown(unit, shared.rest)))
    told = parts[0]
    for part in parts[1:]:
        told = say("{some}, {more}", some=told, more=part)
    return say("Total {total}: {parts}", total=shown(unit, shared.pool), parts=told)
