"""How a round ends: at its time, by the clock; or cancelled, by whoever may.

What has its least by then is funded, all else goes back; what nobody gave returns to the treasury.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from bot.arguments import OptionType, WithRef, arguments, takes
from bot.chat import Refusal, Reply
from bot.collective.events import Event, Seal
from bot.collective.funding import Asked, FundingEnded, Round, pot_of
from bot.collective.guards import check_open
from bot.collective.ideas import Idea, IdeaEnd
from bot.collective.roles import Role
from bot.collective.state import State
from bot.collective.treasury import Flow, Order, TransferMade
from bot.decision import Accepted, Ask, Clockwork, Due, Query, RulesAt
from bot.language.sums import decimals, shown
from bot.text.wording import Node, Typed, items, lines, say, say_n
from commands.decisions.letters import CancelArgs
from commands.funding.cards import by_total, idea_line
from commands.funding.drafts import after, cards
from commands.funding.ideas import ended_of
from commands.funding.lookups import ROUND, called, place_of, round_known, words_queries
from commands.funding.moving import day_of, funding_of, moves
from commands.funding.opening import decline, lapsed

TOLD_MAX = 15
"""How many ideas the result tells one by one: what fits a phone's screen, and the page has all."""


def _returned(
    state: State, ask: Ask, it: Round, left: int, events: list[Event], *, cancelled: bool, **more: str
) -> Iterator[Event]:
    """What nobody gave goes back into the treasury, and the round is over."""
    transfer = 0
    by = ask.member.number if ask.member else 0
    if left:
        order = Order(Flow.RELEASE, it.terms.unit, left, day_of(state, ask), fund=pot_of(it.number))
        before = sum(isinstance(each, TransferMade) for each in events)
        (made,) = moves(state, ask, (order,), before=before, by=by)
        transfer = made.number
        yield made
    yield FundingEnded(
        number=it.number,
        left=left,
        transfer=transfer,
        cancelled=cancelled,
        by=by,
        proposal=ask.proposal,
        **more,
    )


# --- By the clock -----------------------------------------------------------------------------------


def _due(state: State, rules: RulesAt) -> int | None:
    return min((it.terms.closes for it in state.funding.running), default=None)


def _wants(state: State, ask: Ask[Due]) -> tuple[Query, ...]:
    return words_queries(state.funding.open.values())


def _happen(state: State, ask: Ask[Due]) -> Accepted:
    """The first round whose time is over."""
    it = min(state.funding.running, key=lambda each: (each.terms.closes, each.number))
    return lapsed(state, it) if isinstance(it, Asked) else closed(state, ask, it)


def closed(state: State, ask: Ask, it: Round) -> Accepted:
    """A round closes: what has its least gets its money, all else goes back."""
    events: list[Event] = []
    ideas: list[Idea] = sorted(it.live, key=lambda each: each.number)
    left = it.terms.count - it.funded
    for idea in ideas:
        if idea.may_be_funded(state.members.one):
            before = sum(isinstance(each, TransferMade) for each in events)
            events += funding_of(state, ask, it, idea, before=before)
            left -= idea.total
        else:
            events.append(ended_of(state, it, idea, IdeaEnd.MISSED))
    events += _returned(state, ask, it, left, events, cancelled=False)
    return _ended(state, ask, it, events, [each.number for each in ideas])


def _ended(
    state: State,
    ask: Ask,
    it: Round,
    events: list[Event],
    changed: list[int],
    first: Node | None = None,
) -> Accepted:
    """What is told in the room, and the last pictures."""
    then = after(state, ask, events)
    now = then.funding.open[it.number]
    told = result_told(ask, now, first)
    unit = it.terms.unit
    facts = {
        "funded": [each.ref for each in now.ideas.values() if each.funded],
        "given": decimals({unit: now.funded}),
        "returned": decimals({unit: now.returned}),
    }
    page = f"show/{it.ref}"
    result = Reply(told, ref=it.ref, place=place_of(state, it.room), facts=facts, page=page)
    elsewhere = first is not None and not ask.proposal and ask.place != result.place
    here = (Reply(told, ref=it.ref),) if elsewhere else ()
    return Accepted(tuple(events), (), (*here, result, *cards(then, ask, now, changed)))


