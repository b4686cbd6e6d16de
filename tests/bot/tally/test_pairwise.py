"""Schulze and ranked pairs: the examples of their authors, ties, and their options."""

from __future__ import annotations

import pytest

from bot.tally.ballots import Election, Ranked
from bot.tally.methods import count
from bot.tally.options import Options
from bot.tally.ties import lot
from tests.bot.tally.elections import names, ranked
from tests.bot.tally.test_irv import TENNESSEE


def spelled(options: str, ballots: dict[str, int], *, seats: int = 1) -> Election[Ranked]:
    """Ballots as the papers print them: `ACBED` for A > C > B > E > D."""
    return ranked(
        " ".join(options), {" > ".join(b): number for b, number in ballots.items()}, seats=seats
    )


SCHULZE_1 = spelled("ABCDE", {
    "ACBED": 5, "ADECB": 5, "BEDAC": 8, "CABED": 3, "CAEBD": 7, "CBADE": 2, "DCEBA": 7, "EBADC": 8,
})  # fmt: skip
SCHULZE_2 = spelled("ABCD", {
    "ACBD": 5, "ACDB": 2, "ADCB": 3, "BACD": 4, "CBDA": 3, "CDBA": 3, "DACB": 1, "DBAC": 5, "DCBA": 4,
})  # fmt: skip
SCHULZE_3 = spelled("ABCDE", {
    "ABDEC": 3, "ADEBC": 5, "ADECB": 1, "BADEC": 2, "BDECA": 2, "CABDE": 4, "CBADE": 6, "DBECA": 2,
    "DECAB": 5,
})  # fmt: skip
SCHULZE_4 = spelled("ABCD", {"ABCD": 3, "DABC": 2, "DBCA": 2, "CBDA": 2})
"""Examples 1 to 4 of electowiki.org/wiki/Schulze_method, by Markus Schulze; 1 is that of his paper."""


@pytest.mark.parametrize(
    ("election", "order"),
    [
        (SCHULZE_1, "E A C B D"),
        (SCHULZE_2, "D A C B"),
        (SCHULZE_3, "B A D E C"),
        (TENNESSEE, "N C K M"),
    ],
)
def test_the_examples_of_schulze(election: Election[Ranked], order: str) -> None:
    result = count("schulze", election)

    assert [names(election, level)[0] for level in result.order] == order.split()
    assert result.elected == result.order[0]
    assert result.ties == ()


def test_the_strongest_paths_of_schulze_s_first_example() -> None:
    result = count("schulze", SCHULZE_1)

    assert result.pairwise == (
        (0, 20, 26, 30, 22),
        (25, 0, 16, 33, 18),
        (19, 29, 0, 17, 24),
        (15, 12, 28, 0, 14),
        (23, 27, 21, 31, 0),
    )
    assert result.paths == (
        (0, 28, 28, 30, 24),
        (25, 0, 28, 33, 24),
        (25, 29, 0, 29, 24),
        (25, 28, 28, 0, 24),
        (25, 28, 28, 31, 0),
    )


def test_two_unbeaten_options_are_a_tie_for_the_draw() -> None:
    """Example 4: B and D are unbeaten; B is before C and D before A, and nothing else is ordered."""
    for seed in map(str, range(10)):
        result = count("schulze", SCHULZE_4, seed=seed)

        assert result.order[0] == (1, 3)
        assert names(SCHULZE_4, result.elected) == min("BD", key=lambda name: lot(seed, name))
        assert [(t.options, t.chosen, t.rule) for t in result.ties] == [
            ((1, 3), result.elected, "draw")
        ]


def test_two_seats_for_two_unbeaten_options_need_no_draw() -> None:
    both = Election(SCHULZE_4.options, SCHULZE_4.ballots, seats=2)

    result = count("schulze", both)

    assert set(result.elected) == {1, 3}
    assert result.ties == ()


def test_ranked_pairs_breaks_a_circle_at_its_weakest_defeat() -> None:
    """7 A > B > C, 6 B > C > A, 5 C > A > B: B beats C by 13, A beats B by 12, C beats A by 11."""
    election = spelled("ABC", {"ABC": 7, "BCA": 6, "CAB": 5})

    result = count("ranked-pairs", election)

    assert result.locked == ((1, 2), (0, 1))
    assert names(election, result.elected) == "A"
    assert [names(election, level) for level in result.order] == ["A", "B", "C"]


