"""Looking meetings up: which one is meant, who may lead it, and what is told with each step of it."""

from __future__ import annotations

from bot.chain import Sealed
from bot.chat import Kind, Place, Refusal, Reply
from bot.collective.agenda import Item
from bot.collective.catalogue import rules_of
from bot.collective.events import Event
from bot.collective.guards import may_by
from bot.collective.meetingevents import MembersCame, words_of
from bot.collective.meetings import Meeting
from bot.collective.members import Member
from bot.collective.roles import Role
from bot.collective.rules import Rules, refused_by
from bot.collective.state import State
from bot.decision import About, Accepted, Ask, Query
from bot.text.wording import Node, Time, Typed, say
from commands.decisions.lookups import texts_of
from commands.meetings.cards import card_of, present

OPEN_LINE = Typed("meeting open")


def found_here(state: State, ask: Ask) -> Meeting | None:
    """The meeting of the room; in private the only one that whoever asks can mean."""
    it = state.meetings.in_room(ask.room)
    if it is not None or not ask.private:
        return it
    me = ask.member
    numbers = {*state.members.numbers(me.number)} if me is not None else set()
    mine = [each for each in state.meetings.open.values() if numbers & each.present.keys()]
    every = mine or [*state.meetings.open.values()]
    return every[0] if len(every) == 1 else None


def meeting_of(state: State, ask: Ask) -> Meeting:
    """The meeting that is open here. Raises Refusal where none is."""
    it = found_here(state, ask)
    if it is None:
        raise Refusal(
            "no-meeting",
            say("Nobody meets here now."),
            instead=say("{line} opens a meeting.", line=OPEN_LINE),
        )
    return it


def prepared_here(state: State, ask: Ask) -> Meeting | None:
    """The next meeting that is planned in the room; in private the only one that is planned."""
    it = state.meetings.next_in(ask.room)
    if it is not None or not ask.private:
        return it
    every = [*state.meetings.planned.values()]
    return every[0] if len(every) == 1 else None


def agenda_of(state: State, ask: Ask) -> Meeting:
    """The meeting whose agenda is meant: the one that is open here, else the next. Raises Refusal."""
    coming = None if found_here(state, ask) else prepared_here(state, ask)
    return coming or meeting_of(state, ask)


def agenda_queries(state: State, ask: Ask) -> tuple[Query, ...]:
    """What that meeting and its points are called."""
    it = found_here(state, ask) or prepared_here(state, ask)
    return (About(words_of(it.number)),) if it is not None else ()


def check_may_meet(state: State, ask: Ask, circle: str) -> None:
    """Who may open a meeting in this room, or plan one. Raises Refusal."""
    if ask.private or not ask.room:
        raise Refusal(
            "no-room",
            say("A private conversation is no room."),
            instead=say("Type it in the room that is meant."),
        )
    if not may_by("meetings", ask.rules, ask.me):
        raise refused_by("meetings", say("You cannot open a meeting here."))
    check_within(state, ask, circle)


def meeting_queries(state: State, ask: Ask) -> tuple[Query, ...]:
    """What the meeting here and its points are called."""
    it = found_here(state, ask)
    return (About(words_of(it.number)),) if it is not None else ()


def rules_for(state: State, ask: Ask, it: Meeting) -> Rules:
    """The rules of where people meet, wherever they are asked for: in private, elsewhere, on a page."""
    return rules_of(ask.configured, *state.rules.layers(it.room, it.circle))


def place_of(state: State, ask: Ask, it: Meeting) -> Place | None:
    """The room where people meet; None where the bot is there no more."""
    room = state.rooms.by_number.get(it.room)
    if room is not None:
        return room.place if room.here else None
    return ask.place if ask.room == it.room else None


def is_present(state: State, it: Meeting, who: int) -> bool:
    """Whether somebody is there, by whichever of their accounts."""
    return state.members.one(who) in present(state, it)


def is_person(state: State, ask: Ask, word: str) -> bool:
    """Whether a word means somebody here."""
    try:
        ask.person(state, word)
    except Refusal:
        return False
    return True


def comes(state: State, it: Meeting, who: Member) -> tuple[Event, ...]:
    """Whoever does something in a meeting is there; not only because others say so.

    Nobody is at one that is only planned.
    """
    if not it.opened_at or came_themselves(state, it, who.number):
        return ()
    return (MembersCame(number=it.number, members=(who.number,)),)


def came_themselves(state: State, it: Meeting, who: int) -> bool:
    """Whether somebody is there by their own word, or by what they did."""
    own = it.present.keys() - it.entered
    return state.members.one(who) in map(state.members.one, own)


