"""The sums by month: the same on both ways to them, and cheap for a journal that is folded whole."""

from __future__ import annotations

import datetime as dt
import sys
from types import FrameType
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.collective.contributions import ContributionLogged, Share, Status, postings_between
from bot.collective.events import Posting, When
from bot.collective.folding import apply
from bot.collective.ledger import Ledger
from bot.collective.state import State

DAYS = ("2026-01-31", "2026-02-01", "2025-12-05")
MOVES = st.lists(
    st.tuples(
        st.sampled_from(DAYS),
        st.sampled_from(("member:1", "member:22", "held:1", "commons", "treasury")),
        st.sampled_from(("h", "EUR")),
        st.integers(-50, 50),
    ),
    max_size=60,
)
CALLS_MAX = 10
"""So many calls of Python does it take to fold a contribution that is entered and counts at once."""


@given(MOVES)
def test_to_book_is_to_post_and_to_note(moves: list[tuple[str, str, str, int]]) -> None:
    """And each month holds what came and what went of all members together, by a reckoning apart."""
    booked, apart = Ledger(), Ledger()
    moved: dict[tuple[str, str, str], list[int]] = {}
    for at, (day, account, unit, count) in enumerate(moves):
        postings = (Posting(account, unit, count),)
        booked.book(day, postings, at)
        apart.post(postings)
        apart.note(day, postings, at)
        shared = account.partition(":")[0]
        both = moved.setdefault((day[:7], shared, unit), [0, 0])
        both[count < 0] += abs(count)

    assert booked == apart
    assert moved == {
        (month, *key): both for month, it in booked.monthly.items() for key, both in it.moved.items()
    }


def test_a_contribution_is_folded_in_few_steps() -> None:
    """A count, not a time: a start folds a million of them."""
    state, day = State("alpha"), dt.date(2026, 1, 5).isoformat()
    share = Share(1, "care", "h", 60, day)
    postings = postings_between(None, Status.RECORDED, share, Status.CONFIRMED)
    calls = 0

    def counted(_frame: FrameType, event: str, _arg: Any) -> None:
        nonlocal calls
        calls += event == "call"

    for number in range(1, 4):
        event = ContributionLogged(
            number=number, share=share, what="", room=1, needs=0, postings=postings
        )
        calls = 0
        sys.setprofile(counted)
        apply(state, event, When(1_767_600_000_000, 1, {}))
        sys.setprofile(None)

    assert 0 < calls <= CALLS_MAX
    assert state.ledger.balances["member:1", "h"] == 180
