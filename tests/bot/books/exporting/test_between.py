"""What members owe one another, as claims of ValueFlows."""

from __future__ import annotations

import json
from typing import Any

from bot.books.exporting.forms import FORMS, Books
from tests.house.house import House


def things(house: House) -> list[dict[str, Any]]:
    text = "".join(FORMS["valueflows"].write(Books(house.state(), house.entries, lambda *_: {})))
    found: list[dict[str, Any]] = json.loads(text)["@graph"]
    return found


def short(name: str) -> str:
    return name.removeprefix("urn:talkoot:alpha:")


def test_a_part_that_was_agreed_to_is_a_claim_and_what_is_paid_settles_it() -> None:
    house = House().enter("ann", "bo", "cem")
    house.say("ann", "/expense 90 EUR pizza @ann @bo @cem")
    assert not [it for it in things(house) if it["@type"] == "Claim"]

    for who, line in (
        ("bo", "/approve T1"),
        ("cem", "/approve T1"),
        ("bo", "/expense 10 EUR salt @cem"),
        ("cem", "/approve T2"),
        ("ann", "/settle-up got @cem 40 EUR"),  # thirty of it her own, ten for bo's
        ("ann", "/settle-up got @bo 5 EUR"),
    ):
        assert house.say(who, line).error == "", line
    found = things(house)
    claims = {it["@id"]: it for it in found if it["@type"] == "Claim"}
    told = [
        (short(it["provider"]), short(it["receiver"]), it["resourceQuantity"]["hasNumericalValue"])
        for it in claims.values()
    ]
    assert told == [
        ("member:2", "member:1", "30.00"),
        ("member:3", "member:1", "30.00"),
        ("member:3", "member:2", "10.00"),
    ]
    first, second, third = claims
    settled = [it["settles"] for it in found if "settles" in it]
    assert settled == [[second, third, first], [first]]


def test_what_is_taken_back_settles_the_claim_and_undoing_a_payment_makes_one() -> None:
    house = House().enter("ann", "bo", "cem")
    for who, line in (
        ("ann", "/expense 60 EUR pizza @bo @cem"),
        ("bo", "/approve T1"),
        ("cem", "/approve T1"),
        ("ann", "/settle-up got @bo 20 EUR"),
        ("bo", "/settle-up undo T2 it was cem"),
        ("ann", "/settle-up undo T1 typed twice"),
    ):
        house.say(who, line)
    found = things(house)
    claims = {it["@id"]: it for it in found if it["@type"] == "Claim"}
    owed = [it["resourceQuantity"]["hasNumericalValue"] for it in claims.values()]
    assert owed == ["30.00", "30.00", "20.00"]
    of_bo, of_cem, again = claims
    settled = [it["settles"] for it in found if "settles" in it]
    assert settled == [[of_bo], [of_bo, again], [of_cem]]
