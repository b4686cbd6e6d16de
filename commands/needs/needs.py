"""`/need` and `/offer`: what is to be done, or what somebody would do, comes on the board."""

from __future__ import annotations

import datetime as dt
from typing import Protocol

import msgspec

from bot.arguments import OptionType, arguments, takes
from bot.chat import Misread, Refusal, Reply
from bot.collective.events import Event
from bot.collective.guards import kind_for
from bot.collective.needevents import NeedPosted, NeedTerms, ShiftsMade
from bot.collective.needs import OPEN_MAX, PLACES_MAX, Need
from bot.collective.rules import refused_by
from bot.collective.state import State
from bot.command import Command
from bot.decision import Accepted, Ask
from bot.language.amounts import Amount, read_amount
from bot.language.recurrence import Times
from bot.language.repeating import next_of
from bot.language.units import UnitClass
from bot.text.wording import Quantity, Say, Time, Typed, Words, say, say_n
from commands.decisions.lookups import circle_for, instant_of
from commands.needs.drafts import shown_first

DATES_MAX = 200
"""The most dates that are made at once: half a year, every day, and some."""

_DAY_MS = 86_400_000
_YEAR_DAYS = 366
YEARS_MAX_MS = 5 * _YEAR_DAYS * _DAY_MS

_AMOUNT = takes(
    OptionType.AMOUNT,
    say("how much it is, for example 3h; for each who does it"),
    positional=True,
    default=None,
)
_KIND = takes(OptionType.KIND, say("the kind of work, as #care"), default="")
_CIRCLE = takes(OptionType.CIRCLE, say("the circle it is for, as :garden"), default="")


class Posted(Protocol):
    """What needs and offers take."""

    @property
    def amount(self) -> Amount | None:
        """How much it is."""

    @property
    def what(self) -> str:
        """What it is."""

    @property
    def kind(self) -> str:
        """The kind of contribution, empty for the usual one."""


@arguments
class NeedArgs:
    """What `/need` takes."""

    amount: Amount | None = _AMOUNT
    what: str = takes(OptionType.TEXT, say("what is needed"), positional=True)
    kind: str = _KIND
    by: dt.datetime | None = takes(OptionType.WHEN, say("until when"), default=None)
    people: str = takes(OptionType.WORD, say("how many people it takes, if not one"), default="1")
    every: Times | None = takes(
        OptionType.TIMES, say("when it comes again and again, as monday 18:00"), default=None
    )
    circle: str = _CIRCLE
    pays: Amount | None = takes(OptionType.AMOUNT, say("what each who does it is paid"), default=None)


@arguments
class OfferArgs:
    """What `/offer` takes."""

    amount: Amount | None = _AMOUNT
    what: str = takes(OptionType.TEXT, say("what you offer"), positional=True)
    kind: str = _KIND
    until: dt.datetime | None = takes(OptionType.WHEN, say("until when"), default=None)
    circle: str = _CIRCLE


def need(state: State, ask: Ask[NeedArgs]) -> Accepted:
    """Say what is needed; with `--every` it is a shift, which makes its dates."""
    if ask.args.by is not None and ask.args.every is not None:
        raise Refusal(
            "need-times",
            say("A shift comes at its times; {by} is for what is done once.", by=Words("--by")),
            word="--by",
            instead=say("Leave one of the two out."),
        )
    times, pays = ask.args.every, ask.args.pays
    what, amount = worded(ask)
    terms = NeedTerms(
        kind=_kind(state, ask, amount),
        at=times.at if times else instant_of(ask.args.by) or 0,
        places=people(ask.args.people),
        circle=circle_for(state, ask),
        pays_unit=pays.unit.code if pays else "",
        pays=pays.count if pays else 0,
        every=every_of(times),
        zone=ask.zone,
        until=times.until if times else 0,
        clock=times.clock if times else "",
    ).of(amount)
    return _post(state, ask, terms, what)


