"""Decisions on the spot: who is asked, who is not, and when it may be counted."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.arguments import options_of
from bot.chat import Kind
from bot.collective.proposalevents import ProposalClosed
from commands.meetings.calls import MeetingCallArgs
from tests.house.house import House


@pytest.fixture
def house() -> Iterator[House]:
    with House({"method": "consent"}).enter("ann", "bo", "cem", "dora") as house:
        house.say("ann", "/meeting open")
        house.say("bo", "/here")
        house.say("cem", "/here")
        yield house


def verdicts(house: House) -> list[str]:
    return [each.verdict for each in house.events() if isinstance(each, ProposalClosed)]


def test_it_ends_when_all_who_are_there_have_answered(house: House) -> None:
    house.say("ann", "/meeting call Bread --by @bo")
    for who in ("ann", "bo"):
        house.say(who, "/vote P1 consent")
        assert verdicts(house) == []
    house.say("cem", "/vote P1 consent")
    assert verdicts(house) == ["passed"]


def test_who_comes_later_is_not_asked_and_who_leaves_still_is(house: House) -> None:
    house.say("ann", "/meeting call Bread")
    house.say("dora", "/here")
    house.say("bo", "/away")
    assert house.say("dora", "/vote P1 consent").refused
    assert not house.say("bo", "/vote P1 object It is late").refused
    house.later(minutes=3)
    house.say("ann", "/meeting count")
    assert verdicts(house) != ["passed"]


def test_nobody_is_counted_out_who_had_no_time_to_answer(house: House) -> None:
    house.say("ann", "/meeting call Bread --by @bo")
    house.say("ann", "/vote P1 consent")
    assert house.say("ann", "/meeting count").error == "call-time"
    house.later(minutes=3)
    house.say("bo", "/amend-proposal P1 Rolls")
    house.say("ann", "/vote P1 consent")
    assert house.say("ann", "/meeting count").error == "call-time"
    assert house.say("cem", "/meeting count").error == "not-facilitator"
    house.later(minutes=3)
    assert not house.say("ann", "/meeting count").refused
    assert verdicts(house) == ["passed"]


def test_whom_others_entered_makes_no_quorum(house: House) -> None:
    house.say("ann", "/rules set meeting-quorum 4")
    house.say("ann", "/here @dora")
    assert house.say("ann", "/meeting call Bread").error == "meeting-quorum"
    house.say("ann", "/stack --who @dora")
    assert house.say("ann", "/meeting call Bread").error == "meeting-quorum"
    house.say("dora", "/note I am here")
    assert not house.say("ann", "/meeting call Bread").refused


def test_a_share_of_all_can_be_the_quorum(house: House) -> None:
    house.say("ann", "/rules set meeting-quorum 100%")
    assert house.say("ann", "/meeting call Bread").error == "meeting-quorum"
    house.say("dora", "/here")
    assert not house.say("ann", "/meeting call Bread").refused


def test_a_call_carries_nothing_out() -> None:
    assert "do" not in {option.name for option in options_of(MeetingCallArgs)}


def test_silence_is_no_assent_whatever_the_rule_says(house: House) -> None:
    house.say("ann", "/rules set silence on")
    house.say("ann", "/meeting call Bread")
    house.later(minutes=3)
    house.say("ann", "/meeting count")
    assert verdicts(house) == ["rejected"]


def test_the_card_stands_where_people_meet_and_nowhere_else(house: House) -> None:
    house.say("ann", "/me", room="yard")
    told = house.say("ann", "/meeting call Bread")
    cards = [row for row in told.rows if row.reply.kind is Kind.CARD]
    assert [row.place.room for row in cards] == [told.rows[0].place.room]


def test_what_is_being_decided_is_counted_before_the_meeting_goes_on(house: House) -> None:
    house.say("ann", "/next Bread")
    house.say("ann", "/call")
    for line in ("/next", "/call Rolls", "/meeting table", "/meeting close"):
        assert house.say("ann", line).error == "call-open"
    house.later(minutes=3)
    house.say("ann", "/meeting count")
    assert house.say("ann", "/meeting count").error == "no-call"
    assert "P1, Bread: rejected" in house.say("ann", "/meeting close").text


def test_who_proposes_has_to_be_there(house: House) -> None:
    assert house.say("ann", "/meeting call Bread --by @dora").error == "not-there"
