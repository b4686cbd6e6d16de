"""Transfers: approving what waits, looking at one whole, undoing one by a counter-entry."""

from __future__ import annotations

import datetime as dt

from bot.chat import Refused, Reply, misread
from bot.collective.guards import check_open
from bot.collective.ledger import reversed_postings
from bot.collective.moneyguards import check_leaving, check_may_approve
from bot.collective.proposals import reference as proposal_ref
from bot.collective.roles import Role
from bot.collective.state import State
from bot.collective.treasury import (
    Transfer,
    TransferApproved,
    TransferAsked,
    TransferDeclined,
    TransferMade,
    Waiting,
    postings_of,
    reference,
)
from bot.command import Command, Option, OptionType
from bot.decision import About, Accepted, Ask, Decision, Moment
from bot.wording import Link, Node, Time, Typed, items, lines, say
from commands.common.issues import issue_of, show_issue, undo_issue, why_issue
from commands.common.money import (
    by_told,
    check_covered,
    order_facts,
    order_told,
)
from commands.common.shares import (
    distribution_of,
    reads_transfer,
    show_distribution,
    undo_distribution,
    why_distribution,
)

# --- What waits -----------------------------------------------------------------------------------


def _waiting(state: State, ask: Ask) -> tuple[int, Waiting]:
    ref = ask.get("ref", str)
    number = int(ref[1:]) if ref[0] == "T" else 0
    it = state.treasury.waiting.get(number)
    if it is None:
        raise misread(
            "not-waiting",
            say("{ref} is nothing that waits for approval.", ref=ref),
            word=ref,
            instead=say("{treasury} lists what does.", treasury=Typed("treasury")),
        )
    return number, it


def approve(state: State, ask: Ask, moment: Moment) -> Decision:
    """Agree to what waits: it is moved."""
    number, it = _waiting(state, ask)
    ref = reference(number)
    if not ask.proposal and ask.member is not None:
        check_may_approve(state, ask.rules, ask.member, it, ref)
    postings = postings_of(it.order)
    check_open(dt.date.fromisoformat(it.order.day), ask.rules)
    check_covered(state, ask, postings)
    if not ask.proposal:
        check_leaving(state, ask.rules, moment.at, it.order, leaves=it.order.leaves)
    event = TransferApproved(
        number=number,
        order=it.order,
        by=ask.member.number if ask.member else 0,
        proposal=ask.proposal,
        postings=postings,
    )
    told = (
        say("{who} approves {ref}.", who=ask.member.shown, ref=ref)
        if ask.member
        else say("{ref} is approved.", ref=ref)
    )
    line = order_told(state, ref, it.order, _what(ask, ref))
    return Accepted((event,), (), (Reply(lines(told, line), ref=ref, facts=order_facts(it.order)),))


def decline(state: State, ask: Ask, moment: Moment) -> Decision:
    """Say no to what waits; whoever asked for it takes it back so."""
    number, it = _waiting(state, ask)
    ref, me = reference(number), ask.member
    if me is not None and me.number != state.members.one(it.by):
        check_may_approve(state, ask.rules, me, it, ref)
    reason = moment.seal(ask.words("reason")) if ask.words("reason") else None
    event = TransferDeclined(
        number=number,
        order=it.order,
        reason=reason.seal if reason else "",
        by=me.number if me else 0,
    )
    told = (
        say("{ref} is declined: {reason}", ref=ref, reason=ask.words("reason"))
        if reason
        else say("{ref} is declined.", ref=ref)
    )
    return Accepted((event,), (reason,) if reason else (), (Reply(told, ref=ref),))


# --- Looking, and undoing -------------------------------------------------------------------------


