"""Partners through the engine: what is refused, what a reversal undoes, and who is asked when, once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from bot.chat import Outgoing
from bot.collective.partners import USUAL_GRACE, PartnerFell, Term
from bot.collective.treasury import Flow, Order, TransferMade
from bot.deciding.terms import Ratio
from bot.language.periods import Period
from bot.value.partners import Basis, Pledge
from bot.value.periods import Every
from tests.house import House, cooperative
from tests.house.lives import in_treasury, sums
from tests.security.election import Election, Killed

DAY = dt.timedelta(days=1)
JANUARY = Period(dt.date(2026, 1, 1), dt.date(2026, 1, 31))
REVENUE = Pledge(Basis.REVENUE, "EUR", Ratio(1, 20), Every.MONTH, "2026-01-01")


@pytest.fixture
def house() -> House:
    """A bakery that gives a twentieth of its revenue, and printers who give a flat 20 EUR."""
    made = cooperative("bo", "cem", rules=("partners treasurer",))
    made.say("ann", "/fund create tools")
    for line in (
        "/partner add bakery",
        "/partner pledge bakery revenue 5% EUR --fund tools --from 2026-Q1",
        "/partner add printers",
        "/partner pledge printers flat 20 EUR --every month --from 2026-01",
    ):
        assert not made.say("ann", line).refused, line
    made.clock.move_to(dt.datetime(2026, 4, 10, 9, tzinfo=dt.UTC))
    return made


REFUSED = (
    ("bo", "/partner add cafe", "role"),
    ("ann", "/partner add bakery", "partner-known"),
    ("ann", "/partner add in-kind", "name-odd"),
    ("ann", "/partner bakry", "partner-unknown"),
    ("ann", "/partner classify bakery cooperative", "by-proposal"),
    ("bo", "/partner classify bakery cooperative", "by-proposal"),
    ("ann", "/partner classify bakery friend", "choice-unknown"),
    ("ann", "/partner classify cafe cooperative", "partner-unknown"),
    ("bo", "/partner pledge bakery flat 5 EUR", "role"),
    ("ann", "/partner pledge bakery flat -5 EUR", "amount-negative"),
    ("ann", "/partner pledge bakery revenue 5% XXX", "currency-unknown"),
    ("ann", "/partner pledge bakery revenue 5% EUR --fund tolls", "fund-unknown"),
    ("ann", "/partner pledge bakery revenue 5% EUR --cap 5 USD", "currency-differs"),
    ("ann", "/partner pledge bakery revenue 5% EUR --from 2026-Q1 --fund tools", "nothing-changed"),
    ("ann", "/partner pledge bakery revenue 6% EUR --from 2026-Q1", "pledge-overlaps"),
    ("ann", "/partner pledge bakery revenue 6% EUR --every month --from 2026-05", "pledge-overlaps"),
    ("ann", "/partner pledge bakery revenue 6% EUR --from 2020-01", "pledge-far"),
    ("ann", "/partner pledge bakery revenue 6% EUR --until 2026-Q1", "period-backwards"),
    ("bo", "/partner declare bakery 5 EUR", "role"),
    ("ann", "/partner declare bakery 5 USD", "currency-differs"),
    ("ann", "/partner declare bakery -5 EUR", "amount-negative"),
    ("ann", "/partner declare bakery 5 EUR 2026-Q2", "period-running"),
    ("ann", "/partner declare bakery 5 EUR --period 2025-Q4", "period-not-pledged"),
    ("ann", "/partner declare bakery 5 EUR --period 9999-12", "period-not-pledged"),
    ("ann", "/partner declare printers 5 EUR", "nothing-to-declare"),
    ("bo", "/income 5 EUR bread --partner bakery", "role"),
    ("ann", "/income 5 EUR bread --partner cafe", "partner-unknown"),
    ("ann", "/income -5 EUR bread --partner bakery", "amount-negative"),
    ("ann", "/income 3h bread --partner bakery", "not-money"),
    ("ann", "/income 5 EUR bread --partner bakery --on 2026-05-01", "day-future"),
    ("ann", "/income 5 EUR bread --partner bakery --period 2025-Q4", "period-not-pledged"),
    ("ann", "/income 5 EUR bread --partner bakery --period 9999", "period-not-pledged"),
    ("ann", "/income 5 EUR bread --period 2026-Q1", "period-alone"),
    ("ann", "/partner in-kind bakery C9", "reference-unknown"),
    ("ann", "/partner in-kind bakery T1", "reference-unknown"),
    ("ann", "/partner end cafe", "partner-unknown"),
)


@pytest.mark.parametrize(("who", "words", "error"), REFUSED)
def test_what_is_refused_is_told_and_changes_nothing(
    house: House, who: str, words: str, error: str
) -> None:
    before = house.tables()

    told = house.say(who, words)

    assert (told.refused, told.error) == (True, error), told.text
    assert house.tables() == before


def test_by_itself_a_pledge_is_the_members_to_accept() -> None:
    house = cooperative("bo")
    house.say("ann", "/partner add bakery")

    assert house.say("ann", "/partner pledge bakery flat 5 EUR").error == "partners"


def period(house: House, name: str, text: str) -> dict[str, object]:
    """How a period of a partner stands."""
    found = house.say("ann", f"/partner {name}").facts["periods"]
    (only,) = [each for each in found if each["period"] == text]
    return dict(only)


def test_a_payment_goes_into_the_fund_and_a_reversal_undoes_what_it_settled(house: House) -> None:
    house.say("ann", "/partner declare bakery 10000 EUR")
    assert period(house, "bakery", "2026-Q1")["open"] == "500.00"

    house.say("ann", "/income 300 EUR the share --partner bakery")
    assert period(house, "bakery", "2026-Q1")["open"] == "200.00"
    assert house.say("ann", "/treasury").facts["funds"] == {"tools": {"EUR": "300.00"}}
    assert house.say("ann", "/fund release 1 EUR tools").error == "by-proposal"

    house.say("ann", "/reverse T1 typed twice")
    assert not house.say("bo", "/approve T2").refused
    assert period(house, "bakery", "2026-Q1")["open"] == "500.00"
    assert house.say("ann", "/partner bakery").facts["paid"] == {}
    assert house.say("ann", "/loop").facts["came-in"] == {"EUR": "0.00"}
    told = house.say("ann", "/ledger 2026-04").facts
    assert told["undone"] == {"partner": told["partner"]} == {"partner": {"bakery": {"EUR": "300.00"}}}
    assert set(sums(house).values()) == {0}
    assert house.say("ann", "/reverse T1 again").error == "undone"


def test_what_is_more_than_due_is_a_gift_until_more_is_declared(house: House) -> None:
    house.say("ann", "/partner declare bakery 1000 EUR")
    told = house.say("ann", "/income 80 EUR the share --partner bakery")
    assert "It settles 50.00 EUR for 2026-Q1." in told.text
    assert "30.00 EUR is more than is due: a gift on top." in told.text

    house.say("ann", "/partner declare bakery 1400 EUR 2026-Q1")
    assert period(house, "bakery", "2026-Q1")["open"] == "0.00"
    house.say("ann", "/partner declare bakery 0 EUR")
    assert period(house, "bakery", "2026-Q1") == {
        "period": "2026-Q1",
        "declared": True,
        "undeclared": False,
        "overdue": False,
        "unit": "EUR",
        "due": "0.00",
        "open": "0.00",
    }


def test_what_is_paid_before_it_is_declared_waits_for_that(house: House) -> None:
    told = house.say("ann", "/income 80 EUR the share --partner bakery")
    assert "80.00 EUR waits for what is still to be declared" in told.text

    house.say("ann", "/partner declare bakery 2000 EUR")
    assert period(house, "bakery", "2026-Q1")["open"] == "20.00"


def test_cash_in_hand_is_what_the_world_gave(house: House) -> None:
    house.say("ann", "/income 100 EUR a friend")
    house.say("ann", "/income 60 EUR the months --partner printers")
    house.say("ann", "/expense 10 EUR hosting --paid treasury")

    assert in_treasury(house) == {"EUR": "150.00"}
    told = house.say("ann", "/ledger 2026-04").facts
    assert (told["income"], told["partner"], told["expense"]) == (
        {"other": {"EUR": "100.00"}},
        {"printers": {"EUR": "60.00"}},
        {"other": {"EUR": "10.00"}},
    )
    moved = house.state().moves.sums
    assert sum(count for (_, _, _, unit), count in moved.items() if unit == "EUR") == 15_000


def test_the_world_is_told_exactly(house: House) -> None:
    house.say("ann", "/partner declare bakery 10000 EUR")
    house.say("ann", "/income 500 EUR the share --partner bakery --on 2026-04-03")
    house.say("ann", "/income 40 EUR two months --partner printers")
    house.say("ann", "/income 20 EUR the third --partner printers --on 2026-04-09")
    told = house.say("ann", "/loop").facts

    assert told["partners"]["bakery"] == {
        "captured": {"EUR": "10000.00"},
        "returned": {"EUR": "500.00"},
        "in-kind": {},
        "ratio": {"EUR": "1/20"},
        "lag-days": "3",
    }
    assert told["partners"]["printers"]["ratio"] == {}
    assert told["total"]["ratio"] == {"EUR": "1/20"}
    assert told["total"]["returned"] == {"EUR": "560.00"}
    assert (told["came-in"], told["reached"]) == ({"EUR": "560.00"}, {"EUR": "0.00"})


def test_who_pledged_in_private_is_counted_without_a_name(house: House) -> None:
    house.say("ann", "/partner add shy")
    house.say("ann", "/partner pledge shy revenue 1% USD --from 2026-Q1 --private")
    house.say("ann", "/partner declare shy 1000 USD")
    house.say("ann", "/income 10 USD a share --partner shy")

    for line in ("/loop", "/ledger 2026-04", "/digest now"):
        assert "shy" not in house.say("ann", line).text, line
    assert house.say("ann", "/loop").facts["partners"]["private"]["returned"] == {"USD": "10.00"}


def test_in_kind_counts_once_and_as_long_as_it_is_confirmed(house: House) -> None:
    house.say("bo", "/log 3h lessons")
    assert not house.say("ann", "/partner in-kind bakery C1").refused
    assert house.say("ann", "/partner in-kind printers C1").error == "in-kind-known"
    assert house.say("ann", "/partner bakery").facts["in-kind"] == {"h": "3.00"}

    house.say("cem", "/dispute C1 it was two")
    assert house.say("ann", "/partner bakery").facts["in-kind"] == {}
    house.say("bo", "/amend C1 2h")
    assert house.say("ann", "/partner bakery").facts["in-kind"] == {"h": "2.00"}
    house.say("bo", "/withdraw C1")
    assert house.say("ann", "/partner bakery").facts["in-kind"] == {}
    assert not house.say("ann", "/partner in-kind bakery C1 --undo").refused


def test_a_new_pledge_counts_from_its_beginning(house: House) -> None:
    house.say("ann", "/partner declare bakery 1000 EUR")
    assert not house.say("ann", "/partner pledge bakery revenue 10% EUR").refused
    house.clock.move_to(dt.datetime(2026, 7, 2, 9, tzinfo=dt.UTC))
    house.say("ann", "/partner declare bakery 1000 EUR")

    assert period(house, "bakery", "2026-Q1")["due"] == "50.00"
    assert period(house, "bakery", "2026-Q2")["due"] == "100.00"


def test_who_ends_owes_what_was_due_and_no_more(house: House) -> None:
    told = house.say("ann", "/partner end printers")
    assert "Still due: 60.00 EUR" in told.text
    house.clock.move_to(dt.datetime(2026, 12, 1, 9, tzinfo=dt.UTC))

    assert len(house.say("ann", "/partner printers").facts["periods"]) == 3
    assert house.say("ann", "/partner pledge printers flat 1 EUR").error == "partner-ended"
    assert not house.say("ann", "/partner add printers").refused
    assert house.say("ann", "/partner").facts["partners"] == ["bakery", "printers"]


# --- By the clock -----------------------------------------------------------------------------------


def firm(it: Election) -> Election:
    """Printers who contribute, and owe 20 EUR each month from January 2026 on."""
    for who, line in (
        ("ann", "/role give @ann treasurer"),
        ("bo", "/balance"),
        ("ann", "/rules set partners treasurer"),
        ("ann", "/rules set digest off"),
        ("ann", "/partner add printers"),
        ("ann", "/partner pledge printers flat 20 EUR --every month --from 2026-01"),
        (
            "ann",
            (
                '/propose They contribute --do "partner classify printers contributing-firm"'
                " --closes in 2 days"
            ),
        ),
        ("ann", "/vote P1 yes"),
        ("bo", "/vote P1 yes"),
    ):
        it.say(who, line)
    it.later(2 * DAY)
    return it


@pytest.fixture(params=["sqlite_url", "postgres_url"])
def coop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Election]:
    """The printers' collective on a store."""
    it = firm(Election(request.getfixturevalue(request.param), tmp_path / "keys"))
    yield it
    it.close()


