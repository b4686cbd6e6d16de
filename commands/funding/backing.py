"""Backing ideas out of one's share of a round, and taking that back. The guards are Cobudget's.

Each is a small function that raises `Refusal`; what reaches its most is funded at once.
"""

from __future__ import annotations

from bot.arguments import OptionType, arguments, takes
from bot.chain import Sealed
from bot.chat import Refusal, Reply
from bot.collective.events import Event
from bot.collective.funding import Round
from bot.collective.ideas import Idea, IdeaBacked
from bot.collective.members import Member
from bot.collective.state import State
from bot.decision import Accepted, Ask
from bot.language.amounts import Amount
from bot.language.sums import decimals, shown
from bot.text.wording import Node, Say, Typed, Words, joined, lines, say
from commands.funding.cards import usual_of
from commands.funding.drafts import after, cards
from commands.funding.lookups import (
    IDEA,
    called,
    check_currency,
    check_own,
    live_idea,
    money,
    place_of,
    time_of,
)
from commands.funding.moving import funding_of
from commands.ledger.money import money_of


@arguments
class BackArgs:
    """What `/back` takes."""

    ref: str = IDEA
    amount: Amount = takes(OptionType.AMOUNT, say("how much of your share"), positional=True)


def back(state: State, ask: Ask[BackArgs]) -> Accepted:
    """Give an idea so much of one's share; again to change it. What has its most is funded at once."""
    it, idea = live_idea(state, ask)
    amount = money_of(ask.args.amount)
    check_currency(it, amount)
    _check_sharing(state, it, ask.me)
    _check_backable(ask, it, idea)
    numbers = state.members.numbers(ask.me.number)
    before = idea.of(numbers)
    if amount.count == before:
        raise Refusal(
            "nothing-changed",
            say("You back {ref} with {amount} already.", ref=idea.ref, amount=amount.shown),
            instead=say("{line} takes it back.", line=Typed(f"unback {idea.ref}")),
        )
    _check_per_idea(it, idea, amount.count)
    _check_share(it, idea, amount.count, it.spent_by(numbers) - before)
    _check_most(it, idea, amount.count, idea.total - before)
    _check_pot(it, idea, amount.count, before)
    _check_alone(state, it, idea, ask.me, amount.count)
    return _backed(state, ask, it, idea, amount.count)


@arguments
class IdeaRefArgs:
    """What takes nothing but an idea."""

    ref: str = IDEA


def unback(state: State, ask: Ask[IdeaRefArgs]) -> Accepted:
    """Take back what one gave to an idea: it is one's own to give again."""
    it, idea = live_idea(state, ask)
    if not idea.of(state.members.numbers(ask.me.number)):
        raise Refusal(
            "not-backed",
            say("You do not back {ref}.", ref=idea.ref),
            word=idea.ref,
            instead=say("{line} does.", line=Typed(f"back {idea.ref} {money(it, usual_of(it, idea))}")),
        )
    return _backed(state, ask, it, idea, 0)


# --- The guards -------------------------------------------------------------------------------------


def _check_sharing(state: State, it: Round, me: Member) -> None:
    """Only who was a member when the round was opened has a share: nobody makes a second one."""
    if me.number not in {state.members.one(number) for number in it.members}:
        raise Refusal(
            "no-share",
            say("You have no share of {ref}: you were no member yet when it opened.", ref=it.ref),
            word="",
            instead=say("You may put an idea: {line}", line=Typed("idea … --min 300")),
        )


def _check_backable(ask: Ask, it: Round, idea: Idea) -> None:
    """It is the time for it, and whoever looks at ideas did."""
    if ask.moment.said_at < it.terms.backs_from:
        raise Refusal(
            "backing-early",
            say(
                "Ideas of {ref} are backed from {at} on.",
                ref=it.ref,
                at=time_of(it, it.terms.backs_from),
            ),
            instead=say("{show} shows it until then.", show=Typed(f"show {idea.ref}")),
        )
    if it.terms.looked_at and not idea.approved:
        raise Refusal(
            "idea-not-approved",
            say("No coordinator has looked at {ref} yet.", ref=idea.ref),
            word=idea.ref,
            instead=say(
                "A coordinator lets it be backed: {line}", line=Typed(f"ideas approve {idea.ref}")
            ),
        )


def _works(it: Round, idea: Idea, count: int, else_: Say) -> Say:
    """The line that works with so much; or what else does, where nothing is left."""
    if count <= 0:
        return else_
    return say("This works: {line}", line=Typed(f"back {idea.ref} {money(it, count)}"))


def _check_per_idea(it: Round, idea: Idea, count: int) -> None:
    most = it.terms.per_idea
    if most and count > most:
        raise Refusal(
            "per-idea",
            say("One member gives one idea {amount} at the most.", amount=shown(it.terms.unit, most)),
            instead=_works(it, idea, most, say("Back another idea.")),
        )


def _check_share(it: Round, idea: Idea, count: int, elsewhere: int) -> None:
    """No more than one's share, with what one gave to other ideas."""
    left = it.terms.each - elsewhere
    if count > left:
        each = shown(it.terms.unit, it.terms.each)
        told = say("Your share of {ref} is {each}.", ref=it.ref, each=each)
        if elsewhere:
            given = shown(it.terms.unit, elsewhere)
            told = say("Of your share, {each}, the other ideas have {given}.", each=each, given=given)
        raise Refusal(
            "share-spent",
            told,
            instead=_works(
                it, idea, left, say("{unback} takes back what you gave.", unback=Typed("unback K…"))
            ),
        )


