"""The minutes: composed of what happened, told at the end, corrected until they stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from bot.arguments import OptionType, arguments, takes
from bot.chain import Sealed
from bot.chat import Refusal, Reply
from bot.collective.events import Event
from bot.collective.meetingevents import (
    DecisionCalled,
    MeetingClosed,
    MinutesCorrected,
    reference,
    words_of,
)
from bot.collective.meetings import Item, Meeting
from bot.collective.minutes import (
    ACTION,
    AGREED,
    IDEA,
    LINK,
    Asked,
    Called,
    Entry,
    Minutes,
    Noted,
    Rounded,
    minutes_of,
)
from bot.collective.needevents import reference as need_ref
from bot.collective.proposalevents import WITHDRAWN
from bot.collective.proposalevents import reference as proposal_ref
from bot.collective.proposals import fold_proposal
from bot.collective.state import State
from bot.command import Command
from bot.deciding.ballots import Sense
from bot.deciding.telling import tally_words, verdict_words
from bot.deciding.terms import hours_words
from bot.decision import About, Accepted, Ask, Query
from bot.text.wording import (
    Node,
    Strong,
    Time,
    Typed,
    Words,
    fill,
    items,
    joined,
    lines,
    say,
    say_n,
)
from commands.decisions.cards import Texts, hands_told, outcome_of, reasons, title_of
from commands.decisions.lookups import texts_of
from commands.decisions.voters import with_me
from commands.meetings.cards import (
    card_told,
    headed,
    how_typed,
    point_told,
    present_told,
    temperature_told,
)
from commands.meetings.lookups import found_here, rules_for, stepped

_MINUTE_MS = 60_000


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


# --- As they are read -----------------------------------------------------------------------------


def minutes_told(state: State, ask: Ask[Any], found: Minutes, texts: Texts) -> Node:
    """The minutes, as somebody would have written them."""
    it = found.meeting
    coming = [*_points(texts, it.left)]
    return lines(
        say("Minutes of {meeting}", meeting=headed(it, texts)),
        _when(state, it),
        *_duties(state, it),
        _present(state, ask, it),
        *_told(state, ask, found, 0, texts),
        *_by_point(state, ask, found, texts),
        say("It comes first next time:") if coming and it.closed_at else None,
        items(coming) if coming and it.closed_at else None,
        _turns(state, it),
        *_corrections(state, ask, found, texts),
    )


def _when(state: State, it: Meeting) -> Node:
    room = state.rooms.by_number.get(it.room)
    where = Words(room.shown if room else "")
    began = Time(it.opened_at)
    if not it.closed_at:
        return say("Opened {began} in {room}; it is still open.", began=began, room=where)
    minutes = max(1, (it.closed_at - it.opened_at) // _MINUTE_MS)
    told = say(
        "Opened {began} in {room}; closed after {time}.",
        began=began,
        room=where,
        time=hours_words(minutes * _MINUTE_MS),
    )
    if it.idle:
        return joined((told, say("Nobody closed it: nothing happened any more.")), " ")
    return told


def _duties(state: State, it: Meeting) -> Iterator[Node]:
    name = state.members.name
    led = dict.fromkeys(map(state.members.one, it.led))
    yield say("Facilitated by {who}.", who=joined(map(name, led)))
    if "minutes" in it.duties:
        yield say("Minutes taken by {who}.", who=name(it.duties["minutes"]))
    else:
        yield say("Nobody was there for the minutes alone: they are what people noted.")
    others = {
        "stack": say("List of speakers: {who}."),
        "time": say("Time: {who}."),
        "vibes": say("How everybody was: {who}."),
    }
    for duty, told in others.items():
        if duty in it.duties:
            yield fill(told, who=name(it.duties[duty]))


def _present(state: State, ask: Ask[Any], it: Meeting) -> Node:
    people = list(dict.fromkeys(map(state.members.one, it.came)))
    count = present_told(len(people), it.guests_most)
    if not rules_for(state, ask, it).on("minutes-names"):
        return say("Present: {count}.", count=count)
    names = joined(state.members.name(each) for each in people)
    return say("Present: {count}: {names}.", count=count, names=names)


def _by_point(state: State, ask: Ask[Any], found: Minutes, texts: Texts) -> Iterator[Node]:
    it = found.meeting
    for item in it.items:
        if item.done:
            yield Strong(point_told(it, item, texts))
            if item.since:
                yield say("Left over from {ref}.", ref=reference(item.since))
            yield from _told(state, ask, found, item.number, texts)


def _points(texts: Texts, points: Iterable[Item]) -> Iterator[Node]:
    return (Words(texts(item.title)) for item in points)


def _told(state: State, ask: Ask[Any], found: Minutes, item: int, texts: Texts) -> Iterator[Node]:
    points = [_line(state, ask, each, texts) for each in found.at(item)]
    if points:
        yield items(points)


def _line(state: State, ask: Ask[Any], each: Entry, texts: Texts) -> Node:
    if isinstance(each, Called):
        return _decided(state, ask, each, texts)
    if isinstance(each, Rounded):
        return _rounded(each, texts)
    if isinstance(each, Asked):
        count = temperature_told(state, each.answers)
        if not each.question:
            return say("Temperature: {count}.", count=count)
        return say(
            "Temperature, {question}: {count}.", question=Words(texts(each.question)), count=count
        )
    text, who = Words(texts(each.text)), state.members.name(each.member)
    if each.sort == AGREED:
        return say("Agreed: {text}", text=Strong(text))
    if each.sort == ACTION:
        whose = state.members.name(each.whose)
        return say("Action for {who}: {text} ({ref})", who=whose, text=text, ref=need_ref(each.need))
    if each.sort == IDEA:
        return say("Idea of {who}: {text}", who=who, text=text)
    if each.sort == LINK:
        return say("Link: {text}", text=text)
    return say("{who}: {text}", who=who, text=text)


def _rounded(each: Rounded, texts: Texts) -> Node:
    """A round: how many spoke, and passed."""
    spoke = say_n("{count} person spoke", "{count} people spoke", len(each.spoke))
    passed = say_n("{count} passed", "{count} passed", len(each.passed)) if each.passed else None
    counts = joined(filter(None, (spoke, passed)))
    if not each.question:
        return say("Round: {counts}.", counts=counts)
    return say("Round ({counts}): {question}", counts=counts, question=Words(texts(each.question)))


def _decided(state: State, ask: Ask[Any], each: Called, texts: Texts) -> Node:
    """What came out of a call: with its count, and every reason that was given."""
    ref = proposal_ref(each.proposal)
    it = fold_proposal((e.at, event) for e, event in ask.found.get(About(ref), ()))
    if it is None:
        return say("{ref} was asked.", ref=ref)
    outcome = outcome_of(state, it)
    title = Strong(title_of(it, texts))
    if not it.verdict:
        return say("{ref}, {title}: still being decided.", ref=ref, title=title)
    if it.verdict == WITHDRAWN:
        return say("{ref}, {title}: withdrawn.", ref=ref, title=title)
    head = say(
        "{ref}, {title}: {verdict}. {tally}",
        ref=ref,
        title=title,
        verdict=verdict_words(outcome.judgement),
        tally=tally_words(outcome),
    )
    hands = hands_told(state, it, outcome, texts)
    said = joined((head, *reasons(state, it, outcome, texts, *Sense)), "; ")
    return joined(filter(None, (said, hands)), ". ")


def _turns(state: State, it: Meeting) -> Node | None:
    """How the speaking was shared, by numbers and not by names."""
    people = Counter[int]()
    for member, count in it.all_turns.items():
        people[state.members.one(member)] += count
    turns = sorted(people.values(), reverse=True)
    if not turns:
        return None
    return say_n(
        "{people} spoke from the list, {count} time in all: {turns}.",
        "{people} spoke from the list, {count} times in all: {turns}.",
        sum(turns),
        people=say_n("{count} person", "{count} people", len(turns)),
        turns=joined(turns),
    )


def _corrections(state: State, ask: Ask[Any], found: Minutes, texts: Texts) -> Iterator[Node]:
    it = found.meeting
    for each in found.corrected:
        who = state.members.name(each.member)
        yield say("Correction by {who}: {text}", who=who, text=Words(texts(each.text)))
    if not it.closed_at:
        return
    until = stands_from(state, ask, it)
    if ask.moment.at < until:
        yield say(
            "A draft; until {at} it can be corrected: {line}",
            at=Time(until),
            line=Typed(f"minutes amend {it.ref} …"),
        )
    else:
        yield say("They stand since {at}.", at=Time(until))


def stands_from(state: State, ask: Ask[Any], it: Meeting) -> int:
    """From when on (ms) the minutes are corrected no more."""
    return it.closed_at + rules_for(state, ask, it).number("minutes-approve") * _MINUTE_MS


# --- Closing --------------------------------------------------------------------------------------


def closed_with(state: State, ask: Ask[Any], it: Meeting, event: MeetingClosed) -> Accepted:
    """A meeting closes, and its minutes are told in its room."""
    found = read_minutes(ask, it.number, (event,))
    assert found is not None, "a meeting that is open was opened"
    closed = stepped(state, ask, it, (event,))
    place = closed.replies[0].place if closed.replies else None
    if place is None:
        return closed
    body = minutes_told(with_me(state, ask), ask, found, texts_of(ask))
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
    order = rules_for(state, ask, it).text("stack")
    body = (
        minutes_told(state, ask, found, texts_of(ask))
        if it.opened_at
        else lines(card_told(state, it, texts_of(ask), order), how_typed(it))
    )
    page = f"show/{it.ref}"
    return Accepted(
        replies=(Reply(body, ref=it.ref, page=page, facts=minutes_facts(state, ask, found)),)
    )


def headline(state: State, ask: Ask[Any]) -> Node:
    """What heads a meeting: what it is called, else its number."""
    it = named_minutes(state, ask).meeting
    return Words(texts_of(ask)(it.title) if it.title else it.ref)


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
        "agenda": [{"title": texts(i.title), "done": i.done} for i in it.items],
        "noted": [{"sort": each.sort, "text": texts(each.text)} for each in noted],
    }


@arguments
class MeetingCorrectArgs:
    """What `/minutes amend` takes."""

    ref: str = takes(OptionType.REFERENCE, say("which meeting, as M4"), positional=True)
    text: str = takes(OptionType.TEXT, say("what it should say"), positional=True)


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
    until = stands_from(state, ask, it)
    if it.closed_at and ask.moment.at >= until:
        raise Refusal(
            "minutes-stand",
            say(
                "The minutes of {ref} stand since {at}.",
                ref=it.ref,
                at=Time(stands_from(state, ask, it)),
            ),
            word=it.ref,
            rule="minutes-approve",
        )
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


COMMANDS = (
    Command(
        name="minutes",
        about=say("the minutes of a meeting"),
        also=say("minutes, protocol, record of the meeting"),
        decide=minutes,
        wants=named_queries,
        args=MeetingMinutesArgs,
        examples=("minutes", "minutes M4"),
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
)
