"""Transfers: approving what waits, looking at one whole. Undoing one is in `undoing.py`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import msgspec

from bot.arguments import OptionType, WithRef, arguments, takes
from bot.chat import Kind, Refusal, Reply, Tone
from bot.collective.banking import PayoutsFiled
from bot.collective.events import Posting
from bot.collective.grades import Grade
from bot.collective.guards import check_open, is_closed
from bot.collective.moneyguards import check_by_themselves, check_leaving, check_may_approve
from bot.collective.proposalevents import reference as proposal_ref
from bot.collective.state import State
from bot.collective.treasury import (
    Approval,
    Flow,
    Order,
    Transfer,
    TransferApproved,
    TransferAsked,
    TransferDeclined,
    TransferMade,
    Waiting,
    postings_of,
    reference,
    undoing_of,
)
from bot.command import Command
from bot.decision import About, Accepted, Ask
from bot.feature import reference_queries
from bot.language.sums import decimals
from bot.text.wording import Day, Link, Node, Time, Typed, items, joined, lines, say
from commands.contributions.origins import origin_told
from commands.decisions.cards import place_of, placed
from commands.decisions.headings import headed, undoing
from commands.decisions.openly import openly
from commands.ledger import sharedparts
from commands.ledger.budgeting import budgets_told, check_still_within, told_elsewhere
from commands.ledger.budgetlive import cards_after
from commands.ledger.invoicing import reopened_told
from commands.ledger.money import by_told, check_covered, order_facts, order_told
from commands.ledger.payrequest import check_not_much
from commands.ledger.runs import Run, check_run, head_told, pays_told
from commands.ledger.settleup import check_owed
from commands.ledger.sharedparts import waits_for_parts
from commands.ledger.slips import slips_told
from commands.ledger.undoings import check_stands, check_undoing, concerned, undoing_told

_REF = takes(OptionType.REFERENCE, say("which one, for example T4"), positional=True)

# --- What waits -----------------------------------------------------------------------------------


def _waiting(state: State, ask: Ask[WithRef]) -> tuple[int, Waiting]:
    ref = ask.args.ref
    number = int(ref[1:]) if ref[0] == "T" else 0
    it = state.treasury.waiting.get(number)
    if it is None:
        there = say("{treasury} lists what does.", treasury=Typed("treasury"))
        if ref[0] == "F" and int(ref[1:]) in state.funding.asked:
            there = say("This works: {line}", line=Typed(f"funding {ask.command} {ref}"))
        raise Refusal(
            "not-waiting",
            say("{ref} is nothing that waits for approval.", ref=ref),
            word=ref,
            instead=there,
        )
    return number, it


@arguments
class ApproveArgs:
    """What `/approve` takes."""

    ref: str = _REF


def approve(state: State, ask: Ask[ApproveArgs]) -> Accepted:
    """Agree to what waits: it is moved. Of a run, all but what is one's own."""
    if waits_for_parts(state, ask.args.ref):
        return sharedparts.agree(state, ask)
    number, it = _waiting(state, ask)
    ref = reference(number)
    if not ask.proposal and ask.member is not None and not it.run:
        check_may_approve(state, ask.rules, ask.member, it, ref)
        check_not_much(state, ask, it, ref)
    if ask.proposal and it.needs is Approval.COUNTERPART:
        check_by_themselves(state, it, ref)
    out = it.order.comes_in if it.reverses else it.order.leaves
    if ask.proposal and out and it.needs is not Approval.PROPOSAL:
        raise Refusal("role", say("{ref} waits for a treasurer.", ref=ref), word=ref)
    if it.run:
        return _run_approved(state, ask, number, it)
    order = _dated(ask, it)
    postings = undoing_of(order) if it.reverses else postings_of(order)
    if it.reverses:
        check_stands(state, it.reverses)
        check_undoing(state, ask, order)
    else:
        check_covered(state, ask, postings)
        check_leaving(state, ask.rules, ask.moment.at, order, leaves=order.leaves)
        if order.flow is Flow.SETTLE:
            check_owed(state, order)
        if not it.proposal:
            check_still_within(state, ask, order, ref)
    event = _approved(ask, number, it, order, postings)
    line = _told(state, ref, order, it.reverses, it.corrects, _what(ask, ref))
    late = _late_told(it.order) if order.day != it.order.day and not it.reverses else None
    counts = reopened_told(state, it.reverses, order) if it.reverses else budgets_told(state, order)
    body = lines(_approved_told(ask, ref), line, late, counts)
    reply = Reply(body, ref=ref, facts=order_facts(order))
    private = concerned(state, ask, postings, line, ref) if it.reverses else ()
    ended = _approved_by(ask)
    news = joined((ended, line), " ")
    card = _card_edit(state, it, ref, lines(line, ended), news, Tone.GOOD)
    if it.reverses:
        shown = cards_after(state, ask, order, spent=-order.count, day=it.corrects)
        return Accepted((event,), (), (reply, *private, *card, *shown))
    elsewhere = told_elsewhere(state, ask, order)
    shown = cards_after(state, ask, order, spent=order.count, asked=-it.order.count)
    return Accepted((event,), (), (reply, *private, *card, *elsewhere, *shown))


