"""Invoices: `/invoice` says what is expected of whom, `/invoices` what is open; incomes settle them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from bot.arguments import OptionType, WithRef, arguments, flag, takes
from bot.chat import Refusal, Reply
from bot.collective.grades import Grade
from bot.collective.invoices import (
    OPEN_MAX,
    Invoice,
    InvoiceCancelled,
    InvoiceMatched,
    InvoiceSent,
    reference,
)
from bot.collective.proposalevents import reference as proposal_ref
from bot.collective.roles import Role
from bot.collective.state import State
from bot.collective.treasury import Flow, Order
from bot.collective.treasury import reference as transfer_ref
from bot.command import Command, Suggestion
from bot.decision import About, Accepted, Ask, Query
from bot.feature import Deed, Feature, Found, Thing, reference_queries
from bot.language.amounts import Amount
from bot.language.clock import local_day
from bot.language.sums import shown
from bot.text.wording import Day, Node, Say, Strong, Time, Typed, Words, items, lines, say
from commands.decisions.headings import headed
from commands.decisions.letters import CancelArgs
from commands.decisions.openly import openly
from commands.ledger.invoicepage import PAGE
from commands.ledger.invoicing import (
    LETTER,
    TOLD,
    after_told,
    check_fits,
    check_open,
    facts_of,
    invoice_named,
    line_told,
    paying_line,
    status_told,
    total_told,
)
from commands.ledger.money import by_told, money_of
from commands.ledger.twins import Alike, check_unlike

DUE_DAYS = 30
"""When an invoice is due that names no day: what most of them say."""

LISTED_MAX = 20
"""How many are listed in chat; the page has all."""

ALIKE_MAX = 20
"""Among how many open ones of the same amount the same one is looked for."""

_REF = takes(OptionType.REFERENCE, say("which one, for example B3"), positional=True)


# --- Asking for money -----------------------------------------------------------------------------


@arguments
class InvoiceNewArgs:
    """What `/invoice` takes."""

    amount: Amount = takes(OptionType.AMOUNT, say("how much, for example 1200 EUR"), positional=True)
    whom: str = takes(OptionType.TEXT, say("of whom it is asked"), positional=True)
    due: dt.datetime | None = takes(
        OptionType.WHEN, say("by when, for example 30d; in 30 days if left out"), default=None
    )
    for_: str = takes(OptionType.TEXT, say("what for"), default="")
    again: bool = flag(say("that it is another one than the one that looks the same"))


def invoice(state: State, ask: Ask[InvoiceNewArgs]) -> Accepted:
    """Money is expected of somebody outside by a day."""
    amount, today = money_of(ask.args.amount), ask.today()
    if len(state.invoices.open) >= OPEN_MAX:
        raise Refusal(
            "invoices-max",
            say("As many invoices are open as there may be."),
            instead=say("{cancel} gives one up.", cancel=Typed("cancel B3")),
        )
    due = local_day(ask.args.due, ask.zone) if ask.args.due else today + dt.timedelta(days=DUE_DAYS)
    if due < today:
        raise Refusal(
            "day-past",
            say("{day} is past.", day=Day(due.isoformat())),
            instead=say("Name a day to come, for example {option}", option=Words("--due 30d")),
        )
    _check_no_twin(state, ask)
    whom, what = ask.args.whom, ask.args.for_
    sealed = ask.moment.seal(whom)
    sealed_for = ask.moment.seal(what) if what else None
    event = InvoiceSent(
        number=state.invoices.count + 1,
        unit=amount.unit.code,
        count=amount.count,
        day=today.isoformat(),
        due=due.isoformat(),
        whom=sealed.seal,
        what=sealed_for.seal if sealed_for else "",
        by=ask.member.number if ask.member else 0,
        proposal=ask.proposal,
    )
    it = Invoice(event.number, event.unit, event.count, event.day, event.due, event.whom, event.what)
    body = lines(
        _head(it, whom, what),
        say("It is due on {day}.", day=Day(it.due)),
        say("When it is paid: {line}", line=Typed(paying_line(it, whom, it.count))),
    )
    texts = (sealed, sealed_for) if sealed_for else (sealed,)
    reply = Reply(body, ref=it.ref, facts=facts_of(it, event.day))
    return Accepted((event,), texts, (reply,))


def _head(it: Invoice, whom: str, what: str) -> Node:
    told = say(
        "{ref}: {amount} is asked of {whom}",
        ref=Strong(Words(it.ref)),
        amount=shown(it.unit, it.count),
        whom=Words(whom),
    )
    return say("{told}: {what}", told=told, what=what) if what else say("{told}.", told=told)


def _same_sum(state: State, ask: Ask[InvoiceNewArgs]) -> list[Invoice]:
    amount = ask.args.amount
    same = (amount.unit.code, amount.count)
    return [it for it in state.invoices.open if (it.unit, it.count) == same][-ALIKE_MAX:]


def _twin_queries(state: State, ask: Ask[InvoiceNewArgs]) -> tuple[Query, ...]:
    return tuple(About(it.ref) for it in _same_sum(state, ask))


def _check_no_twin(state: State, ask: Ask[InvoiceNewArgs]) -> None:
    """Whether as much is asked of the same already, since today. Raises Refusal."""
    today = ask.today().isoformat()
    same = (it for it in _same_sum(state, ask) if it.day == today)
    alike = (Alike(it.ref, ask.text(it.whom), line_told(it, ask.text, today)) for it in same)
    check_unlike(ask, ask.args.whom, alike)


# --- What came in without naming it ---------------------------------------------------------------


@arguments
class InvoicePaidArgs:
    """What `/invoice paid` takes."""

    ref: str = _REF
    transfer: str = takes(
        OptionType.REFERENCE, say("the income that pays of it, for example T12"), positional=True
    )


def matched(state: State, ask: Ask[InvoicePaidArgs]) -> Accepted:
    """Say that an income, such as one from a bank's list, pays of an invoice."""
    it = invoice_named(state, ask.args.ref)
    check_open(it)
    order, number = _income_of(state, ask.args.transfer)
    check_fits(it, order.unit, order.count, ask.args.transfer, _part_told(ask, it))
    event = InvoiceMatched(
        number=it.number,
        transfer=number,
        count=order.count,
        day=ask.today().isoformat(),
        by=ask.member.number if ask.member else 0,
        proposal=ask.proposal,
    )
    told = say(
        "{transfer}, {amount}, pays of {ref}.",
        transfer=transfer_ref(number),
        amount=order.shown,
        ref=it.ref,
    )
    return Accepted((event,), (), (Reply(lines(told, after_told(it, order.count)), ref=it.ref),))