def check_came(state: State, it: Meeting, who: Member, word: str) -> None:
    """That somebody is there by their own word. Raises Refusal."""
    if not came_themselves(state, it, who.number):
        raise Refusal(
            "not-there",
            say("{who} has not said to be there.", who=who.shown),
            word=word,
            instead=say("They say so: {line}", line=Typed("meeting here")),
        )


def check_leads(state: State, ask: Ask, it: Meeting) -> None:
    """What the facilitator does; and whoever has that role, or coordinates. Raises Refusal."""
    me = ask.me
    if me.number == state.members.one(it.facilitator):
        return
    if me.may(Role.FACILITATOR) or me.may(Role.COORDINATOR):
        return
    raise Refusal(
        "not-facilitator",
        say("{who} facilitates {ref}.", who=state.members.name(it.facilitator), ref=it.ref),
        instead=_instead_of_leading(state, ask, it, me),
    )


TOGETHER_MS = 5_000
"""Two who lead and go on within so long (ms) mean the same step."""


def check_not_together(state: State, ask: Ask, last: tuple[int, int], line: Typed) -> None:
    """Where another one did the same just now, it is not done once more. Raises Refusal.

    `last` is who did it last, and when (ms); `line` does it again.
    """
    other, at = last
    if not other or state.members.one(other) == ask.me.number or ask.moment.at >= at + TOGETHER_MS:
        return
    raise Refusal(
        "gone-on-already",
        say("{who} has just gone on; so nothing is skipped.", who=state.members.name(other)),
        instead=say("In some seconds {line} goes on from there.", line=line),
    )


def check_within(state: State, ask: Ask, circle: str) -> None:
    """Of a circle's meeting: whoever works in it, or has a role in all. Raises Refusal."""
    me, found = ask.me, state.circles.by_name.get(circle)
    if found is None or me.may(Role.FACILITATOR) or me.may(Role.COORDINATOR):
        return
    if found.members.isdisjoint(state.members.numbers(me.number)):
        raise Refusal(
            "not-within",
            say("Whoever works in the circle {name} opens its meetings and leads them.", name=circle),
            instead=say("{line} joins it.", line=Typed(f"circle join {circle}")),
        )


def silent_since(state: State, ask: Ask, it: Meeting) -> int:
    """Since when (ms) nothing came from whoever facilitates, as long as the rule says; else 0.

    Also a vote on what is being decided is something.
    """
    least = rules_for(state, ask, it).number("facilitator-silence") * 60_000
    numbers = state.members.numbers(it.facilitator)
    last = [it.acted.get(number, 0) for number in numbers]
    call = state.proposals.alive.get(it.call)
    if call is not None:
        last += [call.cast[number].at for number in numbers if number in call.cast]
    heard = max(last, default=0)
    return heard if least and heard and heard + least <= ask.moment.at else 0


def _instead_of_leading(state: State, ask: Ask, it: Meeting, me: Member) -> Node:
    if is_present(state, it, it.facilitator):
        silent = silent_since(state, ask, it)
        if not silent:
            return say("Ask them, or have them hand it over to you.")
        take = Typed("meeting duty facilitator me")
        return say(
            "Nothing came from them since {at}; you can take over: {line}", at=Time(silent), line=take
        )
    if is_present(state, it, me.number):
        take = Typed("meeting duty facilitator me")
        return say("They have left; you can take over: {line}", line=take)
    return say("They have left; come, and take over: {line}", line=Typed("meeting here"))


def point_of(it: Meeting, word: str) -> Item:
    """A point of the agenda by its place there, counted from 1. Raises Refusal."""
    number = int(word) if word.isascii() and word.isdecimal() and len(word) < 4 else 0
    if not 1 <= number <= len(it.items):
        raise Refusal(
            "no-point",
            say("“{word}” is no point of the agenda.", word=word),
            word=word,
            instead=say("{line} shows its points.", line=Typed("meeting agenda")),
        )
    return it.items[number - 1]


def in_room(state: State, ask: Ask, it: Meeting, told: Node) -> tuple[Reply, ...]:
    """Something that all who meet are told."""
    place = place_of(state, ask, it)
    return () if place is None else (Reply(told, ref=it.ref, place=place),)


def stepped(
    state: State,
    ask: Ask,
    it: Meeting,
    events: tuple[Event, ...],
    *told: Reply,
    texts: tuple[Sealed, ...] = (),
) -> Accepted:
    """What was decided, with the new picture of the meeting's card."""
    then = it.stepped(events, ask.moment.at)
    known = texts_of(ask, {each.seal: each.text for each in texts})
    place = place_of(state, ask, it)
    order = rules_for(state, ask, it).text("stack")
    if place is None:
        return Accepted(events, texts, told)
    before = card_of(state, it, known, Kind.EDIT, place, order)
    shown = card_of(state, then, known, Kind.EDIT, place, order)
    # A line of the minutes changes nothing on the card.
    return Accepted(events, texts, told if shown == before else (*told, shown))
