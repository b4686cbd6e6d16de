"""`/duty`: how many shifts a member did and owes; leave, and who is excused (rule `shift-balance`)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from fractions import Fraction

from bot.arguments import OptionType, arguments, flag, takes
from bot.chat import Button, Place, Refusal, Reply
from bot.collective.events import Event
from bot.collective.grades import Grade
from bot.collective.members import Member
from bot.collective.roles import Role
from bot.collective.rules import Rules, refused_by
from bot.collective.shifts import (
    FOR_GOOD,
    ShiftAccountBegun,
    ShiftAccountEnded,
    ShiftsExcused,
    ShiftsOwed,
    ShiftsOwedAgain,
)
from bot.collective.state import State
from bot.command import Command
from bot.decision import Accepted, Ask, Clockwork, Due, RulesAt
from bot.digest import Digest, Told, some
from bot.feature import Feature
from bot.language.clock import instant, local_day
from bot.language.tokens import mention
from bot.text.wording import Day, Figure, Node, Number, Typed, Words, items, lines, say
from commands.decisions.lookups import rules_at
from commands.decisions.openly import openly

RULE = "shift-balance"
_DAY_MINUTES = 1_440


# --- What is counted ------------------------------------------------------------------------------


def is_kept(rules: Rules) -> bool:
    """Whether it is counted here who owes shifts."""
    return rules.number(RULE) > 0


def to_do(state: State, member: int) -> Fraction:
    """How many shifts somebody has still to do; below 0 where they did more than they owe."""
    numbers = state.members.numbers(member)
    return state.shifts.owed_by(numbers) - state.shifts.done_by(numbers)


def shown(count: Fraction) -> Node:
    """A number of shifts; parts of one in hundredths, never more than were done."""
    return Number(int(count)) if count.denominator == 1 else Figure(_decimal(count))


def _decimal(count: Fraction) -> str:
    """The same, written out."""
    whole, rest = divmod(int(count * 100), 100)
    return f"{whole}.{rest:02d}".rstrip("0").rstrip(".") if rest else str(whole)


def duty_told(state: State, ask: Ask, who: Member) -> Node | None:
    """What somebody did and owes, in a line; None where nothing is counted."""
    if not is_kept(ask.rules):
        return None
    today = ask.today().isoformat()
    numbers = state.members.numbers(who.number)
    left = to_do(state, who.number)
    told = say(
        "Shifts of {who} since {day}: {done} done, {owed} owed.",
        who=who.shown,
        day=Day(state.shifts.since or today),
        done=shown(state.shifts.done_by(numbers)),
        owed=Number(state.shifts.owed_by(numbers)),
    )
    if left > 0:
        told = say("{told} Still to do: {count}.", told=told, count=shown(_up_of(left)))
    elif left < 0:
        told = say("{told} More than owed: {count}.", told=told, count=shown(-left))
    until = state.shifts.excused_until(numbers, today)
    if until == FOR_GOOD:
        return say("{told} No more are owed until that is taken back.", told=told)
    if until:
        return say("{told} None are owed until {day}.", told=told, day=Day(until))
    return told


def _up_of(count: Fraction) -> Fraction:
    """What is still to do, in hundredths, never less than it is."""
    return Fraction(-((-count * 100) // 1), 100)


def _facts(state: State, who: Member) -> dict[str, str]:
    numbers = state.members.numbers(who.number)
    done, owed = state.shifts.done_by(numbers), state.shifts.owed_by(numbers)
    left = max(owed - done, Fraction(0))
    return {"done": _decimal(done), "owed": str(owed), "to_do": _decimal(_up_of(left))}


# --- Looking --------------------------------------------------------------------------------------


@arguments
class DutyArgs:
    """What `/duty` takes."""

    who: str = takes(
        OptionType.PERSON, say("of whom, as @name; yours if left out"), positional=True, default=""
    )
    all: bool = flag(say("of everybody, for coordinators"))


def duty(state: State, ask: Ask[DutyArgs]) -> Accepted:
    """One's own balance; coordinators see that of others."""
    _check_kept(ask)
    who = ask.anybody(state, ask.args.who) if ask.args.who else None
    if who is not None and ask.args.all:
        raise Refusal(
            "options-both",
            say("{all} is of everybody, not of {who} alone.", all=Words("--all"), who=who.shown),
            word=ask.args.who,
            instead=say("Send it so: {line}", line=Typed("duty --all")),
        )
    others = ask.args.all or (who is not None and (ask.member is None or who.number != ask.me.number))
    if others and ask.member is not None and not ask.member.may(Role.COORDINATOR):
        raise Refusal(
            "role",
            say("Only coordinators see the shifts of others."),
            instead=say("Your own: {line}", line=Typed("duty")),
        )
    people = _everybody(state) if ask.args.all else [who or ask.me]
    told = [duty_told(state, ask, each) or "" for each in people]
    body = items(told) if len(told) > 1 else told[0]
    hints = () if others else (say("{line} asks for leave.", line=_leave_line(ask)),)
    facts = {each.name: _facts(state, each) for each in people}
    return Accepted(replies=(Reply(lines(body, *hints), private=True, facts={"shifts": facts}),))


