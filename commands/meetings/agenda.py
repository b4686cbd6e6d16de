"""The agenda of a meeting: its points, their order and their time, and going on to the next."""

from __future__ import annotations

from bot.arguments import OptionType, arguments, takes
from bot.chain import Sealed
from bot.chat import Refusal, Reply
from bot.collective.agenda import ITEMS_MAX, Item
from bot.collective.events import Event
from bot.collective.meetingevents import (
    ItemAdded,
    ItemBegun,
    ItemDropped,
    ItemMoved,
    TimeExtended,
)
from bot.collective.meetings import Meeting
from bot.collective.spans import Span
from bot.collective.state import State
from bot.command import Command
from bot.decision import Accepted, Ask
from bot.text.wording import Node, Strong, Time, Typed, Words, lines, say
from commands.decisions.lookups import texts_of
from commands.meetings.calls import check_no_call
from commands.meetings.cards import agenda_told, headed, point_told, temperature_told
from commands.meetings.lookups import (
    agenda_of,
    agenda_queries,
    check_leads,
    comes,
    in_room,
    meeting_of,
    meeting_queries,
    point_of,
    stepped,
)

TITLE_CHARACTERS_MAX = 200
"""Longer is no name of a point any more."""

_TIME = Span(1, 480)
"""What a point may have, in minutes."""

_MINUTE_MS = 60_000


def agenda(state: State, ask: Ask) -> Accepted:
    """The points, with their numbers."""
    it = agenda_of(state, ask)
    texts = texts_of(ask)
    body = lines(
        headed(it, texts),
        lines(*agenda_told(it, texts)) if it.items else say("Nothing is on the agenda yet."),
        say("{line} adds a point.", line=Typed("meeting add …")),
    )
    return Accepted(replies=(Reply(body, private=True, ref=it.ref),))


@arguments
class MeetingAddArgs:
    """What `/meeting add` takes."""

    title: str = takes(OptionType.TEXT, say("what is to be talked about"), positional=True)
    time: str = takes(OptionType.WORD, say("how long it may take, as 10m"), default="")


def add(state: State, ask: Ask[MeetingAddArgs]) -> Accepted:
    """Put a point on the agenda."""
    it = agenda_of(state, ask)
    event, sealed = _added(ask, it, ask.args.title, _minutes(ask.args.time))
    events = (*comes(state, it, ask.me), event)
    told = say(
        "{who} adds point {number}: {title}",
        who=ask.me.shown,
        number=len(it.items) + 1,
        title=Words(sealed.text),
    )
    return stepped(state, ask, it, events, *in_room(state, ask, it, told), texts=(sealed,))


def check_title(title: str) -> None:
    """A meeting and its points have short names: the card repeats them. Raises Refusal."""
    if len(title) > TITLE_CHARACTERS_MAX:
        raise Refusal(
            "title-long",
            say("A title has up to {most} characters.", most=TITLE_CHARACTERS_MAX),
            instead=say("Say the rest when it comes up."),
        )


def _added(ask: Ask, it: Meeting, title: str, minutes: int) -> tuple[ItemAdded, Sealed]:
    """A new point. Raises Refusal."""
    check_title(title)
    if len(it.items) >= ITEMS_MAX:
        raise Refusal("agenda-full", say("The agenda is full."))
    sealed = ask.moment.seal(title)
    event = ItemAdded(number=it.number, item=it.count + 1, title=sealed.seal, minutes=minutes)
    return event, sealed


def _minutes(time: str) -> int:
    """How many minutes were named, as `10m`, `1h` or `10`; 0 for none. Raises Refusal."""
    if not time:
        return 0
    try:
        return _TIME.read(f"{time}m" if time.isdecimal() else time)
    except ValueError:
        raise Refusal(
            "time-odd",
            say("“{word}” is no time for a point of a meeting.", word=time),
            word=time,
            instead=say("Name up to eight hours, as {example}.", example=Words("10m")),
        ) from None


