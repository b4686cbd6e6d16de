"""Equations: looking at them in plain words, setting one, putting one in force, rehearsing one."""

from __future__ import annotations

import datetime as dt

from bot.arguments import OptionType, arguments, flag, takes
from bot.chat import Refusal, Reply
from bot.collective.equations import EQUATIONS_MAX, EquationChosen, EquationSet
from bot.collective.events import Event
from bot.collective.grades import Grade
from bot.collective.state import State
from bot.command import Command
from bot.decision import Accepted, Ask
from bot.feature import Feature, names
from bot.language.amounts import Amount
from bot.language.periods import Period
from bot.language.sums import decimals, shown
from bot.text.wording import Code, Node, Strong, Table, Typed, Words, items, lines, say, say_n
from bot.value.presets import PRESET_WORDS, PRESETS
from bot.value.reading import written
from bot.value.reckoning import Shared, sketched
from commands.decisions.openly import openly
from commands.decisions.reserved import check_decided
from commands.ledger.money import money_of
from commands.sharing.page import PAGE
from commands.sharing.pools import ROWS_MAX, rehearsed
from commands.sharing.recipes import (
    check_currency,
    check_takers,
    equation_named,
    equation_told,
    equation_typed,
    name_told,
    text_of,
    tried,
)

_NO_NAMES = ("set", "use", "try")
"""What `/equation set` and the others could not be told apart from."""

_VERSIONS_SHOWN = 5
"""How many versions of an equation are shown: what fits a phone's screen."""

_NAME = takes(OptionType.EQUATION, say("its name"), positional=True)


# --- Looking ----------------------------------------------------------------------------------------


@arguments
class EquationArgs:
    """What `/equation` takes."""

    name: str = takes(OptionType.EQUATION, say("which one"), positional=True, default="")


def equation(state: State, ask: Ask[EquationArgs]) -> Accepted:
    """All equations, or one of them in plain words, with its versions."""
    name = ask.args.name
    if name:
        return _one(state, name)
    own = state.equations.named
    points = [
        *(_listed(state, each, Words(text_of(state, own[each][-1]))) for each in own),
        *(_listed(state, each, PRESET_WORDS[each]) for each in PRESETS),
    ]
    body = lines(
        items(points),
        say("{show} tells one in plain words.", show=Typed(f"equation {state.equations.chosen}")),
    )
    facts = {"in-force": state.equations.chosen, "equations": [*own, *PRESETS]}
    return Accepted(replies=(Reply(body, facts=facts, page="sharing"),))


def _listed(state: State, name: str, about: Node) -> Node:
    if name == state.equations.chosen:
        return say("{name}, in force: {about}", name=Strong(Words(name)), about=about)
    return say("{name}: {about}", name=Strong(Words(name)), about=about)


def _one(state: State, name: str) -> Accepted:
    found = equation_named(state, name)
    versions = state.equations.named.get(name, [])
    older = list(enumerate(versions[:-1], 1))[-_VERSIONS_SHOWN:]
    body = lines(
        Strong(name_told(state, name)),
        Code(text_of(state, found)),
        equation_told(state, found),
        say("It is in force.") if name == state.equations.chosen else None,
        items(
            say("Version {number}: {text}", number=number, text=Code(text_of(state, each)))
            for number, each in reversed(older)
        )
        if older
        else None,
    )
    facts = {"equation": written(found), "version": len(versions)}
    return Accepted(replies=(Reply(body, facts=facts, page="sharing"),))


# --- Setting ----------------------------------------------------------------------------------------


_DECIDED = say("How income is shared out is decided by the members.")


@arguments
class EquationSetArgs:
    """What `/equation set` takes."""

    name: str = _NAME
    text: str = takes(OptionType.TEXT, say("its parts"), positional=True)
    use: bool = flag(say("put it in force as well"))


