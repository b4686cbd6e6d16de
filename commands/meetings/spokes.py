"""A spokes council: circles meet, and each speaks and decides through the one whom it sent.

Source: `bot.collective.spokes`. Whoever works in a circle says who speaks for it, and may say otherwise
at any time; others listen. The same person twice running is warned about, not refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.chat import Kind, Refusal
from bot.collective.events import Event
from bot.collective.meetingevents import DutyGiven, MembersCame
from bot.collective.meetings import Meeting
from bot.collective.members import Member
from bot.collective.proposalevents import SpokeChanged
from bot.collective.proposals import Proposal
from bot.collective.proposals import stepped as proposal_stepped
from bot.collective.spokes import SPOKE
from bot.collective.state import State
from bot.decision import Accepted, Ask
from bot.text.wording import Node, Typed, Words, joined, say
from commands.decisions.cards import cards
from commands.decisions.lookups import texts_of
from commands.decisions.voters import electorate_of
from commands.decisions.voting import SEND_ME
from commands.meetings.cards import present, spokes_of
from commands.meetings.lookups import came_themselves, comes, in_room, is_present, stepped

CIRCLES_MIN = 2
"""Fewer circles are no council."""

_SEND = Typed("meeting duty spoke @… --circle …")


def check_council(state: State, circle: str) -> None:
    """That there are circles which could meet here. Raises Refusal."""
    if circle:
        raise Refusal(
            "no-council",
            say("This room belongs to the circle {name}, and its people meet here.", name=circle),
            instead=say("Open the council in a room of all."),
        )
    if len(state.circles.by_name) < CIRCLES_MIN:
        raise Refusal(
            "no-council",
            say("A spokes council is of several circles."),
            instead=say("{line} begins one.", line=Typed("circle create …")),
        )


def send(state: State, ask: Ask, it: Meeting, who: Member, named: str) -> Accepted:
    """A circle says who speaks for it from now on, also while something is being decided."""
    circle = _circle(state, it, who, named)
    _check_sends(state, ask, circle)
    now = spokes_of(state, it)
    other = next((each for each, spoke in now.items() if spoke == who.number and each != circle), "")
    if other:
        raise Refusal(
            "no-council",
            say("{who} speaks for {circle} already.", who=who.shown, circle=other),
            instead=say("Somebody speaks for one circle: send another."),
        )
    if now.get(circle) == who.number:
        raise Refusal("nothing-changed", say("That is so already."))
    events: tuple[Event, ...] = _coming(state, ask, it, who)
    given = DutyGiven(number=it.number, duty=SPOKE, member=who.number, circle=circle)
    told = say("{who} speaks for {circle}, says {by}.", who=who.shown, circle=circle, by=ask.me.shown)
    if who.number == ask.me.number:
        told = say("{who} speaks for {circle}.", who=who.shown, circle=circle)
    replies = [*in_room(state, ask, it, joined(filter(None, (told, _again(state, who, circle))), " "))]
    running = state.proposals.alive.get(it.call)
    changed: tuple[Event, ...] = ()
    if running is not None and running.open and circle in running.spokes:
        _check_in_time(state, it, running, who)
        changed = (SpokeChanged(number=running.number, circle=circle, member=who.number),)
        after = proposal_stepped(
            replace(running, cast={**running.cast}, spokes={**running.spokes}),
            changed[0],
            ask.moment.at,
        )
        assert after is not None
        replies += cards(state, after, texts_of(ask), Kind.EDIT)
    done = stepped(state, ask, it, (*events, given), *replies)
    return replace(done, events=(*done.events, *changed))


def _coming(state: State, ask: Ask, it: Meeting, who: Member) -> tuple[Event, ...]:
    """Whoever says who speaks is there; so is whoever speaks, by their word."""
    mine = comes(state, it, ask.me)
    if who.number == ask.me.number or is_present(state, it, who.number):
        return mine
    return (*mine, MembersCame(number=it.number, members=(who.number,), by=ask.me.number))


def _circle(state: State, it: Meeting, who: Member, named: str) -> str:
    """For which circle: the one that is named, else the only one of whoever is sent. Raises Refusal."""
    if it.council is None:
        raise Refusal(
            "no-council",
            say("{ref} is no spokes council.", ref=it.ref),
            instead=say("{line} opens one.", line=Typed("meeting open --spokes")),
        )
    if named:
        circle = state.circles.named(named.casefold()).name
    else:
        own = _circles_of(state, who.number)
        if len(own) != 1:
            raise Refusal(
                "no-council",
                say("For which circle does {who} speak?", who=who.shown),
                instead=say("Name it: {line}", line=_SEND),
            )
        circle = own[0]
    if circle not in _circles_of(state, who.number):
        raise Refusal(
            "not-within",
            say("{who} does not work in {circle}.", who=who.shown, circle=circle),
            word=circle,
            instead=say("A circle sends one of its own."),
        )
    return circle


def _circles_of(state: State, who: int) -> list[str]:
    numbers = {*state.members.numbers(who)}
    return sorted(it.name for it in state.circles.by_name.values() if numbers & it.members)


def _check_sends(state: State, ask: Ask, circle: str) -> None:
    """Only a circle says who speaks for it: whoever leads the council has no say in that."""
    if circle not in _circles_of(state, ask.me.number):
        raise Refusal(
            "not-within",
            say("Who works in {circle} says who speaks for it.", circle=circle),
            instead=say("They type: {line}", line=Typed(f"meeting duty spoke @… --circle {circle}")),
        )


def _check_in_time(state: State, it: Meeting, running: Proposal, who: Member) -> None:
    """Who comes after the call has no vote in it, for a circle neither. Raises Refusal."""
    came = [it.came[number] for number in state.members.numbers(who.number) if number in it.came]
    if not came or min(came) > running.opened_at:
        raise Refusal(
            "call-open",
            say("{ref} is being decided, and {who} came later.", ref=running.ref, who=who.shown),
            word=who.name,
            instead=say("Send somebody who was there, or wait for its end."),
        )


def _again(state: State, who: Member, circle: str) -> Node | None:
    """That somebody spoke for the circle the last time as well: spokes rotate."""
    last = state.meetings.spokes.get(circle, 0)
    if not last or state.members.one(last) != who.number:
        return None
    return say("They spoke for it last time, too; spokes take turns.")


# --- What the council does otherwise --------------------------------------------------------------


def check_may_speak(state: State, it: Meeting, who: Member, sort: str) -> None:
    """At a council spokes speak; a point of process is everybody's. Raises Refusal."""
    if it.council is None or sort == "process" or who.number in spokes_of(state, it).values():
        return
    raise Refusal(
        "no-council",
        say("At a spokes council each circle speaks through its spoke."),
        instead=say("Tell yours; or your circle sends you: {line}", line=SEND_ME),
    )


