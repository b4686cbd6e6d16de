"""A part of a shared expense is owed when whoever is asked for it says so, by nobody else's word."""

from __future__ import annotations

import random

import pytest

from bot.collective.sharedexpenses import PartAgreed
from commands.ledger.openbetween import groups, open_balances
from tests.commands.ledger.test_settleup import agreed, lived, owed
from tests.house.cases import first
from tests.house.house import House

PIZZA = "/expense 90 EUR pizza @bo @cem @dee"


def asked(house: House, ref: str = "T1") -> list[str]:
    """Who has not answered, by name."""
    it = house.state().sharedexpenses.asked.get(int(ref[1:]))
    return [house.state().members.member(number).name for number in it.left] if it else []


def test_nobody_owes_what_they_did_not_agree_to() -> None:
    house = lived()
    house.say("bo", PIZZA)
    assert owed(house) == {}
    assert asked(house) == ["cem", "dee"]
    assert house.say("cem", "/settle-up").facts["payments"] == []
    assert "cem 30.00 EUR, dee 30.00 EUR" in house.say("eve", "/settle-up").text

    assert house.say("cem", "/approve T1").error == ""
    assert owed(house) == {"bo": 3000, "cem": -3000}
    assert asked(house) == ["dee"]


def test_nobody_answers_in_another_s_place() -> None:
    house = lived()
    house.say("bo", PIZZA)
    for who, error in (("bo", "own-transfer"), ("ann", "not-own"), ("eve", "not-own")):
        assert house.say(who, "/approve T1").error == error, who
        assert house.say(who, "/decline T1").error == error, who
    voted = '/propose They owe it --method majority --do "approve T1"'
    assert house.say("bo", voted).error == "not-own"
    assert owed(house) == {}


def test_an_answer_is_given_once() -> None:
    house = lived()
    house.say("bo", PIZZA)
    house.say("cem", "/approve T1")
    assert house.say("cem", "/approve T1").error == "not-own"
    assert house.say("cem", "/decline T1").error == "not-own"
    house.say("dee", "/decline T1 I had none")
    assert house.say("dee", "/approve T1").error == "not-waiting"
    assert owed(house) == {"bo": 3000, "cem": -3000}
    shown = house.say("eve", "/show T1").text
    assert "dee: 30.00 EUR, says no" in shown
    assert "dee says that it is not theirs: I had none" in shown


def test_a_second_account_of_who_laid_it_out_is_asked_nothing_and_charges_nobody() -> None:
    house = lived()
    code = house.say("bo", "/me link", private=True).text.split("/me link ")[1].split()[0]
    assert house.say("eve", f"/me link {code} yes", private=True).error == ""
    house.say("bo", PIZZA)
    assert house.say("eve", "/approve T1").error == "own-transfer"
    assert owed(house) == {}


def test_by_a_second_account_one_agrees_to_one_s_own() -> None:
    house = lived()
    house.say("bo", PIZZA)
    code = house.say("cem", "/me link", private=True).text.split("/me link ")[1].split()[0]
    assert house.say("eve", f"/me link {code} yes", private=True).error == ""
    assert house.say("eve", "/approve T1").error == ""
    assert owed(house) == {"bo": 3000, "cem": -3000}


def test_what_is_taken_back_takes_back_what_was_agreed_and_asks_nobody_any_more() -> None:
    house = lived()
    house.say("bo", PIZZA)
    house.say("cem", "/approve T1")
    assert house.say("bo", "/settle-up undo T1 typed twice").error == ""
    assert owed(house) == {}
    assert asked(house) == []
    assert house.say("dee", "/approve T1").error == "not-waiting"
    assert house.state().sharedexpenses.pairs == {}


def test_of_who_is_gone_nobody_is_owed_anything_and_who_comes_back_is_asked_again() -> None:
    house = lived()
    house.say("bo", PIZZA)
    house.say("cem", "/me leave yes", private=True)
    assert "cem" not in house.say("bo", "/settle-up").text
    for who in ("ann", "dee"):  # treasurers
        house.say(who, "/approve T1")
    assert owed(house) == {"bo": 3000, "dee": -3000}
    house.say("ann", "/member return @cem")
    assert house.say("cem", "/approve T1").error == ""
    assert owed(house) == {"bo": 6000, "cem": -3000, "dee": -3000}


def test_a_digest_tells_how_much_was_shared_and_how_many_have_not_answered() -> None:
    house = lived()
    house.say("bo", PIZZA)
    house.say("cem", "/approve T1")
    told = house.say("ann", "/digest preview").text
    assert "30.00 EUR shared" in told
    assert "1 part of what members laid out is not answered yet: /settle-up" in told
    house.say("dee", "/me leave yes", private=True)
    assert "not answered" not in house.say("ann", "/digest preview").text


