"""Counting polls: none of the above, results as they are written down, results in words."""

from __future__ import annotations

from fractions import Fraction

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.polling.counting import counted, standing
from bot.polling.record import ResultRecord, recorded, result_of
from bot.polling.terms import PollTerms, checked_terms
from bot.polling.votes import Vote
from bot.tally.methods import METHODS
from bot.tally.telling import votes_text, working_told
from bot.text.wording import Words
from tests.bot.deciding.builders import shown

NAMES = ("Anna", "Bo", "Cem", "None of the above")


def vote(method: str, draw: st.DataObject) -> Vote:
    order = draw.draw(st.permutations(range(len(NAMES))))
    size = draw.draw(st.integers(1, len(NAMES)))
    match METHODS[method].kind:
        case "ranks":
            return Vote(ranks=tuple((option,) for option in order[:size]))
        case "scores":
            return Vote(
                scores=tuple(sorted((option, draw.draw(st.integers(0, 2))) for option in order))
            )
        case "choice":
            return Vote(marks=(order[0],))
        case _:
            return Vote(marks=tuple(sorted(order[:size])))


@settings(max_examples=60)
@given(st.data(), st.sampled_from(sorted(METHODS)), st.integers(0, 6), st.booleans())
def test_a_result_is_the_same_after_it_was_written_down(
    data: st.DataObject, method: str, voters: int, none: bool
) -> None:
    terms = checked_terms(PollTerms(method, none=none), len(NAMES))
    votes = [vote(method, data) for _ in range(voters)]
    result = counted(terms, NAMES, votes, "seed", 3 if none else None)

    kept = msgspec.json.encode(recorded(result))

    assert result_of(msgspec.json.decode(kept, type=ResultRecord)) == result
    assert shown(working_told(result, lambda option: Words(NAMES[option]))) or not voters
    assert not none or 3 not in result.elected


def ranked(*ballots: str) -> list[Vote]:
    letters = [name[0] for name in NAMES]
    return [Vote(ranks=tuple((letters.index(letter),) for letter in ballot)) for ballot in ballots]


@pytest.mark.parametrize(
    ("method", "seats", "ballots", "elected"),
    [
        ("irv", 1, "N N A", ()),
        ("irv", 1, "A A N", (0,)),
        ("borda", 2, "ANB ANB ANB", (0,)),
        ("borda", 2, "NAB NAB NAB", ()),
        ("stv-scottish", 2, "A A A N N N", (0,)),
        ("stv-scottish", 3, "A A N N B B", (0, 1)),
    ],
)
def test_none_of_the_above_takes_what_it_wins(
    method: str, seats: int, ballots: str, elected: tuple[int, ...]
) -> None:
    terms = PollTerms(method, seats=seats, none=True)
    result = counted(terms, NAMES, ranked(*ballots.split()), "", 3)

    assert tuple(sorted(result.elected)) == elected


def test_the_standing_counts_what_the_method_asks_for() -> None:
    assert standing(PollTerms("approval"), [Vote(marks=(0, 2)), Vote(marks=(2,))], 3) == (1, 0, 2)
    assert standing(PollTerms("irv"), [Vote(ranks=((0, 1), (2,)))], 3) == (1, 1, 0)
    assert standing(PollTerms("score"), [Vote(scores=((0, 4), (1, 1)))] * 2, 3) == (8, 2, 0)
    assert standing(PollTerms("times"), [Vote(scores=((0, 2), (1, 1), (2, 0)))], 3) == (1, 1, 0)


@pytest.mark.parametrize(
    ("votes", "text"),
    [
        (Fraction(7), "7"),
        (Fraction(5, 2), "2.5"),
        (Fraction(1, 100_000), "0.00001"),
        (Fraction(7, 3), "2 1/3"),
        (Fraction(1, 3), "1/3"),
        (Fraction(-5, 2), "-2.5"),
    ],
)
def test_votes_are_shown_exactly(votes: Fraction, text: str) -> None:
    assert votes_text(votes) == text
