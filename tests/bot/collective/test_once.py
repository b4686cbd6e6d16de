"""What can happen once happens once: the fold refuses the second time, whatever a decision believed."""

from __future__ import annotations

import pytest

from bot.collective.contributions import ContributionAmended, ContributionWithdrawn, Status
from bot.collective.distributions import DistributionMade
from bot.collective.events import Event, When
from bot.collective.folding import apply
from bot.collective.state import State
from bot.collective.treasury import TransferMade
from bot.collective.units import UnitsIssued
from bot.value.equations import Equation
from tests.house import settled

LATER = When(2**41, 1, {})


def life() -> tuple[State, list[Event]]:
    """A state with some life in it, and what happened."""
    house = settled({"second-eyes": ()})
    house.say("anna", "/income 100 EUR market")
    events = house.events()
    house.close()
    state = State("alpha")
    for event in events:
        apply(state, event, LATER)
    return state, events


def test_a_transfer_is_undone_once() -> None:
    state, events = life()
    (made,) = (each for each in events if isinstance(each, TransferMade))
    apply(state, TransferMade(number=2, order=made.order, reverses=1), LATER)
    with pytest.raises(ValueError, match="T1 was undone already"):
        apply(state, TransferMade(number=3, order=made.order, reverses=1), LATER)


@pytest.mark.parametrize("kind", ["distribution", "issue"])
def test_a_distribution_and_an_issue_are_undone_once(kind: str) -> None:
    state, _ = life()

    def undoing(number: int) -> Event:
        if kind == "issue":
            return UnitsIssued(unit="leaf", number=number, count=1, day="2026-01-05", reverses=1)
        equation = Equation(buckets=())
        return DistributionMade(
            number=number, unit="EUR", count=1, day="2026-01-05", equation=equation, reverses=1
        )

    apply(state, undoing(2), LATER)
    with pytest.raises(ValueError, match="T1 was undone already"):
        apply(state, undoing(3), LATER)


def test_what_was_withdrawn_is_neither_withdrawn_nor_changed_again() -> None:
    state, events = life()
    share = next(event.share for event in events if getattr(event, "number", 0) == 2)  # type: ignore[attr-defined]
    apply(state, ContributionWithdrawn(number=2, share=share), LATER)
    for again in (
        ContributionWithdrawn(number=2, share=share),
        ContributionAmended(number=2, share=share, now=share, becomes=Status.CONFIRMED),
    ):
        with pytest.raises(ValueError, match="C2 is not confirmed any more"):
            apply(state, again, LATER)


def test_what_is_disputed_is_not_withdrawn_as_if_it_stood() -> None:
    state, _ = life()
    _, share = state.contributions.unsettled[1]
    with pytest.raises(ValueError, match="C1 is not confirmed any more"):
        apply(state, ContributionWithdrawn(number=1, share=share), LATER)