def _everybody(state: State) -> list[Member]:
    """Who is here, by name: it ranks nobody."""
    people = dict.fromkeys(map(state.members.one, state.members.by_number))
    here = (state.members.member(number) for number in people)
    people_here = (each for each in here if each.here and not each.seat)
    return sorted(people_here, key=lambda each: each.name.casefold())


def _check_kept(ask: Ask) -> None:
    if not is_kept(ask.rules):
        raise refused_by(
            RULE,
            say("It is not counted here who owes shifts."),
            instead=say("An admin begins it: {line}", line=Typed(f"rules set {RULE} 4w")),
        )


# --- Leave, and being excused ---------------------------------------------------------------------


_SINCE = takes(OptionType.DAY, say("the first day, if not today"), default=None, ahead=True)


@arguments
class DutyLeaveArgs:
    """What `/duty leave` takes."""

    until: dt.date = takes(OptionType.DAY, say("the last day of it"), ahead=True)
    since: dt.date | None = _SINCE


def leave(state: State, ask: Ask[DutyLeaveArgs]) -> Accepted:
    """Ask the coordinators to owe nothing for a time; nothing is so until one of them says so."""
    _check_kept(ask)
    me, first, last = ask.me, ask.args.since or ask.today(), ask.args.until
    _check_days(ask, first, last)
    people = [each for each in _everybody(state) if each.may(Role.COORDINATOR)]
    others = [each for each in people if each.number != me.number and not each.unreached]
    since = f" --since {first.isoformat()}" if first > ask.today() else ""
    line = f"duty excuse {mention(me.name)} --until {last.isoformat()}{since}"
    if not others:
        raise Refusal(
            "nobody-excuses",
            say("There is no other coordinator who could excuse you."),
            instead=say("All can: {line}", line=Typed(f'propose Leave --do "{line}"')),
        )
    asked = lines(
        say(
            "{who} asks for leave from shifts, from {first} to {last}.",
            who=me.shown,
            first=Day(first.isoformat()),
            last=Day(last.isoformat()),
        ),
        say("{line} grants it.", line=Typed(line)),
    )
    button = Button(say("Grant"), line)
    told = say("The coordinators are asked; until one of them grants it, you owe shifts as before.")
    replies = (
        Reply(told, private=True),
        *(Reply(asked, to=each.number, buttons=(button,)) for each in others),
    )
    return Accepted(replies=replies)


