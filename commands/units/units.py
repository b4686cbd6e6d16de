"""Units of one's own: beginning one, changing its terms, and the report.

Terms are the members' to decide (rule `units`). What a period's end takes is taken by the clock, once.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.arguments import OptionType, arguments, takes
from bot.chat import Refusal, Reply
from bot.collective.grades import Grade
from bot.collective.state import State
from bot.collective.units import UNITS_MAX, OwnUnit, UnitBegun, UnitChanged, first_of_period
from bot.command import Command
from bot.decision import Accepted, Ask
from bot.language.periods import Period
from bot.language.sums import shown
from bot.language.units import OWN_PLACES_MAX, Unit, own_unit, own_word
from bot.text.wording import Day, Node, Strong, Typed, Words, items, lines, say, say_n
from bot.value.policy import Mode, UnitTerms
from commands.decisions.openly import openly
from commands.decisions.reserved import check_decided
from commands.ledger.money import held
from commands.ledger.ownunits import (
    DECIDED,
    MODES,
    careful_told,
    figures,
    figures_facts,
    figures_told,
    limit_for,
    looked_at,
    period_end,
    running,
    terms_told,
    unit_named,
    vouching,
)
from commands.needs.paid import paid_facts, paid_told
from commands.units.issues import minutes_by_person, open_work
from commands.units.terms import TermsArgs, term_line, terms_of

_USUAL_PLACES = "2"
"""So that a percent of a small amount is something."""

_WORDS_MAX = 8
"""How many words may mean one unit: its name and how it is called in other forms and languages."""

_NO_NAMES = frozenset(["create", "set", "issue", "retire", "settle", "vouch", "exempt", "report"])
"""What `/unit create` and the others could not be told apart from."""

_NAME = takes(OptionType.UNIT, say("which unit"), positional=True)
_WHO = takes(OptionType.PERSON, say("who, as @name"), positional=True)


# --- Looking ----------------------------------------------------------------------------------------


@arguments
class UnitArgs:
    """What `/unit` takes."""

    name: str = takes(OptionType.UNIT, say("which one"), positional=True, default="")


def unit(state: State, ask: Ask[UnitArgs]) -> Accepted:
    """All units of one's own, or one of them in plain words."""
    name = ask.args.name
    if name:
        return _one(state, ask, unit_named(state, name))
    points = [
        say("{name}: {about}", name=Strong(Words(it.name)), about=MODES[it.terms.mode])
        for it in state.units
    ]
    begin = say("{line} begins one.", line=Typed("unit create leaf credit --limit 20"))
    body = lines(items(points) if points else say("There is no unit of your own here."), begin)
    return Accepted(
        replies=(Reply(body, facts={"units": [it.name for it in state.units]}, page="units"),)
    )


def _one(state: State, ask: Ask, it: OwnUnit) -> Accepted:
    mine = _mine(state, ask, it) if ask.member else []
    body = lines(
        Strong(Words(it.name)),
        items(terms_told(it)),
        careful_told(state, it),
        items(mine) if mine else None,
        say("Version {version}. {report} sums it up.", version=len(it.versions), report=_report(it)),
    )
    facts = {"unit": it.name, "mode": it.terms.mode.value, "version": len(it.versions)}
    return Accepted(replies=(Reply(body, facts=facts, page="units"),))


def _report(it: OwnUnit) -> Typed:
    return Typed(f"unit report {it.name}")


def _mine(state: State, ask: Ask, it: OwnUnit) -> list[Node]:
    """How whoever asks stands in it."""
    me = ask.me
    has = held(state, me.number).get(it.code, 0)
    told: list[Node] = [say("You have {amount}.", amount=shown(it.code, has))]
    if it.terms.mode is Mode.CREDIT:
        limit = limit_for(state, it, me.number, ask.today().isoformat()[:7])
        told.append(say("You may go down to {limit}.", limit=shown(it.code, -limit)))
    if it.terms.vouches:
        told.append(
            say_n(
                "{count} member vouches for you.",
                "{count} members vouch for you.",
                len(vouching(state, it, me.number)),
            )
        )
    owed = it.owed_by(state.members.numbers(me.number))
    if owed:
        line = Typed(f"unit settle {it.name}")
        told.append(say("You owe {amount} of levies: {line}", amount=shown(it.code, owed), line=line))
    return told