def _part_told(ask: Ask[InvoicePaidArgs], it: Invoice) -> Say:
    """What helps where an income is more than is open: it was entered whole, and is entered in two."""
    return say(
        "Undo it, and enter it in two: {line}",
        line=Typed(f"reverse {ask.args.transfer} in two, for {it.ref}"),
    )


def _income_of(state: State, ref: str) -> tuple[Order, int]:
    """The income of late that was named, and that pays of nothing yet. Raises Refusal."""
    number = int(ref[1:]) if ref[:1] == "T" else 0
    _, order = state.treasury.lately.get(number, (0, None))
    if order is None or order.flow is not Flow.INCOME:
        raise Refusal(
            "no-income",
            say("{ref} is no income of the last year that stands.", ref=ref),
            word=ref,
            instead=say("{ledger} shows what came in.", ledger=Typed("ledger")),
        )
    pays = state.invoices.paid_by.get(number, 0)
    if pays or order.dues or order.partner:
        told = (
            say("{ref} pays of {invoice} already.", ref=ref, invoice=reference(pays))
            if pays
            else say("{ref} is what a partner or a member owed.", ref=ref)
        )
        raise Refusal("income-used", told, word=ref)
    return order, number


# --- Giving one up --------------------------------------------------------------------------------


def cancel(state: State, ask: Ask[CancelArgs]) -> Accepted:
    """Expect no more of it; what was paid stays."""
    it = invoice_named(state, ask.args.ref)
    if ask.member is not None and not ask.member.may(Role.TREASURER):
        raise Refusal(
            "role", say("Only a treasurer cancels an invoice."), word=it.ref,
            instead=say("{show} tells how it stands.", show=Typed(f"show {it.ref}")),
        )  # fmt: skip
    check_open(it)
    reason = ask.moment.seal(ask.args.reason) if ask.args.reason else None
    event = InvoiceCancelled(
        number=it.number,
        day=ask.today().isoformat(),
        reason=reason.seal if reason else "",
        by=ask.member.number if ask.member else 0,
    )
    left = shown(it.unit, it.open)
    told = (
        say("{ref} is cancelled: {reason}", ref=it.ref, reason=ask.args.reason)
        if reason
        else say("{ref} is cancelled.", ref=it.ref)
    )
    body = lines(told, say("{left} is expected no more; what was paid of it stays.", left=left)
        if it.paid else say("{left} is expected no more.", left=left))  # fmt: skip
    return Accepted((event,), (reason,) if reason else (), (Reply(body, ref=it.ref),))


# --- Looking --------------------------------------------------------------------------------------


def _listed(state: State) -> list[Invoice]:
    return state.invoices.open[:LISTED_MAX]


def _list_queries(state: State, ask: Ask) -> tuple[Query, ...]:
    return tuple(About(it.ref) for it in _listed(state))