def falls(it: Election) -> list[Outgoing]:
    """What was told of partners that fell."""
    return [row for row in it.said if row.reply.ref and "has not paid" in str(row.reply.body)]


def until(it: Election, day: dt.date) -> None:
    """Let the days go by, one after the other."""
    while it.clock.now().date() < day:
        it.later(DAY)


def test_the_members_are_asked_once_and_nothing_changes_by_itself(coop: Election) -> None:
    until(coop, dt.date(2026, 4, 29))
    assert not falls(coop)
    # February ends on the 28th; sixty days later is the 29th of April.
    until(coop, dt.date(2026, 5, 25))
    coop.restart()
    coop.tick()
    (row,) = falls(coop)

    assert row.reply.ref == "P2"
    state = coop.state()
    assert state.partners.named["printers"].standing == "contributing-firm"
    assert state.partners.named["printers"].fallen == {"2026-01-01", "2026-02-01"}
    assert coop.say("ann", "/open P2 --closes in 2 days")
    coop.say("ann", "/vote P2 yes")
    coop.say("bo", "/vote P2 yes")
    coop.later(2 * DAY)
    assert coop.state().partners.named["printers"].standing == "noncontributing-firm"
    until(coop, dt.date(2026, 9, 1))
    assert len(falls(coop)) == 1


