"""Who speaks: the list of speakers."""

from __future__ import annotations

from bot.arguments import OptionType, arguments, takes
from bot.chat import Refusal, Reply
from bot.collective.events import Event
from bot.collective.meetingevents import (
    MembersCame,
    SpeakerCalled,
    SpeakerLeft,
    SpeakerListed,
)
from bot.collective.meetings import Meeting
from bot.collective.members import Member
from bot.collective.speaking import CLASSES, ONCE, PROGRESSIVE, Speaker
from bot.collective.state import State
from bot.command import Command
from bot.decision import Accepted, Ask, Priorities, Query
from bot.text.wording import Node, Typed, Words, joined, say
from commands.meetings.cards import (
    SORTS,
    in_round,
    listed,
    round_told,
    speakers_told,
)
from commands.meetings.lookups import (
    check_leads,
    check_not_together,
    comes,
    in_room,
    is_person,
    is_present,
    meeting_of,
    meeting_queries,
    rules_for,
    stepped,
)
from commands.meetings.priority import check_own, is_priority, priority
from commands.meetings.spokes import check_may_speak

# --- The list of speakers -------------------------------------------------------------------------


@arguments
class MeetingStackArgs:
    """What `/meeting stack` takes."""

    about: str = takes(
        OptionType.TEXT,
        say("question, info, direct or process, where it is that; and what about; or priority"),
        positional=True,
        default="",
    )
    who: str = takes(OptionType.PERSON, say("who wants to speak, if not you"), default="")


def _stack_queries(state: State, ask: Ask[MeetingStackArgs]) -> tuple[Query, ...]:
    return (Priorities(),) if is_priority(ask.args.about) else meeting_queries(state, ask)


def stack(state: State, ask: Ask[MeetingStackArgs]) -> Accepted:
    """Get on the list of speakers; again as something else changes that.

    Or say in private that one wants to be first there.
    """
    if is_priority(ask.args.about) and not ask.args.who:
        return priority(state, ask, ask.args.about)
    it = meeting_of(state, ask)
    who, typed = _whom(state, ask)
    check_own(typed, who.name)
    if who.number != ask.me.number:
        _check_keeps(state, ask, it)
    sort, about = _read(typed)
    check_may_speak(state, it, who, sort)
    before = next((e for e in it.queue if state.members.one(e.member) == who.number), None)
    if before is not None and before.sort == sort:
        raise Refusal(
            "listed-already",
            say("{who} is on the list already.", who=who.shown),
            instead=say("{line} takes you off.", line=Typed("meeting unstack")),
        )
    numbers = state.members.numbers(who.number)
    if sort in ONCE and any((number, sort) in it.jumped for number in numbers):
        raise Refusal(
            "jumped-already",
            say("That comes before the others, and so only once from each at a point."),
            instead=say("On the list like everybody: {line}", line=Typed("meeting stack")),
        )
    sealed = ask.moment.seal(about) if about else None
    event = SpeakerListed(
        number=it.number,
        member=before.member if before else who.number,
        sort=sort,
        about=sealed.seal if sealed else "",
        by=0 if who.number == ask.me.number else ask.me.number,
    )
    # Whom others put on the list is there by their word.
    came = comes(state, it, ask.me) if not event.by else ()
    if event.by and not is_present(state, it, who.number):
        came = (MembersCame(number=it.number, members=(who.number,), by=event.by),)
    events = (*came, event)
    then = it.stepped(events, ask.moment.at)
    order = rules_for(state, ask, it).text("stack")
    queue = listed(state, then, order)
    place = 1 + next(i for i, e in enumerate(queue) if e.member == event.member)
    # A number among equals would tell who of them wants to be first.
    place = 0 if order == PROGRESSIVE else place
    texts = (sealed,) if sealed else ()
    replies = _listed(state, ask, it, event, place, about)
    return stepped(state, ask, it, events, *replies, texts=texts)


