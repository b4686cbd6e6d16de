"""The guards of rounds and ideas that no rule of Cobudget's names, each for itself."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.commands.funding.test_backing import ROUND, back, house
from tests.commands.funding.test_opening import OPEN
from tests.commands.funding.test_opening import house as guarded


def test_backing_an_idea_with_as_much_again_changes_nothing() -> None:
    it = house()
    back(it, "cem", "K1", "20 EUR")
    back(it, "cem", "K1", "20 EUR", "nothing-changed")
    back(it, "cem", "K1", "21 EUR")


def test_an_idea_is_withdrawn_by_its_author_or_a_coordinator_alone() -> None:
    it = house(ideas=("A --min 50 --max 100", "B --min 20"))
    assert it.say("cem", "/cancel K1 I do not like it").error == "not-own"
    assert len(it.state().funding.open[1].live) == 2
    assert it.say("bo", "/cancel K1").error == ""
    assert it.say("ann", "/cancel K2").error == ""


def test_a_round_is_cancelled_once_and_not_into_closed_books() -> None:
    it = house()
    it.say("ann", f"/rules set closed-until {it.clock.now():%Y-%m-%d}")
    assert it.say("ann", "/funding cancel F1").error == "closed-until"
    it.say("ann", "/rules unset closed-until")
    assert it.say("ann", "/funding cancel F1").error == ""
    assert it.say("ann", "/funding cancel F1").error == "round-over"
    assert it.say("ann", "/cancel F1").error == "round-over"


def test_a_round_that_waits_is_called_off_once_also_by_who_asked_and_keeps_the_till_no_more() -> None:
    it = guarded()
    assert it.say("bo", OPEN).error == ""
    assert it.say("ann", "/role take @bo treasurer").error == ""
    assert it.say("cem", "/cancel F1").error == "role"
    assert it.say("bo", "/cancel F1").error == ""
    assert it.say("ann", "/cancel F1").error == "not-waiting"


def test_an_idea_for_a_round_that_is_not_there() -> None:
    it = house()
    assert it.say("cem", "/idea B --min 5 --round F9").error == "reference-unknown"


@pytest.mark.parametrize(
    ("line", "least", "most"),
    [
        ("--max 30", 3000, 3000),
        ("--max 120", 5000, 12000),
        ("--min 200", 20000, 20000),
        ("--min 60", 6000, 10000),
        ("--min 20 --max 30", 2000, 3000),
        ("A better title", 5000, 10000),
        ("\nIt has a shelf.", 5000, 10000),
    ],
)
def test_what_is_changed_of_an_idea_leaves_the_rest(line: str, least: int, most: int) -> None:
    it = house("second-eyes none", line=ROUND.replace("150", "300"))
    assert it.say("bo", f"/ideas change K1 {line}").error == ""
    idea = it.state().funding.open[1].ideas[1]
    assert (idea.least, idea.most) == (least, most)


@pytest.mark.parametrize("line", ["--min 50", "--max 100", "--min 50 --max 100"])
def test_a_change_to_what_an_idea_is_changes_nothing(line: str) -> None:
    it = house()
    assert it.say("bo", f"/ideas change K1 {line}").error == "nothing-changed"


def test_an_idea_is_approved_once_and_only_where_ideas_are_looked_at() -> None:
    it = house()
    assert it.say("ann", "/ideas approve K1").error == "nothing-changed"
    other = house(line=f"{ROUND} --looked-at")
    assert other.say("ann", "/ideas approve K1").error == ""
    assert other.say("ann", "/ideas approve K1").error == "nothing-changed"


def test_after_the_close_no_idea_is_put_though_the_clock_did_not_come_yet() -> None:
    it = house()
    it.clock.move_by(dt.timedelta(days=10, minutes=1))
    assert it.say("cem", "/idea B --min 5").error == "round-over"


def test_there_are_as_many_rounds_and_ideas_as_there_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("commands.funding.opening.ROUNDS_MAX", 2)
    monkeypatch.setattr("commands.funding.ideas.IDEAS_MAX", 2)
    it = house()
    assert it.say("cem", "/idea B --min 5").error == ""
    assert it.say("cem", "/idea C --min 5").error == "ideas-max"
    assert it.say("ann", "/funding open 50 EUR --each 20 EUR").error == ""
    assert it.say("ann", "/funding open 60 EUR --each 20 EUR").error == "rounds-max"


def test_only_what_waits_is_approved_or_declined_and_nobody_is_offered_their_own() -> None:
    it = guarded()
    assert it.say("ann", OPEN).error == ""
    assert "/funding approve F1" not in it.say("ann", "/menu", private=True).text
    assert "/funding approve F1" in it.say("bo", "/menu", private=True).text
    assert "/funding approve F1" not in it.say("cem", "/menu", private=True).text
    assert it.say("bo", "/funding approve F1").error == ""
    for line in ("/funding approve F1", "/funding decline F1"):
        assert it.say("bo", line).error == "not-waiting", line
    assert it.say("ann", OPEN).error == ""
    assert it.say("bo", "/funding decline F2").error == ""
    for line in ("/funding approve F2", "/funding decline F2"):
        assert it.say("bo", line).error == "not-waiting", line
