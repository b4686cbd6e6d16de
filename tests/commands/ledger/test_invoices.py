"""Invoices: what is expected of whom, which income pays of it, and what opens it again."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.books.audit import compare
from bot.chat import Attached
from bot.collective.invoices import Invoice, InvoiceSent, Paid
from commands.ledger.invoices import LISTED_MAX
from tests.adapters.cli.test_importing import FIXTURES
from tests.house import House, cooperative

SENT = "/invoice 1200 EUR City library --due 30d --for the booking system"


def house(*rules: str, line: str = SENT) -> House:
    it = cooperative("bo", "cem", rules=("digest off", *rules))
    assert it.say("ann", line).error == ""
    return it


def stands(it: House, ref: str = "B1") -> tuple[str, str, str]:
    facts = it.say("bo", f"/show {ref}").facts
    return facts["paid"], facts["open"], facts["status"]


def ok(it: House, who: str, line: str) -> str:
    told = it.say(who, line)
    assert told.error == "", told.text
    return told.rows[0].reply.ref or ""


def test_it_is_settled_in_parts_and_whole_and_is_the_same_after_a_restart() -> None:
    it = house()
    assert stands(it) == ("0.00", "1200.00", "open")
    told = it.say("ann", "/income 800 EUR City library --invoice B1")
    assert told.facts == {"flow": "income", "unit": "EUR", "amount": "800.00", "invoice": "B1"}
    assert "Of B1 400.00 EUR is open." in told.text
    assert stands(it) == ("800.00", "400.00", "open")
    ok(it, "ann", "/income 400 EUR the library --invoice b1")
    assert stands(it) == ("1200.00", "0.00", "paid")
    it.restart()
    assert stands(it) == ("1200.00", "0.00", "paid")
    assert compare(it.folded(), it.state()) == []
    assert it.say("ann", "/treasury").facts["treasury"] == {"EUR": "1200.00"}


@pytest.mark.parametrize(
    ("line", "error", "said"),
    [
        ("/income 1 USD City library --invoice B1", "currency-differs", "B1 is in EUR."),
        ("/income 1200.01 EUR City library --invoice B1", "invoice-more", "only 1,200.00 EUR is open"),
        ("/income 5 EUR City library --invoice B2", "reference-unknown", "no invoice B2"),
        ("/income 5 EUR City library --invoice T1", "reference-unknown", "no invoice T1"),
        ("/income 5 EUR Oak school --invoice B1", "invoice-whom", "whom “Oak school” does not name"),
        ("/income 5 EUR --invoice B1", "what-missing", ""),
        ("/income 5 hours City library --invoice B1", "not-money", ""),
        ("/invoice 5 EUR Oak --due yesterday", "day-past", ""),
        ("/invoice 5 hours Oak", "not-money", ""),
        ("/invoice 5 EUR", "whom-missing", ""),
        ("/invoice paid B1 T1", "no-income", ""),
        ("/show B2", "reference-unknown", "/invoices lists what is open"),
        ("/cancel B2", "reference-unknown", ""),
    ],
)
def test_what_does_not_fit_is_refused_in_words(line: str, error: str, said: str) -> None:
    it = house()
    told = it.say("ann", line)
    assert told.error == error
    assert said in told.text
    assert stands(it) == ("0.00", "1200.00", "open")


def test_what_a_refusal_offers_works_as_typed() -> None:
    it = house()
    for line, then in (
        (
            "/income 5 EUR Oak school --invoice B1",
            "/income 5.00 EUR City library, Oak school --invoice B1",
        ),
        ("/income 1300 EUR City library --invoice B1", "/income 1195.00 EUR City library --invoice B1"),
    ):
        assert then in it.say("ann", line).text
        ok(it, "ann", then)
    assert stands(it) == ("1200.00", "0.00", "paid")


def test_it_is_not_paid_twice() -> None:
    it = house()
    ok(it, "ann", "/income 400 EUR City library --invoice B1")
    again = it.say("ann", "/income 400 EUR City library --invoice B1")
    assert again.error == "twin"
    assert "--invoice B1 --again" in again.text
    ok(it, "ann", "/income 800 EUR City library --invoice B1")
    assert it.say("ann", "/income 1 EUR City library --invoice B1").error == "invoice-closed"
    assert stands(it) == ("1200.00", "0.00", "paid")


def test_an_income_that_is_undone_opens_it_again_also_when_that_waited() -> None:
    it = house("second-eyes 500 EUR")
    small = ok(it, "ann", "/income 300 EUR City library --invoice B1")
    much = ok(it, "ann", "/income 900 EUR City library --invoice B1")
    told = it.say("ann", f"/reverse {small} bounced")
    assert "Of B1 300.00 EUR is open." in told.text
    assert stands(it) == ("900.00", "300.00", "open")
    waits = ok(it, "ann", f"/reverse {much} bounced too")
    assert stands(it) == ("900.00", "300.00", "open")
    ok(it, "cem", f"/approve {waits}")
    assert stands(it) == ("0.00", "1200.00", "open")
    assert compare(it.folded(), it.state()) == []


def test_only_treasurers_send_match_and_cancel() -> None:
    it = house()
    for line in (
        "/invoice 5 EUR Oak",
        "/invoice paid B1 T1",
        "/cancel B1",
        "/income 5 EUR x --invoice B1",
    ):
        assert it.say("bo", line).error == "role", line
    assert it.say("ann", "/cancel B1 they closed", private=True).error == ""
    assert stands(it) == ("0.00", "0.00", "cancelled")


def test_what_is_typed_in_private_is_told_in_the_room() -> None:
    it = house()
    for line in ("/invoice 5 EUR Oak school", "/cancel B2 a mistake"):
        rows = it.say("ann", line, private=True).rows
        assert [row.place.room for row in rows] == ["with ann", "hall"], line


def test_a_cancelled_one_expects_nothing_and_what_was_paid_stays() -> None:
    it = house()
    ref = ok(it, "ann", "/income 200 EUR City library --invoice B1")
    told = it.say("ann", "/cancel B1 they are bankrupt")
    assert "1,000.00 EUR is expected no more; what was paid of it stays." in told.text
    assert it.say("ann", "/cancel B1").error == "invoice-closed"
    assert it.say("ann", "/income 5 EUR City library --invoice B1").error == "invoice-closed"
    assert it.say("ann", "/invoices").facts == {"invoices": []}
    told = it.say("cem", f"/approve {ok(it, 'ann', f'/reverse {ref} bounced')}")
    assert "B1 was cancelled; nothing is expected of it." in told.text
    assert stands(it) == ("0.00", "0.00", "cancelled")
    assert "they are bankrupt" in it.say("bo", "/show B1").text


def test_an_income_of_before_is_matched_once_and_undone_it_is_open_again() -> None:
    it = house()
    ref = ok(it, "ann", "/income 500 EUR something from the bank")
    big = ok(it, "ann", "/income 2000 EUR a grant")
    assert it.say("ann", f"/invoice paid B1 {big}").error == "invoice-more"
    ok(it, "ann", "/invoice 500 EUR Oak school")
    ok(it, "ann", f"/invoice paid B2 {ref}")
    assert stands(it, "B2") == ("500.00", "0.00", "paid")
    ok(it, "ann", "/invoice 700 EUR Elm school")
    assert it.say("ann", f"/invoice paid B3 {ref}").error == "income-used"
    told = it.say("cem", f"/approve {ok(it, 'ann', f'/reverse {ref} bounced')}")
    assert "Of B2 500.00 EUR is open." in told.text
    assert stands(it, "B2") == ("0.00", "500.00", "open")
    assert it.say("ann", f"/invoice paid B2 {ref}").error == "no-income"
    assert compare(it.folded(), it.state()) == []


def test_what_a_bank_s_list_brought_is_asked_about_and_matched() -> None:
    it = house()
    it.later(days=64)  # the list is of that day
    it.say("ann", "/role give @ann treasurer")
    bank = Attached("camt.xml", (FIXTURES / "camt.xml").read_bytes())
    it.say("ann", "/import --as camt", file=bank)
    ok(it, "bo", "/import agree I1")
    lately = it.state().treasury.lately.items()
    number, order = next((n, order) for n, (_, order) in lately if order.comes_in)
    amount = f"{order.count / 100:.2f} EUR"
    ok(it, "ann", f"/invoice {amount} Somebody")
    told = it.say("ann", f"/income {amount} Somebody --invoice B2 --on {order.day}")
    assert told.error == "twin"
    assert f"/invoice paid B2 T{number}" in told.text
    ok(it, "ann", f"/invoice paid B2 T{number}")
    assert stands(it, "B2")[2] == "paid"


def test_the_same_one_on_the_same_day_is_asked_about() -> None:
    it = house()
    told = it.say("ann", SENT)
    assert told.error == "twin"
    line = told.text[told.text.index("/invoice") :]
    assert it.say("ann", "/invoice 1200 EUR Another library").error == ""
    assert it.say("ann", line).error == ""
    assert len(it.state().invoices.open) == 3


def test_overdue_ones_are_told_to_coordinators_without_a_name() -> None:
    it = house()
    preview = it.say("ann", "/digest preview").text
    assert "Invoices. Open together: 1,200.00 EUR" in preview
    assert "overdue" not in preview
    it.later(days=31)
    preview = it.say("ann", "/digest preview").text
    assert "of it overdue: 1,200.00 EUR" in preview
    needs = preview.partition("Needs a person")[2]
    assert "B1 is overdue since" in needs
    assert "library" not in preview
    ok(it, "ann", "/income 1200 EUR City library --invoice B1")
    assert "B1 is overdue" not in it.say("ann", "/digest preview").text


def test_the_day_that_it_is_due_is_not_overdue() -> None:
    it = Invoice(1, "EUR", 100, "2026-01-05", "2026-02-04", "", "")
    assert not it.is_overdue("2026-02-04")
    assert it.is_overdue("2026-02-05")
    it.payments.append(Paid(1, "2026-02-05", 100))
    assert not it.is_overdue("2026-02-06")


def test_what_was_open_on_a_day_stays_so_whatever_comes_later() -> None:
    it = Invoice(1, "EUR", 100, "2026-01-05", "2026-02-04", "", "")
    it.payments += [Paid(1, "2026-01-10", 60), Paid(2, "2026-02-02", -60), Paid(3, "2026-02-03", 100)]
    days = ("2026-01-04", "2026-01-05", "2026-01-31", "2026-02-02", "2026-02-03")
    assert [it.open_on(day) for day in days] == [0, 100, 40, 100, 0]
    it.payments.pop()
    it.cancelled = "2026-02-04"
    assert [it.open_on(day) for day in ("2026-02-03", "2026-02-04")] == [100, 0]


def test_a_report_tells_what_was_sent_and_what_is_open_at_its_end() -> None:
    it = house()
    ok(it, "ann", "/income 200 EUR City library --invoice B1")
    it.later(days=31)
    ok(it, "ann", "/income 1000 EUR City library --invoice B1")
    then = it.say("ann", "/report last month").text
    assert "Invoices sent: 1,200.00 EUR" in then
    assert "Invoices not paid at the end: 1,000.00 EUR" in then
    now = it.say("ann", "/report").text
    assert "Invoices" not in now


def test_no_name_is_in_the_journal() -> None:
    it = house()
    (sent,) = [event for event in it.events() if isinstance(event, InvoiceSent)]
    assert "library" not in str(sent)
    assert "booking" not in str(sent)
    assert all("library" not in entry.payload for entry in it.entries())


def test_a_long_list_is_cut_and_says_so() -> None:
    it = house()
    for n in range(LISTED_MAX):
        ok(it, "ann", f"/invoice {n + 1} EUR Oak school")
    told = it.say("bo", "/invoices").text
    assert "and 1 more" in told
    assert told.count("Oak school") + told.count("City library") == LISTED_MAX


def test_the_day_is_that_of_whoever_asks() -> None:
    it = house()
    (sent,) = [event for event in it.events() if isinstance(event, InvoiceSent)]
    assert dt.date.fromisoformat(sent.due) - dt.date.fromisoformat(sent.day) == dt.timedelta(days=30)
    ok(it, "ann", "/invoice 7 EUR Oak --due 2026-12-31")
    ok(it, "ann", "/invoice 8 EUR Oak")
    dues = [each.due for each in it.state().invoices.by_number.values()]
    assert dues == ["2026-02-04", "2026-12-31", "2026-02-04"]


def test_members_decide_on_an_invoice_and_on_what_pays_of_it() -> None:
    it = house(line="/fund create x")
    for number, line in enumerate(
        ("invoice 80 EUR Oak school --due 60d --for chairs", "invoice paid B1 T1"), 1
    ):
        ok(it, "cem", f'/propose We ask for it --do "{line}" --closes in 2 days')
        for who in ("ann", "bo", "cem"):
            ok(it, who, f"/vote P{number} consent")
        it.later(days=3)
        if number == 1:
            assert stands(it) == ("0.00", "80.00", "open")
            ok(it, "ann", "/income 80 EUR from the bank")

    assert stands(it) == ("80.00", "0.00", "paid")
    shown = it.say("cem", "/show B1").text
    assert "decided by P1" in shown
    assert "80.00 EUR paid, T1" in shown


def test_what_is_due_first_stands_first_whenever_it_was_sent() -> None:
    it = house()
    ok(it, "ann", "/invoice 80 EUR Oak school --due 10d")
    ok(it, "ann", "/invoice 70 EUR Elm school --due 10d")
    found = it.say("bo", "/invoices").facts["invoices"]
    assert [each["invoice"] for each in found] == ["B2", "B3", "B1"]


def test_it_may_be_due_today_and_no_sooner() -> None:
    it = house()
    day = it.clock.now().date()
    assert it.say("ann", f"/invoice 8 EUR Oak --due {day}").error == ""
    before = day - dt.timedelta(days=1)
    assert it.say("ann", f"/invoice 8 EUR Elm --due {before}").error != ""
    assert list(it.state().invoices.by_number) == [1, 2]


def test_there_is_an_end_to_how_many_are_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("commands.ledger.invoices.OPEN_MAX", 2)
    it = house()
    assert it.say("ann", "/invoice 80 EUR Oak school").error == ""
    assert it.say("ann", "/invoice 90 EUR Elm school").error == "invoices-max"
    ok(it, "ann", "/cancel B1")
    assert it.say("ann", "/invoice 90 EUR Elm school").error == ""


def test_the_same_one_on_another_day_is_another_one() -> None:
    it = house()
    it.later(days=1)
    assert it.say("ann", SENT).error == ""


@pytest.mark.parametrize("line", ["/dues paid @bo 10 EUR", "/income 10 EUR a share --partner mill"])
def test_what_a_member_or_a_partner_owed_pays_of_no_invoice(line: str) -> None:
    it = house()
    for each in (
        "/dues set 10 EUR monthly",
        "/partner add mill",
        "/partner pledge mill revenue 5% EUR",
        "/invoice 10 EUR the mill",
    ):
        it.say("ann", each)
    ref = it.say("ann", line).rows[0].reply.ref
    assert it.say("ann", f"/invoice paid B2 {ref}").error == "income-used"
    assert stands(it, "B2")[1] == "10.00"


def test_an_income_that_is_undone_opens_it_on_the_day_of_that_and_not_before() -> None:
    it = house()
    ok(it, "ann", "/income 1200 EUR City library --invoice B1")
    it.later(days=40)
    ok(it, "ann", "/reverse T1 it bounced")
    ok(it, "bo", "/approve T2")
    one = it.state().invoices.by_number[1]
    assert [one.open_on(day) for day in ("2026-01-05", "2026-02-13", "2026-02-14")] == [0, 0, 120000]


def test_an_expense_pays_of_no_invoice() -> None:
    it = house()
    it.say("ann", "/income 1200 EUR a grant")
    ref = it.say("ann", "/expense 1200 EUR a bill --paid treasury").rows[0].reply.ref
    it.say("bo", f"/approve {ref}")
    assert it.say("ann", f"/invoice paid B1 {ref}").error == "no-income"
    assert stands(it)[2] == "open"


def test_what_is_paid_in_parts_is_never_more_than_was_open() -> None:
    it = house()
    ok(it, "ann", "/income 800 EUR City library --invoice B1")
    assert it.say("ann", "/income 500 EUR City library, again --invoice B1").error == "invoice-more"
    assert stands(it) == ("800.00", "400.00", "open")
