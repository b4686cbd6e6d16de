"""The report of a month, a quarter or a year: in a picture, by its parts, and as `/report` tells it."""

from __future__ import annotations

from functools import partial

from bot.collective.digests import Every as Often
from bot.collective.state import State
from bot.decision import Ask, Query
from bot.language.periods import Period
from bot.language.sums import decimals, sums_told
from bot.page import BOOKS, Listed, Page, Shown, Wanted
from bot.text.wording import Day, Node, Table, Way, Words, joined, lines, say
from bot.value.periods import Every, period_of, period_text
from commands.contributions.digest import HOURS_BY, hours_by_kind
from commands.ledger.flows import Flows, Sums, flows_of
from commands.ledger.funds import fund_called, moved_queries
from commands.ledger.given import given_facts, given_told
from commands.ledger.page import JOURNALS
from commands.ledger.report import COLUMNS, report_told, rows_of
from commands.ledger.times import every_of, parts_of, times_told

Row = dict[str, Sums]
"""What a stretch is told by: the sums of what was given, came in, went out and was shared out."""


def _wants(state: State, ask: Ask[Wanted]) -> tuple[Query, ...]:
    return moved_queries(state, ask.args.period) if ask.args.period else ()


def _view(state: State, ask: Ask[Wanted]) -> Shown:
    period = ask.args.period
    assert period is not None
    today = ask.today()
    parts = [each for each in parts_of(period) if each.first <= today]
    rows = [(each, _row(state, each)) for each in parts]
    named = [_short(each) for each in parts]
    text = period_text(period)
    body = lines(
        times_told("reports", period),
        _table(period, rows),
        *given_told(state, period),
        *report_told(state, period, today, called=partial(fund_called, state, ask)),
        joined(
            (
                Way(say("The accounts of this time"), f"accounts?period={text}"),
                Way(say("Every movement"), f"ledger?period={text}"),
                Way(say("Every contribution"), f"contributions?period={text}"),
            ),
            " · ",
        ),
    )
    facts = {
        **given_facts(state, period),
        **_days(period),
        "report": list(rows_of(state, period)),
        "parts": [
            _days(each) | {name: decimals(sums) for name, sums in row.items()} for each, row in rows
        ],
        "lines": [row for each in parts for row in rows_of(state, each)],
    }
    months = every_of(period) is not Every.MONTH
    chart = hours_by_kind(state, parts, named, HOURS_BY[Often.MONTHLY if months else Often.WEEKLY])
    return Shown(
        body=body,
        title=say("Report of {period}", period=text),
        facts=facts,
        charts=(chart,) if chart else (),
    )


def _days(period: Period) -> dict[str, str]:
    return {"from": period.first.isoformat(), "until": period.last.isoformat()}


def _short(part: Period) -> Node:
    """What a part is called below a column of the picture: its month, or its first day."""
    whole = part == period_of(part.first, Every.MONTH)
    return Day(part.first.isoformat(), short=not whole, month=whole)


def _row(state: State, part: Period) -> Row:
    first, last = part.first.isoformat(), part.last.isoformat()
    given: Sums = {}
    for (_, unit, _), _, count in state.contributions.between(first, last):
        given[unit] = given.get(unit, 0) + count
    done, undone = flows_of(state, first, last)
    shared: Sums = {}
    out, back = state.distributions.between(first, last)
    for sign, several in ((1, out), (-1, back)):
        for it in several:
            shared[it.unit] = shared.get(it.unit, 0) + sign * it.count
    return {
        "given": given,
        "came-in": _net(done, undone, "income", "partner"),
        "went-out": _net(done, undone, "expense"),
        "shared-out": shared,
    }


def _net(done: Flows, undone: Flows, *ways: str) -> Sums:
    sums: Sums = {}
    for sign, flows in ((1, done), (-1, undone)):
        for way in ways:
            for named in flows[way].values():
                for unit, count in named.items():
                    sums[unit] = sums.get(unit, 0) + sign * count
    return sums


def _table(period: Period, rows: list[tuple[Period, Row]]) -> Node:
    months = every_of(period) is not Every.MONTH
    first = say("Month") if months else say("Days")
    heading = (first, say("Given"), say("Came in"), say("Went out"), say("Shared out"))
    cells: list[tuple[Node, ...]] = [
        (
            Way(Words(period_text(part)), f"reports?period={period_text(part)}")
            if months
            else part.shown,
            *(sums_told({unit: n for unit, n in sums.items() if n}) for sums in row.values()),
        )
        for part, row in rows
    ]
    return Table(heading, tuple(cells))


PAGE = Page(
    name="reports",
    title=say("Reports"),
    about=say("A month, a quarter or a year: what was given, what came and went, and was shared out."),
    view=_view,
    part=BOOKS,
    wants=_wants,
    takes=frozenset({"period"}),
    usual=Every.YEAR,
    listed=Listed("lines", COLUMNS),
    books=JOURNALS,
)