def test_each_two_further_periods_are_asked_about_again(coop: Election) -> None:
    until(coop, dt.date(2026, 7, 2))
    assert [row.reply.ref for row in falls(coop)] == ["P2", "P3"]


def test_who_pays_in_time_is_never_asked_about(coop: Election) -> None:
    until(coop, dt.date(2026, 4, 10))
    coop.say("ann", "/income 60 EUR three months --partner printers")
    until(coop, dt.date(2026, 7, 29))
    assert not falls(coop)


def test_a_payment_that_is_undone_is_missing_again(coop: Election) -> None:
    until(coop, dt.date(2026, 4, 10))
    coop.say("ann", "/income 60 EUR three months --partner printers")
    coop.later(DAY)
    coop.say("ann", "/reverse T1 it bounced")
    until(coop, dt.date(2026, 5, 2))
    assert len(falls(coop)) == 1


def test_who_was_away_asks_once_about_all(coop: Election) -> None:
    coop.clock.move_by(dt.timedelta(days=300))
    coop.restart()
    for _ in range(3):
        coop.tick()
    (row,) = falls(coop)
    assert "2026-01" in str(row.reply.body)
    assert "2026-08" in str(row.reply.body)


def test_another_grace_is_a_rule(coop: Election) -> None:
    coop.say("ann", "/rules set paid-within 5d")
    until(coop, dt.date(2026, 3, 7))
    assert len(falls(coop)) == 1


