"""Levies and demurrage: what a period's end takes, by the clock, once; settling, and who is exempt."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator

from bot.arguments import OptionType, arguments, flag, takes
from bot.chat import Kind, Refusal, Reply
from bot.collective.events import Event, Posting
from bot.collective.grades import Grade
from bot.collective.ledger import transfer
from bot.collective.state import State
from bot.collective.treasury import Flow, held_account
from bot.collective.units import LevyExempted, OwnUnit, UnitPeriodEnded, UnitsTaken
from bot.command import Command
from bot.decision import Accepted, Ask, Clockwork, RulesAt
from bot.language.clock import instant
from bot.language.sums import shown
from bot.language.tokens import mention
from bot.text.wording import Day, Node, Strong, Typed, Words, items, lines, say, say_n
from bot.value.policy import Taken, taken
from commands.decisions.lookups import home_of, rules_at
from commands.decisions.openly import openly
from commands.decisions.reminding import remindable, why_told
from commands.decisions.reserved import check_decided
from commands.ledger.money import held
from commands.ledger.moving import moved
from commands.ledger.ownunits import (
    DECIDED,
    balances_of,
    is_exempt,
    own_order,
    payers,
    period_end,
    unit_named,
)

_NAME = takes(OptionType.UNIT, say("which unit"), positional=True)
_WHO = takes(OptionType.PERSON, say("who, as @name"), positional=True)

# --- The end of a period ----------------------------------------------------------------------------


def _coming(state: State, rules: RulesAt) -> Iterator[tuple[int, OwnUnit]]:
    """When (ms) the period of each unit ends, of those that take something then."""
    zone = rules(home_of(state)).text("zone") if state.units.by_code else ""
    for it in state.units:
        if it.terms.takes:
            end = instant(period_end(it), dt.time(), zone)
            yield int(end.timestamp() * 1000), it


def _due(state: State, rules: RulesAt) -> int | None:
    return min((at for at, _ in _coming(state, rules)), default=None)


def _happen(state: State, ask: Ask) -> Accepted:
    """Take what the end of a period takes: demurrage of what is held, and the levy of everybody."""
    rules = rules_at(state, ask)
    _, it = min(_coming(state, rules), key=lambda each: each[0])
    of_all, end = rules(home_of(state)), period_end(it)
    last = (end - dt.timedelta(days=1)).isoformat()
    found = _reckoned(state, it, last, of_all.text("zone"))
    events: list[Event] = [
        UnitsTaken(
            unit=it.code,
            member=number,
            day=last,
            demurrage=took.demurrage,
            levied=levied,
            levy=took.levy,
            owed=took.owed,
            postings=_postings(state, it, number, took.demurrage + took.levy),
        )
        for number, (took, levied) in found.items()
    ]
    events.append(UnitPeriodEnded(unit=it.code, day=end.isoformat()))
    owing = {number: took.owed for number, (took, _) in found.items() if took.owed}
    replies = [
        _owing_told(it, number, owing[number])
        for number in remindable(state, owing, of_all, ask.moment.at)
    ]
    if found:
        replies.insert(0, _told(state, it, last, list(found.values())))
    return Accepted(tuple(events), (), tuple(replies))


def _reckoned(state: State, it: OwnUnit, last: str, zone: str) -> dict[int, tuple[Taken, int]]:
    """What a period that ends on a day (ISO) takes of whom, and which levy they had to pay for it.

    Who joined after its first moment owes none for it.
    """
    owed: defaultdict[int, int] = defaultdict(int)
    for number, count in it.owed.items():
        owed[state.members.one(number)] += count
    begun = instant(dt.date.fromisoformat(it.running), dt.time(), zone).timestamp() * 1000
    owes = {each.number for each in payers(state, it, last) if each.since <= begun}
    balances = balances_of(state, it)
    found = {}
    for number in sorted({*owed, *balances}):
        levy = it.terms.levy if number in owes else 0
        took = taken(it.terms, balances.get(number, 0), owed[number], levied=bool(levy))
        if levy or took != Taken(owed=owed[number]):
            found[number] = took, levy
    return found


def _owing_told(it: OwnUnit, number: int, count: int) -> Reply:
    body = lines(
        say(
            "You owe {amount} of levies now. {line} pays it.",
            amount=shown(it.code, count),
            line=Typed(f"unit settle {it.name}"),
        ),
        why_told("units"),
    )
    return Reply(body, kind=Kind.REMINDER, to=number)


def _postings(state: State, it: OwnUnit, number: int, count: int) -> tuple[Posting, ...]:
    """So much out of all the accounts of a person that hold something, the first one first."""
    made: list[Posting] = []
    for each in state.members.numbers(number):
        account = held_account(each)
        part = min(count, max(0, state.ledger.balances.get((account, it.code), 0)))
        if part:
            made += transfer(account, it.taker, it.code, part)
            count -= part
    if count:
        made += transfer(held_account(number), it.taker, it.code, count)
    return tuple(made)


def _told(state: State, it: OwnUnit, day: str, found: list[tuple[Taken, int]]) -> Reply:
    """What was taken, for the room where the unit was begun."""
    room = state.rooms.by_number.get(it.room)
    place = room.place if room is not None and room in state.rooms.here else home_of(state)
    demurrage, levy = (sum(getattr(took, name) for took, _ in found) for name in ("demurrage", "levy"))
    levied, owing = sum(levy for _, levy in found), sum(1 for took, _ in found if took.owed)
    points: list[Node] = []
    if demurrage:
        points.append(say("Demurrage: {amount}.", amount=shown(it.code, demurrage)))
    if levied:
        points.append(
            say("Levy: {levy} of {levied}.", levy=shown(it.code, levy), levied=shown(it.code, levied))
        )
    if owing:
        points.append(
            say_n("{count} member owes some of it.", "{count} members owe some of it.", owing)
        )
    body = lines(
        say("{unit}: a period ended on {day}.", unit=Strong(Words(it.name)), day=Day(day)),
        items(points),
        say("{report} sums it up.", report=Typed(f"unit report {it.name}")),
    )
    return Reply(body, place=place)


CLOCKWORKS = (Clockwork("units", _due, _happen),)


@arguments
class UnitSettleArgs:
    """What `/unit settle` takes."""

    name: str = _NAME


def settle(state: State, ask: Ask[UnitSettleArgs]) -> Accepted:
    """Pay what one owes of levies, as far as one's account goes."""
    it = unit_named(state, ask.args.name)
    numbers = state.members.numbers(ask.me.number)
    owed = it.owed_by(numbers)
    if not owed:
        raise Refusal("nothing-owed", say("You owe no levy."), word=it.name)
    count = min(owed, held(state, ask.me.number).get(it.code, 0))
    if count <= 0:
        raise Refusal(
            "not-enough",
            say("You owe {owed}, and have nothing to pay it with.", owed=shown(it.code, owed)),
        )
    order = own_order(ask, it, Flow.LEVY, count)
    rest = owed - count
    also = say("{rest} is owed still.", rest=shown(it.code, rest)) if rest else None
    return moved(state, ask, order, also=also)


