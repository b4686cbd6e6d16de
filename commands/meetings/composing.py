"""What the minutes say, as somebody would have written them; in chat, on pages, and as Markdown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from bot.chat import File
from bot.collective.agenda import Item
from bot.collective.meetingevents import (
    MeetingClosed,
    reference,
)
from bot.collective.meetings import SIGNALS, Meeting
from bot.collective.minutes import (
    ACTION,
    AGREED,
    IDEA,
    LINK,
    Approved,
    Asked,
    Called,
    Entry,
    Minutes,
    Rounded,
)
from bot.collective.needevents import reference as need_ref
from bot.collective.state import State
from bot.deciding.terms import hours_words
from bot.decision import About, Ask
from bot.text.languages import reader as reader_for
from bot.text.markdown import Markdown
from bot.text.rendering import Reader, render
from bot.text.wording import (
    Code,
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
from commands.decisions.cards import Texts
from commands.meetings.cards import (
    SIGNAL_WORDS,
    headed,
    point_told,
    present_told,
)
from commands.meetings.decided import decided_told
from commands.meetings.lookups import rules_for
from commands.meetings.spokes import spokes_noted

_MINUTE_MS = 60_000


def minutes_told(state: State, ask: Ask[Any], found: Minutes, texts: Texts) -> Node:
    """The minutes, as somebody would have written them."""
    return lines(
        say("Minutes of {meeting}", meeting=headed(found.meeting, texts)),
        *_opening(state, ask, found, texts),
        *_by_point(state, ask, found, texts),
        *_ending(state, ask, found, texts),
    )


def minutes_file(state: State, ask: Ask[Any], found: Minutes, texts: Texts) -> File:
    """The same as a file of Markdown: a heading for the meeting and for each point.

    Below it stands where the journal was when the meeting closed.
    """
    it, reader = found.meeting, reader_for(ask.language, ask.zone, year=ask.today().year)
    title = Words(": ".join(filter(None, (it.ref, texts(it.title) if it.title else ""))))
    told: list[tuple[int, Node]] = [
        (1, say("Minutes of {meeting}", meeting=title)),
        *((0, each) for each in _opening(state, ask, found, texts)),
        *((2 if isinstance(each, Strong) else 0, each) for each in _by_point(state, ask, found, texts)),
        *((0, each) for each in _ending(state, ask, found, texts)),
        *((0, each) for each in _journal(ask, it)),
    ]
    parts = [_part(level, node, reader) for level, node in told]
    data = ("\n\n".join(parts) + "\n").encode()
    return File(f"minutes-{it.ref}.md", "text/markdown", data, say("the minutes of {ref}", ref=it.ref))


def _part(level: int, node: Node, reader: Reader) -> str:
    body = node.body if level and isinstance(node, Strong) else node
    return f"{'#' * level} {render(body, reader, Markdown())}".strip()


def _journal(ask: Ask[Any], it: Meeting) -> Iterator[Node]:
    for entry, event in ask.found.get(About(reference(it.number)), ()):
        if isinstance(event, MeetingClosed):
            yield say(
                "The journal at its close: entry {seq}, {hash}",
                seq=entry.seq,
                hash=Code(entry.hash.hex()),
            )


def _opening(state: State, ask: Ask[Any], found: Minutes, texts: Texts) -> Iterator[Node]:
    """When and where, who was there, and what was said before the first point."""
    it = found.meeting
    yield _when(state, it)
    yield from _duties(state, it)
    yield _present(state, ask, it)
    yield from _told(state, ask, found, 0, texts)


def _ending(state: State, ask: Ask[Any], found: Minutes, texts: Texts) -> Iterator[Node]:
    """What is left for the next time, how the speaking was shared, and what was corrected."""
    it = found.meeting
    coming = [*_points(texts, it.left)]
    if coming and it.closed_at:
        yield say("First on the next agenda:")
        yield items(coming)
    turns = _turns(state, it)
    if turns is not None:
        yield turns
    yield from _corrections(state, ask, found, texts)


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
    yield from spokes_noted(state, it)
    if "minutes" in it.duties:
        yield say("Minutes taken by {who}.", who=name(it.duties["minutes"]))
    else:
        yield say("Nobody took the minutes; they are what people noted.")
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
            if item.tabled:
                yield say("Left for the next time.")


def _points(texts: Texts, points: Iterable[Item]) -> Iterator[Node]:
    return (Words(texts(item.title)) for item in points)


def _told(state: State, ask: Ask[Any], found: Minutes, item: int, texts: Texts) -> Iterator[Node]:
    points = [_line(state, ask, each, texts) for each in found.at(item)]
    if points:
        yield items(points)


def _line(state: State, ask: Ask[Any], each: Entry, texts: Texts) -> Node:
    if isinstance(each, Called):
        return decided_told(state, ask, each, texts)
    if isinstance(each, Approved):
        return say("The minutes of {ref} were approved.", ref=reference(each.meeting))
    if isinstance(each, Rounded):
        return _rounded(each, texts)
    if isinstance(each, Asked):
        return _felt(state, each, texts)
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


def _felt(state: State, each: Asked, texts: Texts) -> Node:
    """How people felt about something: how many for it, unsure, and against it."""
    people = {state.members.one(member): answer for member, answer in each.answers.items()}
    counts = Counter(people.values())
    count = joined(joined((counts[sign], SIGNAL_WORDS[sign]), " ") for sign in SIGNALS)
    if not each.question:
        return say("A temperature check: {count}.", count=count)
    return say(
        "A temperature check, “{question}”: {count}.",
        question=Words(texts(each.question)),
        count=count,
    )


def _rounded(each: Rounded, texts: Texts) -> Node:
    """A round: how many spoke, and passed."""
    spoke = say_n("{count} person spoke", "{count} people spoke", len(each.spoke))
    passed = say_n("{count} passed", "{count} passed", len(each.passed)) if each.passed else None
    counts = joined(filter(None, (spoke, passed)))
    if not each.question:
        return say("A round: {counts}.", counts=counts)
    return say("A round, “{question}”: {counts}.", counts=counts, question=Words(texts(each.question)))


def _turns(state: State, it: Meeting) -> Node | None:
    """How the speaking was shared, by numbers and not by names."""
    people = Counter[int]()
    for member, count in it.all_turns.items():
        people[state.members.one(member)] += count
    turns = sorted(people.values(), reverse=True)
    if not turns:
        return None
    if len(turns) == 1:
        return say_n(
            "One person spoke from the list, once.",
            "One person spoke from the list, {count} times.",
            turns[0],
        )
    if turns[0] == turns[-1]:
        return say_n(
            "{people} spoke from the list, once each.",
            "{people} spoke from the list, {count} times each.",
            turns[0],
            people=say_n("{count} person", "{count} people", len(turns)),
        )
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
    until = stands_from(state, ask, found)
    if ask.moment.at < until:
        yield say(
            "A draft; until {at} it can be corrected: {line}",
            at=Time(until),
            line=Typed(f"minutes amend {it.ref} …"),
        )
    elif found.approved_at:
        by = reference(found.approved_by)
        yield say("Approved at {meeting}, {at}.", meeting=by, at=Time(found.approved_at))
    else:
        yield say("They stand since {at}.", at=Time(until))


def stands_from(state: State, ask: Ask[Any], found: Minutes) -> int:
    """From when on (ms) the minutes are corrected no more.

    Once another meeting approved them; else so long after the last word on them.
    """
    if found.approved_at:
        return found.approved_at
    silence = rules_for(state, ask, found.meeting).number("minutes-approve") * _MINUTE_MS
    return max(found.meeting.closed_at, found.corrected_at) + silence
