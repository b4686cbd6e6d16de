"""Hand signals: how everybody feels about something, and what is asked of whoever facilitates."""

from __future__ import annotations

from bot.arguments import OptionType, arguments, takes
from bot.chat import Refusal, Reply
from bot.collective.events import Event
from bot.collective.meetingevents import SignalGiven, TemperatureAsked
from bot.collective.meetings import SIGNALS, UNSIGNALLED, Meeting
from bot.collective.state import State
from bot.command import Command
from bot.decision import Accepted, Ask
from bot.text.wording import Node, Say, Typed, Words, fill, joined, say
from commands.meetings.agenda import TITLE_CHARACTERS_MAX
from commands.meetings.cards import SIGNAL_WORDS, signal_buttons
from commands.meetings.lookups import (
    check_leads,
    comes,
    in_room,
    is_present,
    meeting_of,
    meeting_queries,
    place_of,
    stepped,
)

NOTICES: dict[str, Say] = {
    "wrap": say("{who} asks whoever speaks to come to an end."),
    "slower": say("{who} asks for slower speech."),
    "louder": say("{who} cannot hear."),
    "lost": say("{who} does not follow any more."),
    "translate": say("{who} asks for a translation."),
}
"""Signals that ask something of whoever facilitates."""


@arguments
class MeetingTempArgs:
    """What `/meeting temp` takes."""

    question: str = takes(OptionType.TEXT, say("about what"), positional=True, default="")


def temp(state: State, ask: Ask[MeetingTempArgs]) -> Accepted:
    """Ask everybody how they feel about something."""
    it = meeting_of(state, ask)
    check_leads(state, ask, it)
    question = ask.args.question
    check_question(question)
    return asked_for(state, ask, it, question, ())


def asked_for(
    state: State, ask: Ask, it: Meeting, question: str, before: tuple[Event, ...]
) -> Accepted:
    """Everybody is asked how they feel about something; `before` that other things happen."""
    sealed = ask.moment.seal(question) if question else None
    event = TemperatureAsked(number=it.number, question=sealed.seal if sealed else "")
    asked = (
        say("How does this feel to you: {question}", question=Words(question))
        if question
        else say("How does this feel to you?")
    )
    typed = joined((Typed(f"meeting signal {each}") for each in SIGNALS), " · ")
    place = place_of(state, ask, it)
    pressed = signal_buttons(it.asked + 1)
    told = (
        () if place is None else (Reply(asked, ref=it.ref, place=place, buttons=pressed, typed=typed),)
    )
    return stepped(state, ask, it, (*before, event), *told, texts=(sealed,) if sealed else ())


def check_question(question: str) -> None:
    """The card repeats what is asked as long as it is. Raises Refusal."""
    if len(question) > TITLE_CHARACTERS_MAX:
        raise Refusal(
            "question-long",
            say("A question has one to {most} characters.", most=TITLE_CHARACTERS_MAX),
            instead=say("Ask in short; say the rest before."),
        )


@arguments
class MeetingSignalArgs:
    """What `/meeting signal` takes."""

    signal: str = takes(
        OptionType.WORD,
        say("how you feel about it, or what you need"),
        positional=True,
        choices=(*SIGNALS, *NOTICES, UNSIGNALLED),
    )
    was: str = takes(OptionType.WORD, say("only if you show that now"), default="", choices=SIGNALS)
    asked: str = takes(
        OptionType.WORD, say("only if it is asked now as the first, second … time here"), default=""
    )


def signal(state: State, ask: Ask[MeetingSignalArgs]) -> Accepted:
    """Show how one feels about what is asked; or ask something of whoever facilitates."""
    it, given = meeting_of(state, ask), ask.args.signal
    came = comes(state, it, ask.me)
    if given in NOTICES:
        return stepped(state, ask, it, came, *_noticed(state, ask, it, given))
    if not it.asking:
        raise Refusal(
            "nothing-asked",
            say("Nobody asks for the temperature now."),
            instead=say("Whoever facilitates asks for it: {line}", line=Typed("meeting temp …")),
        )
    if ask.args.asked not in {"", str(it.asked)}:
        raise Refusal(
            "asked-otherwise",
            say("Something else is asked now."),
            word=ask.args.asked,
            instead=say("{line} answers what is asked now.", line=Typed(f"meeting signal {given}"))
            if given in SIGNALS
            else None,
        )
    mine = [number for number in state.members.numbers(ask.me.number) if number in it.answers]
    if _changes_nothing({it.answers[number] for number in mine}, given, ask.args.was):
        raise Refusal("nothing-changed", say("That is so already."))
    # By every account that answered before: one person feels one way.
    events = tuple(
        SignalGiven(number=it.number, member=number, signal=given)
        for number in mine or (ask.me.number,)
    )
    told_me: Node = (
        say("Your sign is taken back.")
        if given == UNSIGNALLED
        else say("You: {signal}.", signal=SIGNAL_WORDS[given])
    )
    return stepped(state, ask, it, (*came, *events), Reply(told_me, private=True, ref=it.ref))


def _changes_nothing(shown: set[str], given: str, was: str) -> bool:
    """Whether somebody who shows this, or nothing, shows the same afterwards."""
    if was:
        return shown != {was}
    return shown == ({given} if given in SIGNALS else set())


def _noticed(state: State, ask: Ask[MeetingSignalArgs], it: Meeting, given: str) -> tuple[Reply, ...]:
    """Whoever facilitates is told; where nobody else is there who does, everybody."""
    notice = fill(NOTICES[given], who=ask.me.shown)
    facilitator = state.members.one(it.facilitator)
    if facilitator == ask.me.number or not is_present(state, it, facilitator):
        return in_room(state, ask, it, notice)
    passed_on = say("{who} is told.", who=state.members.name(facilitator))
    return (
        Reply(notice, to=facilitator, ref=it.ref),
        Reply(passed_on, private=True, ref=it.ref),
    )


COMMANDS = (
    Command(
        name="meeting temp",
        about=say("ask everybody how they feel about something"),
        also=say("temperature, temperature check, temp check, straw poll"),
        decide=temp,
        wants=meeting_queries,
        args=MeetingTempArgs,
        examples=("meeting temp Do we move to the new oven?",),
    ),
    Command(
        name="meeting signal",
        about=say("show how you feel about what is asked, or what you need"),
        also=say("twinkle, jazz hands, hand signal, thumbs up, thumbs down"),
        decide=signal,
        wants=meeting_queries,
        args=MeetingSignalArgs,
        examples=("meeting signal up", "meeting signal louder", "meeting signal none"),
    ),
)