def set_(state: State, ask: Ask[EquationSetArgs]) -> Accepted:
    """A new equation, or a new version of one."""
    name, text = ask.args.name, ask.args.text
    if name in _NO_NAMES:
        raise Refusal("name-odd", say("“{name}” cannot be a name here.", name=name), word=name)
    if name in PRESETS:
        raise Refusal(
            "equation-preset",
            say("{name} is always there as it is.", name=name),
            word=name,
            instead=say("Give yours another name."),
        )
    if name not in state.equations.named and len(state.equations.named) >= EQUATIONS_MAX:
        raise Refusal("equations-max", say("There are as many equations as there may be."))
    found = equation_typed(state, ask, text)
    used = ask.args.use
    line = f"equation set {name} {text_of(state, found)}{' --use' if used else ''}"
    check_decided(ask, "equations", _DECIDED, line)
    if found == state.equations.latest(name):
        raise Refusal("nothing-changed", say("That is {name} as it is.", name=name), word=name)
    by = ask.member.number if ask.member else 0
    version = state.equations.version(name) + 1
    events: list[Event] = [
        EquationSet(name=name, version=version, equation=found, by=by, proposal=ask.proposal)
    ]
    if used and name != state.equations.chosen:
        events.append(EquationChosen(name=name, by=by, proposal=ask.proposal))
    told = lines(
        say("{name} is in its version {version} now:", name=Strong(Words(name)), version=version),
        Code(text_of(state, found)),
        equation_told(state, found),
        say("It is in force.")
        if used or name == state.equations.chosen
        else say("{use} puts it in force.", use=Typed(f"equation use {name}")),
    )
    return Accepted(tuple(events), (), (Reply(told),))


@arguments
class EquationUseArgs:
    """What `/equation use` takes."""

    name: str = _NAME


def use(state: State, ask: Ask[EquationUseArgs]) -> Accepted:
    """Put an equation in force."""
    name = ask.args.name
    found = equation_named(state, name)
    check_takers(state, found)
    check_decided(ask, "equations", _DECIDED, f"equation use {name}")
    if name == state.equations.chosen:
        raise Refusal("nothing-changed", say("{name} is in force already.", name=name), word=name)
    event = EquationChosen(name=name, by=ask.member.number if ask.member else 0, proposal=ask.proposal)
    told = lines(
        say("{name} is in force from now on.", name=Strong(Words(name))), equation_told(state, found)
    )
    return Accepted((event,), (), (Reply(told),))


# --- Rehearsing -------------------------------------------------------------------------------------


@arguments
class EquationTryArgs:
    """What `/equation try` takes."""

    text: str = takes(OptionType.TEXT, say("its name, or its parts"), positional=True)
    period: Period | None = takes(
        OptionType.PERIOD, say("the time, if not the last quarter"), default=None
    )
    amount: Amount | None = takes(
        OptionType.AMOUNT, say("what to share out, if not what was"), default=None
    )


def try_(state: State, ask: Ask[EquationTryArgs]) -> Accepted:
    """What each member would have got of a past time by another equation, beside the one in force."""
    name, found = tried(state, ask, ask.args.text)
    period = ask.args.period or _last_quarter(ask.today())
    unit, pool = _pool(state, ask, period)
    now = equation_named(state, state.equations.chosen)
    for each in (now, found):
        check_currency(each, unit)
    months = period.first.isoformat()[:7], period.last.isoformat()[:7]
    situation = rehearsed(state, unit, *months)
    by_now, by_new = (sketched(each, pool, situation) for each in (now, found))
    if not (by_now.shares or by_new.shares):
        raise Refusal(
            "nobody-weighs", say("{period}: nothing counts by either equation.", period=period.shown)
        )
    body = lines(
        say(
            "{amount} for {period}, by {now} and by {new}:",
            amount=shown(unit, pool),
            period=period.shown,
            now=name_told(state, state.equations.chosen),
            new=name_told(state, name) if name else Code(text_of(state, found)),
        ),
        _difference(state, unit, by_now, by_new),
        say("It is a rehearsal: nothing was shared out."),
    )
    facts = {
        "now": _facts(state, by_now, unit),
        "tried": _facts(state, by_new, unit),
        "amount": decimals({unit: pool})[unit],
    }
    return Accepted(replies=(Reply(body, facts=facts),))