def _approved(
    ask: Ask, number: int, it: Waiting, order: Order, postings: tuple[Posting, ...]
) -> TransferApproved:
    return TransferApproved(
        number=number,
        order=order,
        by=ask.member.number if ask.member else 0,
        proposal=ask.proposal,
        reverses=it.reverses,
        corrects=it.corrects,
        postings=postings,
        run=it.run,
    )


def _approved_told(ask: Ask, ref: str) -> Node:
    if ask.member is None:
        return say("{ref} is approved.", ref=ref)
    return say("{who} approves {ref}.", who=ask.member.shown, ref=ref)


def _approved_by(ask: Ask) -> Node:
    return say("Approved by {who}.", who=ask.member.shown) if ask.member else say("Approved.")


def _run_approved(state: State, ask: Ask, number: int, it: Waiting) -> Accepted:
    """All of a run that waits, together or not at all; what is one's own waits for somebody else."""
    waiting = state.treasury.run_of(number)
    me, gainers = ask.member.number if ask.member else 0, state.members.gainers
    there = {n: each for n, each in waiting.items() if me not in gainers(each.order.member)} or waiting
    if ask.member is not None:
        for each in there.values():
            check_may_approve(state, ask.rules, ask.member, each, reference(number))
    run = Run(tuple(_dated(ask, each) for each in there.values()), what=_what(ask, reference(number)))
    check_run(state, ask, run)
    events = tuple(
        _approved(ask, n, each, order, postings_of(order))
        for (n, each), order in zip(there.items(), run.pays, strict=True)
    )
    own = [reference(n) for n in waiting if n not in there]
    ref, stays = reference(min(there)), _own_told(ask, own)
    late = _late_told(it.order) if _dated(ask, it) != it.order else None
    body = lines(head_told(ref, run), *pays_told(state, run), late, stays)
    facts = {**order_facts(run.pays[0]), "pays": len(run.pays), "total": decimals(run.sums)}
    ended = _approved_by(ask)
    news = joined((ended, body), " ")
    card = _card_edit(state, it, reference(it.run), lines(body, ended), news, Tone.GOOD)
    return Accepted(
        events, (), (Reply(lines(_approved_told(ask, ref), body), ref=ref, facts=facts), *card)
    )


def _own_told(ask: Ask, refs: list[str]) -> Node | None:
    """That what whoever approves gets of a run waits on."""
    if not refs:
        return None
    return say(
        "Not yet, as {who} gains by it: {refs}. Somebody else agrees to it: {approve}",
        who=ask.me.shown,
        refs=joined(refs),
        approve=Typed(f"approve {refs[0]}"),
    )


def _card_edit(
    state: State, it: Waiting, ref: str, body: Node, news: Node, tone: Tone
) -> tuple[Reply, ...]:
    """The last picture of the card on which it waited, without its buttons, and in one line."""
    return placed(Reply(body, ref=ref, news=news, tone=tone), Kind.EDIT, place_of(state, it.room))


def _told(state: State, ref: str, order: Order, reverses: int, corrects: str, what: str) -> Node:
    """A transfer, or an undoing, in words."""
    if reverses:
        return undoing_told(ref, order, reverses, corrects or order.day, what)
    return order_told(state, ref, order, what)


def _dated(ask: Ask, it: Waiting) -> Order:
    """What waits, for its day; an undoing, or where the books are closed since, for today.

    Raises Refusal.
    """
    today = ask.today()
    if not it.reverses and not is_closed(dt.date.fromisoformat(it.order.day), ask.rules):
        return it.order
    check_open(today, ask.rules)
    return msgspec.structs.replace(it.order, day=today.isoformat())


def _late_told(order: Order) -> Node:
    return say("The books of {day} are closed; it counts for today.", day=Day(order.day))


@arguments
class DeclineArgs:
    """What `/decline` takes."""

    ref: str = _REF
    reason: str = takes(OptionType.TEXT, say("why"), positional=True, default="")


def decline(state: State, ask: Ask[DeclineArgs]) -> Accepted:
    """Say no to what waits, of a run to all of it; whoever asked for it takes it back so."""
    if waits_for_parts(state, ask.args.ref):
        return sharedparts.decline(state, ask)
    number, it = _waiting(state, ask)
    ref, me = reference(number), ask.member
    if me is not None and me.number != state.members.one(it.by):
        check_may_approve(state, ask.rules, me, it, ref)
    reason = ask.moment.seal(ask.args.reason) if ask.args.reason else None
    waiting = state.treasury.run_of(number)
    events = tuple(
        TransferDeclined(
            number=n,
            order=each.order,
            reason=reason.seal if reason else "",
            by=me.number if me else 0,
            reverses=each.reverses,
            corrects=each.corrects,
            run=each.run,
        )
        for n, each in waiting.items()
    )
    first = reference(min(waiting))
    told = (
        say("{ref} is declined: {reason}", ref=first, reason=ask.args.reason)
        if reason
        else say("{ref} is declined.", ref=first)
    )
    if it.run:
        run = Run(tuple(each.order for each in waiting.values()), what=_what(ask, ref))
        line: Node = head_told(first, run)
        body: Node = lines(told, line)
    else:
        line, body = _told(state, ref, it.order, it.reverses, it.corrects, _what(ask, ref)), told
    card = _card_edit(state, it, reference(it.run or number), lines(line, told), body, Tone.BAD)
    shown = () if it.reverses else cards_after(state, ask, it.order, asked=-it.order.count)
    return Accepted(events, (reason,) if reason else (), (Reply(body, ref=first), *card, *shown))


