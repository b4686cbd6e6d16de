"""Agreeing to a part of a shared expense, or declining it, in words of one's own.

None of these sentences is taught. None is read as its contrary, and none does anything by itself.
"""

from __future__ import annotations

import pytest

from tests.commands.ledger.test_settleup import lived
from tests.house.house import House

AGREES = (
    "I owe my part of T1",
    "my share of T1 is right",
    "ok I'll pay my part of T1",
    "I agree to my part of T1",
    "yes T1 is my share",
    "I accept my part of T1",
    "ich schulde meinen Anteil von T1",
    "mein Teil von T1 stimmt",
    "ich zahle meinen Teil von T1",
    "einverstanden mit T1",
    "T1 stimmt, das schulde ich",
)
DECLINES = (
    "T1 is not mine",
    "I was not there for T1",
    "I don't owe anything for T1",
    "that's not my part T1",
    "not my expense T1",
    "leave me out of T1",
    "T1 ist nicht meins",
    "ich war bei T1 nicht dabei",
    "bei T1 schulde ich nichts",
    "T1 geht mich gar nichts an",
    "das ist nicht mein Anteil von T1",
)


@pytest.fixture(scope="module")
def asked() -> House:
    house = lived()
    assert house.say("bo", "/expense 90 EUR pizza @bo @cem @dee").error == ""
    return house


@pytest.mark.parametrize(
    ("sentence", "line", "contrary"),
    [
        *((each, "/approve T1", "/decline T1") for each in AGREES),
        *((each, "/decline T1", "/approve T1") for each in DECLINES),
    ],
)
def test_it_is_offered_and_never_the_contrary(
    asked: House, sentence: str, line: str, contrary: str
) -> None:
    told = asked.say("cem", f"/{sentence}")
    assert told.error, told.text
    assert line in told.text, told.text
    assert contrary not in told.text, told.text
    assert asked.state().sharedexpenses.asked[1].left == (3, 4)