def _whom(state: State, ask: Ask[MeetingStackArgs]) -> tuple[Member, str]:
    """Who gets on the list, and what was typed besides: `@bo to say …`, or a name that stands alone.

    Raises Refusal.
    """
    typed = ask.args.about
    if ask.args.who:
        return ask.person(state, ask.args.who), typed
    first, _, rest = typed.partition(" ")
    alone = first and not rest and first.casefold() not in CLASSES
    if first.startswith("@") or (alone and is_person(state, ask, first)):
        return ask.person(state, first.removeprefix("@")), rest
    return ask.me, typed


def _listed(
    state: State, ask: Ask, it: Meeting, event: SpeakerListed, place: int, about: str
) -> tuple[Reply, ...]:
    """What is told of it: a point of process to all, for it stops the others; else who asked.

    With `place` 0 nobody is told which number they are.
    """
    who = ask.me.shown if not event.by else state.members.name(event.member)
    if event.sort == "process":
        told = (
            say("{who} has a point of process: {about}", who=who, about=Words(about))
            if about
            else say("{who} has a point of process.", who=who)
        )
        return in_room(state, ask, it, told)
    if about or event.by:
        speaks = event.sort == "speak"
        as_what = who if speaks else say("{who} ({sort})", who=who, sort=SORTS[event.sort])
        return in_room(state, ask, it, _place_told(as_what, place, about))
    mine = (
        say("You are number {place} on the list.", place=place)
        if place
        else say("You are on the list.")
    )
    return (Reply(mine, private=True, ref=it.ref),)


def _place_told(who: Node, place: int, about: str) -> Node:
    if not place:
        on_it = say("{who} is on the list.", who=who)
        return say("{who} is on the list: {about}", who=who, about=Words(about)) if about else on_it
    if about:
        return say("{who} is number {place} on the list: {about}", who=who, place=place, about=about)
    return say("{who} is number {place} on the list.", who=who, place=place)


def _read(typed: str) -> tuple[str, str]:
    """As what somebody wants to speak, and what about: `question to say …`, `to say …`."""
    first, _, rest = typed.strip().partition(" ")
    sort = first.casefold().rstrip(":") if first.casefold().rstrip(":") in CLASSES else ""
    about = rest if sort else typed
    words = about.strip()
    if words.casefold().startswith("to say "):
        words = words[len("to say ") :]
    return sort or "speak", words.strip()


def _check_keeps(state: State, ask: Ask, it: Meeting) -> None:
    """What whoever keeps the list does too. Raises Refusal."""
    keeper = it.duties.get("stack")
    if keeper is None or state.members.one(keeper) != ask.me.number:
        check_leads(state, ask, it)


@arguments
class MeetingUnstackArgs:
    """What `/meeting unstack` takes."""

    who: str = takes(OptionType.PERSON, say("who, if not you, as @name"), positional=True, default="")


def unstack(state: State, ask: Ask[MeetingUnstackArgs]) -> Accepted:
    """Get off the list of speakers."""
    it = meeting_of(state, ask)
    who = ask.person(state, ask.args.who) if ask.args.who else ask.me
    if who.number != ask.me.number:
        _check_keeps(state, ask, it)
    numbers = [e.member for e in it.queue if state.members.one(e.member) == who.number]
    if not numbers:
        raise Refusal("not-listed", say("{who} is not on the list.", who=who.shown))
    events = tuple(SpeakerLeft(number=it.number, member=number) for number in numbers)
    told = say("{who} is off the list.", who=who.shown)
    mine = who.number == ask.me.number
    reply = (Reply(told, private=True, ref=it.ref),) if mine else in_room(state, ask, it, told)
    return stepped(state, ask, it, events, *reply)


@arguments
class MeetingSpeakArgs:
    """What `/meeting speak` takes."""

    who: str = takes(
        OptionType.PERSON, say("who speaks, if not who is next"), positional=True, default=""
    )


def _speak_queries(state: State, ask: Ask[MeetingSpeakArgs]) -> tuple[Query, ...]:
    return (*meeting_queries(state, ask), Priorities())


