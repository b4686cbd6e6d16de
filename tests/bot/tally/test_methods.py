"""The table of methods, their options, and what `count` refuses."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from bot.chat import Refusal
from bot.tally.ballots import Election, Marked, Ranked, Scored, grouped_as
from bot.tally.methods import METHODS, count
from bot.tally.options import CHOICES, NUMBERS, Options, choices_of
from tests.bot.tally.elections import marked, ranked, scored

CONTRACT = (
    "single several approval score star irv stv-scottish stv-meek schulze ranked-pairs borda dots "
    "quadratic times sortition"
)
EXAMPLES: dict[str, Election[Any]] = {
    "choice": marked("A B", {"A": 1}),
    "marks": marked("A B", {"A": 1}),
    "ranks": ranked("A B", {"A > B": 1}),
    "scores": scored("A B", [("2 1", 1)]),
    "none": marked("A B", {}),
}


def refused(method: str, election: Election[Any], options: Options | None = None) -> str:
    with pytest.raises(Refusal) as raised:
        count(method, election, options=options)
    return raised.value.code


def test_the_methods_are_those_of_the_contract() -> None:
    assert set(METHODS) == set(CONTRACT.split())
    assert all(name == method.name for name, method in METHODS.items())


@pytest.mark.parametrize("method", METHODS)
def test_every_method_counts_its_own_ballots_with_every_option_it_has(method: str) -> None:
    found = METHODS[method]
    for option in found.options:
        for value in choices_of(method, option) if option in CHOICES else (7,):
            options = msgspec.convert({option: value}, Options)

            result = count(method, EXAMPLES[found.kind], options=options)

            assert result.method == method
            assert len(result.elected) == 1


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("option", [*CHOICES, *NUMBERS])
def test_an_option_that_a_method_does_not_have_is_refused(method: str, option: str) -> None:
    if option in METHODS[method].options:
        return
    options = msgspec.convert({option: CHOICES[option][0] if option in CHOICES else 3}, Options)

    assert refused(method, EXAMPLES[METHODS[method].kind], options) == "tally-option"


@pytest.mark.parametrize("option", [*CHOICES, *NUMBERS])
def test_every_option_belongs_to_some_method_and_has_only_its_own_values(option: str) -> None:
    method = next(name for name, found in METHODS.items() if option in found.options)
    wrong = msgspec.convert({option: "sideways" if option in CHOICES else 0}, Options)

    assert refused(method, EXAMPLES[METHODS[method].kind], wrong) == "tally-option"


@pytest.mark.parametrize("method", [name for name, found in METHODS.items() if found.kind != "none"])
def test_ballots_of_another_kind_are_refused(method: str) -> None:
    for kind, election in EXAMPLES.items():
        alike = {kind, METHODS[method].kind} == {"choice", "marks"} or not election.ballots
        if kind != METHODS[method].kind and not alike:
            assert refused(method, election) == "tally-ballot"


@pytest.mark.parametrize(
    ("method", "ballot"),
    [
        ("irv", Ranked(((0,), (0,)))),
        ("irv", Ranked(((0, 1), (1,)))),
        ("irv", Ranked(((2,),))),
        ("irv", Ranked(((-1,),))),
        ("approval", Marked((2,))),
        ("approval", Marked((0, 0))),
        ("score", Scored((5,))),
        ("score", Scored((6, 0))),
        ("score", Scored((-1, 0))),
        ("star", Scored((0, 6))),
        ("times", Scored((3, 0))),
        ("dots", Scored((-1, 0))),
    ],
)
def test_ballots_that_cannot_be_are_refused(method: str, ballot: Any) -> None:
    assert refused(method, Election(("A", "B"), ((ballot, 1),))) == "tally-ballot"


@pytest.mark.parametrize("method", [name for name, found in METHODS.items() if found.most_seats])
def test_methods_for_one_seat_refuse_more(method: str) -> None:
    election = EXAMPLES[METHODS[method].kind]

    error = refused(method, Election(election.options, election.ballots, seats=2))

    assert error == "tally-seats"


@pytest.mark.parametrize("method", [name for name, found in METHODS.items() if found.kind != "none"])
def test_nobody_is_elected_when_no_ballot_says_anything(method: str) -> None:
    result = count(method, Election(("A", "B"), ()))

    assert result.elected == ()
    assert result.rounds == ()


@pytest.mark.parametrize(
    ("method", "election", "error"),
    [
        ("guess", marked("A B", {"A": 1}), "tally-method"),
        ("single", marked("A A", {}), "tally-same-name"),
        ("single", marked("A B", {"A": 1}, seats=0), "tally-seats"),
        ("single", Election((), ()), "tally-no-options"),
        ("irv", ranked("A", {"A": 1}, withdrawn="A"), "tally-no-options"),
        ("single", Election(("A",), ((Marked((0,)), -1),)), "tally-ballot"),
    ],
)
def test_what_cannot_be_counted_is_refused(method: str, election: Election[Any], error: str) -> None:
    assert refused(method, election) == error


def test_ballots_can_be_grouped_before_they_are_read() -> None:
    lines = ["0 1", "1", "0 1", "70 0"]

    found = grouped_as(lines, lambda line: Ranked(tuple(map(int, line.split()))))

    assert found == (
        (Ranked((0, 1)), 2),
        (Ranked((1,)), 1),
        (Ranked((70, 0)), 1),
    )


@pytest.mark.parametrize("method", [name for name, found in METHODS.items() if found.kind == "ranks"])
def test_an_option_alone_on_its_rank_may_be_written_either_way(method: str) -> None:
    bare = Election(("A", "B", "C"), ((Ranked((0, 1)), 3), (Ranked(((1, 2), 0)), 2), (Ranked((2,)), 1)))
    wrapped = Election(
        ("A", "B", "C"),
        ((Ranked(((0,), (1,))), 3), (Ranked(((1, 2), (0,))), 2), (Ranked(((2,),)), 1)),
    )

    for equal in choices_of(method, "equal") if "equal" in METHODS[method].options else (None,):
        options = Options(equal=equal)
        assert count(method, bare, options=options) == count(method, wrapped, options=options)