@arguments
class MeetingMoveArgs:
    """What `/meeting move` takes."""

    point: str = takes(OptionType.WORD, say("the point, by its number"), positional=True)
    to: str = takes(OptionType.WORD, say("the number that it gets"), positional=True)


def move(state: State, ask: Ask[MeetingMoveArgs]) -> Accepted:
    """Put a point at another place of the agenda; all can see who did."""
    it = agenda_of(state, ask)
    item, other = point_of(it, ask.args.point), point_of(it, ask.args.to)
    _check_coming(it, item, ask.args.point)
    _check_coming(it, other, ask.args.to)
    if item is other:
        raise Refusal("nothing-changed", say("That is so already."))
    event = ItemMoved(number=it.number, item=item.number, to=it.items.index(other))
    then = it.stepped((event,), ask.moment.at)
    moved = then.item(item.number)
    assert moved is not None
    point = point_told(then, moved, texts_of(ask))
    told = say("{who} moves a point: {point}", who=ask.me.shown, point=point)
    events = (*comes(state, it, ask.me), event)
    return stepped(state, ask, it, events, *in_room(state, ask, it, told))


def _check_coming(it: Meeting, item: Item, word: str) -> None:
    if item.done:
        raise Refusal(
            "point-over",
            say("The meeting has come to point {number} already.", number=it.items.index(item) + 1),
            word=word,
        )


@arguments
class MeetingDropArgs:
    """What `/meeting drop` takes."""

    point: str = takes(OptionType.WORD, say("the point, by its number"), positional=True)


def drop(state: State, ask: Ask[MeetingDropArgs]) -> Accepted:
    """Take a point off the agenda; all can see who did."""
    it = agenda_of(state, ask)
    item = point_of(it, ask.args.point)
    _check_coming(it, item, ask.args.point)
    point = point_told(it, item, texts_of(ask))
    told = say("{who} takes a point off the agenda: {point}", who=ask.me.shown, point=point)
    event = ItemDropped(number=it.number, item=item.number)
    events = (*comes(state, it, ask.me), event)
    return stepped(state, ask, it, events, *in_room(state, ask, it, told))


@arguments
class MeetingNextArgs:
    """What `/meeting next` takes."""

    title: str = takes(
        OptionType.TEXT, say("a point that is not on the agenda yet"), positional=True, default=""
    )


def next_(state: State, ask: Ask[MeetingNextArgs]) -> Accepted:
    """Go on to the next point, or to one that is named."""
    it = meeting_of(state, ask)
    check_leads(state, ask, it)
    check_no_call(state, it)
    events: list[Event] = []
    texts: tuple[Sealed, ...] = ()
    if ask.args.title:
        added, sealed = _added(ask, it, ask.args.title, 0)
        # It comes next: before those that wait.
        to = len(it.items) - len(it.coming)
        events += [added, ItemMoved(number=it.number, item=added.item, to=to)]
        texts, item = (sealed,), added.item
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
        _temperature(state, it),
    )
    return stepped(state, ask, it, tuple(events), *in_room(state, ask, it, told), texts=texts)


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
    minutes, now = _minutes(ask.args.time), it.item_now
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
        name="meeting agenda",
        about=say("the points of the meeting"),
        also=say("agenda, topics, order of business"),
        decide=agenda,
        wants=agenda_queries,
    ),
    Command(
        name="meeting add",
        about=say("put a point on the agenda"),
        also=say("agenda item, add topic, new topic"),
        decide=add,
        wants=agenda_queries,
        args=MeetingAddArgs,
        examples=("meeting add The new oven", "meeting add The new oven --time 10m"),
    ),
    Command(
        name="meeting move",
        about=say("put a point at another place of the agenda"),
        decide=move,
        wants=agenda_queries,
        args=MeetingMoveArgs,
        examples=("meeting move 3 1",),
    ),
    Command(
        name="meeting drop",
        about=say("take a point off the agenda"),
        decide=drop,
        wants=agenda_queries,
        args=MeetingDropArgs,
        examples=("meeting drop 3",),
    ),
    Command(
        name="meeting next",
        about=say("go on to the next point"),
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