def who_speaks(state: State, it: Meeting) -> list[int]:
    """Who has a turn in a round: all who are there, at a council the spokes."""
    there = present(state, it)
    if it.council is None:
        return there
    spokes = {*spokes_of(state, it).values()}
    return [each for each in there if each in spokes]


def check_spokes(state: State, it: Meeting) -> None:
    """That several circles sent somebody. Raises Refusal."""
    if it.council is None:
        return
    spokes = spokes_of(state, it)
    if len(spokes) < CIRCLES_MIN:
        raise Refusal(
            "no-council",
            say("Only {circle} has sent a spoke yet.", circle=next(iter(spokes)))
            if spokes
            else say("No circle has sent a spoke yet."),
            instead=say("Each sends one: {line}", line=_SEND),
        )


def voices(state: State, ask: Ask, it: Meeting) -> dict[str, int]:
    """Whose vote is that of which circle: the spokes who may vote at all. Raises Refusal."""
    check_spokes(state, it)
    every = electorate_of(state, "")
    return {circle: who for circle, who in spokes_of(state, it).items() if who in every}


def spoken_for(state: State, it: Meeting, electorate: tuple[int, ...]) -> list[int]:
    """Of all who could vote, those who work in a circle whose spoke came by their own word."""
    spokes = spokes_of(state, it)
    here = [circle for circle, spoke in spokes.items() if came_themselves(state, it, spoke)]
    people = {state.members.one(n) for circle in here for n in state.circles.by_name[circle].members}
    return [each for each in electorate if each in people]


def spokes_noted(state: State, it: Meeting) -> Iterator[Node]:
    """For the minutes: who spoke for which circle, one after the other."""
    name = state.members.name
    if it.council is None:
        return
    sent = it.council.sent
    if not sent:
        yield say("A spokes council; no circle sent anybody.")
        return
    told = (
        say("{who} for {circle}", circle=Words(circle), who=joined(map(name, dict.fromkeys(members))))
        for circle, members in sent.items()
    )
    yield say("A spokes council: {circles}.", circles=joined(told, "; "))