def _check_most(it: Round, idea: Idea, count: int, others: int) -> None:
    """No more than the idea takes."""
    if others + count > idea.most:
        raise Refusal(
            "idea-full",
            say(
                "{ref} takes {most}, and others gave it {given}.",
                ref=idea.ref,
                most=shown(it.terms.unit, idea.most),
                given=shown(it.terms.unit, others),
            ),
            instead=_works(it, idea, idea.most - others, say("Back another idea.")),
        )


def _check_pot(it: Round, idea: Idea, count: int, before: int) -> None:
    """No more than there is: shares may be more together than the pot."""
    left = it.left + before
    if count > left:
        raise Refusal(
            "pot-spent",
            say("{left} is left of {ref}.", left=shown(it.terms.unit, left), ref=it.ref),
            instead=_works(it, idea, left, say("All of it is given, unless somebody takes some back.")),
        )


def _check_alone(state: State, it: Round, idea: Idea, me: Member, count: int) -> None:
    """Nobody has their own idea funded alone: somebody else backs it, too."""
    one = state.members.one
    if me.number != one(idea.author) or count < idea.most:
        return
    if all(who == me.number for who in idea.backers(one)):
        raise Refusal(
            "own-idea-alone",
            say("{ref} is yours: somebody else has to back it, too.", ref=idea.ref),
            word=idea.ref,
            instead=say("Leave some of the {most} for that.", most=shown(it.terms.unit, idea.most)),
        )


# --- What becomes of it -----------------------------------------------------------------------------


def _backed(state: State, ask: Ask, it: Round, idea: Idea, count: int) -> Accepted:
    """Write down what somebody gives now, under one of their numbers; and fund what has its most."""
    me = ask.me.number
    gone = [n for n in state.members.numbers(me) if n != me and idea.backing.get(n)]
    changes = [*((number, 0) for number in gone), (me, count)]
    sealed: list[Sealed] = []
    events: list[Event] = []
    for number, given in changes:
        if it.terms.hidden:
            seal = ask.moment.seal(f"{idea.number} {given}")
            sealed.append(seal)
            events.append(IdeaBacked(round=it.number, member=number, backing=seal.seal))
        else:
            events.append(IdeaBacked(round=it.number, member=number, number=idea.number, count=given))
    then = after(state, ask, events, sealed)
    now = then.funding.open[it.number]
    given_now = now.ideas[idea.number]
    left = it.terms.each - now.spent_by(state.members.numbers(me))
    told = _told(ask, it, idea, count, left)
    facts = {
        "round": it.ref,
        "given": decimals({it.terms.unit: count}),
        "left": decimals({it.terms.unit: left}),
    }
    own = Reply(told, private=True, ref=idea.ref, facts=facts)
    if given_now.total < given_now.most or not given_now.may_be_funded(state.members.one):
        shown_now = cards(then, ask, now, (idea.number,))
        return Accepted(tuple(events), tuple(sealed), (own, *shown_now))
    done = funded(then, ask, now, given_now)
    return Accepted((*events, *done.events), tuple(sealed), (own, *done.replies))


def _told(ask: Ask, it: Round, idea: Idea, count: int, left: int) -> Node:
    rest = say("{left} of your share is left.", left=shown(it.terms.unit, left))
    if not count:
        return lines(say("You do not back {ref} any more.", ref=idea.ref), rest)
    return lines(
        say(
            "You back {ref} with {amount}: {what}",
            ref=idea.ref,
            amount=shown(it.terms.unit, count),
            what=called(ask, idea),
        ),
        joined((rest, say("{line} takes it back.", line=Typed(f"unback {idea.ref}"))), " "),
    )


def funded(state: State, ask: Ask, it: Round, idea: Idea, by: int = 0) -> Accepted:
    """Give an idea its money, told in the room of its round."""
    events = funding_of(state, ask, it, idea, by=by)
    then = after(state, ask, events)
    place = place_of(state, it.room)
    told = funded_told(ask, it, then.funding.open[it.number].ideas[idea.number])
    reply = Reply(told, ref=idea.ref, place=place)
    shown_now = cards(then, ask, then.funding.open[it.number], (idea.number,))
    return Accepted(events, (), (reply, *shown_now))


def funded_told(ask: Ask, it: Round, idea: Idea) -> Node:
    """That an idea has its money, and how it is spent."""
    return lines(
        say(
            "{ref} is funded with {amount}: {what}",
            ref=idea.ref,
            amount=shown(it.terms.unit, idea.funded),
            what=called(ask, idea),
        ),
        say(
            "It is in the fund {fund}; what is spent of it is entered so: {line}",
            fund=Words(idea.fund),
            line=Typed(f"expense … --fund {idea.fund}"),
        ),
    )


def accept(state: State, ask: Ask[IdeaRefArgs]) -> Accepted:
    """Take the money before the round closes, once there is enough: its author, or a coordinator."""
    it, idea = live_idea(state, ask)
    check_own(state, ask, idea)
    if not idea.may_be_funded(state.members.one):
        raise Refusal(
            "idea-short",
            _short(it, idea),
            word=idea.ref,
            instead=say("{show} tells how it stands.", show=Typed(f"show {idea.ref}")),
        )
    done = funded(state, ask, it, idea, ask.member.number if ask.member else 0)
    if ask.place == place_of(state, it.room):
        return done
    told = say("{ref} has its money.", ref=idea.ref)
    return Accepted(done.events, (), (Reply(told, private=True, ref=idea.ref), *done.replies))


def _short(it: Round, idea: Idea) -> Say:
    if idea.total >= idea.least:
        return say("Nobody but its author backs {ref}.", ref=idea.ref)
    return say(
        "{ref} has {total} of {least}.",
        ref=idea.ref,
        total=shown(it.terms.unit, idea.total),
        least=shown(it.terms.unit, idea.least),
    )
