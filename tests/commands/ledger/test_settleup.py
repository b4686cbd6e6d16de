"""What members share and pay one another: nobody gains by it alone, and no cent is lost."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.collective.sharedexpenses import Borne, shared_postings
from bot.value.apportion import apportioned
from commands.ledger.openbetween import open_balances
from tests.house.house import House


def lived(*rules: str) -> House:
    house = House().enter("ann", "bo", "cem", "dee", "eve")
    for rule in rules:
        house.say("ann", f"/rules set {rule}")
    for who in ("ann", "dee"):
        house.say("ann", f"/role give @{who} treasurer")
    return house


def agreed(house: House, who: str, line: str) -> str:
    """Share an expense, to which all who are asked agree; its reference."""
    told = house.say(who, line)
    assert told.error == "", told.text
    ref = str(told.rows[0].reply.ref)
    for number in house.state().sharedexpenses.asked[int(ref[1:])].left:
        name = house.state().members.member(number).name
        assert house.say(name, f"/approve {ref}").error == "", name
    return ref


def owed(house: House) -> dict[str, int]:
    """What each is owed in euro cents, or below nothing owes."""
    state = house.state()
    found = open_balances(state).get("EUR", {})
    return {state.members.member(who).name: count for who, count in found.items()}


@given(
    st.integers(1, 10**9),
    st.dictionaries(st.integers(1, 9), st.integers(1, 100), min_size=1, max_size=9),
    st.integers(1, 9),
)
@settings(deadline=None)
def test_no_cent_is_lost_whoever_pays_and_whoever_bears(
    count: int, parts: dict[int, int], payer: int
) -> None:
    counts = apportioned(count, parts, "T1")
    assert sum(counts.values()) == count
    for who, part in parts.items():
        assert abs(counts[who] * sum(parts.values()) - count * part) < sum(parts.values())

    posted = shared_postings(payer, "EUR", [Borne(who, parts[who], counts[who]) for who in parts])
    assert sum(each.count for each in posted) == 0
    assert len({each.account for each in posted}) == len(posted)
    assert {each.account: -each.count for each in posted[1:]} == {
        f"between:{who}": counts[who] for who in parts if who != payer and counts[who]
    }


def test_nobody_but_who_got_it_confirms_a_payment() -> None:
    house = lived()
    agreed(house, "bo", "/expense 30 EUR tea @cem")
    assert house.say("cem", "/settle-up paid @bo 30 EUR").error == ""

    for who in ("cem", "ann", "dee", "eve"):
        assert house.say(who, "/approve T2").error == "not-own", who
    for who in ("ann", "eve"):
        assert house.say(who, "/decline T2").error == "not-own", who
    voted = '/propose It was paid --method majority --do "approve T2"'
    assert house.say("cem", voted).error == "not-own"
    assert owed(house) == {"bo": 3000, "cem": -3000}

    assert house.say("bo", "/approve T2").error == ""
    assert owed(house) == {}


def test_where_who_got_it_is_gone_a_treasurer_says_it_who_is_neither() -> None:
    house = lived()
    agreed(house, "bo", "/expense 30 EUR tea @ann @cem")
    house.say("bo", "/me leave yes", private=True)
    assert house.say("ann", "/settle-up paid @bo 15 EUR").error == ""

    assert house.say("ann", "/approve T2").error == "role"
    assert house.say("eve", "/approve T2").error == "role"
    assert house.say("dee", "/approve T2").error == ""
    assert owed(house) == {"bo": 1500, "cem": -1500}


def test_nobody_pays_more_than_is_owed_and_claimed() -> None:
    house = lived()
    agreed(house, "bo", "/expense 30 EUR tea @cem")
    agreed(house, "dee", "/expense 5 EUR milk @eve")

    for who, line in (
        ("cem", "paid @bo 30.01 EUR"),
        ("cem", "paid @dee 5.01 EUR"),
        ("bo", "paid @cem 1 EUR"),
        ("ann", "paid @bo 1 EUR"),
        ("bo", "got @cem 30.01 EUR"),
        ("eve", "got @cem 1 EUR"),
        ("cem", "paid @bo 1 USD"),
    ):
        assert house.say(who, f"/settle-up {line}").error == "not-owed", line

    # What is said to be paid counts already for what may still be paid; and is looked at once more.
    assert house.say("cem", "/settle-up paid @bo 30 EUR").error == ""
    assert house.say("cem", "/settle-up paid @dee 1 EUR").error == "not-owed"
    assert house.say("bo", "/settle-up got @cem 20 EUR").error == "not-owed"
    assert house.say("bo", "/settle-up undo T1 mine").error == ""
    assert house.say("bo", "/approve T3").error == "not-owed"
    assert owed(house) == {"dee": 500, "eve": -500}


def test_a_second_account_of_who_paid_is_no_one_else() -> None:
    house = lived()
    agreed(house, "bo", "/expense 30 EUR tea @cem")
    code = house.say("cem", "/me link", private=True).text.split("/me link ")[1].split()[0]
    assert house.say("eve", f"/me link {code} yes", private=True).error == ""

    assert house.say("cem", "/settle-up paid @bo 30 EUR").error == ""
    assert house.say("eve", "/approve T2").error == "not-own"
    assert house.say("eve", "/settle-up paid @cem 1 EUR").error == "own-payment"


def test_nothing_of_it_is_the_collective_s_cash() -> None:
    house = lived()
    house.say("ann", "/income 10 EUR a client")
    agreed(house, "bo", "/expense 30 EUR tea @cem")

    assert house.say("dee", "/payout @bo 10 EUR").error == "not-enough"
    assert house.say("bo", "/payout request").error == "nothing-held"
    assert "10.00 EUR" in house.say("ann", "/treasury").text


def test_closed_books_take_none_of_it() -> None:
    house = lived()
    agreed(house, "bo", "/expense 30 EUR tea @cem")
    house.say("ann", "/rules set closed-until 2026-01-05")

    for who, line in (
        ("bo", "/expense 3 EUR tea @cem"),
        ("cem", "/settle-up paid @bo 1 EUR"),
        ("bo", "/settle-up got @cem 1 EUR"),
        ("bo", "/settle-up undo T1 no"),
        ("dee", "/reverse T1 no"),
    ):
        assert house.say(who, line).error == "closed-until", line


def test_a_proposal_lays_nothing_out_for_members() -> None:
    house = lived()
    assert house.say("bo", '/propose Tea --do "expense 30 EUR tea @cem @dee"').error == "operator"
