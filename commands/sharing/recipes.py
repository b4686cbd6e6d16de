"""Equations in answers: looked up by name or read as typed, checked, and told in plain words."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from fractions import Fraction

from bot.chat import Refusal
from bot.collective.state import State
from bot.deciding.terms import Ratio, share_text
from bot.decision import Ask
from bot.language.tokens import mention
from bot.text.wording import Node, Place, Say, Words, fill, items, joined, say, say_n
from bot.value.equations import WHOLE, Bucket, Equation, Form, Life, Weight
from bot.value.presets import PRESETS
from bot.value.reading import factor_text, read_equation, written
from commands.ledger.money import fund_named

_PERSON = re.compile(r"@([^\s;]+)")


def equation_named(state: State, name: str) -> Equation:
    """The newest version of the equation with this name. Raises Refusal where there is none."""
    found = state.equations.latest(name.casefold())
    if found is not None:
        return found
    names = [*state.equations.named, *PRESETS]
    near = difflib.get_close_matches(name.casefold(), names, 1)
    raise Refusal(
        "equation-unknown",
        say("There is no equation “{name}”.", name=name),
        word=name,
        instead=say("Did you mean {name}?", name=near[0])
        if near
        else say("There are {names}.", names=joined(names)),
    )


def equation_typed(state: State, ask: Ask, text: str) -> Equation:
    """The equation that somebody typed: well formed, of things that there are. Raises Refusal."""
    numbered = _PERSON.sub(lambda found: f"@#{ask.person(state, found[1]).number}", text)
    equation = read_equation(numbered)
    check_known(state, equation)
    return equation


def check_known(state: State, equation: Equation) -> None:
    """Every fund, person, kind and circle in it is there. Raises Refusal."""
    check_takers(state, equation)
    for bucket in equation.buckets:
        kinds = (*bucket.kinds, *(weight.kind for weight in bucket.weights))
        circles = (*bucket.circles, *(weight.circle for weight in bucket.weights))
        _check_names(kinds, state.contributions.kinds, "kind", say("There is no kind #{name} here."))
        _check_names(circles, state.circles.by_name, "circle", say("There is no circle {name} here."))


def check_takers(state: State, equation: Equation) -> None:
    """Every fund and person that something goes to is there. Raises Refusal."""
    for bucket in equation.buckets:
        fund_named(state, bucket.fund)
        if bucket.form is Form.ONE and not state.members.member(bucket.to).here:
            who = state.members.name(bucket.to)
            raise Refusal("member-left", say("{who} has left; nothing goes to them.", who=who))


def _check_names(names: Iterable[str], known: Iterable[str], what: str, wrong: Say) -> None:
    there = list(known)
    name = next((each for each in names if each and each not in there), None)
    if name is None:
        return
    near = difflib.get_close_matches(name, there, 1)
    raise Refusal(
        f"{what}-unknown",
        fill(wrong, name=name),
        word=name,
        instead=say("Did you mean {name}?", name=near[0])
        if near
        else say("There are {names}.", names=joined(there) if there else say("none yet")),
    )


def tried(state: State, ask: Ask, text: str) -> tuple[str, Equation]:
    """An equation by its name, or as it is typed; its name is empty then. Raises Refusal."""
    name = text.strip().casefold()
    if " " not in name and state.equations.latest(name) is None:
        equation_named(state, name)
    found = state.equations.latest(name)
    return (name, found) if found is not None else ("", equation_typed(state, ask, text))


_NUMBER = re.compile(r"@#([0-9]+)")


def text_of(state: State, equation: Equation) -> str:
    """The equation as it is typed, with people by their names."""
    return _NUMBER.sub(lambda found: mention(state.members.name(int(found[1])).name), written(equation))


# --- In plain words ---------------------------------------------------------------------------------


def equation_told(state: State, equation: Equation) -> Node:
    """Every part of an equation in words, in order."""
    points = [
        say("Part {number}: {told}", number=number, told=bucket_told(state, bucket))
        for number, bucket in enumerate(equation.buckets, 1)
    ]
    if equation.care:
        points.append(
            say("In the end, who cared less than the others passes a part on to who cared more.")
        )
    if equation.care_most is not None:
        most = share_text(equation.care_most)
        points.append(say("Nobody passes on more than {most} of what they get.", most=most))
    return items(points)


def bucket_told(state: State, bucket: Bucket) -> Node:
    """One part of an equation in words."""
    part: Place = say("the rest") if bucket.part is None else share_text(bucket.part)
    if bucket.form is Form.WORK:
        told: Node = say(
            "{part} by what people gave: {how}", part=part, how=joined(_work_told(bucket), "; ")
        )
    else:
        told = fill(
            _FORMS[bucket.form],
            part=part,
            fund=bucket.fund,
            who=state.members.name(bucket.to) if bucket.to else "",
        )
    if bucket.most is None:
        return told
    limit = say("nobody gets more than {most} of it", most=share_text(bucket.most))
    return joined([told, limit], "; ")


_FORMS = {
    Form.FUND: say("{part} into the fund {fund}"),
    Form.EQUAL: say("{part} to all members in equal shares"),
    Form.NEED: say("{part} by what members said they need, never more than that"),
    Form.ONE: say("{part} to {who}"),
    Form.GIVEN: say("{part} by the points that members gave one another"),
}


def _work_told(bucket: Bucket) -> Iterator[Node]:
    named = [*bucket.streams, *(f"#{kind}" for kind in bucket.kinds)]
    units = [weight for weight in bucket.weights if weight.unit]
    yield joined(map(_unit_told, units)) if units else say("each hour counts 1")
    if named:
        yield say("only {names}", names=joined(named))
    if bucket.circles:
        yield say("only of {circles}", circles=joined(bucket.circles))
    yield from (
        say("{what} counts {factor} times", what=weighed(weight), factor=factor_text(weight.factor))
        for weight in bucket.weights
        if not weight.unit
    )
    if bucket.months:
        yield say_n("only of the last month", "only of the last {count} months", bucket.months)
    if bucket.decay != WHOLE:
        yield say("each month that passes takes {part} off", part=lost(bucket.decay))
    if bucket.price is not None:
        yield say(
            "each of these is worth {price} until that is paid, and what is open is carried over",
            price=Words(f"{factor_text(bucket.price)} {bucket.currency}"),
        )
    else:
        yield _LIVES[bucket.life]


_LIVES = {
    Life.ONCE: say("only what was not shared on before"),
    Life.LASTING: say("what was shared on before counts again"),
    Life.BALANCED: say("so that all that was ever shared out comes to match all that was given"),
}


def _unit_told(weight: Weight) -> Node:
    return say("1 {unit} counts {factor}", unit=weight.unit, factor=factor_text(weight.factor))


def weighed(weight: Weight) -> str:
    """What a weight is about, as it is typed."""
    if weight.kind:
        return f"#{weight.kind}"
    return weight.circle or weight.stream


def lost(decay: Ratio) -> str:
    """What a month takes, as it is typed."""
    part = 1 - Fraction(decay.n, decay.d)
    return share_text(Ratio(part.numerator, part.denominator))


def check_currency(equation: Equation, unit: str) -> None:
    """Claims are settled in the currency of their price. Raises Refusal."""
    if equation.currency and equation.currency != unit:
        raise Refusal(
            "equation-currency",
            say("The prices of this equation are in {currency}.", currency=equation.currency),
            word=unit,
            instead=say(
                "Share out {currency} by it, or {unit} by another one.",
                currency=equation.currency,
                unit=unit,
            ),
        )


def name_told(state: State, name: str) -> Node:
    """An equation by its name and version."""
    version = state.equations.version(name)
    return say("{name}, version {version}", name=name, version=version) if version else Words(name)
