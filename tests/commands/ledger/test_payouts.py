"""What is owed is the ledger's; a run of payouts passes every guard of its parts and of the whole."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from bot.collective.moves import Parts, settle
from bot.collective.treasury import TransferApproved, TransferAsked, TransferDeclined, TransferMade
from commands.ledger import owed, payouts, runs
from tests.commands.ledger.test_report import LIVES, lived
from tests.house import House, cooperative


def house(*rules: str) -> House:
    """Three treasurers and two others, for some of whom something is held."""
    given_rules = ("expenses nobody", "digest off", *rules)
    it = cooperative("bo", "cem", "dee", "eve", rules=given_rules)
    for line in ("/role give @bo treasurer", "/role give @cem treasurer", "/income 5000 EUR a client"):
        assert it.say("ann", line).error == "", line
    for who, line in (("dee", "/expense 30 EUR flour"), ("eve", "/expense 20 EUR yeast")):
        assert it.say(who, line).error == "", line
    return it


def carried(it: House, who: str, line: str) -> str:
    """Preview, and carry out: the reference of the run."""
    told = it.say(who, line)
    assert told.error == "", told.text
    done = it.say(who, f"{line} --confirm {told.facts['code']}")
    assert done.error == "", done.text
    return str(done.rows[0].reply.ref)


def held(it: House, who: str) -> dict[str, str]:
    sums: dict[str, str] = it.say("ann", f"/balance @{who}").facts["held"]
    return sums


# --- What is owed -----------------------------------------------------------------------------------


@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.generate],
)
@given(LIVES)
def test_what_is_owed_is_together_what_the_ledger_holds(steps: list[tuple[str, str]]) -> None:
    it = lived(steps)
    told = it.say("ann", "/owed").facts

    for name, whole, sign in (("payees", "held", 1), ("debtors", "by-members", -1)):
        sums: defaultdict[str, Decimal] = defaultdict(Decimal)
        for row in told[name]:
            sums[row["unit"]] += sign * Decimal(row["amount"])
        assert sums == {unit: Decimal(count) for unit, count in told[whole].items()}
    treasury = it.say("ann", "/treasury").facts
    assert (told["held"], told["by-members"]) == (treasury["held"], treasury["owed"])
    for row in told["payees"]:
        assert held(it, row["who"].removeprefix("@"))[row["unit"]] == row["amount"]
    for unit in {row["unit"] for row in told["payees"]}:
        days = [row["since"] for row in told["payees"] if row["unit"] == unit]
        assert days == sorted(days)


def test_what_is_paid_is_the_oldest_and_what_is_left_is_owed_since_its_day() -> None:
    parts: Parts = []
    for day, count in (("2026-01-01", 5), ("2026-01-03", 5), ("2026-01-02", 5), ("2026-01-09", -7)):
        settle(parts, day, count)
    assert parts == [("2026-01-02", 3), ("2026-01-03", 5)]
    settle(parts, "2026-01-10", -10)
    assert parts == [("2026-01-10", -2)]
    settle(parts, "2026-01-11", 2)
    assert parts == []


def test_who_left_and_who_was_forgotten_are_still_owed() -> None:
    it = house()
    it.say("dee", "/me leave yes")
    it.say("eve", "/me forget yes")

    told = it.say("ann", "/owed")
    assert {(row["who"], row["amount"]) for row in told.facts["payees"]} == {
        ("@dee", "30.00"),
        ("@#5", "20.00"),
    }
    # Nobody knows whose the one is: a run leaves it where it is, and says so.
    preview = it.say("ann", "/payout all")
    assert preview.facts["total"] == {"EUR": "30.00"}
    assert "/payout @#5 20.00 EUR" in preview.text
    carried(it, "ann", "/payout all")
    assert it.say("ann", "/payout @#5 20.00 EUR").error == ""
    assert it.say("ann", "/owed").facts["payees"] == []


def test_units_of_ones_own_are_neither_owed_nor_paid_out() -> None:
    """They are no money, and nobody outside has any of them."""
    it = house("units treasurer")
    assert it.say("ann", "/unit create leaf credit --limit 20").error == ""
    assert it.say("dee", "/pay @cem 5 leaf eggs").error == ""

    assert {row["unit"] for row in it.say("ann", "/owed").facts["payees"]} == {"EUR"}
    assert it.say("ann", "/payout all").facts["total"] == {"EUR": "50.00"}
    assert it.say("ann", "/payout all leaf").error == "currency-not-held"
    for line in ("/payout @cem", "/payout all USD"):
        assert it.say("ann", line).error in {"nothing-held", "currency-not-held"}
    assert it.say("cem", "/payout request").error == "nothing-held"
    assert it.say("cem", "/payout request 5 leaf").error == "not-money"


def test_what_two_accounts_of_one_person_are_owed_is_since_the_oldest_of_it() -> None:
    it = house()
    carried(it, "ann", "/payout @dee")
    it.later(dt.timedelta(days=2))
    it.say("dee", "/expense 5 EUR salt")
    assert [row["who"] for row in it.say("ann", "/owed").facts["payees"]] == ["@eve", "@dee"]
    code = it.say("eve", "/me link").rows[0].reply.facts["code"]
    assert it.say("dee", f"/me link {code} yes").error == ""

    (row,) = it.say("ann", "/owed").facts["payees"]
    assert (row["amount"], row["since"]) == ("25.00", "2026-01-05")


# --- A run ------------------------------------------------------------------------------------------


def test_a_run_is_carried_out_once_and_pays_what_is_held() -> None:
    it = house()
    code = it.say("ann", "/payout all").facts["code"]
    assert not [e for e in it.events() if isinstance(e, TransferMade) and e.run]

    it.say("ann", f"/payout all --confirm {code}")
    made = [e for e in it.events() if isinstance(e, TransferMade) and e.run]
    assert [(e.order.member, e.order.count) for e in made] == [(4, 3000), (5, 2000)]
    assert {e.run for e in made} == {made[0].number}
    assert it.say("ann", f"/payout all --confirm {code}").error == "nothing-held"
    assert held(it, "dee") == {} == held(it, "eve")


def test_two_runs_at_once_pay_once() -> None:
    """Both were previewed; both wait: whichever is agreed to second is refused whole."""
    it = house("second-eyes 1 *")
    first, second = (it.say(who, "/payout all").facts["code"] for who in ("ann", "bo"))
    it.say("ann", f"/payout all --confirm {first}")
    assert it.say("bo", f"/payout all --confirm {second}").error == "payout-waits"
    # By name and amount it can be asked for beside: then the run finds nothing there any more.
    beside = it.say("bo", "/payout @dee 30 EUR").rows[0].reply.ref
    assert it.say("ann", f"/approve {beside}").error == ""
    refused = it.say("bo", "/approve T4")
    assert refused.error == "not-enough"
    assert held(it, "eve") == {"EUR": "20.00"}, "all of a run or nothing"


def test_what_changed_since_the_preview_has_another_code() -> None:
    it = house()
    code = it.say("ann", "/payout all").facts["code"]
    it.say("dee", "/expense 1 EUR salt")

    assert it.say("ann", f"/payout all --confirm {code}").error == "plan-changed"


def test_the_words_of_a_run_are_those_of_its_preview() -> None:
    """What it is for stands in the books for ever: nobody confirms other words than were looked at."""
    it = house()
    code = it.say("ann", "/payout @dee for May").facts["code"]
    for line in ("/payout @dee", "/payout @dee a gift", "/payout all EUR"):
        assert it.say("ann", f"{line} --confirm {code}").error == "plan-changed", line
    done = it.say("ann", f'/payout @dee "for May" --confirm {code.upper()}')
    assert "30.00 EUR: for May" in done.text
    assert held(it, "dee") == {}


def test_two_accounts_of_one_person_are_paid_once_by_a_run() -> None:
    it = house()
    code = it.say("eve", "/me link").rows[0].reply.facts["code"]
    assert it.say("dee", f"/me link {code} yes").error == ""

    assert it.say("ann", "/payout all").facts["total"] == {"EUR": "50.00"}
    carried(it, "ann", "/payout all")
    assert it.say("ann", "/owed").facts["payees"] == []


@pytest.mark.parametrize(("who", "left"), [("dee", "20.00"), ("eve", "30.00")])
def test_what_waits_for_one_account_waits_for_the_person(who: str, left: str) -> None:
    it = house()
    assert it.say(who, "/payout request").error == ""
    code = it.say("eve", "/me link").rows[0].reply.facts["code"]
    assert it.say("dee", f"/me link {code} yes").error == ""
    told = it.say("ann", "/payout all")
    assert told.facts["total"] == {"EUR": left}
    assert "Waits already: T4" in told.text


def test_an_undoing_that_waits_is_no_payout_that_waits() -> None:
    it = house()
    it.say("ann", "/expense 10 EUR tea")
    paid = it.say("bo", "/payout @ann 10 EUR").rows[0].reply.ref
    it.say("ann", "/expense 10 EUR tea again --again")
    undoing = it.say("ann", f"/reverse {paid} it came back").rows[0].reply
    assert undoing.facts["status"] == "waiting"
    told = it.say("bo", "/payout @ann")
    assert told.facts["total"] == {"EUR": "10.00"}
    assert "Waits already" not in told.text


def test_an_expense_that_waits_is_no_payout_that_waits() -> None:
    it = house("second-eyes 1 *")
    assert it.say("ann", "/rules set expenses anyone").error == ""
    assert it.say("dee", "/expense 5 EUR salt").rows[0].reply.facts["status"] == "waiting"

    told = it.say("ann", "/payout all")
    assert told.facts["total"] == {"EUR": "50.00"}
    assert "Waits already" not in told.text
    assert "asks to be paid out 30.00 EUR" in it.say("dee", "/payout request").text


def test_a_run_has_no_day_to_come_and_keeps_the_day_that_was_looked_at() -> None:
    it = house()
    for line in ("/payout all --on 2026-01-20", "/payout @dee --on 2026-01-20"):
        assert it.say("ann", line).error == "day-future", line
    it.later(dt.timedelta(days=2))
    for line in ("/payout all eur --on 2026-01-06", "/payout @dee @eve --on 2026-01-06"):
        told = it.say("ann", line)
        assert "--on 2026-01-06 --confirm" in told.text, told.text
        code = told.facts["code"]
        assert it.say("ann", f"{line.partition(' --')[0]} --confirm {code}").error == "plan-changed"


def test_much_together_waits_for_a_second_person_though_each_is_little() -> None:
    it = house("second-eyes 45 EUR")
    ref = carried(it, "ann", "/payout all")

    assert held(it, "dee") == {"EUR": "30.00"}
    assert it.say("ann", f"/approve {ref}").error == "own-transfer"
    assert it.say("dee", f"/approve {ref}").error == "role"
    assert it.say("bo", f"/approve {ref}").error == ""
    assert held(it, "dee") == {}
    approved = [e for e in it.events() if isinstance(e, TransferApproved)]
    assert len(approved) == 2
    assert {e.run for e in approved} == {int(ref[1:])}


def test_much_to_one_person_in_several_runs_waits_as_well() -> None:
    it = house("second-eyes 45 EUR")
    carried(it, "ann", "/payout @dee")
    it.say("dee", "/expense 20 EUR more flour")
    assert "It waits for a second person then." in it.say("ann", "/payout @dee").text
    carried(it, "ann", "/payout @dee")
    assert held(it, "dee") == {"EUR": "20.00"}

    assert it.say("bo", "/decline T6").error == ""
    assert "second person" not in it.say("bo", "/payout @dee").text, "another one may let out as much"


def test_nobody_is_held_for_alone_what_two_agreed_to_or_what_came_back() -> None:
    it = house("second-eyes 45 EUR", "duplicates allow")
    it.say("ann", "/rules set expenses anyone")

    def laid_out(who: str, count: int, by: str) -> None:
        ref = it.say(who, f"/expense {count} EUR oil").rows[0].reply.ref
        assert it.say(by, f"/approve {ref}").error == ""

    laid_out("dee", 40, "bo")
    ref = carried(it, "ann", "/payout all")
    assert it.say("bo", f"/approve {ref}").error == ""
    laid_out("dee", 10, "cem")
    assert "status" not in it.say("bo", "/payout @dee 10 EUR").rows[0].reply.facts

    laid_out("ann", 30, "cem")
    paid = it.say("bo", "/payout @ann 30 EUR").rows[0].reply.ref
    undoing = it.say("ann", f"/reverse {paid} it came back").rows[0].reply.ref
    assert it.say("bo", f"/approve {undoing}").error == ""
    assert held(it, "ann") == {"EUR": "30.00"}
    assert "status" not in it.say("bo", "/payout @ann 30 EUR").rows[0].reply.facts


def test_a_treasurer_never_pays_herself_alone() -> None:
    """Neither by herself nor in a crowd, nor by agreeing to what another one asked for her."""
    it = house()
    for who in ("ann", "bo"):
        it.say(who, "/expense 10 EUR tea")
    ref = carried(it, "ann", "/payout all")
    assert held(it, "ann") == {"EUR": "10.00"}

    agreed = it.say("bo", f"/approve {ref}")
    assert "Not yet, as bo gains by it" in agreed.text
    assert (held(it, "ann"), held(it, "bo")) == ({}, {"EUR": "10.00"})
    (own,) = it.state().treasury.waiting
    assert it.say("bo", f"/approve T{own}").error == "own-transfer"
    assert it.say("ann", f"/approve T{own}").error == "own-transfer"
    assert it.say("cem", f"/approve T{own}").error == ""
    assert held(it, "bo") == {}


def test_who_speaks_for_an_organisation_does_not_pay_it_alone() -> None:
    """Neither one by one nor in a run, nor by agreeing, undoing or sharing out."""
    it = house("equations treasurer")
    assert it.say("ann", "/member seat Bakers @bo").error == ""
    for line in ("/payout @Bakers 5 EUR", "/payout @Bakers"):
        assert it.say("dee", "/pay @Bakers 5 EUR bread").error == ""
        if line.endswith("EUR"):
            ref = str(it.say("bo", line).rows[0].reply.ref)
        else:
            ref = carried(it, "bo", line)
        assert held(it, "Bakers") == {"EUR": "5.00"}, line
        assert it.say("bo", f"/approve {ref}").error == "own-transfer"
        assert it.say("cem", f"/approve {ref}").error == ""
    assert it.say("bo", f"/reverse {ref} came back").rows[0].reply.facts["status"] == "waiting"
    assert it.say("bo", f"/decline {it.say('bo', '/treasury').facts['waiting'][0]}").error == ""

    shared = "/distribute 10 EUR a prize --to @Bakers"
    code = it.say("bo", shared).facts["code"]
    assert it.say("bo", f"{shared} --confirm {code}").error == "own-transfer"

    assert it.say("eve", "/pay @Bakers 5 EUR bread").error == ""
    ref = carried(it, "cem", "/payout all")
    assert held(it, "Bakers") == {}, "cem gains nothing by it"
    assert it.say("ann", f"/reverse {ref} came back").error == ""


def test_of_a_run_what_goes_to_an_organisation_waits_for_who_does_not_speak_for_it() -> None:
    it = house("second-eyes 1 *")
    it.say("ann", "/member seat Bakers @bo")
    it.say("dee", "/pay @Bakers 5 EUR bread")
    ref = carried(it, "ann", "/payout all")

    assert "Not yet, as bo gains by it" in it.say("bo", f"/approve {ref}").text
    assert held(it, "Bakers") == {"EUR": "5.00"}
    assert held(it, "dee") == {}
    alone = it.say("ann", "/payout @Bakers 5 EUR").rows[0].reply.ref
    assert it.say("bo", f"/approve {alone}").error == "own-transfer"


def test_a_run_that_is_declined_moves_nothing() -> None:
    it = house("second-eyes 1 *")
    ref = carried(it, "ann", "/payout all")
    assert it.say("dee", f"/decline {ref}").error == "own-transfer"
    assert it.say("eve", f"/decline {ref}").error == "role"
    declined = it.say("bo", f"/decline {ref} not this month")
    assert "T4 is declined: not this month" in declined.text
    assert "T4: 2 payouts, 50.00 EUR together" in declined.text, "in one line, however many they are"

    assert it.state().treasury.waiting == {}
    assert len([e for e in it.events() if isinstance(e, TransferDeclined)]) == 2
    assert held(it, "dee") == {"EUR": "30.00"}
    assert it.say("ann", "/payout all").error == "", "and it may be asked for again"


def test_a_run_is_never_more_than_the_cash_in_hand_or_than_may_leave() -> None:
    it = house("credit-limit 100 EUR", "leaving-max 45 EUR")
    assert it.say("ann", "/payout all").error == "leaving-max"
    assert it.say("ann", "/payout @dee").error == ""

    poor = cooperative("bo", "cem", rules=("credit-limit 100 EUR", "digest off"))
    poor.say("ann", "/role give @ann treasurer")
    poor.say("ann", "/pay @bo 50 EUR a promise")
    told = poor.say("ann", "/payout all")
    assert told.error == "not-in-hand"
    assert held(poor, "bo") == {"EUR": "50.00"}


def test_a_run_that_became_too_much_while_it_waited_is_refused_whole() -> None:
    it = house("second-eyes 1 *", "leaving-max 60 EUR")
    ref = carried(it, "ann", "/payout all")
    bill = it.say("ann", "/expense 20 EUR a bill --paid treasury").rows[0].reply.ref
    assert it.say("bo", f"/approve {bill}").error == ""

    assert it.say("bo", f"/approve {ref}").error == "leaving-max"
    assert held(it, "dee") == {"EUR": "30.00"}


def test_the_code_of_a_run_that_was_undone_carries_nothing_out_again() -> None:
    """Its button stands in the room, and whoever presses it has seen no preview of this."""
    it = house()
    code = it.say("ann", "/payout @dee").facts["code"]
    line = f"/payout @dee --confirm {code}"
    ref = it.say("ann", line).rows[0].reply.ref
    it.say("ann", f"/reverse {ref} it came back")
    assert held(it, "dee") == {"EUR": "30.00"}

    assert it.say("ann", line).error == "plan-changed"
    carried(it, "ann", "/payout @dee")
    assert held(it, "dee") == {}


def test_a_run_whose_day_was_closed_while_it_waited_says_that_it_counts_for_today() -> None:
    it = house("second-eyes 1 *")
    ref = carried(it, "ann", "/payout all")
    it.later(dt.timedelta(days=2))
    it.say("ann", "/rules set closed-until 2026-01-06")

    assert "it counts for today" in it.say("bo", f"/approve {ref}").text
    days = {e.order.day for e in it.events() if isinstance(e, TransferApproved)}
    assert days == {"2026-01-07"}


def test_two_accounts_that_became_one_person_are_paid_no_more_than_is_held_for_them() -> None:
    """Each payout of the run is covered by itself, and both of them together are not."""
    it = house("second-eyes 1 *")
    ref = carried(it, "ann", "/payout all")
    code = it.say("eve", "/me link").rows[0].reply.facts["code"]
    assert it.say("dee", f"/me link {code} yes").error == ""
    assert it.say("dee", "/pay @cem 20 EUR a gift").error == ""

    assert it.say("bo", f"/approve {ref}").error == "not-enough"
    assert held(it, "dee") == {"EUR": "30.00"}


def test_what_is_told_of_a_run_is_what_moves_by_it() -> None:
    """The rest of a run is told by its own number, and who is paid first is asked for the rest."""
    it = house("second-eyes 1 *")
    for who in ("ann", "bo"):
        it.say(who, "/expense 10 EUR tea")
    ref = carried(it, "ann", "/payout @bo @dee @eve")
    assert "/approve T7: 50.00 EUR waits for your word" in it.say("bo", "/menu").text

    agreed = it.say("bo", f"/approve {ref}")
    assert "bo approves T7." in agreed.text
    assert "T7: 2 payouts, 50.00 EUR together" in agreed.text
    assert agreed.rows[0].reply.ref == "T7"
    assert it.say("bo", "/menu").text.count("waits for your word") == 0
    assert "cem approves T6." in it.say("cem", "/approve T6").text


def decided(it: House, line: str) -> str:
    """Have all decide a line: what was told when it was carried out."""
    ref = it.say("dee", f"/propose Pay us --do {line} --closes in 2 days").rows[0].reply.ref
    for who in ("ann", "bo", "cem", "dee"):
        assert it.say(who, f"/vote {ref} consent").error == ""
    return it.later(dt.timedelta(days=3)).text


def test_all_may_decide_a_run() -> None:
    it = house()
    assert "T4: 2 payouts, 50.00 EUR together" in decided(it, "payout all")

    made = [e for e in it.events() if isinstance(e, TransferMade) and e.run]
    assert [(e.order.member, e.by, e.proposal, e.run) for e in made] == [(4, 0, 1, 4), (5, 0, 1, 4)]
    assert held(it, "dee") == {} == held(it, "eve")


def test_a_run_that_all_decided_waits_for_a_treasurer_where_it_is_much() -> None:
    it = house("second-eyes 45 EUR")
    decided(it, "payout all")

    assert held(it, "dee") == {"EUR": "30.00"}
    assert it.say("dee", "/propose Now --do approve T4").error == "role"
    assert it.say("dee", "/approve T4").error == "role"
    assert it.say("bo", "/approve T4").error == ""
    assert held(it, "dee") == {} == held(it, "eve")
    assert "decided by P1" in it.say("bo", "/show T4").text


@pytest.mark.parametrize(
    "line", ["@dee 4 EUR", "4 EUR @dee", "@dee 4 EUR for the van", '@#4 4 EUR "for 3 vans"']
)
def test_an_amount_is_never_taken_for_words(line: str) -> None:
    """Wherever it stands, in a line or in a decision: else all that is held would be paid out."""
    it = house()
    assert "payout of 4.00 EUR to dee" in it.say("ann", f"/payout {line}").text
    assert it.say("dee", f"/propose Pay me --do payout {line.replace('4 EUR', '4000 EUR')}").error
    assert held(it, "dee") == {"EUR": "26.00"}


def test_a_decision_without_an_amount_pays_nobody() -> None:
    assert house().say("dee", "/propose Pay me --do payout @dee five euros").error == "amount-undecided"


def test_a_preview_says_what_waits_already_and_has_a_button_where_its_line_fits() -> None:
    it = house()
    assert it.say("dee", "/payout request 10 EUR").error == ""
    told = it.say("ann", "/payout all")
    assert "Waits already: T4" in told.text
    assert told.facts["total"] == {"EUR": "40.00"}
    (button,) = told.rows[0].reply.buttons
    assert button.line == f"/payout all --confirm {told.facts['code']}".removeprefix("/")

    assert it.say("ann", f"/payout @dee @eve {'for the bread ' * 5}").rows[0].reply.buttons == ()


def test_of_a_long_list_the_rest_is_told_together(monkeypatch: pytest.MonkeyPatch) -> None:
    for part in (owed, runs):
        monkeypatch.setattr(part, "ROWS_MAX", 1)
    it = house("credit-limit 10 EUR")

    told = it.say("ann", "/payout all").text
    assert "eve" not in told
    assert "and 1 more: 20.00 EUR" in told
    assert "and 1 more: 20.00 EUR" in it.say("ann", "/owed").text
    for who in ("ann", "bo"):
        assert it.say(who, "/pay @cem 5 EUR a debt").error == ""
    assert "and 1 more\n" in it.say("ann", "/owed").text, "and of who owes"


def test_a_run_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(payouts, "RUN_MAX", 1)

    assert house().say("ann", "/payout all").error == "run-long"


def test_one_payout_with_a_day_of_before_and_the_memo_are_kept() -> None:
    it = house()
    it.later(dt.timedelta(days=2))
    ref = carried(it, "ann", '/payout @dee @eve "for the bread" --on yesterday')

    shown = it.say("ann", f"/show {ref}")
    assert "for the bread" in shown.text
    (made, _) = [e for e in it.events() if isinstance(e, TransferMade) and e.run]
    assert made.order.day == "2026-01-06"


def test_what_a_run_is_for_is_kept_while_it_waits() -> None:
    it = house("second-eyes 1 *")
    ref = carried(it, "ann", "/payout @dee @eve for the bread")

    assert "for the bread" in it.say("eve", "/show T5").text
    agreed = it.say("bo", f"/approve {ref}").text
    assert f"{ref}: 2 payouts, 50.00 EUR together: for the bread" in agreed


# --- Asking for it ------------------------------------------------------------------------------------


def test_who_asks_for_more_than_is_held_or_for_it_twice_is_told() -> None:
    it = house()
    assert it.say("dee", "/payout request 31 EUR").error == "not-enough"
    assert it.say("cem", "/payout request").error == "nothing-held"
    assert it.say("dee", "/payout request 10 EUR").error == ""
    assert it.say("dee", "/payout request").error == ""
    assert it.say("dee", "/payout request").error == "payout-waits"

    asked = [e.order.count for e in it.events() if isinstance(e, TransferAsked)]
    assert asked == [1000, 2000]
    assert it.say("dee", "/approve T4").error == "own-transfer"
    assert it.say("bo", "/approve T4").error == ""


def test_what_is_asked_for_one_by_one_is_answered_one_by_one() -> None:
    it = house()
    for who in ("dee", "eve"):
        assert it.say(who, "/payout request").error == ""
    assert it.say("bo", "/menu").text.count("waits for your word") == 2

    assert it.say("bo", "/decline T5 not today").error == ""
    assert set(it.state().treasury.waiting) == {4}
    assert it.say("bo", "/approve T4").error == ""
    assert (held(it, "dee"), held(it, "eve")) == ({}, {"EUR": "20.00"})


def test_who_asks_in_several_currencies_says_which() -> None:
    it = house()
    it.say("ann", "/income 50 USD a friend")
    it.say("dee", "/expense 5 USD a stamp")

    assert it.say("dee", "/payout request").error == "which-currency"
    assert it.say("dee", "/payout request 5 USD").error == ""


def test_who_asks_for_themselves_is_no_second_person() -> None:
    """It may be the treasurer's own other account; in parts it is as much."""
    it = house("second-eyes 25 EUR")
    much = it.say("dee", "/payout request").rows[0].reply.ref
    told = it.say("bo", f"/approve {much}")
    assert told.error == "second-eyes"
    assert "/payout @dee 30.00 EUR" in told.text
    anew = it.say("bo", "/payout @dee 30 EUR").rows[0].reply.ref
    assert it.say("cem", f"/approve {anew}").error == ""
    assert held(it, "dee") == {}

    first, second = (
        it.say("eve", f"/payout request {count} EUR").rows[0].reply.ref for count in (12, 8)
    )
    it.say("eve", "/expense 10 EUR more yeast")
    third = it.say("eve", "/payout request").rows[0].reply.ref
    assert it.say("bo", f"/approve {first}").error == ""
    assert it.say("bo", f"/approve {second}").error == ""
    assert it.say("bo", f"/approve {third}").error == "second-eyes"
    assert it.say("cem", f"/approve {third}").error == "", "another one may let out as much"