# --- Looking --------------------------------------------------------------------------------------


def life_of(ask: Ask, ref: str) -> list[tuple[int, Transfer]]:
    """What happened to a transfer, with the instants (ms). Raises Refusal where there is none."""
    found = [
        (entry.at, event)
        for entry, event in ask.found.get(About(ref), ())
        if isinstance(event, Transfer)
    ]
    if not found:
        raise Refusal(
            "reference-unknown",
            say("There is no transfer {ref} here.", ref=ref),
            word=ref,
            instead=say("{treasury} shows what there is.", treasury=Typed("treasury")),
        )
    return found


def _what(ask: Ask, ref: str) -> str:
    for _, event in life_of(ask, ref):
        if isinstance(event, TransferMade | TransferAsked):
            return ask.text(event.what)
    return ""


def show_transfer(state: State, ask: Ask[WithRef]) -> Accepted:
    """One transfer with its life."""
    ref = ask.args.ref
    life = life_of(ask, ref)
    first = life[0][1]
    proof = ask.text(first.proof) if isinstance(first, TransferMade | TransferAsked) else ""
    filed = list(_filed_told(state, ask, ref))
    body = lines(
        _told(state, ref, first.order, first.reverses, first.corrects, _what(ask, ref)),
        Link(proof) if proof else None,
        slips_told(ask, ref),
        origin_told(state, first.origin if isinstance(first, TransferMade) else None),
        items(_step_told(state, ask, at, event, ref) for at, event in life),
        items(filed) if filed else None,
        say("One of a run of payouts: {first}", first=reference(first.run)) if first.run else None,
    )
    return Accepted(replies=(Reply(body, ref=ref, facts=order_facts(first.order)),))


def transfer_headed(state: State, ask: Ask[WithRef]) -> Node:
    """What heads a transfer: what it was for, else how much it was."""
    ref = ask.args.ref
    first = life_of(ask, ref)[0][1]
    if first.reverses:
        return undoing(ref, reference(first.reverses))
    return headed(say("Movement {ref}", ref=ref), _what(ask, ref), first.order.shown)


def _filed_told(state: State, ask: Ask, ref: str) -> Iterator[Node]:
    """In which files for a bank it was."""
    for entry, event in ask.found.get(About(ref), ()):
        if isinstance(event, PayoutsFiled):
            who = by_told(state, event.by)
            yield say("{at}: in a file for the bank, which {who} got", at=Time(entry.at), who=who)


def _step_told(state: State, ask: Ask, at: int, event: Transfer, ref: str) -> Node:
    when, who = Time(at), by_told(state, event.by)
    decided = getattr(event, "proposal", 0)
    other = reference(event.number)
    match event:
        case TransferMade() | TransferApproved() if other != ref:
            return say("{at}: undone by {who}, {ref}", at=when, who=who, ref=other)
        case TransferAsked() if other != ref:
            return say("{at}: {who} asks to undo it, {ref}", at=when, who=who, ref=other)
        case TransferDeclined() if other != ref:
            return say("{at}: {who} says no to undoing it, {ref}", at=when, who=who, ref=other)
        case TransferMade() | TransferAsked() | TransferApproved() if decided:
            return say("{at}: decided by {ref}", at=when, ref=proposal_ref(decided))
        case TransferMade():
            return say("{at}: entered by {who}", at=when, who=who)
        case TransferAsked():
            return say("{at}: asked by {who}", at=when, who=who)
        case TransferApproved():
            return say("{at}: approved by {who}", at=when, who=who)
        case _:
            text = ask.text(event.reason)
            return say("{at}: declined by {who}: {reason}", at=when, who=who, reason=text)


def why_transfer(state: State, ask: Ask[WithRef]) -> Accepted:
    """Why whoever asks got what they got of a distribution."""
    ref = ask.args.ref
    life_of(ask, ref)
    raise Refusal(
        "no-distribution",
        say("{ref} is no distribution.", ref=ref),
        word=ref,
        instead=say("{show} tells what it is.", show=Typed(f"show {ref}")),
    )


COMMANDS = (
    Command(
        name="approve",
        about=say("agree to a transfer that waits, or to your part of what was laid out"),
        decide=openly(approve),
        effect=Grade.MONEY,
        wants=reference_queries,
        args=ApproveArgs,
        examples=("approve T4",),
    ),
    Command(
        name="decline",
        about=say("say no to a transfer that waits"),
        decide=openly(decline),
        wants=reference_queries,
        args=DeclineArgs,
        examples=("decline T4 no receipt",),
    ),
)
