"""What an income that pays of an invoice has to be, how invoices are told, and which are overdue."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Protocol

from bot.chat import Refusal
from bot.collective.invoices import Invoice, sums_of
from bot.collective.state import State
from bot.collective.treasury import Order
from bot.decision import About, Ask, Query
from bot.digest import Digest, Told, cut
from bot.language.amounts import Amount
from bot.language.clock import local_day
from bot.language.sums import decimals, shown, sums_told
from bot.language.tokens import MARKED, quoted
from bot.text.rendering import unit_name
from bot.text.wording import Day, Node, Say, Strong, Typed, Words, lines, say
from commands.ledger.digest import MONEY
from commands.ledger.runs import typed_amount

LETTER = "B"
ERASED = "…"
"""What stands where a text was erased."""

Texts = Callable[[str], str]


# --- Which one ------------------------------------------------------------------------------------


def invoice_named(state: State, ref: str) -> Invoice:
    """The invoice that was named. Raises Refusal."""
    number = int(ref[1:]) if ref[:1] == LETTER else 0
    it = state.invoices.by_number.get(number)
    if it is None:
        raise Refusal(
            "reference-unknown",
            say("There is no invoice {ref} here.", ref=ref),
            word=ref,
            instead=say("{invoices} lists what is open.", invoices=Typed("invoices")),
        )
    return it


def check_open(it: Invoice) -> None:
    """Whether anything is expected of it. Raises Refusal."""
    if it.cancelled:
        told = say("{ref} was cancelled on {day}.", ref=it.ref, day=Day(it.cancelled))
        raise Refusal("invoice-closed", told, word=it.ref, instead=_show(it))
    if it.open <= 0:
        raise Refusal(
            "invoice-closed", say("{ref} is paid already.", ref=it.ref), word=it.ref, instead=_show(it)
        )


def _show(it: Invoice) -> Say:
    return say("{show} tells by what.", show=Typed(f"show {it.ref}"))


# --- What pays of it ------------------------------------------------------------------------------


class InvoiceArgs(Protocol):
    """What an income takes that pays of an invoice."""

    @property
    def amount(self) -> Amount:
        """How much."""

    @property
    def what(self) -> str:
        """From whom, for what."""

    @property
    def invoice(self) -> str:
        """The invoice, empty for none."""


def invoice_queries(state: State, ask: Ask[InvoiceArgs]) -> tuple[Query, ...]:
    """The words of the invoice that was named."""
    return (About(ask.args.invoice),) if ask.args.invoice else ()


def paid_invoice(state: State, ask: Ask[InvoiceArgs]) -> Invoice | None:
    """The invoice that an income pays of; None where it names none. Raises Refusal."""
    if not ask.args.invoice:
        return None
    it, amount = invoice_named(state, ask.args.invoice), ask.args.amount
    check_open(it)
    whom, what = ask.text(it.whom), ask.args.what
    rest = say(
        "Enter what is open, and the rest as another income: {line}",
        line=Typed(paying_line(it, whom, it.open)),
    )
    check_fits(it, amount.unit.code, amount.count, amount.unit.name, rest)
    if whom != ERASED and not _names(what, whom):
        raise Refusal(
            "invoice-whom",
            say(
                "{ref} is asked of {whom}, whom “{what}” does not name.",
                ref=it.ref,
                whom=whom,
                what=what,
            ),
            word=it.ref,
            instead=say(
                "If it is theirs: {line}", line=Typed(paying_line(it, whom, amount.count, what))
            ),
        )
    return it


def check_fits(it: Invoice, unit: str, count: int, word: str, rest: Say) -> None:
    """Whether so much can be paid of it: in its currency, and no more than is open. Raises Refusal.

    What to do with the `rest` of what is more is told beside it.
    """
    if unit != it.unit:
        raise Refusal(
            "currency-differs",
            say("{ref} is in {unit}.", ref=it.ref, unit=unit_name(it.unit)),
            word=word,
            instead=say("Money in another currency is entered as what it came to in this one."),
        )
    if count > it.open:
        raise Refusal(
            "invoice-more",
            say("Of {ref} only {left} is open.", ref=it.ref, left=shown(it.unit, it.open)),
            word=word,
            instead=rest,
        )


def _names(what: str, whom: str) -> bool:
    """Whether any word of a name, or all of it, stands in a text."""
    words = {each for each in re.findall(r"\w+", whom.casefold()) if len(each) > 2}
    said = set(re.findall(r"\w+", what.casefold()))
    return bool(words & said) or whom.casefold() in what.casefold()


def paying_line(it: Invoice, whom: str, count: int, what: str = "") -> str:
    """The line that enters so much as paid of it."""
    said = " ".join(", ".join(filter(None, (whom, what.partition("\n")[0]))).split())
    marked = any(word.startswith((*MARKED, '"')) for word in said.split())
    words = quoted(said) if marked else said
    return f"income {typed_amount(it.unit, count)} {words} --invoice {it.ref}"


def after_told(it: Invoice, count: int) -> Say:
    """How it stands when so much more is paid; less than nothing where that is undone."""
    left = it.open - count
    if it.cancelled:
        return say("{ref} was cancelled; nothing is expected of it.", ref=it.ref)
    if not left:
        return say("{ref} is paid.", ref=it.ref)
    told = say("Of {ref} {left} is open.", ref=it.ref, left=shown(it.unit, left))
    return say("{told} It is due on {day}.", told=told, day=Day(it.due))


def reopened_told(state: State, undone: int, order: Order) -> Node | None:
    """That an invoice is open again when a transfer is undone; None where it paid of none."""
    number = state.invoices.paid_by.get(undone, 0)
    return after_told(state.invoices.by_number[number], -order.count) if number else None


# --- In words, and for machines -------------------------------------------------------------------


def line_told(it: Invoice, texts: Texts, today: str) -> Node:
    """An invoice in one line: how much of it is open, of whom, by when."""
    ref, asked = Strong(Words(it.ref)), shown(it.unit, it.count)
    amount: Node = (
        asked
        if it.open in {0, it.count}
        else say("{left} of {asked}", left=shown(it.unit, it.open), asked=asked)
    )
    return say(
        "{ref}: {amount}, {whom}, {status}",
        ref=ref,
        amount=amount,
        whom=Words(texts(it.whom)),
        status=status_told(it, today),
    )


def status_told(it: Invoice, today: str) -> Node:
    """Whether it is paid, cancelled, overdue, or when it is due."""
    if it.cancelled:
        return say("cancelled on {day}", day=Day(it.cancelled))
    if it.open <= 0:
        return say("paid")
    if it.is_overdue(today):
        return say("overdue since {day}", day=Day(it.due))
    return say("due on {day}", day=Day(it.due))


def status_of(it: Invoice, today: str) -> str:
    """The same for machines."""
    if it.cancelled:
        return "cancelled"
    if it.open <= 0:
        return "paid"
    return "overdue" if it.is_overdue(today) else "open"


def facts_of(it: Invoice, today: str) -> dict[str, Any]:
    """An invoice for machines, without the words."""

    def figure(count: int) -> str:
        return decimals({it.unit: count})[unit_name(it.unit)]

    return {
        "invoice": it.ref,
        "day": it.day,
        "due": it.due,
        "unit": unit_name(it.unit),
        "asked": figure(it.count),
        "paid": figure(it.paid),
        "open": figure(it.open),
        "status": status_of(it, today),
    }


def total_told(found: Iterable[Invoice], today: str) -> Node:
    """What is open together, and what of it is overdue."""
    them = list(found)
    open_ = sums_of((it.unit, it.open) for it in them)
    late = sums_of((it.unit, it.open) for it in them if it.is_overdue(today))
    told = say("Open together: {sums}", sums=sums_told(open_))
    return say("{told}, of it overdue: {late}", told=told, late=sums_told(late)) if late else told


def report_told(state: State, first: str, last: str) -> Iterator[Node]:
    """What was asked for from day to day (ISO), and what was open at their end."""
    them = state.invoices.by_number.values()
    sent = sums_of((it.unit, it.count) for it in them if first <= it.day <= last)
    left = sums_of((it.unit, it.open_on(last)) for it in them)
    points = []
    if sent:
        points.append(say("Invoices sent: {sums}", sums=sums_told(sent)))
    if left:
        points.append(say("Invoices not paid at the end: {sums}", sums=sums_told(left)))
    if points:
        yield lines(*points)


# --- The digest -----------------------------------------------------------------------------------


def _today(digest: Digest) -> str:
    """The last day that is told of."""
    return digest.period.last.isoformat()


def _money(digest: Digest) -> Iterator[Node]:
    found = digest.state.invoices.open
    if found:
        yield say("Invoices. {total}", total=total_told(found, _today(digest)))


def _needs(digest: Digest, now: int) -> Iterator[Node]:
    """For coordinators: what is overdue, by the day that it is when it is told."""
    at = dt.datetime.fromtimestamp(now / 1000, dt.UTC)
    today = local_day(at, digest.rules.text("zone")).isoformat()
    late = [
        say(
            "{ref} is overdue since {day}: {amount}; {show} tells of whom",
            ref=it.ref,
            day=Day(it.due),
            amount=shown(it.unit, it.open),
            show=Typed(f"show {it.ref}"),
        )
        for it in digest.state.invoices.open
        if it.is_overdue(today)
    ]
    yield from cut(late, "invoices")


def _figures(digest: Digest) -> Mapping[str, Any]:
    found = digest.state.invoices.open
    return {"invoices-open": [it.ref for it in found]} if found else {}


TOLD = Told(sections={MONEY: _money}, needs=_needs, figures=_figures)