@arguments
class UnitExemptArgs:
    """What `/unit exempt` takes."""

    who: str = _WHO
    name: str = _NAME
    until: dt.date | None = takes(
        OptionType.DAY, say("until which day, if not for good"), default=None, ahead=True
    )
    back: bool = flag(say("take it back"))


def exempt(state: State, ask: Ask[UnitExemptArgs]) -> Accepted:
    """Somebody owes no levy for a time, such as for care or illness; or owes it again."""
    it, who = unit_named(state, ask.args.name), ask.person(state, ask.args.who)
    back, until = ask.args.back, ask.args.until
    today = ask.today()
    if back and until is not None:
        raise Refusal(
            "options-both",
            say("{back} holds from today on, and takes no day.", back=Words("--back")),
            word="--until",
            instead=say(
                "Send it so: {line}", line=Typed(f"unit exempt {mention(who.name)} {it.name} --back")
            ),
        )
    if until is not None and until < today:
        raise Refusal("day-past", say("{day} is past.", day=Day(until.isoformat())))
    day = "" if back else (until.isoformat() if until else _FOR_GOOD)
    now = is_exempt(state, it, who.number, today.isoformat())
    if back and not now:
        raise Refusal("nothing-changed", say("{who} is not exempt.", who=who.shown))
    option = " --back" if back else f" --until {until.isoformat()}" if until else ""
    check_decided(ask, "units", DECIDED, f"unit exempt {mention(who.name)} {it.name}{option}")
    events = tuple(
        LevyExempted(
            unit=it.code,
            member=number,
            until=day if number == who.number else "",
            by=ask.member.number if ask.member else 0,
            proposal=ask.proposal,
        )
        for number in state.members.numbers(who.number)
        if number == who.number or it.exempt.get(number)
    )
    if back:
        told = say("{who} owes levies of {unit} again.", who=who.shown, unit=it.name)
    elif until is None:
        told = say(
            "{who} owes no levy of {unit} until that is taken back.", who=who.shown, unit=it.name
        )
    else:
        told = say(
            "{who} owes no levy of {unit} until {day}.",
            who=who.shown,
            unit=it.name,
            day=Day(until.isoformat()),
        )
    return Accepted(events, (), (Reply(told),))


_FOR_GOOD = "9999-12-31"


COMMANDS = (
    Command(
        name="unit settle",
        about=say("pay what you owe of levies"),
        decide=openly(settle),
        args=UnitSettleArgs,
        examples=("unit settle star",),
    ),
    Command(
        name="unit exempt",
        about=say("let somebody owe no levy, by a proposal"),
        decide=exempt,
        effect=Grade.MONEY,
        args=UnitExemptArgs,
        examples=("unit exempt @bo star --until 2026-12-31",),
    ),
)