def test_killed_between_any_two_steps_the_members_are_asked_once(tmp_path: Path) -> None:
    steps = 0
    while True:
        it = firm(Election(f"sqlite:///{tmp_path}/{steps}.db", tmp_path / f"keys-{steps}"))
        it.clock.move_by(dt.timedelta(days=120))
        it.restart(steps)
        killed = False
        try:
            it.tick()
        except Killed:
            killed = True
        it.restart()
        it.tick()
        it.tick()
        fell = [entry for entry in it.entries() if '"partner.fell"' in entry.payload]
        it.close()
        assert len(fell) == 1, steps
        if not killed:
            break
        steps += 1
    assert steps >= 2


def test_the_lag_of_a_time_is_that_of_the_payments_in_it(house: House) -> None:
    for day in ("2026-04-11", "2026-06-30"):
        house.clock.move_to(dt.datetime.fromisoformat(f"{day}T09:00+00:00"))
        assert not house.say("ann", "/income 20 EUR a month --partner printers").refused

    # What came in April was for January, what came in June for February.
    assert "median in days: 70" in house.say("ann", "/loop 2026-04").text
    assert "median in days: 122" in house.say("ann", "/loop 2026-06").text
    assert "median in days" not in house.say("ann", "/loop 2026-05").text


@pytest.mark.parametrize(("days", "late"), [(30, False), (31, True)])
def test_a_declaration_is_late_behind_its_last_day(days: int, late: bool) -> None:
    term = Term(JANUARY, REVENUE, None, 0, 0)
    assert term.undeclared(JANUARY.last + days * DAY, USUAL_GRACE) is late


@pytest.mark.parametrize(("days", "late"), [(60, False), (61, True)])
def test_a_payment_is_late_behind_its_last_day(days: int, late: bool) -> None:
    term = Term(JANUARY, REVENUE, None, 500, 1)
    assert term.overdue(JANUARY.last + days * DAY, USUAL_GRACE) is late
    assert not Term(JANUARY, REVENUE, None, 500, 0).overdue(JANUARY.last + 400 * DAY, USUAL_GRACE)


def test_what_moves_the_clock_says_so() -> None:
    order = Order(Flow.INCOME, "EUR", 5, "2026-02-06", partner="bakery")
    assert PartnerFell(name="bakery", periods=("2026-01-01",)).moves_clock
    assert TransferMade(number=1, order=order).moves_clock
    assert not TransferMade(number=1, order=replace(order, partner="")).moves_clock
