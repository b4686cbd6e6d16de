"""Units of one's own through the real engine: what is refused moves nothing, and every sum is zero."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.chat import TIME, Actor, Incoming, Place
from bot.collective.units import ISSUER, Motion, OwnUnit
from commands.ledger.ownunits import period_end
from tests.house import BEGIN, House, Told, cooperative
from tests.house.lives import held, sums

RULES = ("units treasurer", "digest off")
CREDIT = "/unit create leaf credit --limit 20 --fee 10% --decimals 0"
ISSUED = "/unit create star issued --wage 1 --budget 10 --levy 1 --demurrage 10%"


@pytest.fixture
def house() -> House:
    """Treasurers decide of units; there is one of each mode."""
    made = cooperative("bo", "cem", "dag", rules=RULES)
    for line in (CREDIT, ISSUED):
        assert not made.say("ann", line).refused
    return made


def unit(house: House, name: str) -> OwnUnit:
    """A unit as it stands."""
    found = house.state().units.named(name)
    assert found is not None
    return found


def later(house: House, day: str) -> Told:
    """The clock strikes noon of a day."""
    house.clock.move_to(dt.datetime.fromisoformat(f"{day}T12:00+00:00"))
    house.count += 1
    time = Actor(TIME, "", TIME, operator=True)
    (told,) = house.hand_in([Incoming(f"t{house.count}", Place(TIME, "alpha"), time, "")])
    return told


def balances(house: House, name: str) -> dict[str, int]:
    """What each account has of a unit."""
    state, code = house.state(), unit(house, name).code
    return {account: n for (account, of), n in state.ledger.balances.items() if of == code and n}


REFUSED = (
    # what is typed, the code of the refusal
    ("/unit lief", "unit-unknown"),
    ("/unit create leaf credit", "unit-known"),
    ("/unit create leaves", "mode-missing"),
    ("/unit create tree money", "choice-unknown"),
    ("/unit create eur credit", "unit-taken"),
    ("/unit create stunden credit", "unit-taken"),
    ("/unit create pound credit", "unit-taken"),
    ("/unit create week credit", "unit-taken"),
    ("/unit create tr-ee credit", "unit-odd"),
    ("/unit create set credit", "name-odd"),
    ("/unit create abcdefghijklm credit", "unit-odd"),
    ("/unit create tree credit --also leaf", "unit-taken"),
    ("/unit create tree credit --also euro", "unit-taken"),
    ("/unit create tree credit --decimals -1", "decimals-odd"),
    ("/unit create tree credit --wage 1", "term-of-mode"),
    ("/unit create tree issued --limit 5 --wage 1 --budget 4", "term-of-mode"),
    ("/unit create tree issued --wage 1", "budget-missing"),
    ("/unit create tree issued --wage 0 --budget 5", "budget-missing"),
    ("/unit create tree issued --wage 1 --budget 5 EUR", "unit-other"),
    ("/unit create tree issued --wage 1 --budget 5 --kinds nothing", "kind-unknown"),
    ("/unit create tree issued --wage 1 --budget 5 --since 2026-13", "month-odd"),
    ("/unit create tree credit --limit -5", "amount-negative"),
    ("/unit create tree credit --limit 1.5 --decimals 0", "amount-not-exact"),
    ("/unit create tree credit --limit 9999999999999999", "amount-too-large"),
    ("/unit create tree credit --fee 101%", "share-unclear"),
    ("/unit create tree credit --fee", "option-empty"),
    ("/unit create tree credit --vouches many", "number-odd"),
    ("/unit set leaf", "nothing-changed"),
    ("/unit set leaf --limit 20", "nothing-changed"),
    ("/unit set leaf --wage 2", "term-of-mode"),
    ("/unit set lief --limit 2", "unit-unknown"),
    ("/unit report lief", "unit-unknown"),
    ("/unit issue leaf", "not-issued"),
    ("/unit issue star", "no-work"),
    ("/unit issue star @nobody", "person-unknown"),
    ("/unit retire 1 leaf", "not-issued"),
    ("/unit retire 1 EUR", "not-issued"),
    ("/unit retire 1 star", "not-enough"),
    ("/unit settle star", "nothing-owed"),
    ("/unit vouch @bo leaf", "no-vouches"),
    ("/unit vouch @ann leaf", "own-vouch"),
    ("/unit exempt @bo star --back", "nothing-changed"),
    ("/unit exempt @bo star --until 2020-01-01", "day-past"),
    ("/unit exempt @bo star --back --until 2027-01-01", "options-both"),
    ("/unit write-off @bo leaf", "not-below"),
    ("/unit write-off @bo star", "not-below"),
    ("/pay @bo 1 star", "not-enough"),
    ("/pay @bo 21 leaf", "limit"),
    ("/pay @bo 20 leaf", "limit"),
    ("/pay @bo 0 leaf", "amount-zero"),
    ("/pay @bo -3 leaf", "amount-negative"),
    ("/pay @bo 1.5 leaf", "amount-not-exact"),
    ("/pay @ann 1 leaf", "own-payment"),
    ("/income 5 leaf from nowhere", "not-money"),
    ("/expense 5 leaf eggs", "not-money"),
    ("/payout @bo 5 leaf", "not-money"),
    ("/distribute 5 leaf", "not-money"),
    ("/round need 5 leaf", "not-money"),
    ("/log 5 leaf eggs", "own-unit"),
    ("/log 5 leaf eggs #work", "own-unit"),
    ("/rules set credit-limit 5 leaf", "rule-value"),
)


@pytest.mark.parametrize(("words", "error"), REFUSED)
def test_what_cannot_be_is_refused_in_words_and_moves_nothing(
    house: House, words: str, error: str
) -> None:
    before = house.tables()

    told = house.say("ann", words)

    assert told.refused, told.text
    assert told.error == error, told.text
    assert house.tables() == before


def test_units_are_the_members_to_decide_where_no_rule_says_otherwise() -> None:
    house = cooperative("bo", "cem")

    told = house.say("ann", CREDIT)
    assert told.error == "units"
    house.say("bo", f'/propose A unit of ours --do "{CREDIT[1:]}" --closes in 2 days')
    for who in ("ann", "bo", "cem"):
        house.say(who, "/vote P1 yes")
    later(house, "2026-01-20")

    assert unit(house, "leaf").terms.limit == 20


def test_only_a_treasurer_decides_where_the_rule_leaves_it_to_them(house: House) -> None:
    for line in (ISSUED.replace("star", "moon"), "/unit set leaf --limit 5", "/unit exempt @bo star"):
        assert house.say("bo", line).error == "role"
    assert house.say("bo", "/unit issue star").error == "role"


# --- Paying ---------------------------------------------------------------------------------------


def test_two_payments_at_the_same_moment_do_not_pass_the_limit_together(house: House) -> None:
    first, second = house.hand_in(
        [house.message("bo", "/pay @cem 12 leaf"), house.message("bo", "/pay @dag 12 leaf")]
    )

    assert not first.refused
    assert second.error == "limit"
    assert balances(house, "leaf") == {"held:2": -13, "held:3": 12, "treasury": 1}


def test_what_somebody_earned_of_late_lets_them_go_further(house: House) -> None:
    house.say("ann", "/unit set leaf --earning 100% --most 25")
    house.say("cem", "/pay @bo 18 leaf")
    assert house.say("bo", "/pay @dag 36 leaf").error == "limit", "the month is not over"

    later(house, "2026-02-10")
    assert not house.say("bo", "/pay @dag 37 leaf").refused
    assert balances(house, "leaf")["held:2"] == 18 - 37 - 3
    assert house.say("bo", "/pay @dag 2 leaf").error == "limit", "20 and a sixth of 18"


def test_vouches_count_people_who_are_here_once(house: House) -> None:
    house.say("ann", "/unit set leaf --vouches 2")
    assert house.say("bo", "/pay @dag 5 leaf").error == "not-enough"
    house.say("cem", "/unit vouch @bo leaf")
    assert house.say("bo", "/pay @dag 5 leaf").error == "not-enough"
    house.say("dag", "/unit vouch @bo leaf")
    assert not house.say("bo", "/pay @dag 5 leaf").refused

    house.say("cem", "/me leave yes")
    assert house.say("bo", "/pay @dag 5 leaf").error == "not-enough"


def test_the_treasury_of_a_unit_is_paid_out_of_by_the_members(house: House) -> None:
    house.say("ann", "/unit set leaf --fee 50%")
    house.say("bo", "/pay @cem 10 leaf")
    house.say("ann", "/rules set method majority")
    house.say("ann", "/propose Thank dag --do pay @dag 5 leaf for the tea --closes in 2 days")
    for who in ("ann", "bo", "cem", "dag"):
        house.say(who, "/vote P1 yes")
    later(house, "2026-01-20")

    # What the treasury pays costs no fee, for it would pay that to itself.
    assert balances(house, "leaf") == {"held:2": -15, "held:3": 10, "held:4": 5}
    assert house.say("ann", "/unit report leaf").facts["fee"] == "5"


def test_a_payment_is_undone_with_its_fee(house: House) -> None:
    house.say("bo", "/pay @cem 10 leaf")
    assert not house.say("ann", "/reverse T1 typed twice").refused

    assert balances(house, "leaf") == {}
    assert house.say("ann", "/unit report leaf").facts["paid"] == "0"
    assert unit(house, "leaf").level == 0


def test_who_is_long_below_nothing_or_below_their_limit_is_named(house: House) -> None:
    house.say("bo", "/pay @cem 10 leaf")
    house.say("cem", "/pay @dag 5 leaf")
    assert "bo" not in house.say("ann", "/unit report leaf").text

    later(house, "2027-01-04")
    assert "write-off" not in house.say("ann", "/unit report leaf").text
    later(house, "2027-01-05")
    told = house.say("ann", "/unit report leaf").text
    assert "bo has been below nothing for 365 days: -11 leaf." in told
    assert "/unit write-off @bo leaf" in told

    house.say("ann", "/unit set leaf --limit 5")
    assert "bo is at -11 leaf, further down than -5 leaf." in house.say("ann", "/unit report leaf").text

    house.say("cem", "/pay @bo 3 leaf")
    house.say("dag", "/pay @bo 5 leaf")
    house.say("ann", "/pay @bo 3 leaf")
    assert "bo" not in house.say("ann", "/unit report leaf").text


# --- Issuing --------------------------------------------------------------------------------------


def test_only_confirmed_work_is_issued_for(house: House) -> None:
    house.say("ann", "/rules set confirmations 1")
    house.say("bo", "/log 3h the roof")
    assert house.say("ann", "/unit issue star").error == "no-work"

    house.say("cem", "/confirm C1")
    assert not house.say("ann", "/unit issue star").refused
    assert held(house, "bo") == {"star": "3.00"}


def test_disputed_work_waits(house: House) -> None:
    house.say("bo", "/log 3h the roof")
    house.say("cem", "/log 1h the roof")
    house.say("cem", "/dispute C1 I saw nobody there")

    house.say("ann", "/unit issue star")

    assert held(house, "bo") == {}
    assert held(house, "cem") == {"star": "1.00"}


def test_two_issues_at_the_same_moment_pay_once(house: House) -> None:
    house.say("bo", "/log 3h the roof")
    line = "/unit issue star"

    first, second = house.hand_in([house.message("ann", line), house.message("ann", line)])

    assert not first.refused
    assert second.error == "no-work"
    assert held(house, "bo") == {"star": "3.00"}


def test_an_issue_that_is_undone_leaves_the_work_open(house: House) -> None:
    house.say("bo", "/log 3h20 the roof")
    house.say("ann", "/unit issue star")
    assert not house.say("ann", "/reverse T1 too early").refused
    assert house.say("ann", "/reverse T1 again").error == "undone"
    assert balances(house, "star") == {}

    house.say("ann", "/unit issue star")
    assert held(house, "bo") == {"star": "3.33"}


def test_a_budget_is_of_its_period_and_what_it_does_not_hold_waits(house: House) -> None:
    house.say("bo", "/log 24h the roof --on 2026-01-02")
    told = house.say("ann", "/unit issue star").facts
    assert told["total"] == "1000"
    assert house.say("ann", "/unit issue star").error == "budget-spent"

    later(house, "2026-02-02")
    assert house.say("ann", "/unit issue star").facts["total"] == "1000"
    later(house, "2026-03-02")
    assert house.say("ann", "/unit issue star").facts["total"] == "400"
    assert house.say("ann", "/unit issue star").error == "no-work"


def test_only_kinds_and_months_that_were_decided_count(house: House) -> None:
    house.say("ann", "/unit create moon issued --wage 2 --budget 100 --kinds care --since 2025-12")
    house.say("ann", "/rules set days-back 60")
    for line in ("soup #care --on 2025-12-20", "soup #care --on 2025-11-20", "the roof"):
        assert not house.say("bo", f"/log 1h {line}").refused, line

    house.say("ann", "/unit issue moon")

    assert held(house, "bo") == {"moon": "2.00"}


# --- The end of a period --------------------------------------------------------------------------


def worked(house: House) -> None:
    """Bo worked five hours, cem one, for which star was issued."""
    house.say("bo", "/log 5h the roof")
    house.say("cem", "/log 1h the roof")
    house.say("ann", "/unit issue star")


def test_a_period_ends_once_whatever_happens_to_the_program(house: House) -> None:
    worked(house)
    later(house, "2026-02-01")
    after = balances(house, "star")
    assert after == {"held:2": 450, "held:3": 90, ISSUER: -540}

    house.restart()
    later(house, "2026-02-01")
    later(house, "2026-02-27")
    assert balances(house, "star") == after


def test_periods_that_the_program_slept_through_end_one_after_another(house: House) -> None:
    worked(house)
    house.restart()
    later(house, "2026-04-15")

    # January: a tenth of each. February and March: a tenth, and a levy of one from everybody.
    # bo: 500 → 450 → 405 − 100 → 274 − 100 = 174; cem: 100 → 90 → 81 − 81 → 0.
    assert balances(house, "star") == {"held:2": 174, ISSUER: -174}
    owed = unit(house, "star").owed
    assert owed == {1: 200, 3: 119, 4: 200}


@pytest.mark.parametrize(
    ("line", "day", "first"),
    [
        # January was taken: a quarter that it is in is not taken, too.
        ("--every quarter", "2026-02-10", "2026-07-01"),
        ("--every year", "2026-02-10", "2028-01-01"),
        # Nothing was taken of the year yet.
        ("--every quarter", "2026-01-10", "2026-04-01"),
    ],
)
def test_other_periods_take_nothing_twice(house: House, line: str, day: str, first: str) -> None:
    later(house, day)
    told = house.say("ann", f"/unit set star {line}")
    assert not told.refused

    assert period_end(unit(house, "star")).isoformat() == first


def test_shorter_periods_begin_with_the_one_that_runs(house: House) -> None:
    house.say("ann", "/unit set star --every year")
    later(house, "2026-05-10")
    house.say("ann", "/unit set star --every month")

    assert period_end(unit(house, "star")).isoformat() == "2026-06-01"


def test_terms_that_take_nothing_let_time_pass(house: House) -> None:
    later(house, "2026-05-10")
    house.say("ann", "/unit set leaf --levy 2")

    assert period_end(unit(house, "leaf")).isoformat() == "2026-06-01"


def test_who_owes_settles_it_from_what_comes_later(house: House) -> None:
    worked(house)
    later(house, "2026-03-02")
    assert unit(house, "star").owed[3] == 19
    assert house.say("cem", "/unit settle star").error == "not-enough"

    house.say("bo", "/pay @cem 0.10 star")
    assert not house.say("cem", "/unit settle star").refused
    assert unit(house, "star").owed[3] == 9
    house.say("bo", "/pay @cem 1 star")
    house.say("cem", "/unit settle star")
    assert 3 not in unit(house, "star").owed
    assert held(house, "cem") == {"star": "0.91"}
    assert house.say("cem", "/unit settle star").error == "nothing-owed"


def test_who_owes_is_told_in_private_and_the_room_how_many(house: House) -> None:
    worked(house)
    later(house, "2026-02-02")
    told = later(house, "2026-03-02")

    private = {row.person for row in told.rows if row.person}
    assert private == {"ann", "cem", "dag"}
    room = next(row for row in told.rows if not row.person)
    assert "ann" not in str(room.reply.body)


def test_who_wants_no_reminders_gets_none_about_a_levy(house: House) -> None:
    house.say("dag", "/reminders off")
    told = later(house, "2026-03-02")

    assert {row.person for row in told.rows if row.person} == {"ann", "bo", "cem"}
    assert unit(house, "star").owed[4] == 100


def test_an_exemption_lasts_as_long_as_it_was_decided(house: House) -> None:
    house.say("ann", "/unit exempt @dag star --until 2026-02-28")
    later(house, "2026-03-02")
    assert unit(house, "star").owed == {1: 100, 2: 100, 3: 100}
    later(house, "2026-04-02")
    assert unit(house, "star").owed == {1: 200, 2: 200, 3: 200, 4: 100}


def test_two_members_who_are_one_owe_one_levy_and_pay_it_from_all_they_have(house: House) -> None:
    worked(house)
    code = house.say("bo", "/me link").text.splitlines()[1]
    assert not house.say("cem", f"{code} yes").refused

    later(house, "2026-02-02")
    assert balances(house, "star") == {"held:2": 440, "held:3": 100, ISSUER: -540}
    later(house, "2026-03-02")

    assert unit(house, "star").owed == {1: 100, 4: 100}
    assert sum(count for account, count in balances(house, "star").items() if account != ISSUER) == 386
    assert held(house, "cem") == {"star": "3.86"}


# --- What always holds ------------------------------------------------------------------------------

WHO = st.sampled_from(["ann", "bo", "cem", "dag"])
ACTS = st.one_of(
    st.tuples(WHO, st.builds("/pay @{} {} leaf".format, WHO, st.integers(1, 30))),
    st.tuples(WHO, st.builds("/pay @{} 0.{:02} star".format, WHO, st.integers(1, 99))),
    st.tuples(WHO, st.builds("/log {}m work".format, st.integers(1, 300))),
    st.tuples(WHO, st.builds("/withdraw C{}".format, st.integers(1, 6))),
    st.tuples(st.just("ann"), st.just("/unit issue star")),
    st.tuples(st.just("ann"), st.builds("/reverse T{} so".format, st.integers(1, 8))),
    st.tuples(st.just("ann"), st.builds("/unit write-off @{} leaf".format, WHO)),
    st.tuples(WHO, st.just("/unit settle star")),
    st.tuples(WHO, st.builds("/unit retire 0.{:02} star".format, st.integers(1, 99))),
    st.tuples(st.just(""), st.integers(1, 40).map(str)),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(ACTS, max_size=25))
def test_whatever_people_do_every_sum_is_zero_and_nobody_passes_a_limit(acts: list[Any]) -> None:
    house = cooperative("bo", "cem", "dag", rules=RULES)
    house.say("ann", f"{CREDIT} --levy 1")
    house.say("ann", ISSUED)
    day = BEGIN.date()
    for who, words in acts:
        if who:
            house.say(who, words)
        else:
            day += dt.timedelta(days=int(words))
            later(house, day.isoformat())
        state = house.state()
        assert not any(sums(house).values())
        leaf, star = unit(house, "leaf"), unit(house, "star")
        of_leaf, of_star = balances(house, "leaf"), balances(house, "star")
        assert all(count >= -20 for account, count in of_leaf.items() if account.startswith("held"))
        assert ISSUER not in of_leaf
        outstanding = sum(count for account, count in of_star.items() if account != ISSUER)
        assert all(count > 0 for account, count in of_star.items() if account != ISSUER)
        assert star.level == outstanding == -of_star.get(ISSUER, 0)
        assert leaf.level == sum(count for count in of_leaf.values() if count > 0)
        months = {first[:7] for first, _ in star.flows}
        for month in months:
            flowed = star.flowed(Motion.ISSUED, f"{month}-01", f"{month}-31")
            assert flowed <= 1_000
        assert state.units.words.keys() == {"leaf", "star"}
    house.close()


@pytest.mark.parametrize("day", range(7))
def test_a_weekday_until_which_somebody_is_exempt_is_the_coming_one(house: House, day: int) -> None:
    house.later(days=day)
    told = house.say("ann", "/unit exempt @dag star --until sunday")
    assert not told.refused, told.text
