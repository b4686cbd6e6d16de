"""The loop report: what partners captured with the commons, what came back, and whom it reached.

Pure: the same state and days give the same report. Currencies are never added up with one another; a
partner whose pledge is private is counted without its name.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from bot.collective.partners import Grace, Partner, Term
from bot.collective.state import State
from bot.language.periods import Period
from bot.language.sums import decimals, shown, sums_told
from bot.text.wording import (
    Figure,
    Node,
    Place,
    Say,
    Strong,
    Table,
    Words,
    fill,
    items,
    joined,
    lines,
    say,
    say_n,
)
from bot.value.partners import median, percent_text, tenths_text
from bot.value.periods import period_text
from commands.ledger.flows import flows_of
from commands.partners.partnering import basis_told, ended_terms

Counts = defaultdict[str, int]
"""Smallest parts by unit."""


def _counts() -> Counts:
    return defaultdict(int)


@dataclass(slots=True)
class Row:
    """A partner's part in the loop, or that of all whose pledge is private (no name).

    `captured` is the revenue or surplus that was declared, `returned` what came in cash, by currency;
    `in_kind` what was given, by unit; `lags` the days from a period's end to each payment for it.
    """

    name: str
    captured: Counts = field(default_factory=_counts)
    returned: Counts = field(default_factory=_counts)
    in_kind: Counts = field(default_factory=_counts)
    lags: list[int] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        """Whether there is nothing to tell."""
        return not (self.captured or any(self.returned.values()) or self.in_kind)

    @property
    def units(self) -> list[str]:
        """The currencies that it is about."""
        return sorted({*self.captured, *(unit for unit, count in self.returned.items() if count)})


@dataclass(slots=True)
class Loop:
    """The report of some days.

    `came` is all that came in, by currency, `reached` what members got of distributions. `undeclared`
    and `unnamed` are the public partners who owe a declaration, and how many private ones do.
    """

    period: Period
    rows: list[Row] = field(default_factory=list)
    came: Counts = field(default_factory=_counts)
    reached: Counts = field(default_factory=_counts)
    undeclared: dict[str, list[str]] = field(default_factory=dict)
    unnamed: int = 0

    @property
    def total(self) -> Row:
        """All partners together."""
        whole = Row("")
        for row in self.rows:
            for sums, more in (
                (whole.captured, row.captured),
                (whole.returned, row.returned),
                (whole.in_kind, row.in_kind),
            ):
                for unit, count in more.items():
                    sums[unit] += count
            whole.lags += row.lags
        return whole

    def ratio(self, unit: str) -> tuple[int, int]:
        """What came back of what was captured, from those who captured anything in that currency."""
        rows = [row for row in self.rows if row.captured.get(unit)]
        return sum(row.returned[unit] for row in rows), sum(row.captured[unit] for row in rows)


def loop_of(state: State, period: Period, today: dt.date, grace: Grace) -> Loop:
    """The report of some days, as it stands today."""
    loop, private = Loop(period), Row("")
    for name in sorted(state.partners.named):
        it = state.partners.named[name]
        row = private if it.private else Row(name)
        _add(state, row, it, period, today)
        if row.name and not row.empty:
            loop.rows.append(row)
        late = [each for each in ended_terms(it, today) if each.undeclared(today, grace)]
        if late and it.private:
            loop.unnamed += 1
        elif late:
            loop.undeclared[name] = [period_text(each.period) for each in late]
    if not private.empty:
        loop.rows.append(private)
    _add_flows(state, loop)
    return loop


def _add_flows(state: State, loop: Loop) -> None:
    """All that came in, and what of it was shared out."""
    first, last = loop.period.first.isoformat(), loop.period.last.isoformat()
    for sign, flows in zip((1, -1), flows_of(state, first, last), strict=True):
        for way in ("income", "partner"):
            for sums in flows[way].values():
                for unit, count in sums.items():
                    loop.came[unit] += sign * count
    out, undone = state.distributions.between(first, last)
    for sign, several in ((1, out), (-1, undone)):
        for made in several:
            loop.reached[made.unit] += sign * state.distributions.reached.get(made.number, 0)


def _add(state: State, row: Row, it: Partner, period: Period, today: dt.date) -> None:
    for each in ended_terms(it, today):
        if each.declared and each.pledge.captures and _within(each.period.last, period):
            row.captured[each.pledge.unit] += each.declared.count
    paid = {number: each for number, each in it.payments.items() if _within_day(each.day, period)}
    for unit, count in it.paid(period.first.isoformat(), period.last.isoformat()).items():
        row.returned[unit] += count
    row.lags += [part.lag for part in it.parts(today) if part.payment in paid]
    given = state.partners.given(it.name, period.first.isoformat(), period.last.isoformat())
    for unit, count in given.items():
        row.in_kind[unit] += count


def _within(day: dt.date, period: Period) -> bool:
    return period.first <= day <= period.last


def _within_day(day: str, period: Period) -> bool:
    return _within(dt.date.fromisoformat(day), period)


# --- In words ---------------------------------------------------------------------------------------


def loop_told(loop: Loop) -> Node:
    """The report in words."""
    rows = tuple(_rows(loop))
    total = loop.total
    return lines(
        Strong(say("The loop, {period}", period=loop.period.shown)),
        Table((say("Partner"), say("Captured"), say("Returned"), say("Ratio")), rows) if rows else None,
        None if rows else say("Nothing was declared or paid by partners in this time."),
        *_totals(loop, total),
        items(_in_kind(loop)) if total.in_kind else None,
        *reach_told(loop),
        _lag_told(loop, total),
        undeclared_told(loop),
    )


def _name(row: Row) -> Node:
    return Words(row.name) if row.name else say("private pledges")


def _rows(loop: Loop) -> Iterator[tuple[Node, ...]]:
    for row in loop.rows:
        for unit in row.units:
            captured, returned = row.captured.get(unit, 0), row.returned.get(unit, 0)
            yield (
                _name(row),
                shown(unit, captured) if captured else Words("–"),
                shown(unit, returned),
                Figure(percent_text(returned, captured)) if captured else Words("–"),
            )


def _totals(loop: Loop, total: Row) -> Iterator[Node]:
    apart: dict[str, int] = {}
    for unit in total.units:
        returned, captured = loop.ratio(unit)
        if total.returned[unit] > returned:
            apart[unit] = total.returned[unit] - returned
        if captured:
            yield say(
                "Together {returned} of {captured} captured came back: {ratio}.",
                returned=shown(unit, returned),
                captured=shown(unit, captured),
                ratio=Figure(percent_text(returned, captured)),
            )
    if apart:
        yield say(
            "Beside what was captured (flat, for each head, gifts): {sums}", sums=sums_told(apart)
        )


def _in_kind(loop: Loop) -> Iterator[Node]:
    for row in loop.rows:
        if row.in_kind:
            yield say("In kind, {name}: {sums}", name=_name(row), sums=sums_told(row.in_kind))


_REACH = say("Of {came} that came in, {reached} ({share}) reached contributors; {kept} did not.")
_BEYOND = say("{came} came in, and {reached} reached contributors: some of it from before.")


def reach_told(loop: Loop) -> Iterator[Node]:
    """What of all that came in was shared out, and what was kept, a line each currency."""
    for unit in sorted(unit for unit, count in loop.came.items() if count > 0):
        came, reached = loop.came[unit], loop.reached[unit]
        yield fill(
            _REACH if reached <= came else _BEYOND,
            came=shown(unit, came),
            reached=shown(unit, reached),
            share=Figure(percent_text(reached, came)),
            kept=shown(unit, came - reached),
        )


def _lag_told(loop: Loop, total: Row) -> Node | None:
    if not total.lags:
        return None
    each = [
        say("{name} {days}", name=_name(row), days=Figure(tenths_text(median(row.lags))))
        for row in loop.rows
        if row.lags
    ]
    told = say(
        "From a period's end to its payment, median in days: {days}",
        days=tenths_text(median(total.lags)),
    )
    return say("{line} ({each})", line=told, each=joined(each)) if len(each) > 1 else told


def undeclared_told(loop: Loop) -> Node | None:
    """Who owes a declaration; who pledged in private is only counted."""
    points: list[Place] = [
        say("{name} ({periods})", name=name, periods=joined(late))
        for name, late in loop.undeclared.items()
    ]
    if loop.unnamed:
        points.append(say("{count} with a private pledge", count=loop.unnamed))
    return say("Undeclared: {partners}", partners=joined(points)) if points else None


def loop_facts(loop: Loop) -> dict[str, Any]:
    """The report for machines: decimals as text, ratios as exact fractions."""
    total = loop.total
    return {
        "from": loop.period.first.isoformat(),
        "until": loop.period.last.isoformat(),
        "partners": {row.name or "private": _row_facts(row) for row in loop.rows},
        "total": {
            **_row_facts(total),
            "ratio": {
                unit: str(Fraction(*loop.ratio(unit)))
                for unit in sorted(total.captured)
                if total.captured[unit]
            },
        },
        "came-in": decimals(loop.came),
        "reached": decimals(loop.reached),
        "undeclared": dict(loop.undeclared),
        "undeclared-private": loop.unnamed,
    }


def _row_facts(row: Row) -> dict[str, Any]:
    return {
        "captured": decimals(row.captured),
        "returned": decimals(row.returned),
        "in-kind": decimals(row.in_kind),
        "ratio": {
            unit: str(Fraction(row.returned.get(unit, 0), count))
            for unit, count in sorted(row.captured.items())
            if count
        },
        "lag-days": str(median(row.lags)) if row.lags else None,
    }


# --- In the digest ----------------------------------------------------------------------------------


def news_told(state: State, period: Period, today: dt.date, grace: Grace) -> Node | None:
    """What a digest tells of partners in its days; None where there is nothing to say."""
    points: list[Node] = []
    for it in state.partners.ever:
        name: Place = say("a partner with a private pledge") if it.private else it.name
        terms = ended_terms(it, today)
        points += _declared(it, terms, name, period)
        points += _paid(it, today, name, period)
        points += _late(terms, name, period, grace)
    return lines(say("Partners:"), items(points)) if points else None


def _declared(it: Partner, terms: list[Term], name: Place, period: Period) -> Iterator[Node]:
    for each in terms:
        if each.declared is None or not _within_day(each.declared.day, period):
            continue
        text = period_text(each.period)
        if it.private:
            yield say("{name} declared {period}", name=name, period=text)
            continue
        yield say(
            "{name} declared {what} for {period}: {due} is due",
            name=name,
            what=basis_told(each.pledge, each.declared.count),
            period=text,
            due=shown(each.pledge.unit, each.due),
        )


def _payment_told(lag: int, **places: Place) -> Say:
    """That something was paid so many days after its period ended, or before."""
    if lag < 0:
        return say_n(
            "{name} paid {amount} for {period}, {count} day before its end",
            "{name} paid {amount} for {period}, {count} days before its end",
            -lag,
            **places,
        )
    return say_n(
        "{name} paid {amount} for {period}, {count} day after its end",
        "{name} paid {amount} for {period}, {count} days after its end",
        lag,
        **places,
    )


def _paid(it: Partner, today: dt.date, name: Place, period: Period) -> Iterator[Node]:
    """What was paid, and how long after its period; what is beyond it was a gift, or is for later."""
    parts = it.parts(today)
    for paid in it.payments.values():
        if not _within_day(paid.day, period):
            continue
        own = [each for each in parts if each.payment == paid.number]
        for each in own:
            yield _payment_told(
                each.lag,
                name=name,
                amount=shown(each.unit, each.count),
                period=period_text(each.period),
            )
        over = paid.count - sum(each.count for each in own)
        if over:
            yield say("{name} paid {amount} beside it", name=name, amount=shown(paid.unit, over))


def _late(terms: list[Term], name: Place, period: Period, grace: Grace) -> Iterator[Node]:
    """What came to be late in these days, and still is: each is told once."""
    a_day = dt.timedelta(days=1)
    for each in terms:
        text = period_text(each.period)
        if not each.known and _within(each.declared_by(grace) + a_day, period):
            yield say("{name} has not declared {period}", name=name, period=text)
        if each.left > 0 and _within(each.paid_by(grace) + a_day, period):
            yield say(
                "{name} has not paid {amount} for {period}",
                name=name,
                amount=shown(each.pledge.unit, each.left),
                period=text,
            )