def life_of(ask: Ask, ref: str) -> list[tuple[int, Transfer]]:
    """What happened to a transfer, with the instants (ms). Raises Misread where there is none."""
    found = [
        (entry.at, event)
        for entry, event in ask.found.get(About(ref), ())
        if isinstance(event, Transfer)
    ]
    if not found:
        raise misread(
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


def show_transfer(state: State, ask: Ask, moment: Moment) -> Decision:  # noqa: ARG001
    """One transfer with its life."""
    shared = distribution_of(ask)
    if shared is not None:
        return show_distribution(state, ask, shared)
    issue = issue_of(ask)
    if issue is not None:
        return show_issue(state, ask, issue)
    ref = ask.get("ref", str)
    life = life_of(ask, ref)
    first = life[0][1]
    proof = ask.text(first.proof) if isinstance(first, TransferMade | TransferAsked) else ""
    body = lines(
        order_told(state, ref, first.order, _what(ask, ref)),
        Link(proof) if proof else None,
        items(_step_told(state, ask, at, event, ref) for at, event in life),
    )
    return Accepted(replies=(Reply(body, ref=ref, facts=order_facts(first.order)),))


def _step_told(state: State, ask: Ask, at: int, event: Transfer, ref: str) -> Node:
    when, who = Time(at), by_told(state, event.by)
    decided = getattr(event, "proposal", 0)
    match event:
        case TransferMade() if reference(event.number) != ref:
            return say("{at}: undone by {who}, {ref}", at=when, who=who, ref=reference(event.number))
        case TransferMade() | TransferApproved() if decided:
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


def why_transfer(state: State, ask: Ask, moment: Moment) -> Decision:  # noqa: ARG001
    """Why whoever asks got what they got of a distribution."""
    ref, shared = ask.get("ref", str), distribution_of(ask)
    if shared is not None:
        return why_distribution(state, ask, shared)
    issue = issue_of(ask)
    if issue is not None:
        return why_issue(state, ask, issue)
    life_of(ask, ref)
    return Refused(
        say("{ref} is no distribution.", ref=ref),
        error="no-distribution",
        word=ref,
        instead=say("{show} tells what it is.", show=Typed(f"show {ref}")),
    )


def reverse(state: State, ask: Ask, moment: Moment) -> Decision:
    """Undo a transfer by a counter-entry: nothing is edited in place."""
    ref, shared = ask.get("ref", str), distribution_of(ask)
    if shared is not None:
        return undo_distribution(state, ask, moment, shared)
    issue = issue_of(ask)
    if issue is not None:
        return undo_issue(state, ask, moment, issue)
    life = life_of(ask, ref)
    made = next(
        (e for _, e in life if isinstance(e, TransferMade | TransferApproved) and _is(e, ref)), None
    )
    if made is None:
        return Refused(say("{ref} never moved anything.", ref=ref), error="not-made", word=ref)
    if any(isinstance(event, TransferMade) and event.reverses for _, event in life):
        return Refused(
            say("{ref} was undone already, or undoes another.", ref=ref), error="undone", word=ref
        )
    postings = reversed_postings(made.postings)
    check_open(dt.date.fromisoformat(made.order.day), ask.rules)
    check_covered(state, ask, postings)
    sealed = moment.seal(ask.words("reason"))
    number = state.treasury.count + 1
    event = TransferMade(
        number=number,
        order=made.order,
        what=sealed.seal,
        by=ask.member.number if ask.member else 0,
        proposal=ask.proposal,
        reverses=made.number,
        postings=postings,
    )
    told = say(
        "{new} undoes {ref}, {amount}: {reason}",
        new=reference(number),
        ref=ref,
        amount=made.order.shown,
        reason=ask.words("reason"),
    )
    return Accepted((event,), (sealed,), (Reply(told, ref=reference(number)),))


def _is(event: TransferMade | TransferApproved, ref: str) -> bool:
    return reference(event.number) == ref


_REF = Option(
    "ref", OptionType.REFERENCE, say("which one, for example T4"), required=True, positional=True
)


COMMANDS = (
    Command(
        name="approve",
        about=say("agree to a transfer that waits"),
        decide=approve,
        by_proposal=True,
        reads=reads_transfer,
        options=(_REF,),
        examples=("approve T4",),
    ),
    Command(
        name="decline",
        about=say("say no to a transfer that waits"),
        decide=decline,
        options=(_REF, Option("reason", OptionType.TEXT, say("why"), positional=True)),
        examples=("decline T4 no receipt",),
    ),
    Command(
        name="reverse",
        about=say("undo a transfer by a counter-entry"),
        decide=reverse,
        role=Role.TREASURER,
        by_proposal=True,
        reads=reads_transfer,
        options=(
            _REF,
            Option("reason", OptionType.TEXT, say("why"), required=True, positional=True),
        ),
        examples=("reverse T4 typed twice",),
    ),
)
