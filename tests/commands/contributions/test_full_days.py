"""A day with very many entries that are alike: the next one costs no more for it."""

from __future__ import annotations

from tests.house import House
from tests.house.steps import steps


def of_a_day_with(entries: int) -> int:
    """How many steps an entry takes on a day on which somebody has so many of that kind and amount."""
    house = House().enter("ann")
    for number in range(entries):
        house.say("ann", f"/log 1 kg box number {number}")
    numbers = iter(range(entries, entries + 2))
    return steps(lambda: house.say("ann", f"/log 1 kg box number {next(numbers)}"))


def test_ten_times_as_many_entries_alike_make_the_next_hardly_dearer() -> None:
    assert of_a_day_with(600) <= 1.5 * of_a_day_with(60)
