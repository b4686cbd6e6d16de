"""Confirming somebody's entry, and taking a dispute of it back."""

from __future__ import annotations

from bot.arguments import arguments
from bot.chat import Refusal, Reply
from bot.collective.contributions import (
    Contribution,
    ContributionConfirmed,
    DisputeLifted,
    Status,
    postings_between,
)
from bot.collective.state import State
from bot.decision import Accepted, Ask
from bot.text.wording import Typed, joined, say, say_n
from commands.contributions.cards import card_edits
from commands.contributions.lookups import REF, check_alive, check_counts, contribution_of


@arguments
class ConfirmArgs:
    """What `/confirm` takes."""

    ref: str = REF


def confirm(state: State, ask: Ask[ConfirmArgs]) -> Accepted:
    """Say that somebody else's entry is right; or take back one's own dispute of it."""
    it, me = contribution_of(state, ask), ask.me
    check_alive(it, ask.rules)
    check_counts(it, ask.rules)
    if me.number in it.disputes:
        return _lift(state, ask, it)
    if me.number in {state.members.one(it.share.member), it.by}:
        raise Refusal(
            "own-entry", say("{ref} is your own; somebody else has to confirm it.", ref=it.ref)
        )
    if me.number in it.confirmed_by:
        raise Refusal("already-confirmed", say("You have confirmed {ref} already.", ref=it.ref))
    if it.status is Status.DISPUTED:
        raise Refusal(
            "disputed",
            say("{ref} is disputed; that has to be settled first.", ref=it.ref),
            instead=say("{show} says by whom and why.", show=Typed(f"show {it.ref}")),
        )
    complete = len(it.confirmed_by) + 1 >= it.needs
    becomes = Status.CONFIRMED if complete else it.status
    event = ContributionConfirmed(
        number=it.number,
        share=it.share,
        was=it.status,
        complete=complete,
        postings=postings_between(it.share, it.status, it.share, becomes),
    )
    left = max(it.needs - len(it.confirmed_by) - 1, 0)
    told = (
        say_n(
            "{who} confirms {ref}; one more is needed.",
            "{who} confirms {ref}; {count} more are needed.",
            left,
            who=me.shown,
            ref=it.ref,
        )
        if left
        else say("{who} confirms {ref}; it counts.", who=me.shown, ref=it.ref)
    )
    return Accepted((event,), (), (Reply(told, ref=it.ref), *card_edits(state, ask, it, becomes)))


def _lift(state: State, ask: Ask[ConfirmArgs], it: Contribution) -> Accepted:
    me = ask.me
    last = len(it.disputes) == 1
    becomes = it.undisputed if last else Status.DISPUTED
    event = DisputeLifted(
        number=it.number,
        share=it.share,
        was=Status.DISPUTED,
        becomes=becomes,
        postings=postings_between(it.share, Status.DISPUTED, it.share, becomes),
    )
    others = joined(state.members.name(number) for number in it.disputes if number != me.number)
    told = (
        say("{who} takes the dispute of {ref} back.", who=me.shown, ref=it.ref)
        if last
        else say(
            "{who} takes the dispute of {ref} back; {others} still disputes it.",
            who=me.shown,
            ref=it.ref,
            others=others,
        )
    )
    return Accepted((event,), (), (Reply(told, ref=it.ref), *card_edits(state, ask, it, becomes)))
