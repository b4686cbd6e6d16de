"""What is written down while people meet: information, what was agreed, and who does what."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import msgspec

from bot.arguments import OptionType, arguments, takes
from bot.chat import Kind, Refusal, Reply
from bot.collective.meetingevents import LineNoted
from bot.collective.minutes import ACTION, AGREED, IDEA, INFO, LINK
from bot.collective.needevents import reference as need_ref
from bot.collective.state import State
from bot.command import Command
from bot.decision import Accepted, Ask
from bot.text.wording import Strong, Typed, Words, lines, say
from commands.meetings.lookups import comes, in_room, meeting_of, meeting_queries, stepped
from commands.needs.drafts import after
from commands.needs.needs import NeedArgs, need
from commands.needs.taking import TakeArgs, take

_TEXT = takes(OptionType.TEXT, say("what is to be written down"), positional=True)


@arguments
class MeetingNoteArgs:
    """What `/meeting note` takes."""

    text: str = _TEXT
    as_: str = takes(OptionType.WORD, say("what it is"), choices=(INFO, IDEA, LINK), default=INFO)


def note(state: State, ask: Ask[MeetingNoteArgs]) -> Accepted:
    """Write a line into the minutes."""
    it = meeting_of(state, ask)
    sealed = ask.moment.seal(ask.args.text)
    line = LineNoted(number=it.number, sort=ask.args.as_, member=ask.me.number, text=sealed.seal)
    told = Reply(say("Noted."), private=True, ref=it.ref)
    return stepped(state, ask, it, (*comes(state, it, ask.me), line), told, texts=(sealed,))


@arguments
class MeetingAgreedArgs:
    """What `/meeting agreed` takes."""

    text: str = _TEXT


def agreed(state: State, ask: Ask[MeetingAgreedArgs]) -> Accepted:
    """Write down what everybody is agreed on; it is told, so that whoever is not can say so."""
    it = meeting_of(state, ask)
    sealed = ask.moment.seal(ask.args.text)
    line = LineNoted(number=it.number, sort=AGREED, member=ask.me.number, text=sealed.seal)
    told = say("Agreed, as {who} says: {text}", who=ask.me.shown, text=Strong(Words(sealed.text)))
    events = (*comes(state, it, ask.me), line)
    return stepped(state, ask, it, events, *in_room(state, ask, it, told), texts=(sealed,))


@arguments
class MeetingActionArgs:
    """What `/meeting action` takes."""

    who: str = takes(OptionType.PERSON, say("who does it, as @name"), positional=True)
    what: str = takes(OptionType.TEXT, say("what is to be done"), positional=True)
    by: dt.datetime | None = takes(OptionType.WHEN, say("until when"), default=None)


def action(state: State, ask: Ask[MeetingActionArgs]) -> Accepted:
    """Write down who does what: a need, which they take, or have still to take themselves."""
    it, args = meeting_of(state, ask), ask.args
    who = ask.person(state, args.who)
    # It is told in the room of the meeting, wherever it was typed.
    posted = need(state, ask.with_args(NeedArgs(what=args.what, by=args.by)))
    number = state.needs.count + 1
    texts = {**ask.texts, **{each.seal: each.text for each in posted.texts}}
    then = after(state, ask, posted.events)
    ref = need_ref(number)
    events, replies, taken = posted.events, posted.replies, False
    try:
        named = "" if who.number == ask.me.number else args.who
        taking = ask.with_args(TakeArgs(ref=ref, who=named, every=False))
        took = take(then, replace(taking, texts=texts))
    except Refusal:
        pass  # a rule asks them to take it themselves: it is told how
    else:
        taken = True
        events = (*posted.events, *took.events)
        edits = [each for each in took.replies if each.kind is Kind.EDIT]
        cards = tuple(msgspec.structs.replace(each, kind=Kind.CARD) for each in edits)
        replies = (*cards, *(each for each in took.replies if each.to))
    sealed = ask.moment.seal(args.what)
    line = LineNoted(
        number=it.number,
        sort=ACTION,
        member=ask.me.number,
        text=sealed.seal,
        whose=who.number,
        need=number,
    )
    told = lines(
        say("Action {ref} for {who}: {what}", ref=ref, who=who.shown, what=Words(args.what)),
        None if taken else say("{who} takes it: {take}", who=who.shown, take=Typed(f"take {ref}")),
    )
    events = (*comes(state, it, ask.me), *events, line)
    shown = (*in_room(state, ask, it, told), *replies)
    return stepped(state, ask, it, events, *shown, texts=(*posted.texts, sealed))


COMMANDS = (
    Command(
        name="meeting note",
        about=say("write a line into the minutes"),
        also=say("minute, take note, write down"),
        decide=note,
        wants=meeting_queries,
        args=MeetingNoteArgs,
        examples=("meeting note The oven is mended", "meeting note A second oven --as idea"),
    ),
    Command(
        name="meeting agreed",
        about=say("write down what everybody is agreed on"),
        also=say("agreed, agreement, resolution"),
        decide=agreed,
        wants=meeting_queries,
        args=MeetingAgreedArgs,
        examples=("meeting agreed We bake on Mondays too",),
    ),
    Command(
        name="meeting action",
        about=say("write down who does what, and until when"),
        also=say("action item, action, todo, to do, assign"),
        decide=action,
        wants=meeting_queries,
        args=MeetingActionArgs,
        examples=(
            "meeting action @bo order the flour",
            "meeting action @bo buy flour --by friday",
        ),
    ),
)
