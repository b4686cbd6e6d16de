"""Payouts that were asked for, of what was undone since."""

from __future__ import annotations

from tests.house import cooperative


def test_what_was_undone_waits_no_more_to_be_paid_out() -> None:
    """A payout was asked for, then what was held is undone: nothing is held, and that is said."""
    it = cooperative("bo")
    for who, line in (
        ("ann", "/income 500 EUR market"),
        ("bo", "/expense 40 EUR flour"),
        ("ann", "/approve T2"),
        ("bo", "/payout request"),
    ):
        assert not it.say(who, line).refused, line
    assert it.say("bo", "/payout request").error == "payout-waits"
    assert not it.say("ann", "/reverse T2 never bought").refused

    for who, line in (("bo", "/payout request"), ("ann", "/payout all")):
        told = it.say(who, line)
        assert told.error == "nothing-held"
        assert "/decline T3 ends what waits." in told.text
    assert not it.say("ann", "/decline T3").refused
    assert "/owed shows what is held for whom." in it.say("ann", "/payout all").text
