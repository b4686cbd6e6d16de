"""Distributions through the real engine: what is refused moves nothing, and nothing is paid twice."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest

from tests.house import House, cooperative
from tests.house.lives import held, in_treasury, sums


@pytest.fixture
def house() -> House:
    """Three who worked, one of them cared; 1,000 EUR came in."""
    made = cooperative("bo", "cem", "dag")
    made.say("ann", "/role give @dag treasurer")
    made.say("bo", "/log 3h coding")
    made.say("cem", "/log 2h coding")
    made.say("dag", "/log 1h cooking #care")
    made.say("ann", "/income 1000 EUR City library #licence")
    made.say("ann", "/fund create reserve")
    return made


def carried_out(house: House, line: str, who: str = "ann") -> dict[str, str]:
    """Preview and carry out; what everybody got."""
    code = house.say(who, line).facts["code"]
    shares: dict[str, str] = house.say(who, f"{line} --confirm {code}").facts["shares"]
    return shares


def decided(house: House, line: str) -> None:
    """Everybody agrees, so it is carried out when the least time is over."""
    told = house.say("ann", f"/propose We want it --do {line} --closes in 2 days")
    ref = told.rows[-1].reply.ref
    for who in ("ann", "bo", "cem", "dag"):
        assert not house.say(who, f"/vote {ref} yes").refused
    house.clock.move_by(dt.timedelta(days=2))
    house.say("ann", f"/close {ref}")


REFUSED = (
    # what is typed, the code of the refusal
    ("/distribute 0 EUR", "amount-zero"),
    ("/distribute -5 EUR", "amount-negative"),
    ("/distribute 1000.01 EUR", "not-enough"),
    ("/distribute 1 USD", "not-enough"),
    ("/distribute 5 XXX", "amount-missing-unit"),
    ("/distribute 0.001 EUR", "amount-not-exact"),
    ("/distribute 3h", "not-money"),
    ("/distribute 9000000000000000 EUR", "amount-too-large"),
    ("/distribute 10 EUR --equation fiar", "equation-unknown"),
    ("/distribute 10 EUR --equation round", "nobody-weighs"),
    ("/distribute 10 EUR --fund reserve", "not-enough"),
    ("/distribute 10 EUR --fund reserv", "fund-unknown"),
    ("/distribute 10 EUR --to @bo", "what-missing"),
    ("/distribute 10 EUR for all --to @nobody", "person-unknown"),
    ("/distribute 10 EUR --confirm 123456", "plan-changed"),
    ("/equation fiar", "equation-unknown"),
    ("/equation use fiar", "equation-unknown"),
    ("/equation use disco", "equations"),
    ("/equation set disco rest equal", "equation-preset"),
    ("/equation set try rest equal", "name-odd"),
    ("/equation set fair rest equal", "equations"),
    ("/equation set fair 60% equal; 50% work", "equation-odd"),
    ("/equation set fair rest work #codnig", "kind-unknown"),
    ("/equation set fair rest work :kitchen", "circle-unknown"),
    ("/equation set fair 5% fund tools; rest work", "fund-unknown"),
    ("/equation set fair rest to @nobody", "person-unknown"),
    ("/equation set fair __import__('os')", "equation-odd"),
    ("/equation try fiar", "equation-unknown"),
    ("/equation try rest equal", "amount-missing"),
    ("/equation try rest equal --amount 3h", "not-money"),
    ("/equation try rest work price 5 USD --amount 10 EUR", "equation-currency"),
    ("/equation try rest work --amount 10 EUR --period 2024-01", "nobody-weighs"),
    ("/why T1", "no-distribution"),
    ("/why T9", "reference-unknown"),
    ("/approve T9", "not-waiting"),
    ("/round give @ann 1", "own-points"),
    ("/round give @bo 101", "points"),
    ("/round give @bo -1", "points-odd"),
    ("/round give @bo much", "points-odd"),
    ("/round need 3h", "not-money"),
    ("/round need 0 EUR", "amount-zero"),
    ("/round no-need EUR", "no-need"),
)


@pytest.mark.parametrize(("words", "error"), REFUSED)
def test_what_is_refused_is_told_and_moves_nothing(house: House, words: str, error: str) -> None:
    before = house.tables()

    told = house.say("ann", words)

    assert (told.refused, told.error) == (True, error), told.text
    assert house.tables() == before
    assert set(sums(house).values()) == {0}


def test_a_preview_moves_nothing_and_says_exactly_what_would(house: House) -> None:
    before = house.tables()

    told = house.say("bo", "/distribute 1000 EUR").facts

    assert told["shares"] == {"bo": "500.00", "cem": "333.33", "dag": "166.67"}
    assert (told["total"], told["rest"], told["funds"]) == ("1000.00", "0.00", {})
    assert house.tables() == before


def test_it_is_carried_out_once(house: House) -> None:
    code = house.say("ann", "/distribute 500 EUR").facts["code"]
    line = f"/distribute 500 EUR --confirm {code}"
    assert house.say("bo", line).error == "role"

    first, second = house.hand_in([house.message("ann", line), house.message("dag", line)])

    assert not first.refused
    assert second.error == "nobody-weighs"
    assert in_treasury(house) == {"EUR": "500.00"}
    assert [held(house, who) for who in ("bo", "cem", "dag")] == [
        {"EUR": "250.00"},
        {"EUR": "166.67"},
        {"EUR": "83.33"},
    ]
    assert set(sums(house).values()) == {0}


def test_two_of_the_same_lasting_one_at_once_are_one(house: House) -> None:
    """Where work counts again and again, the code alone keeps a second one from being carried out."""
    house.say("ann", "/rules set equations treasurer")
    house.say("ann", "/equation use recent")
    code = house.say("ann", "/distribute 500 EUR").facts["code"]
    line = f"/distribute 500 EUR --confirm {code}"

    told = house.hand_in([house.message("ann", line), house.message("dag", line)])

    assert [each.error for each in told] == ["", "plan-changed"]
    assert in_treasury(house) == {"EUR": "500.00"}


def test_two_that_together_are_more_than_there_is_cannot_both_be(house: House) -> None:
    house.say("ann", "/rules set equations treasurer")
    codes = [
        house.say("ann", f"/distribute 600 EUR --equation {name}").facts["code"]
        for name in ("equal", "hours")
    ]

    told = house.hand_in(
        [
            house.message("ann", f"/distribute 600 EUR --equation equal --confirm {codes[0]}"),
            house.message("dag", f"/distribute 600 EUR --equation hours --confirm {codes[1]}"),
        ]
    )

    assert [each.error for each in told] == ["", "not-enough"]
    assert in_treasury(house) == {"EUR": "400.00"}


def test_a_dispute_between_preview_and_second_step_asks_for_another_look(house: House) -> None:
    code = house.say("ann", "/distribute 500 EUR").facts["code"]
    house.say("dag", "/dispute C1 it was two")

    told = house.say("ann", f"/distribute 500 EUR --confirm {code}")

    assert told.error == "plan-changed"
    assert in_treasury(house) == {"EUR": "1000.00"}
    again = house.say("ann", "/distribute 500 EUR").facts
    assert again["shares"] == {"cem": "333.33", "dag": "166.67"}


def test_what_was_disputed_is_carried_over_and_not_lost(house: House) -> None:
    house.say("dag", "/dispute C1 it was two")
    carried_out(house, "/distribute 300 EUR")
    assert house.say("ann", "/distribute 10 EUR").error == "nobody-weighs"

    house.say("dag", "/confirm C1")

    assert carried_out(house, "/distribute 300 EUR") == {"bo": "300.00"}


def test_what_is_entered_as_another_kind_is_not_paid_again(house: House) -> None:
    carried_out(house, "/distribute 600 EUR")
    house.say("bo", "/amend C1 #organising")
    house.say("cem", "/log 1h more")

    assert house.say("ann", "/distribute 100 EUR").facts["shares"] == {"cem": "100.00"}


def test_claims_are_settled_in_part_and_carried_over(house: House) -> None:
    house.say("ann", "/rules set equations treasurer")
    house.say(
        "ann", "/equation set owed rest work #care price 20 EUR; rest work livelihood price 100 EUR"
    )
    house.say("ann", "/equation use owed")

    assert carried_out(house, "/distribute 270 EUR") == {
        "bo": "150.00",
        "cem": "100.00",
        "dag": "20.00",
    }
    assert carried_out(house, "/distribute 250 EUR") == {"bo": "150.00", "cem": "100.00"}
    assert house.say("ann", "/distribute 1 EUR").error == "nobody-weighs"
    assert house.say("ann", "/equation use hours").refused is False
    assert house.say("ann", "/distribute 1 EUR").error == "nobody-weighs"


def test_work_for_a_circle_that_closed_is_still_shared_on(house: House) -> None:
    house.say("ann", "/rules set equations treasurer")
    house.say("ann", "/circle create garden")
    house.say("bo", "/log 3h weeding --circle garden")
    house.say("ann", "/equation set green rest work :garden --use")
    house.say("ann", "/circle close garden")

    assert carried_out(house, "/distribute 30 EUR") == {"bo": "30.00"}
    assert house.say("ann", "/equation set green rest work :garden h*2").error == "circle-unknown"


def test_prices_are_in_one_currency(house: House) -> None:
    house.say("ann", "/income 100 USD a fair")
    house.say("ann", "/rules set equations treasurer")
    house.say("ann", "/equation set owed rest work price 20 EUR --use")

    assert house.say("ann", "/distribute 100 USD").error == "equation-currency"


def test_an_equation_that_weighs_all_at_nothing_shares_nothing_out(house: House) -> None:
    house.say("ann", "/rules set equations treasurer")
    house.say("ann", "/equation set nil rest work h*0 --use")

    assert house.say("ann", "/distribute 100 EUR").error == "nobody-weighs"


def test_an_equation_of_funds_alone_needs_nobody(house: House) -> None:
    house.say("ann", "/rules set equations treasurer")
    house.say("ann", "/equation set save 30% fund reserve --use")

    code = house.say("ann", "/distribute 100 EUR").facts["code"]
    told = house.say("ann", f"/distribute 100 EUR --confirm {code}").facts

    assert (told["funds"], told["rest"]) == ({"reserve": "30.00"}, "70.00")
    assert in_treasury(house) == {"EUR": "970.00"}


def test_who_left_gets_what_they_worked_for(house: House) -> None:
    house.say("ann", "/member remove @bo")

    told = house.say("ann", "/distribute 600 EUR")
    assert "bo has left; 300.00 EUR is held for them." in told.text
    carried_out(house, "/distribute 600 EUR")
    assert not house.say("ann", "/payout @bo 300 EUR").refused
    assert house.say("ann", "/distribute 10 EUR a present --to @bo").error == "person-unknown"


def test_an_equation_for_one_who_left_is_refused(house: House) -> None:
    house.say("ann", "/rules set equations treasurer")
    house.say("ann", "/equation set tribute 10% to @bo; rest work --use")
    house.say("ann", "/member remove @bo")

    assert house.say("ann", "/distribute 10 EUR").error == "member-left"


def test_who_was_forgotten_gets_nothing_that_nobody_could_pay_out(house: House) -> None:
    house.say("bo", "/me forget yes")

    told = house.say("ann", "/distribute 600 EUR")

    assert told.rows[0].reply.facts["shares"] == {"cem": "400.00", "dag": "200.00"}
    assert "3h: of who was forgotten here" in told.text


def test_a_name_changes_nothing(house: House) -> None:
    before = house.say("ann", "/distribute 100 EUR").facts
    house.say("bo", "/me name Zoe")

    after = house.say("ann", "/distribute 100 EUR").facts

    assert sorted(before["shares"].values()) == sorted(after["shares"].values())
    assert before["code"] == after["code"]


def test_an_undone_distribution_can_be_made_again(house: House) -> None:
    first = carried_out(house, "/distribute 600 EUR")
    assert not house.say("ann", "/reverse T2 wrong month").refused
    assert house.say("ann", "/reverse T2 again").error == "undone"
    assert house.say("ann", "/reverse T3 again").error == "undone"
    assert in_treasury(house) == {"EUR": "1000.00"}

    assert carried_out(house, "/distribute 600 EUR") == first
    house.say("ann", "/payout @bo 1 EUR")

    assert house.say("ann", "/reverse T4 too late").error == "not-enough"
    assert set(sums(house).values()) == {0}


def test_what_the_members_decided_is_undone_by_them_alone(house: House) -> None:
    decided(house, "distribute 600 EUR")
    assert in_treasury(house) == {"EUR": "400.00"}
    assert house.say("ann", "/reverse T2 I do not like it").error == "by-proposal"

    decided(house, "reverse T2 it was the wrong month")

    assert in_treasury(house) == {"EUR": "1000.00"}
    assert held(house, "bo") == {}


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("reverse T9 why", "reference-unknown"),
        ("reverse T2 why", "reference-unknown"),
        ("settle C9 counts", "reference-unknown"),
        ("distribute 1001 EUR", "not-enough"),
        ("distribute 10 EUR --confirm 123456", "plan-changed"),
    ],
)
def test_an_effect_that_cannot_be_is_refused_when_it_is_proposed(
    house: House, line: str, error: str
) -> None:
    assert house.say("bo", f'/propose Do it --do "{line}"').error == error


def test_an_effect_that_needs_the_journal_can_be_proposed_at_once(house: House) -> None:
    """It used to break: what the effect reads was not read when it was only tried."""
    house.say("dag", "/dispute C1 it was two")

    assert not house.say("bo", "/propose It counts --do settle C1 counts").refused


def test_a_fund_that_is_shared_out_may_keep_a_part(house: House) -> None:
    house.say("ann", "/fund add 400 EUR reserve")
    house.say("ann", "/rules set equations treasurer")
    house.say("ann", "/equation set save 25% fund reserve; rest work --use")

    carried_out(house, "/distribute 400 EUR --fund reserve")

    assert house.say("ann", "/treasury").facts["funds"] == {"reserve": {"EUR": "100.00"}}
    assert not house.say("ann", "/reverse T3 again").refused
    assert house.say("ann", "/treasury").facts["funds"] == {"reserve": {"EUR": "400.00"}}


def test_a_round_ends_with_its_distribution(house: House) -> None:
    house.say("ann", "/rules set equations treasurer")
    house.say("ann", "/equation use round")
    house.say("ann", "/round give @bo 60")
    house.say("ann", "/round give @bo 30")
    assert house.say("ann", "/round").facts["left"] == 70
    house.say("cem", "/round give @bo 10")
    house.say("bo", "/round give @cem 40")

    assert carried_out(house, "/distribute 800 EUR") == {"bo": "400.00", "cem": "400.00"}
    assert house.say("ann", "/round").facts["left"] == 100
    assert house.say("ann", "/distribute 1 EUR").error == "nobody-weighs"


def test_a_need_stands_until_it_is_met(house: House) -> None:
    house.say("ann", "/rules set equations treasurer")
    house.say("ann", "/equation set care 20% need; rest work lasting --use")
    house.say("dag", "/round need 50 EUR")

    assert carried_out(house, "/distribute 200 EUR")["dag"] == "66.67"
    assert carried_out(house, "/distribute 200 EUR")["dag"] == "41.67"
    assert carried_out(house, "/distribute 200 EUR")["dag"] == "33.33"


def test_two_accounts_of_one_person_share_as_one(house: House) -> None:
    """A merge changes no sum: what was shared on under either number stays so."""
    house.say("eve", "/me")
    house.say("eve", "/log 1h coding")
    carried_out(house, "/distribute 700 EUR")
    code = house.say("bo", "/me link").text.splitlines()[1]
    assert not house.say("eve", f"{code} yes").refused
    assert house.say("ann", "/distribute 10 EUR").error == "nobody-weighs"

    house.say("eve", "/log 1h coding")

    assert house.say("ann", "/distribute 10 EUR").facts["shares"] == {"bo": "10.00"}
    assert held(house, "eve") == {"EUR": "400.00"}


def test_everything_is_the_same_after_a_restart(house: House) -> None:
    carried_out(house, "/distribute 500 EUR")
    house.say("cem", "/log 5h more")
    before = house.say("ann", "/distribute 100 EUR").facts
    why = house.say("bo", "/why T2").text

    house.restart()

    assert house.say("ann", "/distribute 100 EUR").facts == before
    assert house.say("bo", "/why T2").text == why


def test_a_cent_too_few_is_explained(house: House) -> None:
    carried_out(house, "/distribute 1000 EUR")

    told = house.say("cem", "/why T2").text

    assert "cem, you got 333.33 EUR" in told
    assert "Yours weighs 2 of 6: 333.33 EUR." in told
    assert "Exactly it is 333.33 EUR and 1/3 of the smallest part; that is rounded down." in told


def test_many_people_are_told_in_a_file_that_a_spreadsheet_may_open(house: House) -> None:
    names = ["=HYPERLINK(1)", *(f"eve{n}" for n in range(31))]
    for name in names:
        house.hand_in([house.message(name, "/log 1h coding", name=name)])

    reply = house.say("ann", "/distribute 700 EUR").rows[0].reply

    (file,) = reply.files
    rows = [line.split(",") for line in file.data.decode().splitlines()[1:]]
    assert len(rows) == len(names) + 3
    assert sum(Fraction(row[-2]) for row in rows) == 700
    assert not any(row[1].startswith("=") for row in rows)


def test_the_digest_tells_what_was_shared_out(house: House) -> None:
    carried_out(house, "/distribute 600 EUR")

    assert "Shared out: 600.00 EUR (T2)" in house.say("ann", "/digest now").text