@arguments
class DutyExcuseArgs:
    """What `/duty excuse` takes."""

    who: str = takes(OptionType.PERSON, say("whom, as @name"), positional=True)
    until: dt.date | None = takes(
        OptionType.DAY,
        say("the last day; without it, until it is taken back"),
        default=None,
        ahead=True,
    )
    since: dt.date | None = _SINCE
    back: bool = flag(say("take it back: they owe shifts again"))


def excuse(state: State, ask: Ask[DutyExcuseArgs]) -> Accepted:
    """Let somebody else owe no shifts for a time; why is not asked, and not kept."""
    _check_kept(ask)
    who, args, today = ask.person(state, ask.args.who), ask.args, ask.today()
    numbers = state.members.numbers(who.number)
    by = ask.member.number if ask.member else 0
    own = ask.member is not None and who.number == ask.member.number and not ask.proposal
    if args.back:
        return _again(state, ask, who, numbers)
    if own:
        raise Refusal(
            "own-excuse",
            say("Nobody excuses themselves from shifts."),
            word=ask.args.who,
            instead=say("Ask the other coordinators: {line}", line=_leave_line(ask, args.until)),
        )
    first = args.since or today
    if ask.proposal:
        first = max(first, today)  # the day that was asked for may be over when it is decided
    if args.until is not None:
        _check_days(ask, first, args.until)
    elif first < today:
        raise _past(first)
    last = args.until.isoformat() if args.until else FOR_GOOD
    if state.shifts.excused_until(numbers, first.isoformat()) >= last:
        raise Refusal("nothing-changed", say("{who} is excused until then already.", who=who.shown))
    event = ShiftsExcused(
        member=who.number, first=first.isoformat(), last=last, by=by, proposal=ask.proposal
    )
    begins = Day(first.isoformat())
    told = (
        say("{who} owes no shifts from {first} to {last}.", who=who.shown, first=begins, last=Day(last))
        if args.until
        else say("{who} owes no shifts from {first} on.", who=who.shown, first=begins)
    )
    undo = say("{line} takes it back.", line=Typed(f"duty excuse {mention(who.name)} --back"))
    return Accepted((event,), (), (Reply(lines(told, undo)), *_to_them(ask, who, told)))


def _again(state: State, ask: Ask[DutyExcuseArgs], who: Member, numbers: tuple[int, ...]) -> Accepted:
    today = ask.today().isoformat()
    if ask.args.until or ask.args.since:
        line = f"duty excuse {mention(who.name)} --back"
        raise Refusal(
            "options-both",
            say("{back} holds from today on, and takes no day.", back=Words("--back")),
            word="--until" if ask.args.until else "--since",
            instead=say("Send it so: {line}", line=Typed(line)),
        )
    mine = [n for n in numbers if any(each.last >= today for each in state.shifts.excused.get(n, ()))]
    if not mine:
        raise Refusal("nothing-changed", say("{who} is not excused from shifts.", who=who.shown))
    by = ask.member.number if ask.member else 0
    events: tuple[Event, ...] = tuple(ShiftsOwedAgain(member=n, day=today, by=by) for n in mine)
    told = say("{who} owes shifts again.", who=who.shown)
    return Accepted(events, (), (Reply(told), *_to_them(ask, who, told)))


def _to_them(ask: Ask, who: Member, told: Node) -> tuple[Reply, ...]:
    own = ask.member is not None and ask.member.number == who.number
    return () if own else (Reply(told, to=who.number),)


def _leave_line(ask: Ask, until: dt.date | None = None) -> Typed:
    """What asks for leave: until the day that was typed, or for two weeks."""
    ahead = ask.today() + dt.timedelta(days=14)
    last = until if until is not None and until >= ask.today() else ahead
    return Typed(f"duty leave --until {last.isoformat()}")


def _check_days(ask: Ask, first: dt.date, last: dt.date) -> None:
    for day in (last, first):
        if day < ask.today():
            raise _past(day)
    if last < first:
        raise Refusal(
            "day-past",
            say("{last} is before {first}.", last=Day(last.isoformat()), first=Day(first.isoformat())),
        )


