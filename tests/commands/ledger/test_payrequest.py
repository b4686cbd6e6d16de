"""Who asks for their own asks a treasurer, and is counted as one of two only where they are one."""

from __future__ import annotations

from tests.commands.ledger.test_payouts import held, house


def test_a_treasurer_answers_and_nobody_else() -> None:
    it = house()
    assert it.say("cem", "/payout request 5 EUR").error == "nothing-held"
    assert it.say("dee", "/payout request 10 EUR").error == ""

    assert it.say("eve", "/approve T4").error == "role"
    assert it.say("bo", "/approve T4").error == ""
    assert held(it, "dee") == {"EUR": "20.00"}


def test_what_a_treasurer_asks_for_takes_one_more_and_an_expense_is_no_payout() -> None:
    it = house("second-eyes 25 EUR", "duplicates allow")
    it.say("ann", "/rules set expenses anyone")
    for who in ("bo", "dee"):
        laid_out = it.say(who, "/expense 40 EUR oil").rows[0].reply.ref
        assert it.say("ann", f"/approve {laid_out}").error == "", who

    much = it.say("bo", "/payout request").rows[0].reply.ref
    assert it.say("bo", f"/approve {much}").error == "own-transfer"
    assert it.say("cem", f"/approve {much}").error == ""
    assert held(it, "bo") == {}


def test_nobody_asks_on_a_day_that_is_closed() -> None:
    it = house()
    it.say("ann", "/rules set closed-until 2026-01-05")

    assert it.say("dee", "/payout request").error == "closed-until"


def test_a_card_asks_whoever_is_there_to_agree() -> None:
    """Where nobody but whom it is for is a treasurer, any other member does."""
    it = house("second-eyes 1 *")
    assert it.say("bo", "/expense 10 EUR tea").error == ""
    assert it.say("ann", "/role take @cem treasurer").error == ""
    assert it.say("ann", "/member seat Bakers @bo").error == ""
    assert it.say("dee", "/pay @Bakers 5 EUR bread").error == ""

    for who, told in (("bo", "member"), ("Bakers", "member"), ("dee", "treasurer")):
        assert f"It waits for another {told}." in it.say("ann", f"/payout @{who} 5 EUR").text, who