def test_ranked_pairs_and_schulze_can_differ() -> None:
    """Schulze's first example: ranked pairs locks B>D 33, E>D 31, A>D 30, C>B 29, D>C 28 not, E>B 27,
    A>C 26, B>A 25 not, C>E 24, and elects A.
    """
    result = count("ranked-pairs", SCHULZE_1)

    assert names(SCHULZE_1, result.elected) == "A"
    assert [names(SCHULZE_1, pair) for pair in result.locked] == [
        "B D", "E D", "A D", "C B", "E B", "A C", "C E",
    ]  # fmt: skip


def test_the_capital_of_tennessee_is_nashville() -> None:
    result = count("ranked-pairs", TENNESSEE)

    assert [names(TENNESSEE, level)[0] for level in result.order] == ["N", "C", "K", "M"]
    assert result.pairwise[1] == (58, 0, 68, 68)


def test_of_defeats_with_equal_votes_the_one_with_less_against_it_comes_first() -> None:
    """C beats A by 5 to 2, B beats C by 5 to 3, A beats B by 5 to 4."""
    election = ranked("A B C", {
        "A > B": 5, "B > A": 4, "B > C": 5, "C > B": 3, "C > A": 5, "A > C": 2,
    })  # fmt: skip

    result = count("ranked-pairs", election, options=Options(unranked="ignored"))

    assert result.locked == ((2, 0), (1, 2))
    assert names(election, result.elected) == "B"
    assert result.ties == ()


def test_equal_defeats_in_a_circle_are_locked_in_the_drawn_order() -> None:
    election = spelled("ABC", {"ABC": 1, "BCA": 1, "CAB": 1})

    winners = set()
    for seed in map(str, range(20)):
        result = count("ranked-pairs", election, seed=seed)
        first = min("ABC", key=lambda name: lot(seed, name))
        winners.add(first)

        assert names(election, result.elected) == first
        assert [(t.options, t.rule, t.purpose) for t in result.ties] == [((0, 1, 2), "draw", "order")]
    assert winners == set("ABC")


@pytest.mark.parametrize(
    ("unranked", "expected"),
    [
        (None, ((0, 3, 5), (6, 0, 8), (0, 1, 0))),
        ("last", ((0, 3, 5), (6, 0, 8), (0, 1, 0))),
        ("ignored", ((0, 2, 2), (2, 0, 1), (0, 0, 0))),
    ],
)
@pytest.mark.parametrize("method", ["schulze", "ranked-pairs"])
def test_options_without_a_rank(
    method: str, unranked: str | None, expected: tuple[tuple[int, ...], ...]
) -> None:
    """Last, they lose against all that have a rank; ignored, they are compared with nobody."""
    election = ranked("A B C", {"B": 4, "A > B": 2, "B > A": 1, "A > C": 1, "B > A > C": 1})

    assert count(method, election, options=Options(unranked=unranked)).pairwise == expected


@pytest.mark.parametrize("method", ["schulze", "ranked-pairs"])
def test_margins_and_votes_can_differ(method: str) -> None:
    """A beats B by 8 to 7, B beats C by 6 to 1, C beats A by 5 to 4: the last one is the weakest by
    votes; by margin it is as weak as the first.
    """
    election = ranked("A B C", {
        "A > B": 8, "B > A": 7, "B > C": 6, "C > B": 1, "C > A": 5, "A > C": 2,
    })  # fmt: skip

    votes = count(method, election, options=Options(unranked="ignored"))
    margins = count(method, election, options=Options(unranked="ignored", strength="margins"))

    assert names(election, votes.elected) == "A"
    assert names(election, margins.elected) == "B"


def test_withdrawn_options_are_not_compared() -> None:
    election = spelled("ABC", {"ABC": 7, "BCA": 6, "CAB": 5})
    election = Election(election.options, election.ballots, withdrawn=frozenset({0}))

    result = count("schulze", election)

    assert result.pairwise == ((0, 0, 0), (0, 0, 13), (0, 5, 0))
    assert names(election, result.elected) == "B"
