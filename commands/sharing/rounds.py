"""Rounds: giving one another points, and saying what one needs, for the next distribution."""

from __future__ import annotations

from collections.abc import Iterator

from bot.arguments import OptionType, arguments, takes
from bot.chat import Refusal, Reply
from bot.collective.rounds import NeedSaid, PointsGiven
from bot.collective.rules import refused_by
from bot.collective.state import State
from bot.command import Command
from bot.decision import Accepted, Ask
from bot.digest import Digest, Told
from bot.feature import Feature
from bot.language.amounts import Amount
from bot.language.sums import shown, sums_told
from bot.text.wording import Node, Say, Typed, items, lines, say, say_n
from commands.ledger.digest import MONEY
from commands.ledger.money import money_of

_WHO = takes(OptionType.PERSON, say("who, as @name"), positional=True)


def round_(state: State, ask: Ask) -> Accepted:
    """What one has given and said for the next distribution."""
    given = _given(state, ask.me.number)
    needs = {
        unit: n
        for (who, unit), n in state.rounds.needs.items()
        if state.members.one(who) == ask.me.number
    }
    left = ask.rules.number("points") - sum(given.values())
    points: list[Node] = [
        say("{points} to {who}", points=count, who=state.members.name(to))
        for to, count in given.items()
    ]
    points += [say("You need {amount}.", amount=shown(unit, count)) for unit, count in needs.items()]
    body = lines(
        items(points) if points else None,
        say_n("You have {count} point to give.", "You have {count} points to give.", left),
        say("{give} gives some; what nobody gives lapses.", give=Typed("round give @bo 30")),
    )
    return Accepted(replies=(Reply(body, private=True, facts={"left": left}),))


def _given(state: State, giver: int) -> dict[int, int]:
    return state.rounds.given.get(giver, {})


@arguments
class RoundGiveArgs:
    """What `/round give` takes."""

    who: str = _WHO
    points: str = takes(OptionType.WORD, say("how many"), positional=True)


def give(state: State, ask: Ask[RoundGiveArgs]) -> Accepted:
    """Give somebody points; the same again changes how many."""
    to, me = ask.person(state, ask.args.who), ask.me
    if to.number == me.number:
        raise Refusal("own-points", say("You cannot give yourself points."))
    points = _points(ask.args.points)
    others = sum(count for each, count in _given(state, me.number).items() if each != to.number)
    budget = ask.rules.number("points")
    if others + points > budget:
        raise refused_by("points", _left_told(budget - others))
    if points == _given(state, me.number).get(to.number, 0):
        raise Refusal("nothing-changed", say("That changes nothing."))
    event = PointsGiven(giver=me.number, to=to.number, points=points)
    left = budget - others - points
    told = lines(
        say_n(
            "{who} gets {count} point from you.",
            "{who} gets {count} points from you.",
            points,
            who=to.shown,
        ),
        _left_told(left),
    )
    return Accepted((event,), (), (Reply(told, private=True, facts={"left": left}),))


def _left_told(count: int) -> Say:
    return say_n("You have {count} point left to give.", "You have {count} points left to give.", count)


_POINTS_DIGITS_MAX = 6


def _points(word: str) -> int:
    if word.isdecimal() and len(word) <= _POINTS_DIGITS_MAX:
        return int(word)
    raise Refusal(
        "points-odd",
        say("“{word}” is no number of points.", word=word),
        word=word,
        instead=say("It is a whole number, such as 30; 0 takes them back."),
    )


@arguments
class RoundNeedArgs:
    """What `/round need` takes."""

    amount: Amount = takes(OptionType.AMOUNT, say("how much"), positional=True)


def need(state: State, ask: Ask[RoundNeedArgs]) -> Accepted:
    """Say how much one needs; it stands until a distribution meets it, or it is taken back."""
    me = ask.me.number
    amount = money_of(ask.args.amount)
    event = NeedSaid(member=me, unit=amount.unit.code, count=amount.count)
    told = say(
        "{who} needs {amount}. {back} takes that back.",
        who=ask.me.shown,
        amount=amount.shown,
        back=Typed(f"round no-need {amount.unit.code}"),
    )
    return Accepted((event,), (), (Reply(told),))


@arguments
class RoundNoNeedArgs:
    """What `/round no-need` takes."""

    unit: str = takes(OptionType.WORD, say("the currency"), positional=True)


def no_need(state: State, ask: Ask[RoundNoNeedArgs]) -> Accepted:
    """Take back what one said one needs."""
    code, numbers = ask.args.unit.upper(), state.members.numbers(ask.me.number)
    said = [number for number in numbers if (number, code) in state.rounds.needs]
    if not said:
        raise Refusal("no-need", say("You said nothing of a need in {unit}.", unit=code), word=code)
    events = tuple(NeedSaid(member=number, unit=code, count=0) for number in said)
    return Accepted(events, (), (Reply(say("That is taken back.")),))


def _needed(digest: Digest) -> Iterator[Node]:
    needed: dict[str, int] = {}
    for (_, unit), count in digest.state.rounds.needs.items():
        needed[unit] = needed.get(unit, 0) + count
    if needed:
        yield say("Needed until the next distribution: {sums}", sums=sums_told(needed))


COMMANDS = (
    Command(
        name="round",
        about=say("what you give and need in this round"),
        decide=round_,
        examples=("round",),
    ),
    Command(
        name="round give",
        about=say("give somebody points, by which a distribution may share out"),
        also=say("points to, praise points"),
        decide=give,
        args=RoundGiveArgs,
        examples=("round give @bo 30",),
    ),
    Command(
        name="round need",
        about=say("say how much money you need of the next distribution"),
        decide=need,
        args=RoundNeedArgs,
        examples=("round need 200 EUR",),
    ),
    Command(
        name="round no-need",
        about=say("take back what you said you need"),
        decide=no_need,
        args=RoundNoNeedArgs,
        examples=("round no-need EUR",),
    ),
)

FEATURE = Feature(
    name="rounds",
    commands=COMMANDS,
    digest=Told(sections={MONEY: _needed}),
)
