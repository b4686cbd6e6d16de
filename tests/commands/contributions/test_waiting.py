"""What waits for somebody is told first where it is their own, however much waits for everybody."""

from __future__ import annotations

import random
from collections.abc import Iterable

import pytest

from bot.collective.contributions import (
    Contribution,
    Life,
    Status,
    Step,
    fold_contribution,
    fold_contributions,
)
from bot.collective.folding import read_event
from commands.contributions.waiting import LOOKED_AT
from tests.house import House


def test_a_disputed_entry_of_ones_own_is_told_beside_any_number_of_others() -> None:
    with House({"confirmations": 1}).enter("ann", "bo") as house:
        for number in range(LOOKED_AT + 5):
            house.say("ann", f"/log 10m swept room {number}")
        house.say("bo", "/log 2h baked bread")
        house.say("ann", f"/dispute C{LOOKED_AT + 6} it was one hour")

        told = house.say("bo", "/menu").text
        assert f"/show C{LOOKED_AT + 6}: your entry is disputed: baked bread" in told
        assert "/confirm C1: what ann gave: 10m, swept room 0" in told


def test_ones_own_entries_do_not_hide_what_others_gave() -> None:
    with House({"confirmations": 1}).enter("ann", "bo") as house:
        for number in range(LOOKED_AT + 5):
            house.say("bo", f"/log 10m swept room {number}")
        house.say("ann", "/log 2h baked bread")

        told = house.say("bo", "/menu").text
        assert f"/confirm C{LOOKED_AT + 6}: what ann gave: 2h, baked bread" in told


def test_what_one_has_confirmed_hides_nothing_that_waits() -> None:
    """Of many that need two confirmations, somebody has given theirs to the oldest."""
    with House({"confirmations": 2}).enter("ann", "bo", "cem") as house:
        for number in range(LOOKED_AT + 3):
            assert house.say("ann", f"/log 10m swept room {number}").error == ""
        for number in range(1, LOOKED_AT + 2):
            assert house.say("bo", f"/confirm C{number}").error == ""

        told = house.say("bo", "/menu").text
        assert f"/confirm C{LOOKED_AT + 2}: what ann gave: 10m, swept room {LOOKED_AT + 1}" in told
        assert f"/confirm C{LOOKED_AT + 3}: " in told
        assert "/confirm C1:" not in told
        assert "/confirm C1: what ann gave" in house.say("cem", "/menu").text

        house.say("bo", f"/confirm C{LOOKED_AT + 2}")
        house.say("bo", f"/confirm C{LOOKED_AT + 3}")
        assert "Nothing waits for you." in house.say("bo", "/menu").text


def test_what_is_to_be_confirmed_anew_waits_for_those_who_had_confirmed_it() -> None:
    with House({"confirmations": 2, "grace": 0}).enter("ann", "bo", "cem") as house:
        house.say("ann", "/log 1h swept")
        house.say("bo", "/confirm C1")
        assert "C1" not in house.say("bo", "/menu").text

        house.say("cem", "/dispute C1 it was two")
        house.say("cem", "/dispute C1 --lift")
        assert "C1" not in house.say("bo", "/menu").text, "that settled nothing of theirs"

        house.later(hours=1)
        assert house.say("ann", "/amend C1 2h").error == ""
        assert "/confirm C1: what ann gave: 2h, swept" in house.say("bo", "/menu").text


def test_only_as_many_are_looked_at_as_the_list_is_long(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[int] = []

    def counted(steps: Iterable[Step]) -> Contribution | None:
        looked.append(1)
        return fold_contribution(steps)

    monkeypatch.setattr("commands.contributions.waiting.fold_contribution", counted)
    with House({"confirmations": 2}).enter("ann", "bo") as house:
        for number in range(3 * LOOKED_AT):
            house.say("ann", f"/log 10m swept room {number}")
        for number in range(1, LOOKED_AT + 1):
            house.say("bo", f"/confirm C{number}")
        house.say("bo", "/menu")
    assert len(looked) == LOOKED_AT


@pytest.mark.parametrize("seed", range(4))
def test_who_confirmed_what_is_remembered_as_it_was_entered(seed: int) -> None:
    """Whatever becomes of entries: what is in memory is what the journal says of each that waits."""
    chance, people = random.Random(seed), ("ann", "bo", "cem", "dee")
    confirmed = 0
    with House({"confirmations": 3, "grace": 0}).enter(*people) as house:
        for number in range(12):
            house.say(chance.choice(people), f"/log {number + 1}h swept")
        house.later(hours=1)
        for _ in range(120):
            ref = f"C{chance.randint(1, 12)}"
            line = chance.choice(
                (f"/confirm {ref}",) * 6
                + (f"/dispute {ref} no", f"/dispute {ref} --lift", f"/amend {ref} 90m")
                + (f"/withdraw {ref}",) * (chance.random() < 0.2)
            )
            house.say(chance.choice(people), line)

            book = house.state().contributions
            steps = (
                Step(it.at, it.actor, event)
                for it in house.entries()
                if isinstance(event := read_event(it.payload), Life)
            )
            lives = {it.number: it for it in fold_contributions(steps)}
            assert set(book.confirming) <= set(book.unsettled)
            for it in lives.values():
                if it.status is Status.RECORDED:
                    assert book.confirming.get(it.number, []) == it.confirmed_by, (line, it.ref)
                    confirmed += bool(it.confirmed_by)
    assert confirmed
