"""What a digest tells of contributions: sums beside those of the time before, and who gave them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

from bot.collective.contributions import Status, reference
from bot.collective.digests import Every, before
from bot.collective.state import State
from bot.digest import Digest, Section, Told, some
from bot.language.periods import Period
from bot.language.sums import decimals, shown, sums_told
from bot.language.units import UnitClass, unit_of
from bot.text.charts import Series, Stacks
from bot.text.rendering import quantity_text
from bot.text.wording import Day, Node, Say, Table, Typed, Words, joined, lines, say

ROWS_MAX: Final = 12
"""How many kinds, or circles, a digest tells the sums of: the largest."""

WEEKS_SHOWN: Final = 8
"""How many stretches the picture shows."""

KINDS_SHOWN: Final = 5
"""How many kinds have a colour of their own."""

HOURS_BY: Final[Mapping[Every, Say]] = {
    Every.DAILY: say("Hours by day and kind"),
    Every.WEEKLY: say("Hours by week and kind"),
    Every.MONTHLY: say("Hours by month and kind"),
    Every.QUARTERLY: say("Hours by quarter and kind"),
}
"""What heads a picture of such stretches, in chats and on pages."""

_DAYS_MAX: Final = {Every.DAILY: 1, Every.WEEKLY: 7, Every.MONTHLY: 31, Every.QUARTERLY: 92}
"""How many days a stretch has at most; one that is told late has more."""

Sums = dict[tuple[str, str], int]
"""Smallest parts by what and unit."""


def given(state: State, period: Period, *, by_circle: bool = False) -> Sums:
    """What was given in these days and counts, by kind (or circle) and unit."""
    first, last = period.first.isoformat(), period.last.isoformat()
    sums: defaultdict[tuple[str, str], int] = defaultdict(int)
    for (kind, unit, circle), _, count in state.contributions.between(first, last):
        if circle or not by_circle:
            sums[circle if by_circle else kind, unit] += count
    return dict(sums)


def _contributions(digest: Digest) -> Iterator[Node]:
    state = digest.state
    now, then = given(state, digest.period), given(state, before(digest.period, digest.every))
    behind = _behind(digest)
    changed = (
        say("Changed since in days told before: {sums}", sums=joined(_of_kinds(behind)))
        if behind
        else None
    )
    if not now:
        yield lines(say("No confirmed entries in this time."), changed)
        return
    heading = (say("Kind"), say("Amount"), say("Before"))
    beside = _beside(_largest(now), then)
    rows = tuple(
        (Words(f"#{kind}"), shown(unit, now.get((kind, unit), 0)), shown(unit, count))
        for (kind, unit), count in sorted(beside.items())
    )
    circles = given(state, digest.period, by_circle=True)
    told = [*_of_each(_largest(circles)), *_left_out(circles)]
    yield lines(
        Table(heading, rows) if then else joined(_of_kinds(now)),
        *(_left_out(now) if then else ()),
        _before_elsewhere(beside, then),
        _compared(digest) if then else None,
        say("By circle: {sums}", sums=joined(told)) if circles else None,
        changed,
    )


def _headline(digest: Digest) -> Iterator[Node]:
    """All that was given, of every unit."""
    now = given(digest.state, digest.period)
    if now and "contributions" in digest.sections:
        yield sums_told(_by_unit(now))


def _compared(digest: Digest) -> Node | None:
    """With which days these are compared, where those are more: a stretch that still runs."""
    then = before(digest.period, digest.every)
    if then.last - then.first <= digest.period.last - digest.period.first:
        return None
    return say("Before: all of {period}", period=then.shown)


def _behind(digest: Digest) -> Sums:
    """What changed in the days of earlier digests of this room since they were told."""
    behind = digest.state.contributions.behind.get((digest.room, digest.every), {})
    return {key: count for key, count in behind.items() if count}


def _of_kinds(sums: Sums) -> Iterator[Say]:
    for (kind, unit), count in sorted(_largest(sums).items()):
        yield say("{sums} #{kind}", sums=sums_told({unit: count}), kind=kind)
    yield from _left_out(sums)


def _beside(now: Sums, then: Sums) -> Sums:
    """What these kinds had before, and as far as there is room what others had."""
    found = {key: then.get(key, 0) for key in now}
    gone = {key: count for key, count in then.items() if key not in now}
    return found | dict(list(gone.items())[: max(0, ROWS_MAX - len(found))])


def _before_elsewhere(beside: Sums, then: Sums) -> Node | None:
    """What was given before and stands in no row, so that the column adds up."""
    rest = {key: count for key, count in then.items() if key not in beside}
    if not rest:
        return None
    return say("Before, of other kinds: {sums}", sums=sums_told(_by_unit(rest)))


def _largest(sums: Sums) -> Sums:
    """The largest sums, each measured by all there is of its unit."""
    if len(sums) <= ROWS_MAX:
        return sums
    whole = _by_unit(sums)
    by_share = sorted(sums, key=lambda key: (-Fraction(sums[key], whole[key[1]] or 1), key))
    return {key: sums[key] for key in by_share[:ROWS_MAX]}


def _left_out(sums: Sums) -> Iterator[Say]:
    rest = {key: count for key, count in sums.items() if key not in _largest(sums)}
    if rest:
        yield say(
            "and {count} more, {sums}: {line}",
            count=len(rest),
            sums=sums_told(_by_unit(rest)),
            line=Typed("ledger"),
        )


def _by_unit(sums: Sums) -> dict[str, int]:
    totals: dict[str, int] = {}
    for (_, unit), count in sums.items():
        totals[unit] = totals.get(unit, 0) + count
    return totals


def _of_each(sums: Sums) -> Iterator[Say]:
    for name in sorted({name for name, _ in sums}):
        of_it = {unit: count for (each, unit), count in sums.items() if each == name}
        yield say("{name} {sums}", name=name, sums=sums_told(of_it))


def _people(digest: Digest) -> Iterator[Node]:
    """Who gave how much: from the single days, or for whole months from their sums."""
    sums: defaultdict[tuple[int, str], int] = defaultdict(int)
    known = digest.state.contributions
    if digest.every in {Every.MONTHLY, Every.QUARTERLY}:
        for (month, member, _, unit, _), (_, count) in known.monthly.items():
            if digest.of_day(f"{month}-01"):
                sums[member, unit] += count
    else:
        unsettled = known.unsettled
        for day, members in known.days.items():
            for member, entries in members.items() if digest.of_day(day) else ():
                for entry in entries:
                    if entry.number not in unsettled:
                        sums[member, entry.unit] += entry.count
    one = digest.state.members.one
    people: defaultdict[int, dict[str, int]] = defaultdict(dict)
    for (member, unit), count in sums.items():
        of_one = people[one(member)]
        of_one[unit] = of_one.get(unit, 0) + count
    most = sorted(people.items(), key=lambda each: -max(each[1].values()))
    for number, of_one in most:
        yield say("{who}: {sums}", who=digest.state.members.name(number), sums=sums_told(of_one))


def _happened(digest: Digest) -> bool:
    return bool(given(digest.state, digest.period) or _behind(digest))


def _unsettled(digest: Digest, now: int) -> Iterator[Node]:
    by_status: dict[Status, list[str]] = {}
    for number, (status, _) in sorted(digest.state.contributions.unsettled.items()):
        by_status.setdefault(status, []).append(reference(number))
    disputed, recorded = by_status.get(Status.DISPUTED), by_status.get(Status.RECORDED)
    if disputed:
        yield say("Disputed: {refs}", refs=some(disputed))
    if recorded:
        yield say("Waiting for confirmation: {refs}", refs=some(recorded))


def _figures(digest: Digest) -> Mapping[str, Any]:
    kinds: dict[str, dict[str, str]] = {}
    for (kind, unit), count in sorted(given(digest.state, digest.period).items()):
        kinds.setdefault(kind, {}).update(decimals({unit: count}))
    return {"kinds": kinds}


def chart(digest: Digest) -> Stacks | None:
    """Time by kind, in this stretch and those before it; None where no time was given, or is told."""
    if "contributions" not in digest.sections:
        return None
    stretches = [digest.period]
    while len(stretches) < WEEKS_SHOWN:
        stretches.insert(0, before(stretches[0], digest.every))
    longest = max((each.last - each.first).days + 1 for each in stretches)
    late = longest > _DAYS_MAX[digest.every]
    months = digest.every is Every.MONTHLY and not late
    named = [Day(each.first.isoformat(), short=not months, month=months) for each in stretches]
    title = say("Hours by kind") if late else HOURS_BY[digest.every]
    return hours_by_kind(digest.state, stretches, named, title)


def hours_by_kind(
    state: State, stretches: Sequence[Period], named: Sequence[Node], title: Say
) -> Stacks | None:
    """Time by kind in each of these stretches, under their names; None where no time was given."""
    sums = [_time(given(state, each)) for each in stretches]
    totals: defaultdict[str, int] = defaultdict(int)
    for each in sums:
        for kind, count in each.items():
            totals[kind] += count
    if not any(totals.values()):
        return None
    kinds = sorted(totals, key=lambda kind: (-totals[kind], kind))
    own, others = kinds[:KINDS_SHOWN], kinds[KINDS_SHOWN:]
    labelled: list[tuple[Node, list[str]]] = [(Words(f"#{kind}"), [kind]) for kind in own]
    if others:
        labelled.append((say("others"), others))
    series = []
    for label, among in labelled:
        counts = tuple(sum(each.get(kind, 0) for kind in among) for each in sums)
        series.append(Series(label, counts, _hours(sum(counts))))
    return Stacks(
        title,
        tuple(named),
        tuple(series),
        tuple(_hours(sum(each.values())) for each in sums),
    )


def _time(sums: Mapping[tuple[str, str], int]) -> dict[str, int]:
    found: dict[str, int] = {}
    for (kind, unit), count in sums.items():
        if unit_of(unit).unit_class is UnitClass.TIME:
            found[kind] = found.get(kind, 0) + count
    return found


def _hours(minutes: int) -> str:
    return quantity_text(minutes, "h", 60, "en") if minutes else "–"


TOLD = Told(
    sections={
        Section("contributions"): _contributions,
        Section("people", say("Who gave:"), "ledger"): _people,
    },
    headline=_headline,
    happened=_happened,
    needs=_unsettled,
    figures=_figures,
    picture=chart,
)