def result_told(ask: Ask, it: Round, first: Node | None = None) -> Node:
    """What became of a round, and of its ideas."""
    unit, ideas = it.terms.unit, [each for each in by_total(it) if each.ended != IdeaEnd.WITHDRAWN]
    funded = [each for each in ideas if each.funded]
    points: list[Node] = [idea_line(it, each, called(ask, each).text) for each in ideas[:TOLD_MAX]]
    if len(ideas) > TOLD_MAX:
        more = len(ideas) - TOLD_MAX
        points.append(say("and {count} more: {line}", count=more, line=Typed(f"show {it.ref}")))
    left = shown(unit, it.returned)
    told: Node = say(
        "{ref} is over: nothing is funded, {left} goes back into the treasury.", ref=it.ref, left=left
    )
    if funded:
        told = say_n(
            "{ref} is over: {count} idea is funded, with {sum}; {left} goes back into the treasury.",
            "{ref} is over: {count} ideas are funded, with {sum}; {left} goes back into the treasury.",
            len(funded),
            ref=it.ref,
            sum=shown(unit, it.funded),
            left=left,
        )
    return lines(
        first,
        told,
        items(points) if points else None,
    )


CLOCKWORK = Clockwork("funding", _due, _happen, _wants, hears=True)


# --- Cancelling -------------------------------------------------------------------------------------


@arguments
class FundingCancelArgs:
    """What `/funding cancel` takes."""

    ref: str = ROUND
    reason: str = takes(OptionType.TEXT, say("why"), positional=True, default="")


class Cancelling(WithRef, Protocol):
    """What cancels a round."""

    @property
    def reason(self) -> str:
        """Why, empty where it was left out."""


def cancel(state: State, ask: Ask[Cancelling]) -> Accepted:
    """Cancel a round: what is funded stays so, all else goes back into the treasury."""
    it = round_known(state, ask)
    if isinstance(it, Asked):
        return _declined(state, ask, it)
    if it.ended_at:
        raise Refusal(
            "round-over",
            say("{ref} is over already.", ref=it.ref),
            word=it.ref,
            instead=say("{show} tells what became of it.", show=Typed(f"show {it.ref}")),
        )
    _check_may_cancel(ask, it)
    check_open(ask.today(), ask.rules)
    words = ask.args.reason
    reason = ask.moment.seal(words) if words else None
    by = ask.member.number if ask.member else 0
    events: list[Event] = [ended_of(state, it, each, IdeaEnd.CANCELLED, by=by) for each in it.live]
    seal: Seal = reason.seal if reason else ""
    left = it.terms.count - it.funded
    events += _returned(state, ask, it, left, events, cancelled=True, reason=seal)
    who = ask.member.shown if ask.member else say("The operator")
    first: Node = say("{who} cancels {ref}.", who=who, ref=it.ref)
    if ask.proposal:
        first = say("The members cancel {ref}.", ref=it.ref)
    if words:
        first = lines(first, say("Because: {reason}", reason=words))
    done = _ended(state, ask, it, events, [each.number for each in it.live], first)
    return Accepted(done.events, (reason,) if reason else (), done.replies)


def _declined(state: State, ask: Ask[WithRef], it: Asked) -> Accepted:
    if it.number not in state.funding.asked:
        raise Refusal("not-waiting", say("{ref} does not wait any more.", ref=it.ref), word=it.ref)
    return decline(state, ask)


def _check_may_cancel(ask: Ask, it: Round) -> None:
    """What members decided, or have begun to give, only they cancel. Raises Refusal."""
    if ask.proposal or not (it.proposal or it.given):
        return
    told = (
        say("{ref} was opened by the members; only they cancel it.", ref=it.ref)
        if it.proposal
        else say("Members have begun to give of {ref}; only all of them cancel it.", ref=it.ref)
    )
    line = Typed(f"propose … --do funding cancel {it.ref} …")
    raise Refusal("by-proposal", told, word=it.ref, instead=say("Propose it: {line}", line=line))


def cancel_by_letter(state: State, ask: Ask[CancelArgs]) -> Accepted:
    """The same, where `/cancel F1` is typed, which everybody may type."""
    me = ask.member
    it = round_known(state, ask)
    own = isinstance(it, Asked) and me is not None and me.number == state.members.one(it.by)
    if me is not None and not me.may(Role.TREASURER) and not own:
        raise Refusal(
            "role",
            say("Only a treasurer cancels a funding round."),
            word=it.ref,
            instead=say("Propose it: {line}", line=Typed(f"propose … --do funding cancel {it.ref} …")),
        )
    return cancel(state, ask)