def _past(day: dt.date) -> Refusal:
    return Refusal("day-past", say("{day} is past.", day=Day(day.isoformat())))


# --- By the clock ---------------------------------------------------------------------------------


def _span(rules: RulesAt) -> tuple[int, str]:
    """How many days there are for one shift (0: nobody owes any), and whose days."""
    here = rules(Place("", ""))
    return here.number(RULE) // _DAY_MINUTES, here.text("zone")


def _due(state: State, rules: RulesAt) -> int | None:
    days, zone = _span(rules)
    begun = state.shifts.begun
    if bool(days) != bool(begun):
        return state.head.at
    return _ms(_ends(begun, days), zone) if begun else None


def _ends(begun: str, days: int) -> dt.date:
    return dt.date.fromisoformat(begun) + dt.timedelta(days=days)


def _ms(day: dt.date, zone: str) -> int:
    return int(instant(day, dt.time(), zone).timestamp() * 1000)


def _happen(state: State, ask: Ask[Due]) -> Accepted:
    """It begins, it ends, or a time is over: whoever was here for all of it owes one shift more."""
    days, zone = _span(rules_at(state, ask))
    begun = state.shifts.begun
    if not begun:
        today = local_day(dt.datetime.fromtimestamp(ask.args.due / 1000, dt.UTC), zone)
        return Accepted((ShiftAccountBegun(day=today.isoformat()),))
    if not days:
        return Accepted((ShiftAccountEnded(),))
    first, after = dt.date.fromisoformat(begun), _ends(begun, days)
    # Who joins on its first day was here for all of it.
    latest = _ms(first + dt.timedelta(days=1), zone)
    owing = tuple(
        each.number
        for each in _everybody(state)
        if each.since < latest and not _is_excused(state, each, first, days)
    )
    return Accepted((ShiftsOwed(members=owing, day=after.isoformat()),))


def _is_excused(state: State, who: Member, first: dt.date, days: int) -> bool:
    """Whoever is excused for half of a time or more owes nothing for it."""
    numbers = state.members.numbers(who.number)
    return 2 * state.shifts.days_excused(numbers, first, days) >= days


# --- In digests -----------------------------------------------------------------------------------


def _needs(digest: Digest, now: int) -> Iterator[Node]:
    """For coordinators: who has shifts to do, by name."""
    state = digest.state
    if not is_kept(digest.rules):
        return
    behind = [each for each in _everybody(state) if to_do(state, each.number) > 0]
    if behind:
        yield say(
            "Shifts to do: {names}. {line}",
            names=some([each.name for each in behind]),
            line=Typed("duty --all"),
        )


COMMANDS = (
    Command(
        name="duty",
        about=say("how many shifts you did and owe"),
        also=say("shift balance, shifts owed, my duty, shift account, how many shifts"),
        decide=duty,
        args=DutyArgs,
        examples=("duty", "duty @bo", "duty --all"),
    ),
    Command(
        name="duty leave",
        about=say("ask for leave from shifts"),
        also=say("holiday, vacation, parental leave, sick leave"),
        decide=leave,
        args=DutyLeaveArgs,
        examples=("duty leave --until 2027-01-31", "duty leave --since monday --until 2027-01-31"),
    ),
    Command(
        name="duty excuse",
        about=say("let somebody owe no shifts for a time"),
        also=say("exempt, exemption, excuse from shifts"),
        decide=openly(excuse),
        role=Role.COORDINATOR,
        effect=Grade.ROLES,
        args=DutyExcuseArgs,
        examples=("duty excuse @bo --until 2027-01-31", "duty excuse @bo", "duty excuse @bo --back"),
    ),
)

FEATURE = Feature(
    name="shifts",
    commands=COMMANDS,
    clockworks=(Clockwork("shifts", _due, _happen),),
    digest=Told(needs=_needs),
)
