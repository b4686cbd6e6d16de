"""The example that a poll shows is a vote: typed as it stands it is read, and says something."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.chat import Refusal
from bot.polling.emptiness import says_nothing
from bot.polling.reading import read_vote
from bot.polling.slate import Slate, example
from bot.polling.terms import PollTerms, checked_names, checked_options, checked_terms
from bot.tally.methods import METHODS
from bot.tally.options import Options

LIKE_VOTES = ("1", "2", "3", "12", "1 > 2", "2 > 1 = 3", "1=2", "1=2 2=1", "1, 2", "yes", "no", "+1")
LIKE_COMMANDS = ("none", "withdraw", "Withdraw", "#1", "#2 > #1", "Red", "10:30", "3 of us")
NAMES = st.one_of(
    st.sampled_from(LIKE_VOTES),
    st.sampled_from(LIKE_COMMANDS),
    st.text("12>=,#+ ab", min_size=1, max_size=6).map(str.strip).filter(bool),
)
METHOD = st.sampled_from([name for name, each in METHODS.items() if each.kind != "none"])


@given(METHOD, st.lists(NAMES, min_size=2, max_size=5), st.booleans(), st.integers(1, 4))
def test_an_example_votes_for_the_options_that_it_numbers(
    method: str, names: list[str], none: bool, few: int
) -> None:
    counting = Options()
    if "points" in METHODS[method].options:
        counting = Options(points=few)
    if "top" in METHODS[method].options:
        counting = Options(top=few)
    try:
        checked_options(tuple(names), least=2)
        checked_names(names, none=none)
        terms = checked_terms(PollTerms(method=method, counting=counting, none=none), len(names))
    except Refusal:
        assume(False)
    slate = Slate((*names, "None of the above"), len(names)) if none else Slate(tuple(names))

    vote = read_vote(terms, slate, example(terms, slate), "Q1").vote

    assert sorted(vote.options) == list(range(len(list(vote.options))))
    assert says_nothing(terms, vote, len(slate.names)) is None


@pytest.mark.parametrize("name", ["withdraw", "WITHDRAW", "#1", "#12 eggs"])
def test_no_option_is_called_like_what_is_typed_for_something_else(name: str) -> None:
    with pytest.raises(Refusal) as refused:
        checked_names((name,), none=False)
    assert refused.value.word == name


def test_none_is_a_name_where_none_of_the_above_is_no_option() -> None:
    checked_names(("none",), none=False)
    with pytest.raises(Refusal):
        checked_names(("none",), none=True)
