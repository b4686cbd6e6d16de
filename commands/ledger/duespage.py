"""Dues as a page: what is given regularly, and what came in of it, in sums alone.

Who is behind, who is exempt and who chose which step is not told here, and what would tell it is left
out: how many owe, and what is missing together.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.collective.dues import KIND, Terms
from bot.collective.moves import Move
from bot.collective.state import State
from bot.decision import Ask
from bot.language.periods import Period
from bot.language.sums import decimals, shown
from bot.page import BOOKS, Listed, Page, Shown, Wanted
from bot.text.rendering import unit_name
from bot.text.wording import Day, Node, Table, Way, Words, items, joined, lines, say
from bot.value.periods import Every, period_text
from commands.ledger.flows import Sums, flows_of
from commands.ledger.periods import EVERY
from commands.ledger.times import parts_of, times_told

NOTHING = say("No dues are set here.")


def _view(state: State, ask: Ask[Wanted]) -> Shown:
    period = ask.args.period
    assert period is not None, "the page has a usual time"
    today = ask.today()
    rows = [row for part in parts_of(period) if part.first <= today for row in _paid(state, part)]
    terms = sorted(state.dues.terms.items())
    body = lines(
        items(_terms_told(circle, it) for circle, it in terms) if terms else NOTHING,
        times_told("dues", period),
        _table(rows) if rows else say("Nothing came in of dues in this time."),
        Way(say("Every movement"), f"ledger?period={period_text(period)}"),
    )
    facts = {
        "dues": [_terms_facts(circle, it) for circle, it in terms],
        "paid": [_row_facts(*row) for row in rows],
    }
    return Shown(body=body, facts=facts)


def _terms_told(circle: str, it: Terms) -> Node:
    told = say(
        "Dues of {whose}: {amount} each {every}; the next fall due on {day}.",
        whose=say("the circle {name}", name=circle) if circle else say("all members"),
        amount=shown(it.unit, it.count),
        every=EVERY[it.every],
        day=Day(it.next),
    )
    if not it.choices:
        return told
    steps = joined(shown(it.unit, each) for each in it.choices)
    return say("{told} Everybody chooses their own step: {steps}.", told=told, steps=steps)


def _terms_facts(circle: str, it: Terms) -> dict[str, object]:
    return {
        "of-circle": circle,
        "unit": unit_name(it.unit),
        "amount": _figure(it.unit, it.count),
        "steps": [_figure(it.unit, each) for each in it.choices],
        "every": it.every.value,
        "next": it.next,
    }


def _figure(unit: str, count: int) -> str:
    return decimals({unit: count})[unit_name(unit)]


Row = tuple[Period, str, int, int]
"""A time, a currency, and the smallest parts of it that came in and that were undone."""


def _paid(state: State, part: Period) -> Iterator[Row]:
    """What came in as dues in some days, and what of it was undone, for each currency."""
    done, undone = flows_of(state, part.first.isoformat(), part.last.isoformat())
    came: Sums = done[Move.INCOME].get(KIND, {})
    back: Sums = undone[Move.INCOME].get(KIND, {})
    for unit in sorted(came.keys() | back.keys()):
        yield part, unit, came.get(unit, 0), back.get(unit, 0)


def _table(rows: list[Row]) -> Node:
    heading = (say("Days"), say("Came in"), say("Undone"), say("Together"))
    return Table(
        heading,
        tuple(
            (
                Words(period_text(part)),
                shown(unit, came),
                shown(unit, back),
                shown(unit, came - back),
            )
            for part, unit, came, back in rows
        ),
    )


def _row_facts(part: Period, unit: str, came: int, back: int) -> dict[str, str]:
    return {
        "from": part.first.isoformat(),
        "until": part.last.isoformat(),
        "unit": unit_name(unit),
        "came-in": _figure(unit, came),
        "undone": _figure(unit, back),
        "together": _figure(unit, came - back),
    }


PAGE = Page(
    name="dues",
    title=say("Dues"),
    about=say("What is given regularly, and what came in of it, in sums: not whose."),
    view=_view,
    part=BOOKS,
    takes=frozenset({"period"}),
    usual=Every.YEAR,
    listed=Listed("paid", ("from", "until", "unit", "came-in", "undone", "together")),
)
"""It names nobody; `/dues` tells each their own."""