def test_what_is_agreed_to_late_counts_for_that_day() -> None:
    house = lived()
    house.say("bo", PIZZA)
    house.later(days=40)
    house.say("cem", "/approve T1")
    (event,) = [each for each in house.events() if isinstance(each, PartAgreed)]
    assert event.day == "2026-02-14"
    house.say("ann", "/rules set closed-until 2026-02-14")
    assert house.say("dee", "/approve T1").error == "closed-until"


def test_two_who_agree_on_a_debt_move_nothing_between_others() -> None:
    """Ann and eve make up that eve owes ann; cem really owes bo as much."""
    house = lived()
    agreed(house, "bo", "/expense 30 EUR tea @cem")
    agreed(house, "ann", "/expense 30 EUR nothing @eve")

    assert house.say("cem", "/settle-up paid @ann 30 EUR").error == "not-owed"
    assert house.say("ann", "/settle-up got @cem 30 EUR").error == "not-owed"
    assert house.say("bo", "/settle-up got @eve 30 EUR").error == "not-owed"
    assert {
        (it["payer"], it["receiver"]) for it in house.say("dee", "/settle-up").facts["payments"]
    } == {
        ("@cem", "@bo"),
        ("@eve", "@ann"),
    }

    # Through somebody who shares with both it is set off: they agreed to that part.
    agreed(house, "eve", "/expense 6 EUR salt @cem")
    assert house.say("cem", "/settle-up paid @ann 1 EUR").error == ""


@pytest.mark.parametrize("seed", first(4, range(40)))
def test_each_group_settles_by_itself_whatever_is_shared_paid_and_undone(seed: int) -> None:
    draw = random.Random(seed)
    names = ("ann", "bo", "cem", "dee", "eve")
    house = lived()
    for _ in range(40):
        who, other, third = (draw.choice(names) for _ in range(3))
        unit = draw.choice(("EUR", "JPY"))
        number = draw.randint(1, max(1, house.state().treasury.count))
        house.say(
            who,
            draw.choice(
                (
                    f"/expense {draw.randint(1, 99)} {unit} food @{other} 2 @{third} --again",
                    f"/settle-up paid @{other} {draw.randint(1, 40)} {unit}",
                    f"/settle-up got @{other} {draw.randint(1, 40)} {unit}",
                    f"/settle-up undo T{number} no",
                    f"/approve T{number}",
                    f"/approve T{number}",
                    f"/decline T{number}",
                )
            ),
        )
        state = house.state()
        for unit, balances in open_balances(state).items():
            found = groups(state, unit, balances)
            assert all(sum(each.values()) == 0 for each in found)
            assert sum(map(len, found)) == len(balances)
        sums: dict[tuple[str, int], int] = {}
        for (_, _, unit, member), count in state.sharedexpenses.of.items():
            sums[unit, member] = sums.get((unit, member), 0) + count
        kept = {
            (unit, int(account.partition(":")[2])): count
            for (account, unit), count in state.ledger.balances.items()
            if account.startswith("between:") and count
        }
        assert {key: count for key, count in sums.items() if count} == kept
        owed: dict[tuple[str, int], int] = {}
        for (one, two, unit), count in state.sharedexpenses.pairs.items():
            owed[unit, one] = owed.get((unit, one), 0) + count
            owed[unit, two] = owed.get((unit, two), 0) - count
        assert {key: count for key, count in owed.items() if count} == kept


@pytest.mark.parametrize(
    ("answer", "error"), [("/approve T1", "own-transfer"), ("/decline T1", ""), ("/me", "")]
)
def test_only_who_owes_a_part_may_not_undo_it_alone(answer: str, error: str) -> None:
    """Who declined, or has not answered, owes nothing of it, and is not told that they bear a part."""
    house = lived()
    assert house.say("bo", "/expense 90 EUR pizza @ann @bo @cem").error == ""
    house.say("ann", answer)
    assert house.say("ann", "/reverse T1 typed twice").error == error


def test_what_undoes_one_has_no_parts_to_explain() -> None:
    house = lived()
    house.say("bo", PIZZA)
    house.say("bo", "/settle-up undo T1 nobody came")
    told = house.say("cem", "/why T2")
    assert told.error == "no-distribution"
    assert told.text == (
        "T2 undoes T1, and has no parts of its own.\n/why T1 tells how its parts came about."
    )
    assert "pizza" in house.say("cem", "/why T1").text
