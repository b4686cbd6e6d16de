"""The agenda of a meeting: its points, their order and their time."""

from __future__ import annotations

from bot.arguments import OptionType, arguments, takes
from bot.chain import Sealed
from bot.chat import Misread, Refusal, Reply
from bot.collective.agenda import DECISION, ITEMS_MAX, SORTS, Item
from bot.collective.meetingevents import (
    ItemAdded,
    ItemDropped,
    ItemMoved,
)
from bot.collective.meetings import Meeting
from bot.collective.proposals import Proposal
from bot.collective.spans import Span
from bot.collective.state import State
from bot.command import Command
from bot.decision import About, Accepted, Ask, Query
from bot.text.wording import Typed, Words, lines, say
from commands.decisions.letters import RefArgs
from commands.decisions.lookups import proposal_of, texts_of
from commands.meetings.cards import agenda_told, headed, point_told
from commands.meetings.lookups import (
    agenda_of,
    agenda_queries,
    comes,
    in_room,
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

    title: str = takes(OptionType.TEXT, say("what is to be talked about"), positional=True, default="")
    time: str = takes(OptionType.WORD, say("how long it may take, as 10m"), default="")
    type: str = takes(OptionType.WORD, say("what it is for"), choices=SORTS, default="")
    ref: str = takes(OptionType.REFERENCE, say("the proposal that it is about, as P3"), default="")


def _adding_queries(state: State, ask: Ask[MeetingAddArgs]) -> tuple[Query, ...]:
    words, ref = agenda_queries(state, ask), ask.args.ref
    return (*words, About(ref)) if ref else words


def add(state: State, ask: Ask[MeetingAddArgs]) -> Accepted:
    """Put a point on the agenda."""
    it, args = agenda_of(state, ask), ask.args
    about = proposal_of(state, ask.with_args(RefArgs(ref=args.ref))) if args.ref else None
    title = args.title or (ask.text(about.latest.title) if about is not None else "")
    if not title:
        raise Misread(
            "option-missing",
            say("Say what is to be talked about."),
            instead=say("As here: {line}", line=Typed("meeting add The new oven")),
        )
    event, sealed = added(ask, it, title, minutes_in(args.time), args.type, about)
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


def added(
    ask: Ask,
    it: Meeting,
    title: str,
    minutes: int = 0,
    sort: str = "",
    about: Proposal | None = None,
) -> tuple[ItemAdded, Sealed]:
    """A new point; of a proposal it is to decide, if nothing else is said. Raises Refusal."""
    check_title(title)
    if len(it.items) >= ITEMS_MAX:
        raise Refusal("agenda-full", say("The agenda is full."))
    sealed = ask.moment.seal(title)
    event = ItemAdded(
        number=it.number,
        item=it.count + 1,
        title=sealed.seal,
        minutes=minutes,
        sort=sort or (DECISION if about is not None else ""),
        proposal=about.number if about is not None else 0,
    )
    return event, sealed


def minutes_in(time: str) -> int:
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
        wants=_adding_queries,
        args=MeetingAddArgs,
        examples=(
            "meeting add The new oven",
            "meeting add The new oven --time 10m --type decision",
            "meeting add --ref P3",
        ),
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
)
