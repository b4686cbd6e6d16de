"""Going on: to the next step of a decision, to the next point; and giving a point more time."""

from __future__ import annotations

from bot.arguments import OptionType, arguments, takes
from bot.chain import Sealed
from bot.chat import Refusal
from bot.collective.agenda import CALL, STEPS, TEMPERATURE, Item
from bot.collective.events import Event
from bot.collective.meetingevents import (
    DecisionStepped,
    ItemBegun,
    ItemMoved,
    TimeExtended,
)
from bot.collective.meetings import Meeting
from bot.collective.state import State
from bot.command import Command
from bot.decision import Accepted, Ask
from bot.text.wording import Node, Say, Strong, Time, Typed, fill, lines, say
from commands.decisions.lookups import texts_of
from commands.meetings.agenda import added, minutes_in
from commands.meetings.calls import check_no_call
from commands.meetings.cards import point_told, temperature_told
from commands.meetings.lookups import (
    check_leads,
    check_not_together,
    in_room,
    meeting_of,
    meeting_queries,
    stepped,
)
from commands.meetings.signals import asked_for

_MINUTE_MS = 60_000

STEP_WORDS: dict[str, Say] = {
    "presented": say("Whoever proposes it says what, why and how."),
    "questions": say("Questions, to understand it: {line}"),
    "concerns": say("Concerns: {line}"),
    "amendments": say("What would make it better: {line}"),
    CALL: say("Those who are here decide: {line}"),
}
"""What is asked for at each step of a decision; the temperature is asked for by itself."""


@arguments
class MeetingNextArgs:
    """What `/meeting next` takes."""

    title: str = takes(
        OptionType.TEXT, say("a point that is not on the agenda yet"), positional=True, default=""
    )


def next_(state: State, ask: Ask[MeetingNextArgs]) -> Accepted:
    """Go on to the next step of a decision, to the next point, or to one that is named."""
    it = meeting_of(state, ask)
    check_leads(state, ask, it)
    check_no_call(state, it)
    title, point = ask.args.title, it.item_now
    if not title or (point and title.casefold() == texts_of(ask)(point.title).casefold()):
        check_not_together(state, ask, it.led_on, Typed("meeting next"))
    if point is not None and it.step not in {"", CALL} and not title:
        return _next_step(state, ask, it, point)
    events: list[Event] = []
    texts: tuple[Sealed, ...] = ()
    if title:
        point_added, sealed = added(ask, it, title)
        # It comes next: before those that wait.
        to = len(it.items) - len(it.coming)
        events += [point_added, ItemMoved(number=it.number, item=point_added.item, to=to)]
        texts, item = (sealed,), point_added.item
    elif it.coming:
        item = it.coming[0].number
    else:
        raise Refusal(
            "agenda-through",
            say("No point is left on the agenda."),
            instead=say(
                "{close} closes the meeting, {next} goes on with another point.",
                close=Typed("meeting close"),
                next=Typed("meeting next …"),
            ),
        )
    events.append(ItemBegun(number=it.number, item=item))
    then = it.stepped(events, ask.moment.at)
    now = then.item_now
    assert now is not None
    known = texts_of(ask, {each.seal: each.text for each in texts})
    told = lines(
        say("Now: {point}", point=Strong(point_told(then, now, known))),
        say("It has time until {at}.", at=Time(then.ends_at)) if then.ends_at else None,
        _step_told(state, now, then.step) if then.step else None,
        _temperature(state, it),
    )
    return stepped(state, ask, it, tuple(events), *in_room(state, ask, it, told), texts=texts)


def _next_step(state: State, ask: Ask[MeetingNextArgs], it: Meeting, point: Item) -> Accepted:
    """The next step of what is decided at this point, and what is asked for now."""
    step = STEPS[STEPS.index(it.step) + 1]
    stepped_on = DecisionStepped(number=it.number, step=step)
    if step == TEMPERATURE:
        return asked_for(state, ask, it, texts_of(ask)(point.title), (stepped_on,))
    return stepped(
        state, ask, it, (stepped_on,), *in_room(state, ask, it, _step_told(state, point, step))
    )


def _step_told(state: State, point: Item, step: str) -> Node:
    """What is asked for at a step of a decision."""
    if step == STEPS[0]:
        return STEP_WORDS[step]
    about = state.proposals.alive.get(point.proposal)
    about = None if about is None or about.verdict else about
    match step:
        case "questions":
            line = Typed("meeting stack question")
        case "concerns":
            line = Typed("meeting stack to say …")
        case "amendments":
            line = Typed(f"amend-proposal {about.ref} …" if about else "meeting note …")
        case _ if about is None:
            line = Typed("meeting call")
        case _:
            # What all are asked already is asked of nobody anew.
            line = Typed(f"vote {about.ref} …" if about.open else f"meeting call {about.ref}")
    return fill(STEP_WORDS[step], line=line)


def _temperature(state: State, it: Meeting) -> Node | None:
    """How the room felt about what was asked at the point before."""
    if not it.asking or not it.answers:
        return None
    return say("The temperature before: {count}.", count=temperature_told(state, it.answers))


@arguments
class MeetingExtendArgs:
    """What `/meeting extend` takes."""

    time: str = takes(OptionType.WORD, say("how much longer, as 5m"), positional=True)


def extend(state: State, ask: Ask[MeetingExtendArgs]) -> Accepted:
    """Give the point more time, counted from now where its time was over."""
    it = meeting_of(state, ask)
    check_leads(state, ask, it)
    minutes, now = minutes_in(ask.args.time), it.item_now
    if now is None:
        raise Refusal(
            "no-point",
            say("The meeting is at no point of its agenda."),
            instead=say("{line} goes on to the next.", line=Typed("meeting next")),
        )
    until = max(it.ends_at, ask.moment.at) + minutes * _MINUTE_MS
    event = TimeExtended(number=it.number, until=until)
    told = say("{point} has time until {at}.", point=point_told(it, now, texts_of(ask)), at=Time(until))
    return stepped(state, ask, it, (event,), *in_room(state, ask, it, told))


COMMANDS = (
    Command(
        name="meeting next",
        about=say("go on to the next point, or to the next step of a decision"),
        also=say("topic, next topic, next item, move on"),
        decide=next_,
        wants=meeting_queries,
        args=MeetingNextArgs,
        examples=("meeting next", "meeting next The broken window"),
    ),
    Command(
        name="meeting extend",
        about=say("give the point more time"),
        also=say("more time, extend time"),
        decide=extend,
        wants=meeting_queries,
        args=MeetingExtendArgs,
        examples=("meeting extend 5m",),
    ),
)