def offer(state: State, ask: Ask[OfferArgs]) -> Accepted:
    """Say what one would do for others."""
    what, amount = worded(ask)
    terms = NeedTerms(
        offer=True,
        kind=_kind(state, ask, amount),
        at=instant_of(ask.args.until) or 0,
        zone=ask.zone,
        circle=circle_for(state, ask),
    ).of(amount)
    return _post(state, ask, terms, what)


def worded(ask: Ask[Posted]) -> tuple[str, Amount | None]:
    """What it is, and how much: hours may stand behind the words too (`water the beds 2h`)."""
    what, amount = ask.args.what, ask.args.amount
    words = what.split()
    if amount is None:
        _check_some(words[:2], ask)
    for used in (1, 2) if amount is None else ():
        if len(words) <= used or not words[-used][:1].isdecimal():
            continue
        try:
            found, taken = read_amount(words[-used:], ask.language)
        except Misread:
            continue
        if taken == used and found.unit.unit_class is UnitClass.TIME:
            return " ".join(words[:-used]), found
    return what, amount


def _check_some(words: list[str], ask: Ask[Posted]) -> None:
    """Nothing of something is needed by nobody; all else that is no amount is words. Raises Refusal."""
    try:
        read_amount(words, ask.language)
    except Misread as wrong:
        if wrong.code == "amount-zero":
            raise


def people(word: str) -> int:
    """How many people it takes. Raises Refusal."""
    number = int(word) if word.isascii() and word.isdecimal() and len(word) < 6 else 0
    if not 1 <= number <= PLACES_MAX:
        raise Refusal(
            "people-odd",
            say("“{word}” is no number of people.", word=word),
            word=word,
            instead=say("It takes a whole number from 1 to {most}.", most=PLACES_MAX),
        )
    return number


def every_of(times: Times | None) -> str:
    """How often a shift comes; empty for what is done once. Raises Refusal."""
    if times is None:
        return ""
    if not times.every:
        raise Refusal(
            "not-repeating",
            say("{when} comes only once.", when=Time(times.at)),
            instead=say(
                "A shift comes again, for example {every}; what is done once has {by}.",
                every=Words('--every "monday 18:00"'),
                by=Words("--by"),
            ),
        )
    if times.every.endswith("hour"):
        raise Refusal(
            "too-often",
            say("A shift comes once a day at most."),
            instead=say("Two shifts a day are two needs."),
        )
    return times.every


def _kind(state: State, ask: Ask[Posted], amount: Amount | None) -> str:
    """The kind that it will be logged as, which has to exist. Raises Refusal."""
    named = ask.args.kind
    if amount is not None:
        unit_class = amount.unit.unit_class
        kind, added = kind_for(state.contributions, ask.rules, ask.member, unit_class, named)
        return named if added is not None else kind.name if named else ""
    return named


def check_time(ask: Ask, at: int) -> None:
    """A time that is to come, and not too far away. Raises Refusal."""
    if at and at <= ask.moment.at:
        raise Refusal(
            "need-past",
            say("{when} is over.", when=Time(at)),
            instead=say("Name a time to come, for example {example}.", example=Words("tomorrow 09:00")),
        )
    if at > ask.moment.at + YEARS_MAX_MS:
        raise Refusal("need-far", say("{when} is too far away.", when=Time(at)))


def check_hours(ask: Ask, terms: NeedTerms, instead: Say | None = None) -> None:
    """No more hours than one person can log in the days that there are for it. Raises Refusal.

    A shift has the one day on which it is, what has no time a year.
    """
    if terms.unit != "h":
        return
    days = days_for(ask, terms)
    cap = ask.rules.number("daily-cap")
    if terms.count > days * cap * 60:
        raise refused_by(
            "daily-cap",
            say_n(
                "Nobody can do {sum} on {count} day; {cap} is the most for one day.",
                "Nobody can do {sum} in {count} days; {cap} is the most for one day.",
                days,
                sum=Quantity(terms.count, "h", 60),
                cap=Quantity(cap * 60, "h", 60),
            ),
            instead=instead,
        )