@arguments
class UnitReportArgs:
    """What `/unit report` takes."""

    name: str = _NAME
    period: Period | None = takes(
        OptionType.PERIOD, say("of which time"), positional=True, default=None
    )


def report(state: State, ask: Ask[UnitReportArgs]) -> Accepted:
    """What happened to a unit in a time, how it stands, and what somebody has to look at."""
    it = unit_named(state, ask.args.name)
    period = ask.args.period or running(it, ask.today())
    found = figures(state, it, period)
    attention = list(looked_at(state, it, ask.moment.at))
    facts = {**figures_facts(it, found), "paid-needs": paid_facts(state, it.code)}
    body = lines(
        Strong(say("{unit}, {period}", unit=it.name, period=period.shown)),
        items(figures_told(it, found)),
        careful_told(state, it),
        _open_told(state, it),
        paid_told(state, it.code),
        items(attention) if attention else None,
    )
    return Accepted(replies=(Reply(body, facts=facts, page="units"),))


def _open_told(state: State, it: OwnUnit) -> Node | None:
    """The confirmed work that nothing was issued for yet."""
    if it.terms.mode is not Mode.ISSUED:
        return None
    minutes = int(sum(minutes_by_person(open_work(state, it)).values()))
    if not minutes:
        return None
    return say("Work that nothing was issued for yet: {time}.", time=shown("h", minutes))


# --- Terms ------------------------------------------------------------------------------------------


@arguments
class UnitCreateArgs(TermsArgs):
    """What `/unit create` takes."""

    name: str = takes(OptionType.NAME, say("its name, such as leaf"), positional=True)
    mode: str = takes(
        OptionType.WORD,
        say("mutual credit, or issued for work"),
        positional=True,
        choices=tuple(each.value for each in Mode),
    )
    decimals: str | None = takes(
        OptionType.TEXT, say("how many decimals, 0 to 6; 2 if left out"), default=None
    )


def create(state: State, ask: Ask[UnitCreateArgs]) -> Accepted:
    """A unit of the collective's own, with its first terms."""
    name = own_word(ask.args.name)
    if name in _NO_NAMES:
        raise Refusal("name-odd", say("“{name}” cannot be a name here.", name=name), word=name)
    made = own_unit(name, _places(ask))
    if state.units.named(name) is not None or made.code in state.units.by_code:
        raise Refusal("unit-known", say("There is a unit {name} already.", name=name), word=name)
    if len(state.units.by_code) >= UNITS_MAX:
        raise Refusal("units-max", say("There are as many units as there may be."))
    today = ask.today()
    words = _words(state, ask, made, (name,))
    terms = terms_of(state, ask, made, UnitTerms(Mode(ask.args.mode), since=today.isoformat()[:7]))
    check_decided(ask, "units", DECIDED, term_line("create", name, terms.mode.value, ask))
    event = UnitBegun(
        unit=made.code,
        words=words,
        terms=terms,
        day=today.isoformat(),
        room=ask.room,
        by=ask.member.number if ask.member else 0,
        proposal=ask.proposal,
    )
    it = OwnUnit(made, words, [terms], ask.room, first_of_period(event.day, terms.every))
    told = lines(
        say("There is a unit {name} now.", name=Strong(Words(name))),
        *_agreed(state, it),
        say("{line} pays somebody in it.", line=Typed(f"pay @bo 3 {name}")),
    )
    return Accepted((event,), (), (Reply(told, facts={"unit": name}),))


@arguments
class UnitSetArgs(TermsArgs):
    """What `/unit set` takes."""

    name: str = _NAME


