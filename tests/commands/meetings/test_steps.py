"""A decision at a meeting: its steps, one line each; a block is heard; what stays blocked waits."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.collective.meetingevents import DecisionStepped
from bot.collective.proposalevents import ProposalClosed
from tests.house.house import House


@pytest.fixture
def house() -> Iterator[House]:
    with House({"method": "consensus"}).enter("ann", "bo", "cem") as house:
        house.say("bo", "/draft The oven")
        house.say("ann", "/meeting open")
        for who in ("bo", "cem"):
            house.say(who, "/here")
        yield house


def verdicts(house: House) -> list[str]:
    return [each.verdict for each in house.events() if isinstance(each, ProposalClosed)]


def test_a_point_says_what_it_is_for_and_what_it_is_about(house: House) -> None:
    house.say("ann", "/agenda add Report of the kitchen --time 5m --type report")
    house.say("ann", "/agenda add --ref P1")
    house.say("ann", "/agenda add --ref P1 The oven again --type discussion")
    told = house.say("ann", "/agenda").text.splitlines()
    assert told[1:4] == [
        "1. Report of the kitchen, a report, 5 min",
        "2. The oven, a decision, P1",
        "3. The oven again, a discussion, P1",
    ]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("/agenda add", "option-missing"),
        ("/agenda add --ref P9", "reference-unknown"),
        ("/agenda add --ref M1 Odd", "reference-unknown"),
        ("/agenda add The oven --type party", "choice-unknown"),
    ],
)
def test_what_is_no_point_is_refused(house: House, line: str, code: str) -> None:
    told = house.say("ann", line)
    assert told.refused
    assert told.error == code
    assert house.state().meetings.open[1].items == []


def test_a_decision_goes_through_its_steps_and_each_says_what_is_asked_for_now(house: House) -> None:
    house.say("ann", "/agenda add --ref P1")
    house.say("ann", "/agenda add The yard")
    told = [house.say("ann", "/next").text.splitlines()[:3] for _ in range(6)]
    assert told[0][:2] == ["Now: 1. The oven", "Whoever proposes it says what, why and how."]
    assert [each[0] for each in told[1:]] == [
        "Questions, to understand it: /meeting stack question",
        "Concerns: /meeting stack to say …",
        "What would make it better: /amend-proposal P1 …",
        "How does this feel to you: The oven",
        "Those who are here decide: /meeting call P1",
    ]
    assert house.state().meetings.open[1].asking
    assert "Now: 2. The yard" in house.say("ann", "/next").text
    steps = [each.step for each in house.events() if isinstance(each, DecisionStepped)]
    assert steps == ["questions", "concerns", "amendments", "temperature", "call"]


def test_the_card_says_where_it_stands_also_after_a_restart(house: House) -> None:
    house.say("ann", "/agenda add --ref P1")
    house.say("ann", "/next")
    house.say("ann", "/next")
    house.restart()
    assert "It is time for questions." in house.say("ann", "/meeting").text


def test_the_call_can_come_at_any_step(house: House) -> None:
    house.say("ann", "/agenda add --ref P1")
    house.say("ann", "/next")
    assert not house.say("ann", "/next call P1").refused
    assert house.state().meetings.open[1].step == "call"
    for who in ("ann", "bo", "cem"):
        house.say(who, "/vote P1 agree")
    assert verdicts(house) == ["passed"]
    assert house.say("ann", "/next").error == "agenda-through"


def test_only_whoever_leads_goes_on(house: House) -> None:
    house.say("ann", "/agenda add --ref P1")
    house.say("ann", "/next")
    assert house.say("cem", "/next").error == "not-facilitator"


def test_what_was_decided_before_is_called_anew_in_words(house: House) -> None:
    house.say("ann", "/agenda add --ref P1")
    house.say("bo", "/cancel P1")
    for _ in range(5):
        house.say("ann", "/next")
    assert house.say("ann", "/next").text.splitlines()[0] == "Those who are here decide: /meeting call"
    assert not house.say("ann", "/meeting call --by @bo").refused


def test_what_all_are_asked_already_is_asked_of_nobody_anew(house: House) -> None:
    house.say("ann", "/agenda add --ref P1")
    house.say("bo", "/open P1")
    for _ in range(5):
        house.say("ann", "/next")
    assert house.say("ann", "/next").text.splitlines()[0] == "Those who are here decide: /vote P1 …"


def test_what_is_left_is_a_decision_still_at_the_next_meeting(house: House) -> None:
    house.say("ann", "/agenda add --ref P1")
    house.say("ann", "/meeting close")
    assert "1. The oven, a decision, P1" in house.say("ann", "/meeting open").text


def test_a_block_is_heard_before_it_ends(house: House) -> None:
    house.say("ann", "/agenda add --ref P1")
    house.say("ann", "/next")
    house.say("ann", "/next call P1")
    for who in ("ann", "bo"):
        house.say(who, "/vote P1 agree")
    assert house.say("ann", "/go-round").error == "call-open"
    house.say("cem", "/vote P1 block It stands where the children play")
    house.later(minutes=3)
    told = house.say("ann", "/meeting count")
    assert "P1 is blocked, and that is heard before it ends:" in told.text
    assert "cem, block: It stands where the children play" in told.text
    assert verdicts(house) == []
    assert not house.say("ann", "/go-round What can we do?").refused
    # It is talked about: nobody counts at once.
    assert house.say("ann", "/meeting count").error == "call-time"
    house.later(minutes=3)
    told = house.say("ann", "/meeting count")
    assert verdicts(house) == ["blocked"]
    # Without a method that it goes on by it waits for the next meeting.
    assert "Left for the next time: 1. The oven" in told.text
    house.say("ann", "/meeting close")
    assert "1. The oven" in house.say("ann", "/meeting open").text


def test_a_block_that_is_taken_back_lets_it_pass(house: House) -> None:
    house.say("ann", "/meeting call Bread --by @bo")
    for who in ("ann", "bo"):
        house.say(who, "/vote P2 agree")
    house.say("cem", "/vote P2 block Not of this flour")
    house.later(minutes=3)
    house.say("ann", "/meeting count")
    house.say("cem", "/vote P2 stand-aside")
    assert verdicts(house) == ["passed"]


def test_where_it_goes_on_it_goes_on_after_the_block_was_heard(house: House) -> None:
    house.say("ann", "/rules set fallback modified-consensus")
    house.say("ann", "/meeting call Bread --by @bo")
    house.say("cem", "/vote P2 block Not of this flour")
    house.later(minutes=3)
    assert "heard before it ends" in house.say("ann", "/meeting count").text
    house.later(minutes=3)
    assert "goes on as modified-consensus" in house.say("ann", "/meeting count").text
