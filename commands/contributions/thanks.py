"""Thanks: `/thank @who WHAT`; they are told and counted, and never change the ledger."""

from __future__ import annotations

from bot.chat import Refusal, Reply
from bot.collective.state import State
from bot.collective.thanks import ThanksGiven
from bot.command import Command, Option, OptionType
from bot.decision import Accepted, Ask
from bot.moment import Moment
from bot.text.wording import joined, say


def thank(state: State, ask: Ask, moment: Moment) -> Accepted:
    """Thank one person or several; oneself cannot be thanked."""
    me = ask.me
    named = (ask.person(state, word) for word in ask.people("who"))
    people = tuple({member.number: member for member in named}.values())
    if any(member.number == me.number for member in people):
        raise Refusal(
            "own-thanks",
            say("Thanks are for others."),
            instead=say("Somebody else may well thank you."),
        )
    what = ask.words("what")
    sealed = [moment.seal(what) for _ in people] if what else []
    events = tuple(
        ThanksGiven(member=me.number, to=member.number, what=sealed[i].seal if sealed else "")
        for i, member in enumerate(people)
    )
    who = joined(member.shown for member in people)
    told = (
        say("{me} thanks {who}: {what}", me=me.shown, who=who, what=what)
        if what
        else say("{me} thanks {who}.", me=me.shown, who=who)
    )
    return Accepted(events, tuple(sealed), (Reply(told),))


COMMANDS = (
    Command(
        name="thank",
        about=say("thank somebody"),
        decide=thank,
        options=(
            Option("who", OptionType.PEOPLE, say("whom, as @name; several are fine"), required=True),
            Option("what", OptionType.TEXT, say("what for"), positional=True),
        ),
        examples=("thank @bo for the bread",),
    ),
)
