"""Invoices as a page: what was asked for, paid and is open; of whom, members alone read."""

from __future__ import annotations

from bot.collective.invoices import Invoice, reference
from bot.collective.state import State
from bot.decision import About, Ask, Query
from bot.language.sums import shown
from bot.page import BOOKS, Listed, Page, Shown, Wanted, older_than
from bot.text.wording import Day, Node, Table, Words, lines, say
from commands.decisions.page import nothing_told
from commands.ledger.invoicing import facts_of, status_told, total_told


def _wants(state: State, ask: Ask[Wanted]) -> tuple[Query, ...]:
    if ask.args.outside:
        return ()
    return tuple(About(reference(number)) for number in ask.args.numbers(state.invoices.count))


def _view(state: State, ask: Ask[Wanted]) -> Shown:
    today = ask.today().isoformat()
    numbers = ask.args.numbers(state.invoices.count)
    found = [state.invoices.by_number[number] for number in numbers]
    facts = [facts_of(it, today) | _words(ask, it) for it in found]
    if not found:
        return Shown(body=nothing_told(ask.args, 0, state.invoices.count), facts={"invoices": facts})
    heading = (
        say("Invoice"),
        *(() if ask.args.outside else (say("Of whom"),)),
        say("Sent"),
        say("Asked of them"),
        say("Paid"),
        say("Open"),
        say("How it stands"),
    )
    rows = tuple(_row(ask, it, today) for it in found)
    open_ = state.invoices.open
    body = lines(total_told(open_, today) if open_ else None, Table(heading, rows))
    return Shown(body=body, facts={"invoices": facts}, older=older_than(numbers))


def _row(ask: Ask[Wanted], it: Invoice, today: str) -> tuple[Node, ...]:
    return (
        Words(it.ref),
        *(() if ask.args.outside else (Words(ask.text(it.whom)),)),
        Day(it.day),
        shown(it.unit, it.count),
        shown(it.unit, it.paid),
        shown(it.unit, it.open),
        status_told(it, today),
    )


def _words(ask: Ask[Wanted], it: Invoice) -> dict[str, str]:
    """Of whom and for what, for members."""
    if ask.args.outside:
        return {}
    return {"of": ask.text(it.whom), "for": ask.text(it.what)}


PAGE = Page(
    name="invoices",
    title=say("Invoices"),
    about=say("What is expected of others: asked for, paid, and open, newest first."),
    view=_view,
    part=BOOKS,
    wants=_wants,
    listed=Listed(
        "invoices",
        ("invoice", "day", "due", "unit", "asked", "paid", "open", "status"),
        inside=("of", "for"),
    ),
)