def speak(state: State, ask: Ask[MeetingSpeakArgs]) -> Accepted:
    """Call the next on the list, or somebody on it."""
    it = meeting_of(state, ask)
    _check_keeps(state, ask, it)
    order = rules_for(state, ask, it).text("stack")
    queue = listed(state, it, order, ask.first or ())
    if not ask.args.who and (queue or in_round(state, it)):
        check_not_together(state, ask, it.called_by, Typed("meeting speak"))
    process = bool(queue) and queue[0].sort == "process"
    if it.rounding and not ask.args.who and not process and (in_round(state, it) or not queue):
        return round_on(state, ask, it, ())
    called = _called(state, ask, queue, listed(state, it, order))
    person = state.members.one(called.member)
    over = it.rounding and not in_round(state, it)
    events = (
        *((SpeakerCalled(number=it.number),) if over else ()),
        *(
            SpeakerLeft(number=it.number, member=each.member)
            for each in it.queue
            if each is not called and state.members.one(each.member) == person
        ),
        SpeakerCalled(number=it.number, member=called.member),
    )
    then = it.stepped(events, ask.moment.at)
    told = speakers_told(state, then, order)
    assert told is not None, "somebody speaks"
    return stepped(state, ask, it, events, *in_room(state, ask, it, told))


def round_on(state: State, ask: Ask, it: Meeting, before: tuple[Event, ...], *first: Node) -> Accepted:
    """The next one in the round speaks; or it is done. What came `before` is told `first`."""
    now = it.stepped(before, ask.moment.at)
    coming = in_round(state, now)
    event = SpeakerCalled(number=it.number, member=coming[0] if coming else 0)
    then = now.stepped((event,), ask.moment.at)
    told = round_told(state, then) if then.rounding else None
    body = joined((*first, told or say("The round is done.")), " ")
    return stepped(state, ask, it, (*before, event), *in_room(state, ask, it, body))


def _called(
    state: State, ask: Ask[MeetingSpeakArgs], queue: list[Speaker], shown: list[Speaker]
) -> Speaker:
    """Who is to speak. Raises Refusal; a point of process goes before anybody who is named.

    A refusal names whoever is first in the list as it is `shown`: nobody is called by it.
    """
    if not queue:
        raise Refusal(
            "nobody-listed",
            say("Nobody is on the list."),
            instead=say("Whoever wants to speak: {line}", line=Typed("meeting stack")),
        )
    if not ask.args.who:
        return queue[0]
    who = ask.person(state, ask.args.who)
    found = next((e for e in queue if state.members.one(e.member) == who.number), None)
    if found is None:
        raise Refusal(
            "not-listed",
            say("{who} is not on the list.", who=who.shown),
            word=ask.args.who,
            instead=say("{line} calls who is next.", line=Typed("meeting speak")),
        )
    if CLASSES[shown[0].sort] < CLASSES[found.sort]:
        first = state.members.name(shown[0].member)
        raise Refusal(
            "stack-order",
            say("{first} comes first: {sort}.", first=first, sort=SORTS[shown[0].sort]),
            word=ask.args.who,
            instead=say("{line} calls who is next.", line=Typed("meeting speak")),
        )
    return found


COMMANDS = (
    Command(
        name="meeting stack",
        about=say("get on the list of speakers"),
        also=say("raise hand, raise my hand, queue, speak next, want to speak"),
        decide=stack,
        wants=_stack_queries,
        args=MeetingStackArgs,
        examples=(
            "meeting stack",
            "meeting stack question",
            "meeting stack to say that we have flour",
            "meeting stack @bo",
            "meeting stack priority on",
        ),
        undo="meeting unstack",
        discreet=True,
    ),
    Command(
        name="meeting unstack",
        about=say("get off the list of speakers"),
        also=say("lower hand, lower my hand"),
        decide=unstack,
        wants=meeting_queries,
        args=MeetingUnstackArgs,
        examples=("meeting unstack",),
    ),
    Command(
        name="meeting speak",
        about=say("call the next on the list of speakers"),
        also=say("next speaker, call speaker, give the floor"),
        decide=speak,
        wants=_speak_queries,
        args=MeetingSpeakArgs,
        examples=("meeting speak", "meeting speak @bo"),
    ),
)