def set_(state: State, ask: Ask[UnitSetArgs]) -> Accepted:
    """Other terms of a unit, from now on; what is not named stays as it is."""
    it = unit_named(state, ask.args.name)
    words = _words(state, ask, it.unit, it.words)
    terms = terms_of(state, ask, it.unit, it.terms)
    if (terms, words) == (it.terms, it.words):
        raise Refusal("nothing-changed", say("That is {name} as it is.", name=it.name), word=it.name)
    check_decided(ask, "units", DECIDED, term_line("set", it.name, "", ask))
    event = UnitChanged(
        unit=it.code,
        version=len(it.versions) + 1,
        words=words,
        terms=terms,
        day=ask.today().isoformat(),
        by=ask.member.number if ask.member else 0,
        proposal=ask.proposal,
    )
    after = OwnUnit(
        it.unit, words, [*it.versions], it.room, it.running, exempt=it.exempt, level=it.level
    )
    after.change(event)
    told = lines(
        say(
            "{name} is in its version {version} now:",
            name=Strong(Words(it.name)),
            version=event.version,
        ),
        *_agreed(state, after),
    )
    return Accepted((event,), (), (Reply(told, facts={"version": event.version}),))


def _agreed(state: State, it: OwnUnit) -> Iterator[Node]:
    """Terms as they are told when they are set, with when they are felt first."""
    yield items(terms_told(it))
    if it.terms.takes:
        yield say("It is taken for the first time on {day}.", day=Day(period_end(it).isoformat()))
    careful = careful_told(state, it)
    if careful is not None:
        yield careful


def _places(ask: Ask[UnitCreateArgs]) -> int:
    word = ask.args.decimals or _USUAL_PLACES
    if len(word) == 1 and word.isdecimal() and int(word) <= OWN_PLACES_MAX:
        return int(word)
    raise Refusal(
        "decimals-odd",
        say("A unit has 0 to {most} decimals.", most=OWN_PLACES_MAX),
        word=word,
        instead=say("For example {option}.", option=Words("--decimals 0")),
    )


def _words(state: State, ask: Ask[TermsArgs], made: Unit, known: tuple[str, ...]) -> tuple[str, ...]:
    """All words that mean the unit: its name, and those that were named beside it. Raises Refusal."""
    if ask.args.also is None:
        return known
    typed = ask.args.also.replace(",", " ").split()
    words = tuple(dict.fromkeys((made.name, *map(own_word, typed))))
    for word in words:
        other = state.units.words.get(word)
        if other is not None and other != made:
            raise Refusal("unit-taken", say("“{word}” means a unit already.", word=word), word=word)
    if len(words) > _WORDS_MAX:
        raise Refusal("words-max", say("Up to {most} words mean one unit.", most=_WORDS_MAX))
    return words


# --- Declarations -----------------------------------------------------------------------------------


COMMANDS = (
    Command(
        name="unit",
        about=say("units of your own, in plain words"),
        decide=unit,
        args=UnitArgs,
        examples=("unit", "unit leaf"),
    ),
    Command(
        name="unit create",
        about=say("begin a unit of your own, by a proposal"),
        decide=openly(create),
        effect=Grade.MONEY,
        args=UnitCreateArgs,
        examples=(
            "unit create leaf credit --limit 20 --vouches 2 --fee 2%",
            "unit create star issued --wage 1 --budget 400 --levy 5 --demurrage 1%",
        ),
        details=say("{page} has all the terms.", page=Words("docs/units.md")),
    ),
    Command(
        name="unit set",
        about=say("change the terms of a unit, by a proposal"),
        decide=openly(set_),
        effect=Grade.MONEY,
        args=UnitSetArgs,
        examples=("unit set star --levy 8 --budget 500", "unit set leaf --fee none"),
        details=say("{page} has all the terms.", page=Words("docs/units.md")),
    ),
    Command(
        name="unit report",
        about=say("what happened to a unit in a time, and how it stands"),
        decide=report,
        args=UnitReportArgs,
        examples=("unit report star", "unit report star 2026-Q1"),
    ),
)