def days_for(ask: Ask, terms: NeedTerms) -> int:
    """How many days there are to do it on."""
    if terms.every:
        return 1
    return min((terms.at - ask.moment.at) // _DAY_MS + 2, _YEAR_DAYS) if terms.at else _YEAR_DAYS


def _post(state: State, ask: Ask[Posted], terms: NeedTerms, words: str) -> Accepted:
    me = ask.me
    check_time(ask, terms.at)
    check_hours(ask, terms)
    numbers = state.members.numbers(me.number)
    own = [it for it in state.needs.open.values() if it.author in numbers and not it.series]
    if len(own) >= OPEN_MAX:
        raise Refusal(
            "needs-many",
            say("{count} of your needs and offers are open already; that is the most.", count=len(own)),
            instead=say("{cancel} takes one off the board.", cancel=Typed(f"cancel {own[0].ref}")),
        )
    what = ask.moment.seal(words)
    number = state.needs.count + 1
    room = _room(state, ask, terms.circle)
    event = NeedPosted(number=number, author=me.number, what=what.seal, terms=terms, room=room)
    it = Need(number, me.number, what.seal, terms, room, ask.moment.at)
    events: list[Event] = [event]
    if it.is_series:
        ahead_ms = ask.rules.number("shifts-ahead") * 60_000
        dates = coming_dates(terms, 0, ask.moment.at + ahead_ms)
        # The first one is always made, however far away it is: a shift without a date is none.
        events.append(ShiftsMade(number=number, first=number + 1, at=dates or (terms.at,)))
    texts = {what.seal: what.text}
    cards = shown_first(state, ask, it, events, texts)
    told = () if not ask.private else (_privately(it.ref, shown=bool(cards)),)
    return Accepted(tuple(events), (what,), (*told, *cards))


def _room(state: State, ask: Ask, circle: str) -> int:
    """Where it was typed openly; else the nearest room of whoever it is for. 0 for none."""
    if not ask.private and ask.room:
        return ask.room
    rooms = [(each.circle != circle, each.number != ask.room, each.number) for each in state.rooms.here]
    return min(rooms)[2] if rooms else 0


def _privately(ref: str, *, shown: bool) -> Reply:
    told = say("{ref} is on the board.", ref=ref) if shown else say("{ref} is kept.", ref=ref)
    return Reply(told, private=True, ref=ref)


def coming_dates(terms: NeedTerms, last: int, until: int) -> tuple[int, ...]:
    """The dates (ms) of a shift behind the last one made, each once, until an instant."""
    dates: list[int] = []
    end = min(until, terms.until) if terms.until else until
    at = date_behind(terms, last) if last else terms.at
    while at <= end and len(dates) < DATES_MAX:
        dates.append(at)
        at = date_behind(terms, at)
    return tuple(dates)


def date_behind(terms: NeedTerms, at: int) -> int:
    """The first date (ms) of a shift behind an instant."""
    return next_of(terms.at, terms.every, terms.zone, at, terms.clock)


def renewed(terms: NeedTerms, **changes: object) -> NeedTerms:
    """The same terms with some others."""
    return msgspec.structs.replace(terms, **changes)


COMMANDS = (
    Command(
        name="need",
        about=say("say what is needed"),
        also=say(
            "help wanted, wanted, help needed, looking for, request, task, new task, shift, "
            "job, errand, who can help, we need, i need, need help, we need help, need "
            "somebody, need someone, looking for help, volunteers needed, who has time, who "
            "wants to help"
        ),
        decide=need,
        args=NeedArgs,
        examples=(
            "need 2h water the beds --by fri 18:00",
            'need 3h shop shift --every "monday 18:00" --people 2',
            "need somebody who can weld",
        ),
        undo="cancel N5",
    ),
    Command(
        name="offer",
        about=say("say what you would do for others"),
        also=say("offering, i offer, i can offer, lend, give away, i can"),
        decide=offer,
        args=OfferArgs,
        examples=("offer 2h repairing bicycles --until sunday", "offer help with tax forms"),
        undo="cancel N5",
    ),
)
