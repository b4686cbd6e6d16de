"""How a meeting looks: its live card, with who is there, the agenda, and who speaks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator

from bot.chat import Button, Kind, Place, Reply, Tone
from bot.collective.agenda import Item
from bot.collective.meetingevents import reference
from bot.collective.meetings import SIGNALS, Meeting
from bot.collective.speaking import PROGRESSIVE, Speaker, in_order
from bot.collective.state import State
from bot.language.recurrence import every_told
from bot.text.wording import Node, Say, Strong, Time, Typed, Words, joined, lines, say, say_n
from commands.decisions.cards import Texts

NEXT_SHOWN = 5
"""How many of the list of speakers the card names: what fits a line of a phone."""

SORTS: dict[str, Say] = {
    "process": say("point of process"),
    "info": say("information"),
    "direct": say("direct answer"),
    "question": say("question"),
    "speak": say("speaks"),
}
"""What somebody wants to say, in words."""

SORTS_OF_POINTS: dict[str, Say] = {
    "report": say("a report"),
    "announcement": say("an announcement"),
    "discussion": say("a discussion"),
    "decision": say("a decision"),
    "break": say("a break"),
}
"""What a point is for, in words."""

STEPS_TOLD: dict[str, Say] = {
    "presented": say("It is presented."),
    "questions": say("It is time for questions."),
    "concerns": say("It is time for concerns."),
    "amendments": say("It is time for amendments."),
    "temperature": say("It is asked how it feels."),
    "call": say("It is to be decided."),
}
"""Where a decision stands, as the card tells it."""

SIGNAL_WORDS: dict[str, Say] = {"up": say("for it"), "flat": say("unsure"), "down": say("against it")}
_EMOJI = {"up": "\U0001f44d", "flat": "\U0001f937", "down": "\U0001f44e"}
HAND, WAVE, PROCESS = "\u270b", "\U0001f44b", "\U0001f53a"


def headed(it: Meeting, texts: Texts) -> Node:
    """The meeting by its name."""
    if not it.title:
        return Strong(Words(it.ref))
    return say("{ref}: {title}", ref=it.ref, title=Strong(Words(texts(it.title))))


def _belongs(state: State, number: int) -> bool:
    """Whether a member is one still: whoever has left the collective is at no meeting of it."""
    found = state.members.by_number.get(state.members.one(number))
    return found is not None and found.here


def present(state: State, it: Meeting) -> list[int]:
    """Who is there, each person once, in the order of coming."""
    return list(dict.fromkeys(state.members.one(each) for each in it.present if _belongs(state, each)))


def present_told(people: int, guests: int) -> Node:
    """How many are there."""
    count = say_n("{count} member", "{count} members", people)
    if not guests:
        return count
    more = say_n("{count} guest", "{count} guests", guests)
    return say("{members} and {guests}", members=count, guests=more)


def spokes_of(state: State, it: Meeting) -> dict[str, int]:
    """Who speaks for which circle now: whom it sent last, while they are there and work in it."""
    if it.council is None:
        return {}
    there, one, known = present(state, it), state.members.one, state.circles.by_name
    return {
        circle: one(spoke)
        for circle, spoke in sorted(it.council.last.items())
        if circle in known and one(spoke) in there and one(spoke) in map(one, known[circle].members)
    }


def spokes_told(state: State, it: Meeting) -> Node | None:
    """Who speaks for which circle, and which has sent nobody."""
    if it.council is None:
        return None
    spokes = spokes_of(state, it)
    missing = [name for name in sorted(state.circles.by_name) if name not in spokes]
    told = (
        say("{who} for {circle}", circle=Words(circle), who=state.members.name(who))
        for circle, who in spokes.items()
    )
    sent = say("Spokes: {spokes}.", spokes=joined(told)) if spokes else None
    left = say("Nobody speaks for {circles}.", circles=joined(map(Words, missing))) if missing else None
    return joined(filter(None, (sent, left)), " ")


def point_told(it: Meeting, item: Item, texts: Texts) -> Node:
    """A point of the agenda with its number."""
    return say("{number}. {title}", number=it.items.index(item) + 1, title=Words(texts(item.title)))


def agenda_told(it: Meeting, texts: Texts) -> Iterator[Node]:
    """The points in order, which is over and which is now."""
    for item in it.items:
        told = point_told(it, item, texts)
        if item.number == it.current:
            yield say("{point} (now)", point=Strong(told))
        elif item.tabled:
            yield say("{point} (tabled)", point=told)
        elif item.done:
            yield say("{point} (done)", point=told)
        else:
            yield joined(_of_point(item, told))


def _of_point(item: Item, told: Node) -> Iterator[Node]:
    """A point that is to come, what it is for, and how long it has."""
    yield told
    if item.sort:
        yield SORTS_OF_POINTS[item.sort]
    if item.proposal:
        yield Words(f"P{item.proposal}")
    if item.minutes:
        yield say("{minutes} min", minutes=item.minutes)


def speaker_told(state: State, each: Speaker) -> Node:
    """Somebody on the list, and as what."""
    who = state.members.name(each.member)
    if each.sort == "speak":
        return who
    return say("{who} ({sort})", who=who, sort=SORTS[each.sort])


def listed(state: State, it: Meeting, order: str, first: Collection[int] = ()) -> list[Speaker]:
    """The list of speakers as it will be called: each person once, with the turns of all accounts.

    Without `first`, who of them wants to be first, it is the list as it is shown.
    """
    one, turns = state.members.one, Counter[int]()
    for member, count in it.turns.items():
        turns[one(member)] += count
    came = {one(each.member): each for each in reversed(it.queue)}
    queue = [e for e in it.queue if came[one(e.member)] is e and _belongs(state, e.member)]
    people = {*map(one, first)}
    before = {each.member for each in queue if one(each.member) in people}
    return in_order(queue, {each.member: turns[one(each.member)] for each in queue}, order, before)


def speakers_told(state: State, it: Meeting, order: str) -> Node | None:
    """Who speaks, and who is next."""
    queue = listed(state, it, order)
    if it.rounding:
        names = joined(speaker_told(state, each) for each in queue[:NEXT_SHOWN])
        behind = say("On the list, behind the round: {names}.", names=names) if queue else None
        return joined(filter(None, (round_told(state, it), behind)), " ")
    speaks = it.speaking and _belongs(state, it.speaking)
    now = say("{who} speaks.", who=state.members.name(it.speaking)) if speaks else None
    if not queue:
        return now
    names = joined(speaker_told(state, each) for each in queue[:NEXT_SHOWN])
    coming = _coming(names, len(queue) - NEXT_SHOWN, order)
    return joined(filter(None, (now, coming)), " ")


def _coming(names: Node, more: int, order: str) -> Node:
    """Who is on the list; who of them is next is not said where that could tell what is private."""
    if order == PROGRESSIVE:
        if more > 0:
            return say("On the list: {names} and {count} more.", names=names, count=more)
        return say("On the list: {names}.", names=names)
    if more > 0:
        return say("Next: {names} and {count} more.", names=names, count=more)
    return say("Next: {names}.", names=names)


def in_round(state: State, it: Meeting) -> list[int]:
    """Who is still to speak in the round, and there: each person once, by whichever account."""
    there, one = present(state, it), state.members.one
    heard = {*map(one, it.heard)}
    first = {one(each): each for each in reversed(it.round)}
    return [n for n in it.round if first[one(n)] == n and one(n) in there and one(n) not in heard]


def round_told(state: State, it: Meeting) -> Node | None:
    """Who speaks in the round, and who is next."""
    speaks = it.speaking and _belongs(state, it.speaking)
    now = say("{who} speaks.", who=state.members.name(it.speaking)) if speaks else None
    coming = in_round(state, it)
    names = joined(state.members.name(each) for each in coming[:NEXT_SHOWN])
    more = len(coming) - NEXT_SHOWN
    if not coming:
        then: Node = say("The round ends with them.")
    elif more > 0:
        then = say("In the round: {names} and {count} more.", names=names, count=more)
    else:
        then = say("In the round: {names}.", names=names)
    return joined(filter(None, (now, then)), " ")


def temperature_told(state: State, answers: dict[int, str]) -> Node:
    """How many people feel how."""
    people = {state.members.one(each): answer for each, answer in answers.items()}
    counts = Counter(people.values())
    return joined(
        say("{signal} {count}", signal=SIGNAL_WORDS[each], count=counts[each]) for each in SIGNALS
    )


def asked_told(state: State, it: Meeting, texts: Texts) -> Node | None:
    """What everybody is asked, and how they feel so far."""
    if not it.asking:
        return None
    count = temperature_told(state, it.answers)
    if not it.question:
        return say("Temperature: {count}.", count=count)
    question = Words(texts(it.question))
    return say("Temperature, {question}: {count}.", question=question, count=count)


def card_told(state: State, it: Meeting, texts: Texts, order: str) -> Node:
    """The picture of a meeting as it stands."""
    head = headed(it, texts)
    if not it.opened_at:
        return _planned_told(state, it, texts)
    if it.closed_at:
        came = {state.members.one(each) for each in it.came}
        return lines(
            head,
            say("Closed. There: {present}.", present=present_told(len(came), it.guests_most)),
            say("{line} tells the minutes.", line=Typed(f"minutes {it.ref}")),
        )
    now = it.item_now
    until = Time(it.ends_at) if it.ends_at else None
    point = point_told(it, now, texts) if now else None
    return lines(
        head,
        say(
            "{who} facilitates. Here: {present}.",
            who=state.members.name(it.facilitator),
            present=present_told(len(present(state, it)), it.guests),
        ),
        spokes_told(state, it),
        say("Now, until {until}: {point}", until=until, point=Strong(point))
        if until and point
        else None,
        STEPS_TOLD[it.step] if it.step else None,
        speakers_told(state, it, order),
        asked_told(state, it, texts),
        lines(*agenda_told(it, texts)) if it.items else say("Nothing is on the agenda yet."),
    )


def _planned_told(state: State, it: Meeting, texts: Texts) -> Node:
    """One that is to come: when, how often, and what was collected for it."""
    if it.closed_at:
        return lines(headed(it, texts), say("Off."))
    who, at = state.members.name(it.planned_by), Time(it.starts_at)
    left = state.meetings.left.get(it.room)
    return lines(
        headed(it, texts),
        say("Planned for {at}, {every}, by {who}.", at=at, every=every_told(it.series.every), who=who)
        if it.series
        else say("Planned for {at}, by {who}.", at=at, who=who),
        say("What was left over from {ref} comes first.", ref=reference(left[0])) if left else None,
        lines(*agenda_told(it, texts)) if it.items else say("Nothing is on the agenda yet."),
    )


def how_typed(it: Meeting) -> Node | None:
    """How to come, to speak and to add a point, where nothing can be pressed."""
    if it.closed_at:
        return None
    if not it.opened_at:
        return say(
            "{add} for the agenda, {open} to begin.",
            add=Typed("meeting add …"),
            open=Typed(f"meeting open {it.ref}"),
        )
    return say(
        "{here} when you are there, {stack} to speak, {add} for the agenda.",
        here=Typed("meeting here"),
        stack=Typed("meeting stack"),
        add=Typed("meeting add …"),
    )


def signal_buttons(asked: int) -> tuple[Button, ...]:
    """A button for each way to feel about something: what was asked in the meeting as this one."""
    return tuple(
        Button(
            SIGNAL_WORDS[each],
            f"meeting signal {each} --asked {asked}",
            emoji=_EMOJI[each],
            back=f"meeting signal none --was {each} --asked {asked}",
        )
        for each in SIGNALS
    )


def _news(state: State, it: Meeting, texts: Texts, order: str) -> Node:
    """How it stands, in one line."""
    if not it.opened_at:
        return (
            say("{ref} is off.", ref=it.ref)
            if it.closed_at
            else say("{ref} is planned for {at}.", ref=it.ref, at=Time(it.starts_at))
        )
    if it.closed_at:
        return say("{ref} is closed.", ref=it.ref)
    now = it.item_now
    point = point_told(it, now, texts) if now else present_told(len(present(state, it)), it.guests)
    speakers = speakers_told(state, it, order)
    if speakers is None:
        return say("{ref}: {point}", ref=it.ref, point=point)
    return say("{ref}: {point}. {speakers}", ref=it.ref, point=point, speakers=speakers)


def card_of(state: State, it: Meeting, texts: Texts, kind: Kind, place: Place, order: str) -> Reply:
    """Its card: first new, later as edits."""
    pressed = (
        Button(say("I am here"), "meeting here", emoji=WAVE, back="meeting away"),
        Button(say("Speak"), "meeting stack", emoji=HAND, back="meeting unstack"),
        Button(say("Point of process"), "meeting stack process", emoji=PROCESS, back="meeting unstack"),
    )
    return Reply(
        card_told(state, it, texts, order),
        kind=kind,
        ref=it.ref,
        place=place,
        buttons=pressed if it.opened_at and not it.closed_at else (),
        typed=how_typed(it),
        news=_news(state, it, texts, order),
        tone=Tone.OVER if it.closed_at else Tone.OPEN,
        page=f"show/{it.ref}",
    )
