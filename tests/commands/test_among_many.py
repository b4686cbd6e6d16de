"""What a line costs among many members: about as much for each of them, and never for each pair.

All of a collective wait while one line is decided, and with them whoever else is on the same program.
Counted are the functions that are called, so that no busy machine changes it.
"""

from __future__ import annotations

from functools import cache, partial

import pytest

from tests.house import COMMANDS, House, cooperative
from tests.house.steps import steps

FEW, MANY = 20, 140
KNOWN = ("bo", "cem", "ana", "liisa", "dora", "eva")
"""Who is named in examples."""

EACH = 40
"""The most steps that each further member adds to a line: they are looked through a few times."""

TYPED_EACH = 100
"""The same of what is mistyped: several lines are tried, and open questions are counted."""

LONGER = {"equation try": 80, "export": 80, "member seat": 100}
"""Commands that tell or compare everybody."""


@cache
def among(people: int) -> House:
    """A co-operative of so many, with some work, questions and needs in it."""
    house = cooperative(*KNOWN, *(f"m{number}" for number in range(people)))
    house.say("ann", "/role give @ann coordinator")
    for who, line in (
        ("bo", "/log 2h baked bread #care"),
        ("ann", "/log 1h swept"),
        ("bo", "/propose Buy an oven"),
        ("bo", "/poll Bread? | Rye | Wheat"),
        ("bo", "/need Somebody to clean the kitchen tomorrow"),
        ("ann", "/circle add kitchen"),
        ("ann", "/fund create tools"),
        ("ann", "/income 500 EUR the market"),
    ):
        house.say(who, line)
    return house


def added(line: str, who: str) -> float:
    """How many steps a line takes for each further member."""
    # A copy for each: what one line does is nothing to the next, whichever comes first.
    few, many = (steps(partial(among(people).copy().say, who, line)) for people in (FEW, MANY))
    return (many - few) / (MANY - FEW)


TYPED = (
    "/log 1h baked bread on saturday",
    "/log 2h baked with ana",
    "/log 2h @ana and me baked",
    "/log baked 2h bo",
    "/thank @nobody_12 for cooking",
    "/vote yes",
    "/vote P1 yes",
    "/who",
    "/members",
    "/hours of bo",
    "/foo bar",
    "/menu",
    "what a day it was",
)
"""What people type that is no example."""


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_a_command_looks_through_the_members_a_few_times_at_most(name: str) -> None:
    lines = [f"/{example}" for example in COMMANDS[name].examples or (name,)]
    worst = max((added(line, "ann"), line) for line in lines)
    assert worst[0] <= LONGER.get(name, EACH), worst


@pytest.mark.parametrize("line", TYPED)
def test_so_does_what_is_mistyped_and_whoever_has_no_role(line: str) -> None:
    assert added(line, "bo") <= TYPED_EACH
