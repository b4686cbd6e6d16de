"""What a refusal tries is bounded, so that no line that somebody makes up slows the others down."""

from __future__ import annotations

import pytest

from bot.writer import righting, trying
from tests.house import House
from tests.house.steps import steps

PEOPLE = 60
LINES = (
    "vote no",
    "add edit fix undo delete hours stats suggest object todo what's list week",
    "i " + "list edit vote remind poll need take " * 8,
    "give " + " ".join(f"@m{n}" for n in range(PEOPLE)),
    "role give " + "@m1 " * 40,
    "vote P1 maybe " + "x " * 100,
    "amend " + "not 3 of 4 was " * 40,
    "log " + "with m1 " * 100,
    "poll " + "a, " * 100 + "?",
    "remind " + "tomorrow at friday in " * 30,
)
"""Lines that nobody can do, of words that mean much."""


def collective(people: int, things: int) -> House:
    house = House().enter(*(f"m{n}" for n in range(people)))
    for n in range(things):
        house.say("m1", f"/propose Buy thing {n}")
        house.say("m1", f"/need 2h clean oven {n}")
    return house


@pytest.fixture(scope="module")
def large() -> House:
    return collective(PEOPLE, 20)


@pytest.mark.parametrize("line", LINES)
def test_a_refusal_tries_few_lines(large: House, line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    tried = list[str]()
    refusal_of = trying.refusal_of

    def counted(scene: object, each: str, decides: object) -> object:
        tried.append(each)
        return refusal_of(scene, each, decides)  # type: ignore[arg-type]

    for module in (righting, trying):
        monkeypatch.setattr(module, "refusal_of", counted)
    large.say("m1", f"/{line}")
    assert len(tried) <= righting.TRIED_MAX + 2 * righting.MENDED_MAX


@pytest.mark.parametrize("line", LINES)
def test_a_refusal_is_not_dear_beside_an_answer(large: House, line: str) -> None:
    """It may cost some dozens of answers, however many people and things there are."""
    assert steps(lambda: large.say("m1", f"/{line}")) <= STEPS_MAX


STEPS_MAX = 120_000
"""About 60 times what `/log` takes: a tenth of a second."""


def test_twice_the_people_are_no_more_than_twice_the_work() -> None:
    def refused(people: int) -> int:
        with collective(people, 2) as house:
            return steps(lambda: house.say("m1", "/vote P1 maybe " + "x " * 100))

    assert refused(2 * PEOPLE) <= 2 * refused(PEOPLE)


ENTRIES = (
    "/log 3h watered the beans by the shed",
    "/log 45m dug two beds in the garden #garden",
    "/log 12.50 EUR seeds and string for peas",
)
ENTRY_STEPS_MAX = 3_700
"""An entry that nobody has to be asked about; each look for a day or an amount once cost half of it."""


@pytest.mark.parametrize("line", ENTRIES)
def test_what_nobody_is_asked_about_is_not_looked_at_word_by_word(line: str) -> None:
    house = House().enter("ann")
    for each in ENTRIES:
        house.say("ann", each)
    assert steps(lambda: house.say("ann", line)) <= ENTRY_STEPS_MAX
