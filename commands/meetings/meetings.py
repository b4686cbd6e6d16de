"""`/meeting`: people meet, come and go, share the duties; and it ends, with its minutes."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from bot.arguments import OptionType, arguments, flag, takes
from bot.chain import Sealed
from bot.chat import Kind, Refusal, Reply
from bot.collective.apart import apart
from bot.collective.beginnings import opened
from bot.collective.events import Event
from bot.collective.meetingevents import (
    DutyGiven,
    ItemAdded,
    ItemMoved,
    MeetingClosed,
    MeetingOpened,
    MembersCame,
    MemberWent,
    words_of,
)
from bot.collective.meetings import DUTIES, EARLY_MS, FACILITATOR, GUESTS_MAX, Meeting
from bot.collective.spokes import SPOKE
from bot.collective.state import State
from bot.command import Command
from bot.decision import About, Accepted, Ask, Query
from bot.text.wording import Node, Say, Typed, Words, fill, joined, say
from commands.decisions.lookups import texts_of
from commands.meetings.agenda import check_title
from commands.meetings.calls import check_no_call
from commands.meetings.cards import card_of, card_told, present, present_told
from commands.meetings.lookups import (
    agenda_of,
    agenda_queries,
    came_themselves,
    check_came,
    check_leads,
    check_may_meet,
    check_within,
    comes,
    found_here,
    in_room,
    is_person,
    is_present,
    meeting_of,
    meeting_queries,
    rules_for,
    silent_since,
    stepped,
)
from commands.meetings.minutes import closed_with, minutes_queries
from commands.meetings.plans import following
from commands.meetings.spokes import check_council, send

_REF: Final = re.compile(r"[Mm][1-9][0-9]{0,8}")

DUTY_WORDS: dict[str, Say] = {
    FACILITATOR: say("{who} facilitates from now on."),
    "stack": say("{who} keeps the list of speakers."),
    "time": say("{who} looks after the time."),
    "minutes": say("{who} takes the minutes."),
    "vibes": say("{who} looks after how everybody is."),
}


# --- Opening and closing --------------------------------------------------------------------------


def show(state: State, ask: Ask) -> Accepted:
    """The meeting that is open here, else the next that is planned, on a new card."""
    it = agenda_of(state, ask)
    order = rules_for(state, ask, it).text("stack")
    if ask.private:
        body = card_told(state, it, texts_of(ask), order)
        return Accepted(replies=(Reply(body, private=True, ref=it.ref),))
    return Accepted(replies=(card_of(state, it, texts_of(ask), Kind.CARD, ask.place, order),))


@arguments
class MeetingOpenArgs:
    """What `/meeting open` takes."""

    title: str = takes(
        OptionType.TEXT,
        say("what kind of meeting; or one that is planned, as M4"),
        positional=True,
        default="",
    )
    spokes: bool = flag(say("that circles decide, each by the one whom it sends"))


def _open_queries(state: State, ask: Ask[MeetingOpenArgs]) -> tuple[Query, ...]:
    left, coming = state.meetings.left.get(ask.room), _planned(state, ask)
    numbers = [coming.number] if coming else []
    if left is not None:
        numbers += [left[0], *(each.words for each in left[1] if each.words)]
    return tuple(About(words_of(number)) for number in dict.fromkeys(numbers))


def _planned(state: State, ask: Ask[MeetingOpenArgs]) -> Meeting | None:
    """The planned meeting that is meant: the one that is named, else one whose time has come."""
    if _REF.fullmatch(ask.args.title):
        return state.meetings.planned.get(int(ask.args.title[1:]))
    coming = state.meetings.next_in(ask.room)
    soon = coming is not None and coming.starts_at <= ask.moment.at + EARLY_MS
    return coming if soon and not ask.args.title else None


def open_(state: State, ask: Ask[MeetingOpenArgs]) -> Accepted:
    """Open a meeting in this room; what the last one did not come to stands first."""
    coming = _planned(state, ask)
    _check_may_open(state, ask, coming)
    words = ask.text(coming.title) if coming and coming.title else "" if coming else ask.args.title
    check_title(words)
    title = ask.moment.seal(words) if words else None
    event = MeetingOpened(
        number=coming.number if coming else state.meetings.count + 1,
        facilitator=ask.me.number,
        room=ask.room,
        circle=coming.circle if coming else state.rooms.circle(ask.place),
        title=title.seal if title else "",
        spokes=ask.args.spokes,
    )
    first, sealed = _left_first(state, ask, event.number, coming.count if coming else 0)
    texts = [*([title] if title else []), *sealed]
    it = opened(event, ask.moment.at, apart(coming)).stepped(first, ask.moment.at)
    known = texts_of(ask, {each.seal: each.text for each in texts})
    order = ask.rules.text("stack")
    card = card_of(state, it, known, Kind.CARD, ask.place, order)
    accepted = Accepted((event, *first), tuple(texts), (card,))
    if coming is None:
        return accepted
    again, more = following(state, ask, coming, state.meetings.count + 1)
    return replace(accepted, events=(*accepted.events, *again), texts=(*accepted.texts, *more))


def _left_first(
    state: State, ask: Ask, number: int, count: int
) -> tuple[tuple[Event, ...], list[Sealed]]:
    """What the last meeting here left over stands first, before the `count` points there are."""
    since, left = state.meetings.left.get(ask.room, (0, ()))
    events: list[Event] = []
    texts = []
    for place, item in enumerate(left):
        sealed = ask.moment.seal(ask.text(item.title))
        texts.append(sealed)
        own = count + place + 1
        events.append(
            ItemAdded(
                number=number,
                item=own,
                title=sealed.seal,
                minutes=item.minutes,
                since=item.since or since,
                sort=item.sort,
                proposal=item.proposal,
            )
        )
        if count:
            events.append(ItemMoved(number=number, item=own, to=place))
    return tuple(events), texts


def _check_may_open(state: State, ask: Ask[MeetingOpenArgs], coming: Meeting | None) -> None:
    check_may_meet(state, ask, coming.circle if coming else state.rooms.circle(ask.place))
    if ask.args.spokes:
        check_council(state, coming.circle if coming else state.rooms.circle(ask.place))
    it = state.meetings.in_room(ask.room)
    if it is not None:
        raise Refusal(
            "meeting-open",
            say("{ref} is open here, and {who} facilitates.", ref=it.ref, who=_who(state, it)),
            instead=say("{line} when you are there.", line=Typed("meeting here")),
        )
    named = ask.args.title
    if coming is None and _REF.fullmatch(named):
        raise Refusal(
            "reference-unknown",
            say("No meeting {ref} is planned here.", ref=named),
            word=named,
            instead=say("{line} opens one that nobody planned.", line=Typed("meeting open")),
        )
    if coming is not None and coming.room != ask.room:
        raise Refusal(
            "no-room",
            say("{ref} is planned in {room}.", ref=coming.ref, room=_room_told(state, coming)),
            word=named,
            instead=say("Type it there."),
        )


def _room_told(state: State, it: Meeting) -> Node:
    room = state.rooms.by_number.get(it.room)
    return Words(room.shown if room else "")


def _who(state: State, it: Meeting) -> Node:
    return state.members.name(it.facilitator)


def _close_queries(state: State, ask: Ask) -> tuple[Query, ...]:
    it = found_here(state, ask)
    return minutes_queries(ask, it.number) if it is not None else ()


def close(state: State, ask: Ask) -> Accepted:
    """Close the meeting, with its minutes."""
    it = meeting_of(state, ask)
    check_leads(state, ask, it)
    check_no_call(state, it)
    return closed_with(state, ask, it, MeetingClosed(number=it.number))


# --- Who is there ---------------------------------------------------------------------------------


@arguments
class MeetingHereArgs:
    """What `/meeting here` takes."""

    who: tuple[str, ...] = takes(
        OptionType.PEOPLE, say("who else is there, as @name; you, where nobody is named"), default=()
    )
    guests: str = takes(
        OptionType.TEXT, say("how many guests there are, as +3"), positional=True, default=""
    )


def here(state: State, ask: Ask[MeetingHereArgs]) -> Accepted:
    """Say that one is there; who else is, and how many guests, the facilitator says."""
    it = meeting_of(state, ask)
    more, guests = _named(state, ask)
    named = (*ask.args.who, *more)
    people = [ask.person(state, word) for word in named]
    if not named and guests is None:
        people = [ask.me]
    if guests is not None or any(each.number != ask.me.number for each in people):
        check_leads(state, ask, it)
    mine = people == [ask.me]
    known = came_themselves if mine else is_present
    fresh = [each for each in people if not known(state, it, each.number)]
    numbers = tuple(dict.fromkeys(each.number for each in fresh))
    if not numbers and guests in {None, it.guests}:
        raise Refusal("nothing-changed", say("That is so already."))
    by = 0 if mine else ask.me.number
    events = (MembersCame(number=it.number, members=numbers, guests=guests, by=by),)
    then = it.stepped(events, ask.moment.at)
    count = present_told(len(present(state, then)), then.guests)
    names = joined(each.shown for each in fresh)
    told = (
        say("You are there. Here now: {present}.", present=count)
        if fresh == [ask.me]
        else say("Noted as there: {who}. Here now: {present}.", who=names, present=count)
        if fresh
        else say("Here now: {present}.", present=count)
    )
    others = any(each.number != ask.me.number for each in fresh)
    # Whom somebody else enters, and how many guests, all can see and contradict.
    openly = others or guests is not None
    replies = in_room(state, ask, it, told) if openly else (Reply(told, private=True, ref=it.ref),)
    return stepped(state, ask, it, events, *replies)


def _named(state: State, ask: Ask[MeetingHereArgs]) -> tuple[list[str], int | None]:
    """Who is named without the sign for it, and how many guests, if that is said. Raises Refusal."""
    words = ask.args.guests.split()
    # A bare number is one of guests, also where somebody is called so.
    people = [word for word in words if not word.isdecimal() and is_person(state, ask, word)]
    others = " ".join(word for word in words if word not in people)
    return people, _guests(others) if others else None


def _guests(word: str) -> int:
    """How many guests there are. Raises Refusal."""
    bare = word.removeprefix("+")
    number = int(bare) if bare.isascii() and bare.isdecimal() and len(bare) < 6 else -1
    if not 0 <= number <= GUESTS_MAX:
        raise Refusal(
            "guests-odd",
            say("“{word}” is no number of guests.", word=word),
            word=word,
            instead=say("So many others are there: {line}", line=Typed("meeting here +3")),
        )
    return number


@arguments
class MeetingAwayArgs:
    """What `/meeting away` takes."""

    who: str = takes(
        OptionType.PERSON, say("who has left, if not you, as @name"), positional=True, default=""
    )


def away(state: State, ask: Ask[MeetingAwayArgs]) -> Accepted:
    """Say that one leaves; for somebody else the facilitator says it."""
    it = meeting_of(state, ask)
    who = ask.anybody(state, ask.args.who) if ask.args.who else ask.me
    if who.number != ask.me.number:
        check_leads(state, ask, it)
    if not is_present(state, it, who.number):
        raise Refusal("not-there", say("{who} is not noted as there.", who=who.shown))
    numbers = [n for n in state.members.numbers(who.number) if n in it.present]
    mine = who.number == ask.me.number
    by = 0 if mine else ask.me.number
    events = tuple(MemberWent(number=it.number, member=number, by=by) for number in numbers)
    told = say("You have left {ref}.", ref=it.ref) if mine else say("{who} has left.", who=who.shown)
    leaderless = who.number == state.members.one(it.facilitator)
    take = Typed("meeting duty facilitator @…")
    news = say("{who} has left; who takes over? {line}", who=who.shown, line=take)
    replies: tuple[Reply, ...] = (Reply(told, private=True, ref=it.ref),) if mine else ()
    if leaderless:
        replies = (*replies, *in_room(state, ask, it, news))
    elif not mine:
        replies = in_room(state, ask, it, told)
    return stepped(state, ask, it, events, *replies)


# --- Duties ---------------------------------------------------------------------------------------


@arguments
class MeetingDutyArgs:
    """What `/meeting duty` takes."""

    duty: str = takes(OptionType.WORD, say("which duty"), positional=True, choices=(*DUTIES, SPOKE))
    who: str = takes(OptionType.PERSON, say("who, as @name"), positional=True)
    circle: str = takes(OptionType.CIRCLE, say("for which circle a spoke speaks"), default="")


def duty(state: State, ask: Ask[MeetingDutyArgs]) -> Accepted:
    """Give a duty to somebody; whoever takes an open one may do so themselves."""
    it, named = meeting_of(state, ask), ask.args.duty
    who = ask.person(state, ask.args.who)
    if named == SPOKE:
        return send(state, ask, it, who, ask.args.circle)
    if ask.args.circle:
        raise Refusal(
            "no-council",
            say("Only a spoke speaks for a circle."),
            word=ask.args.circle,
            instead=say("Without it: {line}", line=Typed(f"meeting duty {named} @…")),
        )
    holder = it.duties.get(named)
    if holder is not None and state.members.one(holder) == who.number:
        raise Refusal("nothing-changed", say("That is so already."))
    free = holder is None or not is_present(state, it, holder)
    free = free or (named == FACILITATOR and silent_since(state, ask, it) > 0)
    mine, there = who.number == ask.me.number, is_present(state, it, who.number)
    if not (free and mine and there):
        check_leads(state, ask, it)
    elif named == FACILITATOR:
        check_within(state, ask, it.circle)
    came: tuple[Event, ...] = ()
    if mine:
        came = comes(state, it, ask.me)
    elif named == FACILITATOR:
        # A meeting led by somebody who is elsewhere could go neither on nor to its end.
        check_came(state, it, who, ask.args.who)
    elif not there:
        came = (MembersCame(number=it.number, members=(who.number,), by=ask.me.number),)
    events = (*came, DutyGiven(number=it.number, duty=named, member=who.number))
    told = fill(DUTY_WORDS[named], who=who.shown)
    return stepped(state, ask, it, events, *in_room(state, ask, it, told))


COMMANDS = (
    Command(
        name="meeting",
        about=say("the meeting that is open here"),
        also=say("assembly, gathering, who is here, who speaks, stand-up, standup"),
        decide=show,
        wants=agenda_queries,
    ),
    Command(
        name="meeting open",
        about=say("open a meeting in this room"),
        also=say("start meeting, begin meeting, new meeting"),
        decide=open_,
        wants=_open_queries,
        args=MeetingOpenArgs,
        examples=("meeting open", "meeting open Weekly", "meeting open M4", "meeting open --spokes"),
        undo="meeting close",
    ),
    Command(
        name="meeting close",
        about=say("close the meeting, with its minutes"),
        also=say("end meeting, finish meeting"),
        decide=close,
        wants=_close_queries,
    ),
    Command(
        name="meeting here",
        about=say("say that you are at the meeting, or who else is"),
        also=say("present, attend, i am here, joining the meeting"),
        decide=here,
        wants=meeting_queries,
        args=MeetingHereArgs,
        examples=("meeting here", "meeting here @bo @cem", "meeting here +3"),
        undo="meeting away",
    ),
    Command(
        name="meeting away",
        about=say("say that you leave the meeting"),
        also=say("leave meeting, absent"),
        decide=away,
        wants=meeting_queries,
        args=MeetingAwayArgs,
        examples=("meeting away", "meeting away @bo"),
    ),
    Command(
        name="meeting duty",
        about=say("who facilitates, takes the minutes, keeps the time or the list"),
        also=say("facilitate, facilitator, chair, scribe, minute taker, time keeper, vibes"),
        decide=duty,
        wants=meeting_queries,
        args=MeetingDutyArgs,
        examples=(
            "meeting duty minutes @bo",
            "meeting duty facilitator @cem",
            "meeting duty spoke @bo --circle kitchen",
        ),
    ),
)
