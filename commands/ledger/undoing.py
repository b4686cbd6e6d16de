"""Undoing: a movement of its own, of today, in the other direction and with the guards of that.

Nothing is edited in place, and no month that was told changes: the undoing counts for the day that it
is made on, and names what it undoes.
"""

from __future__ import annotations

import msgspec

from bot.chat import Refusal, Reply
from bot.collective.events import Posting
from bot.collective.funding import is_pot
from bot.collective.guards import check_open
from bot.collective.moneyguards import let_out_alone, needs_second
from bot.collective.roles import Role
from bot.collective.sharedexpenses import ExpenseShared
from bot.collective.state import State
from bot.collective.treasury import (
    Approval,
    Flow,
    Order,
    Transfer,
    TransferApproved,
    TransferAsked,
    TransferMade,
    between_account,
    held_account,
    reference,
    undoing_of,
)
from bot.decision import About, Accepted, Ask
from bot.feature import Deed, Thing, reference_queries
from bot.text.wording import Typed, lines, say
from commands.decisions import letters
from commands.decisions.letters import CancelArgs, ReverseArgs
from commands.ledger.budgetlive import cards_after
from commands.ledger.invoicing import reopened_told
from commands.ledger.money import order_facts
from commands.ledger.moving import waits
from commands.ledger.transfers import life_of, show_transfer, transfer_headed, why_transfer
from commands.ledger.undoings import check_stands, check_undoing, concerned, undoing_told

Made = TransferMade | TransferApproved


def reverse(state: State, ask: Ask[ReverseArgs]) -> Accepted:
    """Undo a transfer by a movement of today; or have it wait for somebody's agreement."""
    made = _standing(state, ask)
    today = ask.today()
    check_open(today, ask.rules)
    order = msgspec.structs.replace(made.order, day=today.isoformat())
    check_undoing(state, ask, order)
    sealed = ask.moment.seal(ask.args.reason)
    number, by = state.treasury.count + 1, ask.member.number if ask.member else 0
    postings = undoing_of(order)
    told = undoing_told(reference(number), order, made.number, made.order.day, ask.args.reason)
    reopened = reopened_told(state, made.number, order)
    needs = _needs(state, ask, order, postings)
    if needs is not None:
        asked = TransferAsked(
            number=number,
            order=order,
            needs=needs,
            what=sealed.seal,
            by=by,
            reverses=made.number,
            corrects=made.order.day,
            proposal=ask.proposal,
            room=ask.room,
        )
        return waits(state, ask, asked, told, (sealed,))
    event = TransferMade(
        number=number,
        order=order,
        what=sealed.seal,
        by=by,
        proposal=ask.proposal,
        reverses=made.number,
        corrects=made.order.day,
        postings=postings,
    )
    ref = reference(number)
    body = lines(told, reopened) if reopened else told
    reply = Reply(body, ref=ref, facts={**order_facts(order), "undoes": reference(made.number)})
    shown = cards_after(state, ask, order, spent=-order.count, day=made.order.day)
    private = concerned(state, ask, postings, told, ref)
    return Accepted((event,), (sealed,), (reply, *private, *shown))


def cancel(state: State, ask: Ask[CancelArgs]) -> Accepted:
    """Nothing that moved is called off, or that waits: it says what undoes it. Raises Refusal."""
    ref, why = ask.args.ref, ask.args.reason or "typed twice"
    found = [event for _, event in ask.found.get(About(ref), ()) if getattr(event, "number", 0)]
    if not any(reference(getattr(event, "number", 0)) == ref for event in found):
        raise Refusal(
            "reference-unknown",
            say("There is no movement {ref} here.", ref=ref),
            word=ref,
            instead=say("{ledger} tells what there is.", ledger=Typed("ledger")),
        )
    if int(ref[1:]) in state.treasury.waiting:
        raise Refusal(
            "cancel-money",
            say("{ref} waits to be agreed to, or declined.", ref=ref),
            word=ref,
            instead=say("To say no: {line}", line=Typed(f"decline {ref}")),
        )
    # What cannot be undone says why by itself: it never moved anything, or is undone already.
    letters.REVERSING.decide(state, ask.with_args(ReverseArgs(ref=ref, reason=why)))
    mine = any(
        isinstance(it, ExpenseShared) and state.members.one(it.payer) == ask.me.number for it in found
    )
    line = Typed(f"settle-up undo {ref} {why}" if mine else f"reverse {ref} {why}")
    raise Refusal(
        "cancel-money",
        say("{ref} stands in the books: an entry of today undoes it.", ref=ref),
        word=ref,
        instead=say("To undo it: {line}", line=line)
        if mine or ask.me.may(Role.TREASURER)
        else say("A treasurer undoes it: {line}", line=line),
    )


def _standing(state: State, ask: Ask[ReverseArgs]) -> Made:
    """The transfer that was named, if it stands and whoever asks may undo it. Raises Refusal."""
    ref = ask.args.ref
    life = [event for _, event in life_of(ask, ref)]
    made = next((each for each in life if isinstance(each, Made) and _is(each, ref)), None)
    if made is None:
        raise Refusal("not-made", say("{ref} never moved anything.", ref=ref), word=ref)
    check_stands(state, made.number, reverses=made.reverses)
    waiting = state.treasury.waits_undoing(made.number)
    if waiting:
        again = reference(waiting)
        raise Refusal(
            "undoing-waits",
            say("{again} would undo {ref}, and waits for approval.", again=again, ref=ref),
            word=ref,
            instead=say("{show} shows it.", show=Typed(f"show {again}")),
        )
    if is_pot(made.order.fund):
        raise Refusal(
            "of-a-round",
            say("{ref} moved the money of a funding round, and stands as long as that.", ref=ref),
            word=ref,
            instead=say("{show} tells how it stands.", show=Typed(f"show {made.order.fund}")),
        )
    if not ask.proposal and (made.proposal or made.order.flow is Flow.SET_ASIDE):
        raise _by_members(made, ref)
    return made


def _is(event: Transfer, ref: str) -> bool:
    return reference(event.number) == ref


def _by_members(made: Made, ref: str) -> Refusal:
    line = Typed(f"propose … --do reverse {ref} …")
    told = (
        say("{ref} was decided by the members; only they undo it.", ref=ref)
        if made.proposal
        else say("What is in a fund is bound to its purpose; only the members release it.")
    )
    return Refusal("by-proposal", told, word=ref, instead=say("Propose it: {line}", line=line))


def _needs(state: State, ask: Ask, order: Order, postings: tuple[Posting, ...]) -> Approval | None:
    """Who else has to agree: where much leaves by it, or whoever undoes it gains by it."""
    me, members = ask.member.number if ask.member else 0, state.members
    numbers = [number for number in members.by_number if me in members.gainers(number)]
    mine = {account(number) for number in numbers for account in (held_account, between_account)}
    gains = sum(each.count for each in postings if each.account in mine) > 0
    before = let_out_alone(state, ask.member, ask.moment.at, order)
    return needs_second(ask.rules, order, leaves=order.comes_in, gains=gains, before=before)


COMMANDS = (letters.REVERSE,)

THING = Thing(
    letter="T",
    show=Deed(show_transfer, reference_queries),
    why=Deed(why_transfer, reference_queries),
    cancel=Deed(cancel, reference_queries),
    explained=True,
    reverse=Deed(reverse, reference_queries),
    title=transfer_headed,
)
"""A transfer."""
