"""Who leads a meeting, who is there, and what becomes of what is agreed there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.chat import Kind
from bot.collective.meetingevents import LineNoted, MeetingClosed, SpeakerCalled
from tests.house.house import House

BOTH = {"a": "alpha", "b": "alpha"}


@pytest.fixture
def house() -> Iterator[House]:
    with House().enter("ann", "bo", "cem") as house:
        yield house


def link(house: House, who: str, other: str) -> None:
    code = house.say(who, "/me link", private=True).text.split("/me link ")[1].split()[0]
    assert not house.say(other, f"/me link {code} yes").refused


def names(house: House, numbers: object) -> list[str]:
    members = house.state().members
    return [members.name(number).name for number in numbers]  # type: ignore[attr-defined]


def test_who_facilitates_leads_and_the_duty_is_free_when_they_have_left(house: House) -> None:
    house.say("bo", "/meeting open")
    for line in ("/next The oven", "/meeting close", "/away @bo", "/here @ann", "/temp"):
        assert house.say("cem", line).error == "not-facilitator"
    assert house.say("cem", "/meeting duty facilitator @cem").error == "not-facilitator"

    house.say("cem", "/here")
    house.say("bo", "/away")
    assert not house.say("cem", "/meeting duty facilitator @cem").refused
    assert not house.say("cem", "/next The oven").refused
    assert house.say("bo", "/next The yard").error == "not-facilitator"


def test_nobody_takes_a_duty_over_who_is_not_there(house: House) -> None:
    house.say("bo", "/meeting open")
    house.say("bo", "/away")
    assert house.say("cem", "/meeting duty facilitator @cem").error == "not-facilitator"


def test_two_who_open_at_once_open_one_meeting(house: House) -> None:
    first, second = house.hand_in(
        [house.message("bo", "/meeting open"), house.message("cem", "/meeting open")]
    )
    assert not first.refused
    assert second.error == "meeting-open"
    assert names(house, [house.state().meetings.open[1].facilitator]) == ["bo"]


def test_one_person_by_two_accounts_is_there_once_and_on_the_list_once(house: House) -> None:
    house.say("ann", "/meeting open")
    house.say("ann", "/next The oven")
    for line in ("/here", "/stack"):
        house.say("bo", line)
        house.say("cem", line)
    house.say("ann", "/speak")
    link(house, "bo", "cem")
    house.say("ann", "/stack")

    # Who spoke by one account has spoken, and waits behind whoever has not.
    assert "ann" in house.say("ann", "/speak").text
    assert "bo" in house.say("ann", "/speak").text
    assert house.say("ann", "/speak").error == "nobody-listed"
    assert "Here: 2 members" in house.say("ann", "/meeting").text
    assert house.say("cem", "/here").error == "nothing-changed"


def test_what_one_person_signals_by_two_accounts_counts_once(house: House) -> None:
    house.say("ann", "/meeting open")
    house.say("ann", "/temp The oven?")
    house.say("bo", "/signal up")
    house.say("cem", "/signal up")
    link(house, "bo", "cem")
    assert "for it 1," in house.say("ann", "/meeting").text


@pytest.mark.parametrize("rule", ["nobody", "anyone"])
def test_an_action_is_taken_for_others_only_where_the_rule_lets(rule: str) -> None:
    with House({"take-for-others": rule}).enter("ann", "bo") as house:
        house.say("bo", "/meeting open")
        told = house.say("bo", "/action @ann order flour")
        taken = house.state().needs.open[1].taken
        assert bool(taken) == (rule == "anyone")
        assert ("/take N1" in told.text) == (rule == "nobody")
        assert "Action for ann: order flour (N1)" in house.say("bo", "/meeting close").text


def test_an_idle_meeting_is_closed_by_the_rule_with_its_minutes(house: House) -> None:
    house.say("ann", "/rules set meeting-idle 2h")
    house.say("ann", "/meeting open Weekly")
    house.later(hours=1)
    house.say("bo", "/note The oven is mended")
    assert 1 in house.state().meetings.open
    house.later(hours=1, minutes=30)
    assert 1 in house.state().meetings.open
    house.later(hours=1)
    assert house.state().meetings.open == {}
    closed = [event for event in house.events() if isinstance(event, MeetingClosed)]
    assert [each.idle for each in closed] == [True]


def test_a_line_of_the_minutes_edits_no_card_and_a_speaker_does(house: House) -> None:
    house.say("ann", "/meeting open")
    kinds = [row.reply.kind for row in house.say("ann", "/note The oven is mended").rows]
    assert Kind.EDIT not in kinds
    kinds = [row.reply.kind for row in house.say("ann", "/stack").rows]
    assert Kind.EDIT in kinds


def test_what_was_not_reached_is_on_the_next_agenda_of_its_room_first(house: House) -> None:
    house.say("ann", "/meeting open")
    house.say("ann", "/agenda add The oven --time 10m")
    house.say("ann", "/meeting close")
    elsewhere = house.say("bo", "/meeting open", room="yard")
    assert "The oven" not in elsewhere.text
    told = house.say("ann", "/meeting open")
    assert "1. The oven, 10 min" in told.text
    house.say("ann", "/next")
    assert "Left over from M1." in house.say("ann", "/minutes").text


def test_whoever_is_forgotten_leaves_their_words_and_no_name(house: House) -> None:
    house.say("ann", "/meeting open")
    house.say("bo", "/note I sold the secret recipe")
    house.say("bo", "/me forget yes", private=True)
    told = house.say("ann", "/meeting close").text
    assert "bo" not in told.split()
    assert "secret recipe" not in told


def test_only_what_is_said_by_those_who_may_is_in_the_journal(house: House) -> None:
    house.say("bo", "/meeting open")
    house.say("cem", "/speak")
    house.say("cem", "/next")
    assert not any(isinstance(each, SpeakerCalled | LineNoted) for each in house.events())
