"""`/cancel T4`: nothing that moved money is called off; the answer says what undoes or declines it."""

from __future__ import annotations

import re

import pytest

from tests.house import House, cooperative


def house() -> House:
    """T1 came in, T2 waits, T3 is shared, T4 is another income and undone by T5."""
    it = cooperative("bo", "cem", rules=("second-eyes none",))
    it.say("ann", "/income 300 EUR the market")
    it.say("bo", "/expense 40 EUR flour")
    it.say("bo", "/expense 60 EUR pizza @bo @cem")
    it.say("ann", "/income 7 EUR a gift")
    assert it.say("ann", "/reverse T4 typed twice").error == ""
    return it


@pytest.mark.parametrize(
    ("who", "line", "works"),
    [
        ("ann", "cancel T1 it was another one", "reverse T1 it was another one"),
        ("ann", "cancel T1", "reverse T1 typed twice"),
        ("ann", "cancel T2", "decline T2"),
        ("bo", "cancel T3", "settle-up undo T3 typed twice"),
    ],
)
def test_the_line_that_works_is_told(who: str, line: str, works: str) -> None:
    it = house()
    before = it.tables()
    told = it.say(who, f"/{line}")
    assert told.error == "cancel-money"
    (offered,) = re.findall(r"/([a-z-]+(?: undo)? T\d[^\n]*)", told.text)
    assert offered == works
    assert it.tables() == before
    assert it.say(who, f"/{offered}").error == ""


@pytest.mark.parametrize("ref", ["T4", "T5"])
def test_of_what_is_undone_it_is_not_said_that_it_stands(ref: str) -> None:
    told = house().say("ann", f"/cancel {ref}")
    assert told.error == "undone"


def test_of_what_was_declined_it_is_not_said_that_it_stands() -> None:
    it = house()
    assert it.say("ann", "/decline T2").error == ""
    told = it.say("bo", "/cancel T2")
    assert told.error == "not-made"
    assert "T2 never moved anything." in told.text


def test_who_is_no_treasurer_is_told_who_undoes_it() -> None:
    told = house().say("bo", "/cancel T1")
    assert told.error == "cancel-money"
    assert "A treasurer undoes it: /reverse T1 typed twice" in told.text


def test_what_was_shared_out_is_undone_as_such() -> None:
    it = house()
    it.say("bo", "/log 2h baked")
    (code,) = re.findall(r"/distribute \S+ EUR --confirm \w+", it.say("ann", "/distribute 10 EUR").text)
    ref = it.say("ann", code).rows[0].reply.ref
    told = it.say("ann", f"/cancel {ref}")
    assert (told.error, f"/reverse {ref} typed twice" in told.text) == ("cancel-money", True)


def test_what_is_not_there_is_no_movement() -> None:
    told = house().say("ann", "/cancel T99")
    assert told.error == "reference-unknown"
    assert "There is no movement T99 here." in told.text
