"""`/swap`: to offer one's place to somebody, who takes it or says no."""

from __future__ import annotations

from bot.arguments import OptionType, WithRef, arguments, takes
from bot.chat import Button, Refusal, Reply
from bot.collective.members import Member
from bot.collective.needevents import NeedSwapped, SwapOffered
from bot.collective.needs import Need
from bot.collective.state import State
from bot.command import Command
from bot.decision import Accepted, Ask
from bot.text.wording import Typed, lines, say
from commands.needs.drafts import edited
from commands.needs.lookups import REF, called, check_may, held_by, need_queries, open_need, time_line


@arguments
class SwapArgs:
    """What `/swap` takes."""

    ref: str = REF
    who: str = takes(OptionType.PERSON, say("to whom, as @name"), positional=True)


def swap(state: State, ask: Ask[SwapArgs]) -> Accepted:
    """Offer one's place to one other member; it stays one's own until they take it."""
    it, me, who = open_need(state, ask), ask.me, ask.person(state, ask.args.who)
    held = held_by(state, it, me.number)
    if held is None or it.terms.offer:
        raise Refusal(
            "not-taken",
            say("You have no place in {ref} to give.", ref=it.ref),
            word=it.ref,
            instead=say("{mine} shows what you took.", mine=Typed("needs --mine")),
        )
    if who.number == me.number:
        raise Refusal("own-swap", say("That is your place already."), word=ask.args.who)
    if held_by(state, it, who.number) is not None:
        raise Refusal("taken-already", say("{who} has taken {ref} already.", who=who.shown, ref=it.ref))
    if it.over:
        raise Refusal("need-over", say("The time of {ref} is over.", ref=it.ref), word=it.ref)
    check_may(state, ask, it, who)
    event = SwapOffered(number=it.number, member=held[0], to=who.number)
    asked = lines(
        say(
            "{who} offers you their place in {ref}: {what}",
            who=me.shown,
            ref=it.ref,
            what=called(ask, it),
        ),
        time_line(it),
        say(
            "{take} takes it, {drop} says no.",
            take=Typed(f"take {it.ref}"),
            drop=Typed(f"drop {it.ref}"),
        ),
    )
    buttons = (Button(say("Take"), f"take {it.ref}"), Button(say("No"), f"drop {it.ref}"))
    told = say("{who} is asked; until they take it, {ref} stays yours.", who=who.shown, ref=it.ref)
    replies = (
        Reply(told, private=True, ref=it.ref),
        Reply(asked, to=who.number, ref=it.ref, buttons=buttons),
    )
    return Accepted((event,), (), replies)


def offered_to(state: State, it: Need, member: int) -> list[int]:
    """Whose places in it are offered to somebody, by the numbers that they are kept under."""
    return [each for each, held in it.taken.items() if held.to and state.members.one(held.to) == member]


def swapped(state: State, ask: Ask[WithRef], it: Need, giver: int, who: Member) -> Accepted:
    """Somebody takes the place that was offered to them."""
    event = NeedSwapped(number=it.number, member=giver, to=who.number)
    told = say(
        "{who} takes the place of {giver} in {ref}: {what}",
        who=who.shown,
        giver=state.members.name(giver),
        ref=it.ref,
        what=called(ask, it),
    )
    other = Reply(told, to=state.members.one(giver), ref=it.ref)
    return Accepted((event,), (), (Reply(told, ref=it.ref), other, *edited(state, ask, it, [event])))


def unswapped(state: State, ask: Ask[WithRef], it: Need, reason: str = "") -> Accepted:
    """Somebody says no to the places that were offered to them, and may say why."""
    givers = offered_to(state, it, ask.me.number)
    events = tuple(SwapOffered(number=it.number, member=each) for each in givers)
    told = lines(
        say("{who} says no to the swap; {ref} stays with who took it.", who=ask.me.shown, ref=it.ref),
        say("Because: {reason}", reason=reason) if reason else None,
    )
    others = tuple(Reply(told, to=state.members.one(each), ref=it.ref) for each in givers)
    return Accepted(events, (), (Reply(told, private=True, ref=it.ref), *others))


COMMANDS = (
    Command(
        name="swap",
        about=say("offer your place to somebody"),
        also=say("trade, exchange, swap shift, switch, substitute"),
        decide=swap,
        wants=need_queries,
        args=SwapArgs,
        examples=("swap N5 @bo",),
    ),
)
