"""First words: what is told once to who is new, beside the answer that they get anyway.

A line, and never a message of its own: whoever comes with many others floods nobody. The rule `welcome`
turns it off.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TypeVar

import msgspec

from bot.chat import Incoming, Kind, Place, Refusal, Reply
from bot.collective.contributions import ContributionLogged, Share, reference
from bot.collective.events import Event
from bot.collective.members import Member, MemberJoined
from bot.collective.rooms import RoomJoined, RoomMoved
from bot.collective.state import State
from bot.decision import Accepted
from bot.text.wording import Node, Typed, Words, lines, say

FOUNDING = frozenset({"setup", "collective"})
"""The commands that lead a founder themselves."""

GREETING = Reply(
    lines(
        say("Hello, I am Talkoot. I keep a group's books: who gave what, what was decided."),
        say("{line} begins one here.", line=Typed("collective create NAME")),
        say("{line} joins one.", line=Typed("collective join CODE")),
        say("{undo} takes back, {help} explains.", undo=Typed("withdraw C1"), help=Typed("help")),
        say("I act only on what begins with {sign}", sign=Typed("…")),
    )
)
"""What the bot says, once, in a room that it does not know: six lines of a phone at most."""


READ = {
    "link": say(
        "What you enter here is read, with your words, on pages for whoever has a link; "
        "{more} tells more.",
        more=Typed("me privacy web"),
    ),
    "public": say(
        "What you enter here is read, with your words, on pages for everybody; {more} tells more.",
        more=Typed("me privacy web"),
    ),
}
"""What whoever is new is told where there are pages, by the rule `web`."""


def greeted(
    decision: Accepted,
    state: State,
    command: str,
    me: Member | None,
    message: Incoming,
    seen: str = "",
) -> Accepted:
    """The decision, with what whoever is new is told beside it; `state` is that before it.

    Where there are pages, `seen` is by whom they are.
    """
    if not decision.replies:
        return decision
    told = [*_told(decision.events, state, command, me, message, seen)]
    if not told:
        return decision
    if _is_answer(decision.replies[0]):
        return _beside(decision, lines(*told))
    # Where the first answer goes elsewhere, or is an edit, the line stands alone.
    return replace(decision, replies=(*decision.replies, Reply(lines(*told), private=True)))


def _told(
    events: tuple[Event, ...],
    state: State,
    command: str,
    me: Member | None,
    message: Incoming,
    seen: str,
) -> Iterator[Node]:
    leads = command.split(maxsplit=1)[0] in FOUNDING
    joined = [each for each in events if isinstance(each, MemberJoined) and each.platform]
    first_of_all = not state.members.by_number
    entry = _first_entry(events, state, me)
    if joined and first_of_all:
        if not leads:
            yield say(
                "You are the first here, and the admin: {setup} asks three questions, "
                "{usual} takes what is usual.",
                setup=Typed("setup"),
                usual=Typed("setup usual"),
            )
    elif joined and not entry:
        yield say(
            "Welcome to {name}! {log} enters what you give, {menu} shows what waits, {help} explains.",
            name=Words(state.name),
            log=Typed("log 2h baked bread"),
            menu=Typed("menu"),
            help=Typed("help"),
        )
    if entry:
        yield from _put_right(*entry, welcome=bool(joined) and not first_of_all, name=state.name)
    if seen in READ and (entry or (joined and not first_of_all)):
        yield READ[seen]
    new_room = any(isinstance(it, RoomJoined) for it in events)
    if new_room and not (first_of_all or message.private or leads):
        yield say("This room belongs to {name} from now on, with one set of books.", name=state.name)


def _first_entry(
    events: tuple[Event, ...], state: State, me: Member | None
) -> tuple[str, Share] | None:
    """The entry of their own that somebody makes who never made one before."""
    if me is None or not state.contributions.givers.isdisjoint(state.members.numbers(me.number)):
        return None
    logged = (each for each in events if isinstance(each, ContributionLogged) and not each.origin)
    return next(
        ((reference(it.number), it.share) for it in logged if it.share.member == me.number), None
    )


def _put_right(ref: str, share: Share, *, welcome: bool, name: str) -> Iterator[Node]:
    other = "1h" if share.unit == "h" and share.count != 60 else "2h"
    amend = Typed(f"amend {ref} {other}") if share.unit == "h" else Typed(f"amend {ref} --on yesterday")
    withdraw = Typed(f"withdraw {ref}")
    if welcome:
        yield say(
            "Welcome to {name}! If something is wrong, {amend} changes it, {withdraw} takes it back; "
            "{help} explains.",
            name=Words(name),
            amend=amend,
            withdraw=withdraw,
            help=Typed("help"),
        )
    else:
        yield say(
            "Your first entry! If something is wrong, {amend} changes it, {withdraw} takes it back.",
            amend=amend,
            withdraw=withdraw,
        )


def met(state: State | None) -> Node:
    """What is told once with the first answer in private: who reads along, and for whom it counts."""
    if state is None or not state.founded:
        return say(
            "Only you read what I write here. I keep a group's books: who gave what, what was decided. "
            "In the group's room {create} begins them.",
            create=Typed("collective create NAME"),
        )
    return say(
        "Only you read what I write here; what you enter counts for {name}. {help} explains.",
        name=Words(state.name),
        help=Typed("help"),
    )


Answered = TypeVar("Answered", Accepted, Refusal)


def with_line(decision: Answered, line: Node) -> Answered:
    """An answer with one line more, in its first words to who asked."""
    if isinstance(decision, Refusal):
        return decision.but(instead=lines(decision.instead, line))
    return _beside(decision, line)


def _beside(decision: Accepted, line: Node) -> Accepted:
    at = next((n for n, each in enumerate(decision.replies) if _is_answer(each)), None)
    if at is None:
        return decision
    more = msgspec.structs.replace(decision.replies[at], body=lines(decision.replies[at].body, line))
    return replace(decision, replies=(*decision.replies[:at], more, *decision.replies[at + 1 :]))


def _is_answer(reply: Reply) -> bool:
    """Whether a reply is for who asked, or for the room where they did."""
    return reply.place is None and not reply.to and reply.kind in {Kind.REPLY, Kind.CARD}


def arrival(state: State | None, message: Incoming, *, welcomes: bool) -> Accepted | None:
    """What follows from the bot's coming into a room, or from the platform's replacing one.

    A room that is not known is greeted, as what it is; a replaced one goes on as it was. None where
    there is nothing to do.
    """
    place = message.place
    if message.private:
        hello = say("Hello, I am Talkoot.")
        return _said(place, lines(hello, met(state))) if welcomes else None
    if state is None:
        # Said into the room, as an answer to nothing: some clients break on a reply to an arrival.
        return Accepted(replies=(msgspec.structs.replace(GREETING, place=place),))
    room = state.rooms.by_place.get(Place(place.platform, message.former))
    if room is not None and message.former:
        moved = RoomMoved(
            number=room.number, platform=place.platform, former=message.former, room=place.room
        )
        return Accepted((moved,))
    if message.former or place in state.rooms.by_place or not welcomes:
        return None
    return _said(
        place,
        lines(
            say("Hello, I am Talkoot. I keep the books of {name}, for this room too.", name=state.name),
            say(
                "{log} enters what you give, {menu} shows what waits, {help} explains.",
                log=Typed("log 2h baked bread"),
                menu=Typed("menu"),
                help=Typed("help"),
            ),
            say("I act only on what begins with {sign}", sign=Typed("…")),
        ),
    )


def _said(place: Place, body: Node) -> Accepted:
    return Accepted(replies=(Reply(body, place=place),))
