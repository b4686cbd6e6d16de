"""`/report`: what there was, all that moved and why, and what there is after it; of any time.

Each table adds up both ways: down each column from the opening to the closing, and along each line over
the places where it lies. Pages and their tables tell the same, from the same reckoning (`accounts_of`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from bot.arguments import OptionType, arguments, takes
from bot.chat import Refusal, Reply
from bot.collective.moves import UNDONE, Move, Place, place_of
from bot.collective.state import State
from bot.command import Command
from bot.decision import Accepted, Ask, Query
from bot.language.periods import Period, read_period
from bot.language.sums import decimals, shown
from bot.text.rendering import unit_name
from bot.text.wording import Day, Node, Say, Strong, Table, Typed, Words, fill, lines, say
from commands.ledger.betweenreport import between_rows, between_sums, between_tables
from commands.ledger.flows import PRIVATE, public
from commands.ledger.invoicing import report_told as invoices_told
from commands.ledger.ownunits import units_told
from commands.ledger.slipless import slipless, slipless_queries, slipless_told

At = dict[Place, int]
"""Smallest parts of a unit, by where they lie."""

OPENING, CLOSING = "opening", "closing"


@dataclass(frozen=True, slots=True)
class Moved:
    """All that moved for one reason: a kind of income, what was paid out; or what of it was undone."""

    move: Move
    name: str
    undone: bool
    at: At


@dataclass(frozen=True, slots=True)
class Account:
    """One unit in some days: what there was before them, what moved, and what there was after."""

    unit: str
    opening: At
    moved: tuple[Moved, ...]
    closing: At


def accounts_of(state: State, first: str, last: str) -> list[Account]:
    """Every unit of which there was something, or moved, from day to day (ISO); currencies first.

    What there was is reckoned back from what there is.
    """
    closing: dict[str, At] = {}
    for (account, unit), count in state.ledger.balances.items():
        place = place_of(account)
        if place is not None:
            _add(closing.setdefault(unit, {}), place, count)
    opening = {unit: dict(at) for unit, at in closing.items()}
    moved: dict[str, dict[tuple[bool, int, str], At]] = {}
    for (day, name, place, unit), count in state.moves.sums.items():
        if day >= first:
            _add(opening[unit], place, -count)
        if day > last:
            _add(closing[unit], place, -count)
        elif day >= first:
            _add(moved.setdefault(unit, {}).setdefault(_key(state, name), {}), place, count)
    found = [
        Account(unit, opening[unit], tuple(_moved(moved.get(unit, {}))), closing[unit])
        for unit in sorted(closing, key=lambda unit: (unit in state.units.by_code, unit))
    ]
    return [it for it in found if it.moved or any((*it.opening.values(), *it.closing.values()))]


def _add(at: At, place: Place, count: int) -> None:
    at[place] = at.get(place, 0) + count


_PLACE_OF_MOVE = {move.value: number for number, move in enumerate(Move)}
_MOVES = tuple(Move)


def _key(state: State, name: str) -> tuple[bool, int, str]:
    """What was undone stands last, everything else in the order of the moves."""
    move, _, kind = name.removeprefix(UNDONE).partition(":")
    return name.startswith(UNDONE), _PLACE_OF_MOVE[move], public(state, move, kind)


def _moved(found: Mapping[tuple[bool, int, str], At]) -> Iterator[Moved]:
    for (undone, number, name), at in sorted(found.items()):
        if any(at.values()):
            yield Moved(_MOVES[number], name, undone, at)


# --- In words ---------------------------------------------------------------------------------------

_WORDS: Mapping[Move, Say] = {
    Move.INCOME: say("In: #{name}"),
    Move.PARTNER: say("In: partner {name}"),
    Move.EXPENSE: say("Out: #{name}"),
    Move.LAID_OUT: say("Laid out by members"),
    Move.SET_ASIDE: say("Set aside: {name}"),
    Move.RELEASED: say("Taken out of {name}"),
    Move.SHARED_OUT: say("Shared out"),
    Move.GIVEN: say("Paid to members"),
    Move.PAID_OUT: say("Paid out"),
    Move.ISSUED: say("Issued"),
    Move.BROUGHT: say("Brought along"),
    Move.FEE: say("Fees of payments"),
    Move.LEVY: say("Levies paid"),
    Move.TAKEN: say("Taken at the end of a period"),
    Move.RETIRED: say("Given back"),
    Move.WRITTEN_OFF: say("Written off"),
}
_PLACES: Mapping[Place, Say] = {
    Place.TREASURY: say("Treasury"),
    Place.FUNDS: say("Funds"),
    Place.HELD: say("Held for members"),
}


def _told(it: Moved, called: Callable[[str], Node]) -> Node:
    name = called(it.name) if it.move in {Move.SET_ASIDE, Move.RELEASED} else Words(it.name)
    hidden = it.move is Move.PARTNER and it.name == PRIVATE
    told = say("In: private pledges") if hidden else fill(_WORDS[it.move], name=name)
    return say("Undone: {what}", what=told) if it.undone else told


def account_told(it: Account, called: Callable[[str], Node]) -> Table:
    """One unit as a table; a place where nothing ever lay has no column. Funds are told as `called`."""
    rows: list[tuple[Node, At]] = [(say("Opening"), it.opening)]
    rows += ((_told(each, called), each.at) for each in it.moved)
    rows.append((say("Closing"), it.closing))
    places = [place for place in Place if any(at.get(place) for _, at in rows)] or [Place.TREASURY]
    together = len(places) > 1
    heading = (
        Strong(Words(unit_name(it.unit))),
        *(_PLACES[place] for place in places),
        *((say("Together"),) if together else ()),
    )
    cells = (
        (
            told,
            *(shown(it.unit, at.get(place, 0)) for place in places),
            *((shown(it.unit, sum(at.values())),) if together else ()),
        )
        for told, at in rows
    )
    return Table(heading, tuple(cells))


# --- For machines -----------------------------------------------------------------------------------

COLUMNS = (
    "from", "until", "unit", "what", "name", "undone", "treasury", "funds", "held", "together",
)  # fmt: skip
"""What a line of a report is told by, as a row of a table."""


def rows_of(state: State, period: Period) -> Iterator[dict[str, str]]:
    """The lines of a report, each a row with the days that it is of."""
    days = {"from": period.first.isoformat(), "until": period.last.isoformat()}
    for it in accounts_of(state, days["from"], days["until"]):
        yield days | _row(it.unit, OPENING, it.opening)
        for each in it.moved:
            undone = "yes" if each.undone else ""
            yield days | _row(it.unit, each.move.value, each.at, name=each.name, undone=undone)
        yield days | _row(it.unit, CLOSING, it.closing)


def _row(unit: str, what: str, at: At, *, name: str = "", undone: str = "") -> dict[str, str]:
    counts = {place.value: at.get(place, 0) for place in Place}
    counts["together"] = sum(counts.values())
    figures = {place: decimals({unit: count}) for place, count in counts.items()}
    (shown_as,) = figures["together"]
    sums = {place: each[shown_as] for place, each in figures.items()}
    return {"unit": shown_as, "what": what, "name": name, "undone": undone, **sums}


# --- The command ------------------------------------------------------------------------------------


@arguments
class ReportArgs:
    """What `/report` takes."""

    period: Period | None = takes(
        OptionType.PERIOD,
        say("of which time, for example 2026-11, last week; this month if left out"),
        positional=True,
        default=None,
    )


def _period(ask: Ask[ReportArgs]) -> Period:
    return ask.args.period or read_period(["month"], "en", ask.today())[0]


def report_queries(state: State, ask: Ask[ReportArgs]) -> tuple[Query, ...]:
    """The expenses that may have no receipt."""
    return slipless_queries(state, _period(ask))


def report(state: State, ask: Ask[ReportArgs]) -> Accepted:
    """What there was, what moved and why, what there is after it."""
    today, period = ask.today(), _period(ask)
    if period.first > today:
        first = Day(period.first.isoformat())
        raise Refusal("day-future", say("{day} is still to come.", day=first))
    told = report_told(state, period, today, tables=tuple(between_tables(state, period)))
    without = slipless(state, ask, period)
    head = say("{collective}, {period}", collective=state.name, period=period.shown)
    body = lines(head, *told, slipless_told(without))
    facts = {
        "from": period.first.isoformat(),
        "until": period.last.isoformat(),
        "report": list(rows_of(state, period)),
        "between": between_rows(state, period),
        **({"without-receipt": without} if without else {}),
    }
    return Accepted(replies=(Reply(body, facts=facts, page="reports"),))


def report_told(
    state: State,
    period: Period,
    today: dt.date,
    *,
    tables: tuple[Node, ...] = (),
    called: Callable[[str], Node] = Words,
) -> Iterator[Node]:
    """A table for each unit, what was paid in units of one's own, and whether the time goes on.

    What members pay one another stays with them: in `tables` with names, and without these in sums.
    """
    first, last = period.first.isoformat(), period.last.isoformat()
    found = accounts_of(state, first, last)
    units = list(units_told(state, first, last))
    yield from (account_told(it, called) for it in found)
    yield from units
    invoices = list(invoices_told(state, first, last))
    yield from invoices
    shared = list(between_sums(state, period))
    yield from (*shared, *tables)
    if not any((found, units, invoices, shared, tables)):
        yield say("Nothing was there, and nothing moved.")
    elif period.first <= today <= period.last:
        yield say("This time is not over yet: it closes with what there is now.")


COMMANDS = (
    Command(
        name="report",
        about=say("what there was, what came and went, and what there is"),
        also=say(
            "monthly report, annual report, yearly report, treasurer report, balance sheet, "
            "profit and loss, cash flow, opening and closing"
        ),
        decide=report,
        wants=report_queries,
        args=ReportArgs,
        examples=("report", "report last month", "report 2026"),
        details=say(
            "Every column adds up from the opening to the closing. {ledger} tells what was given.",
            ledger=Typed("ledger"),
        ),
    ),
)
