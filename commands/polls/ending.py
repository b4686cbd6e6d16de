"""Hiding how a poll stands, taking it back, and opening one again."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from msgspec import structs

from bot.arguments import OptionType, arguments, takes
from bot.chat import Kind, Refusal
from bot.collective.pollbook import can_reopen
from bot.collective.pollevents import CANCELLED, CLOSED, PollCancelled, PollHidden, PollReopened
from bot.collective.polls import Poll, poll_after, timing_of
from bot.collective.state import State
from bot.decision import Accepted, Ask
from bot.polling.terms import poll_closing
from bot.tally.ties import commitment, next_seed
from bot.text.wording import Typed, lines, say
from commands.decisions.letters import REF, CancelArgs
from commands.decisions.lookups import check_own, everywhere, instant_of, texts_of
from commands.polls.cards import draw_sealed, poll_cards
from commands.polls.lookups import check_poll_open, poll_of
from commands.polls.secrecy import SecrecyArgs, check_enough, check_only_secret, secret_terms

CLOSES = takes(OptionType.WHEN, say("when it closes"), default=None)


@arguments
class HideArgs(SecrecyArgs):
    """What `/hide` takes."""

    ref: str = REF


def hide(state: State, ask: Ask[HideArgs]) -> Accepted:
    """Hide the count until the close: before the first vote, and for good."""
    it = poll_of(state, ask)
    check_poll_open(it, ask.moment)
    check_own(state, ask, it)
    sealing = ask.args.secret
    if not sealing:
        check_only_secret(ask)
    if it.secret or (it.terms.hidden and not sealing):
        raise Refusal("nothing-changed", say("That is so already."))
    if it.cast:
        raise Refusal(
            "already-voted",
            say("Somebody has voted on {ref} already; it can be hidden only before.", ref=it.ref),
            word=it.ref,
        )
    if sealing:
        return _made_secret(state, ask, it)
    hidden = replace(it, terms=structs.replace(it.terms, hidden=True))
    told = say("The count of {ref} is hidden until it closes.", ref=it.ref)
    shown = poll_cards(state, hidden, texts_of(ask), Kind.EDIT)
    return Accepted((PollHidden(number=it.number),), (), (*everywhere(state, it, told), *shown))


def _made_secret(state: State, ask: Ask[HideArgs], it: Poll) -> Accepted:
    check_enough(state, ask, it.voters(state.members))
    secret = replace(it, terms=secret_terms(ask, it.terms))
    event = PollHidden(
        number=it.number,
        secret=True,
        publishes=secret.terms.publishes,
        floor=secret.terms.floor,
    )
    told = say("The votes on {ref} are sealed until it closes.", ref=it.ref)
    shown = poll_cards(state, secret, texts_of(ask), Kind.EDIT)
    urns = (it.urn(state.collective),)
    return Accepted((event,), (), (*everywhere(state, it, told), *shown), urns=urns)


def cancel_poll(state: State, ask: Ask[CancelArgs]) -> Accepted:
    """Take a poll back: nothing is counted."""
    it = poll_of(state, ask)
    check_poll_open(it, ask.moment)
    check_own(state, ask, it)
    words = ask.args.reason
    reason = ask.moment.seal(words) if words else None
    event = PollCancelled(number=it.number, reason=reason.seal if reason else "")
    who = say("the operator") if ask.member is None else ask.member.shown
    told = (
        say("{who} takes {ref} back: {reason}", who=who, ref=it.ref, reason=words)
        if reason
        else say("{who} takes {ref} back.", who=who, ref=it.ref)
    )
    gone = replace(it, status=CANCELLED)
    shown = poll_cards(state, gone, texts_of(ask), Kind.EDIT)
    return Accepted((event,), (reason,) if reason else (), (*everywhere(state, it, told), *shown))


@arguments
class ReopenArgs:
    """What `/reopen` takes."""

    ref: str = REF
    closes: dt.datetime | None = CLOSES


def reopen(state: State, ask: Ask[ReopenArgs]) -> Accepted:
    """Open a poll again that closed too soon: its votes stay, and its draw follows from the last."""
    it = poll_of(state, ask)
    check_own(state, ask, it)
    if it.open:
        raise Refusal("poll-open", say("{ref} is open.", ref=it.ref), word=it.ref)
    if it.terms.how.kind == "none" and it.status == CLOSED:
        raise Refusal("drawn", say("{ref} is drawn; a draw is drawn once.", ref=it.ref), word=it.ref)
    if it.number not in state.polls.known or not can_reopen(it, ask.moment.at):
        raise Refusal(
            "poll-over",
            say("{ref} cannot be opened again.", ref=it.ref),
            word=it.ref,
            instead=say("Ask anew: {poll}", poll=Typed("poll …")),
        )
    timing = timing_of(ask.rules)
    closes = poll_closing(timing, ask.moment.at, instant_of(ask.args.closes))
    seed = ask.moment.seal(next_seed(it.revealed, len(it.earlier) + 1))
    event = PollReopened(
        number=it.number, closes=closes, seed=seed.seal, commitment=commitment(seed.text)
    )
    again = poll_after(replace(it), event, ask.moment.at)
    assert again is not None
    told = lines(
        say("{ref} is open again until {at}; the votes stay.", ref=it.ref, at=it.time(closes)),
        say("Nothing is drawn twice: the same votes give the same result."),
    )
    shown = poll_cards(state, again, texts_of(ask), Kind.CARD)
    sealed = draw_sealed(state, again)
    return Accepted((event,), (seed,), (*everywhere(state, it, told), *shown, *sealed))
