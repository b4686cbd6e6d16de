"""Effects: how much something weighs that a proposal has done, and by what terms it is decided.

No door is weaker than another: what is decided about others is decided by the method, quorum and share
that the rules name, or by a method that asks at least as much of everybody.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from msgspec import structs

from bot.collective.catalogue import CATALOGUE
from bot.collective.circles import CircleClosed, CircleJoined, CircleLeft
from bot.collective.events import Event
from bot.collective.grades import SILENCE_CARRIES, ByGrade, Grade
from bot.collective.locks import locked_by
from bot.collective.memberbook import Members
from bot.collective.proposals import terms_of
from bot.collective.rulebook import RuleSet, RuleUnset
from bot.collective.rules import Layer, Rules
from bot.collective.ruletypes import Value
from bot.collective.spending import spent_by
from bot.collective.state import State
from bot.deciding.methods import METHODS
from bot.deciding.strictness import ALONE, WHOLE, at_least, no_weaker
from bot.deciding.terms import Terms, Timing, read_quorum

_MINUTE = 60_000


@dataclass(frozen=True, slots=True)
class Weight:
    """How much an effect weighs: its grades, the locked rules that it changes, and whose affair it is.

    `circle` is the one circle that it stays within; empty where it goes beyond, and all decide. `rules`
    are all that it changes; `spends` is what it spends, in smallest parts of each unit.
    """

    grades: frozenset[Grade]
    locked: frozenset[str] = frozenset()
    circle: str = ""
    rules: frozenset[str] = frozenset()
    spends: tuple[tuple[str, int], ...] = ()

    @property
    def may_be_silent(self) -> bool:
        """Whether it may come about by silence at all, where a rule says so."""
        return self.grades <= SILENCE_CARRIES and not self.locked


def weighed(state: State, declared: Grade, events: Iterable[Event]) -> Weight:
    """The weight of what these events do, by a command that declares its grade.

    A rule weighs what changing it weighs: who may be an admin by what a platform says is about roles.
    """
    done = tuple(events)
    rules = {event.rule for event in done if isinstance(event, RuleSet | RuleUnset)}
    grades = {CATALOGUE[rule].grade for rule in rules if rule in CATALOGUE} or {declared}
    locked = locked_by(state, done)
    circles = {_circle_of(state, event) for event in done}
    within = circles.pop() if len(circles) == 1 and grades <= SILENCE_CARRIES and not locked else ""
    spends = tuple(sorted(spent_by(done).items()))
    return Weight(frozenset(grades), locked, within, frozenset(rules), spends)


def _circle_of(state: State, event: Event) -> str:
    """The circle whose own affair an event is; empty where it is not one's alone."""
    if isinstance(event, CircleJoined | CircleLeft | CircleClosed):
        return event.name
    if isinstance(event, RuleSet | RuleUnset) and event.layer is not Layer.COLLECTIVE:
        room = state.rooms.by_number.get(int(event.name)) if event.layer is Layer.ROOM else None
        return room.circle if room else event.name if event.layer is Layer.CIRCLE else ""
    return ""


# --- Who may propose it -------------------------------------------------------------------------------


def proposable_from(members: Members, number: int, weight: Weight, rules: Rules, now: int) -> int:
    """From when on (ms) a member may propose it: after the rule's time, in a young collective sooner.

    There it is half as long as the collective has been there, so that who began it need not wait.
    """
    needed = max(_number(rules, "effect-tenure", grade) for grade in weight.grades) * _MINUTE
    known = (members.by_number.get(each) for each in members.numbers(number))
    since = min((each.since for each in known if each), default=now)
    founded = min((each.since for each in members.by_number.values()), default=now)
    return min(since + needed, since + (since - founded))


def _graded(rules: Rules, name: str, grade: Grade) -> Value:
    by_grade = CATALOGUE[name].type
    assert isinstance(by_grade, ByGrade)
    return by_grade.of(rules.patterns(name), grade)


def _number(rules: Rules, name: str, grade: Grade) -> int:
    value = _graded(rules, name, grade)
    assert isinstance(value, int)
    return value


# --- How it is decided --------------------------------------------------------------------------------


def carrying_methods(state: State, weight: Weight, rules: Rules) -> tuple[str, ...]:
    """The methods that carry it, the one that is taken where none is named first."""
    own, named = rules.text("method"), set(rules.patterns("effect-methods"))
    stood = {terms.method if terms else own for terms in _locks(state, weight)}
    chosen = (stood if len(stood) == 1 else set()) if weight.locked else {own, *named}
    silent = ALONE & named if weight.may_be_silent else frozenset[str]()
    able = ({*chosen, *WHOLE} - ALONE) | (chosen & silent)
    first = [each for each in (own, *stood, *WHOLE) if each in able][:1]
    return (*first, *(each for each in METHODS if each in able and each not in first))


def opening_ms(rules: Rules, weight: Weight) -> int:
    """How long all must have known of it at least."""
    return max(_number(rules, "effect-open", grade) for grade in weight.grades) * _MINUTE


def _locks(state: State, weight: Weight) -> list[Terms | None]:
    return [state.rules.locked.get(rule) for rule in sorted(weight.locked)]


def carrying_terms(state: State, weight: Weight, rules: Rules, method: str, electorate: int) -> Terms:
    """The terms by which it is decided by one of those methods, in an electorate of this size."""
    plain, able = terms_of(rules, method), carrying_methods(state, weight, rules)
    grades = sorted(weight.grades)
    opening = opening_ms(rules, weight)
    turned = {name: max(least, opening) for name, least in plain.timing.min_open_turned.items()}
    timing = structs.replace(
        plain.timing, min_open_ms=max(plain.timing.min_open_ms, opening), min_open_turned=turned
    )
    goes_on = plain.fallback if method == rules.text("method") or plain.fallback in able else ""
    terms = structs.replace(
        plain,
        fallback=goes_on,
        silence_agrees=plain.silence_agrees and "lazy" in able,
        others=max(_number(rules, "effect-agreement", grade) for grade in grades),
        carries=tuple(grades),
        locked=tuple(sorted(weight.locked)),
        timing=timing,
    )
    terms = at_least(terms, max(_quorums(rules, weight, electorate)), electorate)
    for lock in _locks(state, weight):
        terms = terms if lock is None else no_weaker(terms, lock, electorate)
    return terms


def standing_terms(state: State, rules: Rules, grade: Grade, electorate: int) -> Terms:
    """The terms by which all would change something of this grade now, as a lock keeps them."""
    usual = terms_of(rules, rules.text("method"))
    method = usual.full_method if usual.method in ALONE else usual.method
    terms = carrying_terms(state, Weight(frozenset({grade})), rules, method, electorate)
    return structs.replace(terms, carries=(), timing=Timing())


def _quorums(rules: Rules, weight: Weight, electorate: int) -> Iterator[int]:
    for grade in weight.grades:
        people = read_quorum(str(_graded(rules, "effect-quorum", grade))).people(electorate)
        yield min(people, rules.number("effect-quorum-most"))
