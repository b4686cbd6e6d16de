"""Effects: who may propose one when, with how many it is decided, and what a lock keeps."""

from __future__ import annotations

from typing import Any

import pytest

from bot.collective.catalogue import CATALOGUE, rules_of
from bot.collective.effects import Weight, carrying_methods, carrying_terms, proposable_from
from bot.collective.grades import ByGrade, Grade
from bot.collective.memberbook import Members
from bot.collective.members import Member
from bot.collective.state import State
from bot.deciding.strictness import no_weaker
from bot.deciding.terms import Quorum, Ratio, Terms

DAY = 86_400_000
ROLES = Weight(frozenset({Grade.ROLES}))


def rules(**values: str) -> Any:
    return rules_of(
        {
            name.replace("_", "-"): CATALOGUE[name.replace("_", "-")].type.read(text)
            for name, text in values.items()
        }
    )


def members(*since: int) -> Members:
    people = {n: Member(n, f"m{n}", since=at) for n, at in enumerate(since, 1)}
    return Members(by_number=people)


@pytest.mark.parametrize(
    ("founded", "joined", "may_from"),
    [
        (0, 0, 0),  # who began it need not wait
        (0, 1, 2),  # who came on the second day of a collective: on the third
        (0, 3, 6),
        (0, 7, 14),
        (0, 100, 107),  # in an old one, after the rule's week
    ],
)
def test_in_a_young_collective_one_waits_half_as_long_as_it_is_old(
    founded: int, joined: int, may_from: int
) -> None:
    people = members(founded * DAY, joined * DAY)
    assert proposable_from(people, 2, ROLES, rules(), joined * DAY) == may_from * DAY


def test_who_is_only_just_entering_waits_as_if_they_had() -> None:
    assert proposable_from(members(0), 9, ROLES, rules(), 50 * DAY) == 57 * DAY
    assert proposable_from(Members(), 1, ROLES, rules(), 50 * DAY) == 50 * DAY


def test_several_grades_ask_for_the_longest_time() -> None:
    both = Weight(frozenset({Grade.MEMBERSHIP, Grade.HARMLESS, Grade.MONEY}))
    asked = rules(effect_tenure="membership 2d, money 9d")
    assert proposable_from(members(0, 100 * DAY), 2, both, asked, 100 * DAY) == 109 * DAY


@pytest.mark.parametrize(
    ("people", "quorum"), [(1, 1), (2, 1), (3, 2), (4, 2), (9, 5), (40, 20), (300, 20), (3_000, 20)]
)
def test_the_quorum_fits_three_people_and_three_hundred(people: int, quorum: int) -> None:
    terms = carrying_terms(State("x"), ROLES, rules(), "consent", people)
    assert terms.quorum.people(people) == quorum


def test_a_rooms_own_higher_quorum_stays() -> None:
    terms = carrying_terms(State("x"), ROLES, rules(quorum="75%"), "consent", 300)
    assert terms.quorum.people(300) == 225


def test_a_vote_by_plus_ones_needs_as_many_of_them_as_others_need_voices() -> None:
    terms = carrying_terms(State("x"), ROLES, rules(method="apache"), "apache", 40)
    assert terms.binding_min == 20


def test_silence_agrees_to_no_effect_and_goes_on_by_no_lighter_method() -> None:
    loose = rules(silence="on", fallback="majority")
    terms = carrying_terms(State("x"), ROLES, loose, "consensus", 4)
    assert (terms.silence_agrees, terms.fallback) == (False, "")
    own = carrying_terms(
        State("x"), ROLES, rules(method="consensus", fallback="majority"), "consensus", 4
    )
    assert own.fallback == "majority", "that is the room's own way"


def locked(**values: Any) -> tuple[State, Weight]:
    state = State("x")
    state.rules.locked["quorum"] = Terms(**values)
    return state, Weight(frozenset({Grade.DECIDING}), frozenset({"quorum"}))


def test_a_lock_keeps_its_method_quorum_and_share() -> None:
    state, weight = locked(
        method="supermajority", quorum=Quorum(at_least=30), share=Ratio(3, 4), others=2
    )
    now = rules(method="supermajority", share="51%", effect_quorum="none", effect_agreement="0")
    assert carrying_methods(state, weight, now) == ("supermajority", "consent", "consensus")
    terms = carrying_terms(state, weight, now, "supermajority", 300)
    assert (terms.quorum.people(300), terms.share, terms.others) == (30, Ratio(3, 4), 2)


def test_a_lock_opens_by_no_method_that_was_named_since() -> None:
    state, weight = locked(method="consent")
    now = rules(method="majority", effect_methods="majority, lazy, advice")
    assert carrying_methods(state, weight, now) == ("consent", "consensus")


def test_a_lock_from_before_locks_kept_their_terms_opens_by_the_rooms_own_method() -> None:
    state, weight = locked(method="consent")
    state.rules.locked["quorum"] = None
    assert carrying_methods(state, weight, rules(method="majority"))[0] == "majority"
    assert carrying_methods(state, weight, rules(method="lazy"))[0] == "consent"


@pytest.mark.parametrize(
    ("now", "stood", "kept"),
    [
        ({"share": Ratio(1, 2)}, {}, {"share": None}),
        ({"share": Ratio(9, 10)}, {"share": Ratio(3, 4)}, {"share": Ratio(9, 10)}),
        ({"mean": Ratio(8)}, {"mean": Ratio(3)}, {"mean": Ratio(3)}),
        ({"binding_min": 1}, {"binding_min": 4}, {"binding_min": 4}),
        ({}, {"veto": True}, {"veto": True}),
        ({}, {"abstentions_count": True}, {"abstentions_count": True}),
        ({"silence_agrees": True}, {"silence_agrees": True}, {"silence_agrees": False}),
        ({"fallback": "majority"}, {}, {"fallback": ""}),
        ({}, {"quorum": Quorum(at_least=50)}, {"quorum": Quorum(at_least=10)}),
    ],
)
def test_no_part_of_the_terms_is_weaker_than_it_stood(
    now: dict[str, Any], stood: dict[str, Any], kept: dict[str, Any]
) -> None:
    terms = no_weaker(Terms("supermajority", **now), Terms("supermajority", **stood), 10)
    assert {name: getattr(terms, name) for name in kept} == kept


def test_values_by_grade_are_read_and_written() -> None:
    by_grade = CATALOGUE["effect-open"].type
    assert isinstance(by_grade, ByGrade)
    assert by_grade.write(by_grade.read("Money 48h")) == (
        "roles 1d, deciding 1d, rules 1d, membership 1d, money 2d, harmless 1h"
    )
    assert set(by_grade.read("3d")) == {f"{grade} 3d" for grade in Grade}
    assert by_grade.of(by_grade.read("roles 2h, 1d, money 3h"), Grade.ROLES) == 1_440, (
        "later words count"
    )
    for wrong in ("power 3d", "roles", "roles 3 d x", "roles 100d"):
        with pytest.raises(ValueError):
            by_grade.read(wrong)