def invoices(state: State, ask: Ask) -> Accepted:
    """What is open, what is due first before the others."""
    found, today = state.invoices.open, ask.today().isoformat()
    facts = {"invoices": [facts_of(it, today) for it in found]}
    if not found:
        nothing = say(
            "No invoice is open. A treasurer sends one: {line}",
            line=Typed("invoice 1200 EUR City library --due 30d"),
        )
        return Accepted(replies=(Reply(nothing, facts=facts, page="invoices"),))
    more = len(found) - LISTED_MAX
    body = lines(
        items(line_told(it, ask.text, today) for it in _listed(state)),
        say("and {count} more", count=more) if more > 0 else None,
        total_told(found, today),
    )
    return Accepted(replies=(Reply(body, facts=facts, page="invoices"),))


def show(state: State, ask: Ask[WithRef]) -> Accepted:
    """One invoice: of whom, what was paid of it by which income, and the line that enters the rest."""
    it, today = invoice_named(state, ask.args.ref), ask.today().isoformat()
    whom, what = ask.text(it.whom), ask.text(it.what)
    left = it.open
    status = status_told(it, today)
    body = lines(
        _head(it, whom, what),
        say("{left} of it is open, {status}.", left=shown(it.unit, left), status=status)
        if left
        else say("It is {status}.", status=status),
        items(_life(state, ask, it)),
        say("When it is paid: {line}", line=Typed(paying_line(it, whom, left))) if left else None,
    )
    return Accepted(replies=(Reply(body, ref=it.ref, facts=facts_of(it, today)),))


def _headed(state: State, ask: Ask[WithRef]) -> Node:
    """What heads an invoice: of whom it asks, else how much."""
    it = invoice_named(state, ask.args.ref)
    amount = shown(it.unit, it.count)
    return headed(say("Invoice {ref}", ref=it.ref), ask.text(it.whom), amount)


def _life(state: State, ask: Ask[WithRef], it: Invoice) -> Iterator[Node]:
    """When it was sent, what was paid of it, and whether it was given up."""
    found = ask.found.get(About(it.ref), ())
    for entry, event in found:
        if isinstance(event, InvoiceSent) and event.proposal:
            yield say("{at}: decided by {ref}", at=Time(entry.at), ref=proposal_ref(event.proposal))
        elif isinstance(event, InvoiceSent):
            yield say("{at}: sent by {who}", at=Time(entry.at), who=by_told(state, event.by))
    for paid in it.payments:
        ref, amount = transfer_ref(paid.transfer), shown(it.unit, abs(paid.count))
        if paid.count < 0:
            yield say("{day}: {amount} undone, {ref}", day=Day(paid.day), amount=amount, ref=ref)
        else:
            yield say("{day}: {amount} paid, {ref}", day=Day(paid.day), amount=amount, ref=ref)
    for entry, event in found:
        if isinstance(event, InvoiceCancelled):
            at, who, why = Time(entry.at), by_told(state, event.by), ask.text(event.reason)
            told = say("{at}: cancelled by {who}", at=at, who=who)
            yield say("{told}: {reason}", told=told, reason=why) if why else told


def _suggested(state: State) -> Found:
    for it in state.invoices.open:
        label = say("{ref}: {amount}", ref=it.ref, amount=shown(it.unit, it.open))
        yield it.ref, Suggestion(it.ref, label)


def _inside(state: State, ask: Ask[WithRef]) -> bool:
    """Of whom money is asked, and who has not paid, members alone are told."""
    return True


# --- Declarations ---------------------------------------------------------------------------------

COMMANDS = (
    Command(
        name="invoices",
        grouped="invoice list",
        about=say("what is expected of others, and what of it is overdue"),
        also=say("open invoices, unpaid invoices, who owes us, outstanding, receivables, overdue"),
        decide=invoices,
        wants=_list_queries,
        examples=("invoices",),
    ),
    Command(
        name="invoice",
        grouped="invoice new",
        about=say("note money that is expected of somebody outside"),
        also=say("send an invoice, bill somebody, invoice a client, charge a client"),
        decide=openly(invoice),
        wants=_twin_queries,
        role=Role.TREASURER,
        effect=Grade.MONEY,
        args=InvoiceNewArgs,
        examples=(
            "invoice 1200 EUR City library --due 30d --for the booking system",
            "invoice 80 EUR Oak school --due 2026-12-31",
        ),
        undo="cancel B3",
    ),
    Command(
        name="invoice paid",
        about=say("say that an income of before pays of an invoice"),
        also=say("invoice is paid, match an invoice, invoice settled"),
        decide=openly(matched),
        role=Role.TREASURER,
        effect=Grade.MONEY,
        args=InvoicePaidArgs,
        examples=("invoice paid B3 T12",),
    ),
)

FEATURE = Feature(
    name="invoices",
    commands=COMMANDS,
    thing=Thing(
        letter=LETTER,
        show=Deed(show, reference_queries),
        cancel=Deed(openly(cancel), reference_queries),
        suggested=_suggested,
        inside=_inside,
        title=_headed,
    ),
    digest=TOLD,
    pages=(PAGE,),
)
