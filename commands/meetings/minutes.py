"""The minutes: composed of what happened, told at the end, corrected until they stand."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.arguments import OptionType, arguments, flag, takes
from bot.chain import Sealed
from bot.chat import Refusal, Reply
from bot.collective.events import Event
from bot.collective.meetingevents import (
    DecisionCalled,
    MeetingClosed,
    MinutesApproved,
    MinutesCorrected,
    reference,
    words_of,
)
from bot.collective.meetings import Meeting
from bot.collective.minutes import (
    Minutes,
    Noted,
    minutes_of,
)
from bot.collective.proposalevents import reference as proposal_ref
from bot.collective.state import State
from bot.command import Command
from bot.decision import About, Accepted, Ask, Query
from bot.text.wording import (
    Node,
    Time,
    Typed,
    Words,
    lines,
    say,
)
from commands.decisions.headings import in_own_words
from commands.decisions.lookups import texts_of
from commands.meetings.cards import (
    card_told,
    how_typed,
    present,
)
from commands.meetings.composing import minutes_file, minutes_told, stands_from
from commands.meetings.lookups import (
    came_themselves,
    check_leads,
    comes,
    found_here,
    in_room,
    meeting_of,
    meeting_queries,
    rules_for,
    stepped,
)


def minutes_queries(ask: Ask[Any], number: int) -> tuple[Query, ...]:
    """The whole life of a meeting, with its words, and of what it decided."""
    own = About(reference(number))
    called = (e.proposal for _, e in ask.found.get(own, ()) if isinstance(e, DecisionCalled))
    return (own, About(words_of(number)), *(About(proposal_ref(each)) for each in called))


def read_minutes(ask: Ask[Any], number: int, now: Iterable[Event] = ()) -> Minutes | None:
    """The minutes of a meeting, with what happens to it just now."""
    found = ask.found.get(About(reference(number)), ())
    steps = [(entry.at, event) for entry, event in found]
    return minutes_of([*steps, *((ask.moment.at, event) for event in now)])


# --- Closing --------------------------------------------------------------------------------------


def closed_with(state: State, ask: Ask[Any], it: Meeting, event: MeetingClosed) -> Accepted:
    """A meeting closes, and its minutes are told in its room."""
    found = read_minutes(ask, it.number, (event,))
    assert found is not None, "a meeting that is open was opened"
    closed = stepped(state, ask, it, (event,))
    place = closed.replies[0].place if closed.replies else None
    if place is None:
        return closed
    body = minutes_told(state, ask, found, texts_of(ask))
    told = Reply(body, ref=it.ref, place=place, page=f"show/{it.ref}")
    return Accepted(closed.events, closed.texts, (told, *closed.replies))


# --- Reading and correcting -----------------------------------------------------------------------


@arguments
class MeetingMinutesArgs:
    """What `/minutes` takes."""

    ref: str = takes(
        OptionType.REFERENCE,
        say("which meeting, as M4; else the one here"),
        positional=True,
        default="",
    )
    markdown: bool = flag(say("as a file, in Markdown"))


def number_of(state: State, ask: Ask[Any], ref: str) -> int:
    """Which meeting is meant: that one, the one here, or the last one; 0 for none."""
    if ref:
        return int(ref[1:]) if ref[0] == "M" else 0
    it = found_here(state, ask)
    return it.number if it is not None else state.meetings.last


def named_queries(state: State, ask: Ask[Any]) -> tuple[Query, ...]:
    """The life of the meeting that was named."""
    number = number_of(state, ask, ask.args.ref)
    return minutes_queries(ask, number) if number else ()


def named_minutes(state: State, ask: Ask[Any]) -> Minutes:
    """The minutes that were named. Raises Refusal where there are none."""
    number = number_of(state, ask, ask.args.ref)
    found = read_minutes(ask, number) if number else None
    if found is None:
        ref = ask.args.ref
        raise Refusal(
            "reference-unknown",
            say("There is no meeting {ref} here.", ref=ref) if ref else say("Nobody has met yet."),
            word=ref,
            instead=say("{line} opens a meeting.", line=Typed("meeting open")),
        )
    return found


def minutes(state: State, ask: Ask[Any]) -> Accepted:
    """The minutes of a meeting, so far or whole."""
    found = named_minutes(state, ask)
    it = found.meeting
    texts = texts_of(ask)
    if isinstance(ask.args, MeetingMinutesArgs) and ask.args.markdown:
        return _as_file(state, ask, found)
    order = rules_for(state, ask, it).text("stack")
    body = (
        minutes_told(state, ask, found, texts)
        if it.opened_at
        else lines(card_told(state, it, texts, order), how_typed(it))
    )
    page = f"show/{it.ref}"
    return Accepted(
        replies=(Reply(body, ref=it.ref, page=page, facts=minutes_facts(state, ask, found)),)
    )


def _as_file(state: State, ask: Ask[Any], found: Minutes) -> Accepted:
    """The minutes as Markdown. Raises Refusal where nobody has met yet."""
    it = found.meeting
    if not it.opened_at:
        raise Refusal(
            "minutes-none",
            say("{ref} has not begun.", ref=it.ref),
            word=it.ref,
            instead=say("{line} tells when it is.", line=Typed(f"show {it.ref}")),
        )
    told = say("The minutes of {ref}, as a file.", ref=it.ref)
    file = minutes_file(state, ask, found, texts_of(ask))
    return Accepted(replies=(Reply(told, ref=it.ref, fleeting=True, files=(file,)),))


def headline(state: State, ask: Ask[Any]) -> Node:
    """What heads a meeting: what it is called."""
    it = named_minutes(state, ask).meeting
    return in_own_words(texts_of(ask)(it.title), say("Meeting {ref}", ref=it.ref))


def minutes_facts(state: State, ask: Ask[Any], found: Minutes) -> dict[str, Any]:
    """The minutes for machines."""
    it, texts = found.meeting, texts_of(ask)
    noted = [each for each in found.told if isinstance(each, Noted)]
    names = rules_for(state, ask, it).on("minutes-names")
    people = list(dict.fromkeys(map(state.members.one, it.came)))
    return {
        "meeting": it.ref,
        "title": texts(it.title) if it.title else "",
        "planned": it.starts_at or None,
        "opened": it.opened_at or None,
        "closed": it.closed_at or None,
        "members": len(people),
        "guests": it.guests_most,
        "present": [state.members.name(each).name for each in people] if names else [],
        "agenda": [{"title": texts(i.title), "done": i.done, "type": i.sort} for i in it.items],
        "noted": [{"sort": each.sort, "text": texts(each.text)} for each in noted],
    }


@arguments
class MeetingCorrectArgs:
    """What `/minutes amend` takes."""

    ref: str = takes(OptionType.REFERENCE, say("which meeting, as M4"), positional=True)
    text: str = takes(OptionType.TEXT, say("what it should say"), positional=True)


def check_not_standing(state: State, ask: Ask[Any], found: Minutes) -> None:
    """Raise Refusal where the minutes are corrected no more."""
    it = found.meeting
    until = stands_from(state, ask, found)
    if it.closed_at and ask.moment.at >= until:
        raise Refusal(
            "minutes-stand",
            say(
                "The minutes of {ref} stand since {at}.",
                ref=it.ref,
                at=Time(until),
            ),
            word=it.ref,
            rule="minutes-approve",
        )


def correct(state: State, ask: Ask[MeetingCorrectArgs]) -> Accepted:
    """Correct minutes: whoever was there, while they do not stand yet. What stood there stays."""
    found = named_minutes(state, ask)
    it = found.meeting
    if state.members.one(ask.me.number) not in set(map(state.members.one, it.came)):
        raise Refusal(
            "not-there",
            say("Whoever was at {ref} can correct its minutes.", ref=it.ref),
            word=it.ref,
            instead=say("{line} tells who was.", line=Typed(f"minutes {it.ref}")),
        )
    check_not_standing(state, ask, found)
    sealed: Sealed = ask.moment.seal(ask.args.text)
    event = MinutesCorrected(number=it.number, member=ask.me.number, text=sealed.seal)
    told = say(
        "{who} corrects the minutes of {ref}: {text}",
        who=ask.me.shown,
        ref=it.ref,
        text=Words(sealed.text),
    )
    room = state.rooms.by_number.get(it.room)
    place = room.place if room is not None and room.here else None
    return Accepted((event,), (sealed,), (Reply(told, ref=it.ref, place=place),))


# --- Approving --------------------------------------------------------------------------------------


@arguments
class MinutesApproveArgs:
    """What `/minutes approve` takes."""

    ref: str = takes(OptionType.REFERENCE, say("which meeting, as M4"), positional=True)


def _approving_queries(state: State, ask: Ask[MinutesApproveArgs]) -> tuple[Query, ...]:
    return (*named_queries(state, ask), *meeting_queries(state, ask))


def approve(state: State, ask: Ask[MinutesApproveArgs]) -> Accepted:
    """Say at a meeting that the minutes of an earlier one are right: they are corrected no more."""
    found = named_minutes(state, ask)
    it, within = found.meeting, meeting_of(state, ask)
    check_leads(state, ask, within)
    if not it.closed_at or not it.opened_at:
        raise Refusal(
            "minutes-none", say("{ref} is not over.", ref=it.ref), word=it.ref, instead=_reads(it)
        )
    check_not_standing(state, ask, found)
    if within.room != it.room and not (it.circle and within.circle == it.circle):
        raise Refusal(
            "minutes-elsewhere",
            say("{ref} was in another room, and not of the same circle.", ref=it.ref),
            word=it.ref,
            instead=_reads(it),
        )
    # All who were there have had time to read them, by the rules of where they met.
    least = rules_for(state, ask, it).number("minutes-read") * 60_000
    if within.opened_at < it.closed_at + least:
        raise Refusal(
            "minutes-fresh",
            say("{ref} is only just over; who was there has to read them first.", ref=it.ref),
            word=it.ref,
            rule="minutes-read",
            instead=_reads(it),
        )
    events = (
        *comes(state, within, ask.me),
        MinutesApproved(number=it.number, member=ask.me.number, within=within.number),
    )
    there = within.stepped(events[:-1], ask.moment.at)
    if len({each for each in present(state, there) if came_themselves(state, there, each)}) < 2:
        raise Refusal(
            "minutes-alone",
            say("Nobody else has said to be there."),
            instead=say("They say so: {line}", line=Typed("meeting here")),
        )
    told = say(
        "{who} says for all who are there: the minutes of {ref} are right.",
        who=ask.me.shown,
        ref=it.ref,
    )
    return stepped(state, ask, within, events, *in_room(state, ask, within, told))


def _reads(it: Meeting) -> Node:
    return say("{line} tells them.", line=Typed(f"minutes {it.ref}"))


COMMANDS = (
    Command(
        name="minutes",
        about=say("the minutes of a meeting"),
        also=say("minutes, protocol, record of the meeting"),
        decide=minutes,
        wants=named_queries,
        args=MeetingMinutesArgs,
        examples=("minutes", "minutes M4", "minutes M4 --markdown"),
    ),
    Command(
        name="minutes amend",
        about=say("correct the minutes of a meeting"),
        also=say("amend minutes, correct minutes"),
        decide=correct,
        wants=named_queries,
        args=MeetingCorrectArgs,
        examples=("minutes amend M4 The oven comes on Tuesday, not on Monday",),
    ),
    Command(
        name="minutes approve",
        about=say("say at a meeting that the minutes of an earlier one are right"),
        also=say("approve minutes, accept minutes, adopt minutes"),
        decide=approve,
        wants=_approving_queries,
        args=MinutesApproveArgs,
        examples=("minutes approve M4",),
    ),
)