def _last_quarter(today: dt.date) -> Period:
    """The calendar quarter before this one."""
    last = today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1) - dt.timedelta(days=1)
    return Period(last.replace(month=last.month - 2, day=1), last)


def _pool(state: State, ask: Ask[EquationTryArgs], period: Period) -> tuple[str, int]:
    """What is shared out: as named, else what was shared out in that time. Raises Refusal."""
    if ask.args.amount is not None:
        amount = money_of(ask.args.amount)
        return amount.unit.code, amount.count
    first, last = period.first.isoformat(), period.last.isoformat()
    made = [it for it in state.distributions.made if first <= it.day <= last]
    if not made:
        raise Refusal(
            "amount-missing",
            say("{period}: nothing was shared out.", period=period.shown),
            instead=say("Name an amount: {option}", option=Words("--amount 1000 EUR")),
        )
    unit = made[-1].unit
    return unit, sum(it.count for it in made if it.unit == unit)


def _difference(state: State, unit: str, by_now: Shared, by_new: Shared) -> Node:
    before, after = by_now.shares, by_new.shares
    people = sorted({*before, *after}, key=lambda who: (-before.get(who, 0), who))
    rows = []
    for who in people[:ROWS_MAX]:
        was, will = before.get(who, 0), after.get(who, 0)
        counts = (shown(unit, was), shown(unit, will), shown(unit, will - was))
        rows.append((state.members.name(who), *counts))
    rest = people[ROWS_MAX:]
    more = say_n(
        "and {count} more person: {before} in force, {after} tried",
        "and {count} more people: {before} in force, {after} tried",
        len(rest),
        before=shown(unit, sum(before.get(who, 0) for who in rest)),
        after=shown(unit, sum(after.get(who, 0) for who in rest)),
    )
    table = Table((say("Who"), say("In force"), say("Tried"), say("Difference")), tuple(rows))
    kept, keeps = _kept(by_now), _kept(by_new)
    told = say(
        "In funds and the treasury: {before} in force, {after} tried",
        before=shown(unit, kept),
        after=shown(unit, keeps),
    )
    return lines(table, more if rest else None, told if kept or keeps else None)


def _kept(shared: Shared) -> int:
    return shared.pool - sum(shared.shares.values())


def _facts(state: State, shared: Shared, unit: str) -> dict[str, str]:
    shares = shared.shares.items()
    return {state.members.name(who).name: decimals({unit: count})[unit] for who, count in shares}


# --- Declarations -----------------------------------------------------------------------------------


COMMANDS = (
    Command(
        name="equation",
        about=say("how income is shared out, in plain words"),
        decide=equation,
        args=EquationArgs,
        examples=("equation", "equation disco"),
    ),
    Command(
        name="equation set",
        about=say("set an equation, by a proposal"),
        decide=openly(set_),
        effect=Grade.MONEY,
        args=EquationSetArgs,
        examples=(
            "equation set fair 5% fund reserve; 20% equal; rest work",
            "equation set ours 75% work livelihood #care*2; 25% work love; care-balance",
            "equation set owed rest work price 20 EUR",
        ),
        details=say("{page} has all that a part may be.", page=Words("docs/sharing-out.md")),
    ),
    Command(
        name="equation use",
        about=say("put an equation in force, by a proposal"),
        decide=openly(use),
        effect=Grade.MONEY,
        args=EquationUseArgs,
        examples=("equation use fair",),
    ),
    Command(
        name="equation try",
        about=say("rehearse an equation on a past time, beside the one in force"),
        decide=try_,
        args=EquationTryArgs,
        examples=("equation try fair", "equation try rest equal --amount 1000 EUR"),
    ),
)

FEATURE = Feature(
    name="equations",
    commands=COMMANDS,
    pages=(PAGE,),
    suggests={OptionType.EQUATION: names(lambda state: [*state.equations.named, *PRESETS])},
)
