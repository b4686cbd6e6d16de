"""Who leads a meeting, who is there, and what becomes of what is agreed there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.chat import Kind, reader_of
from bot.collective.agenda import ITEMS_MAX
from bot.collective.meetingevents import LineNoted, MeetingClosed, SpeakerCalled, TimeTold
from bot.text.rendering import render
from tests.house.house import House
from tests.house.told import plain

BOTH = {"a": "alpha", "b": "alpha"}

LEADING = (
    "/next The oven",
    "/extend 5m",
    "/meeting close",
    "/meeting call Bread",
    "/meeting count",
    "/meeting table",
    "/meeting duty minutes @ann",
    "/away @bo",
    "/here @ann",
    "/here +2",
    "/stack --who @ann",
    "/stack leave @ann",
    "/speak",
    "/temp",
    "/go-round",
)
"""What whoever facilitates does, and nobody else."""


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
    for line in LEADING:
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


def test_nobody_takes_a_duty_from_whoever_is_there_and_none_gives_a_free_one_to_others(
    house: House,
) -> None:
    house.say("bo", "/meeting open")
    house.say("cem", "/here")
    house.say("ann", "/here")
    assert house.say("cem", "/meeting duty facilitator me").error == "not-facilitator"
    assert house.say("cem", "/meeting duty minutes @ann").error == "not-facilitator"
    assert not house.say("cem", "/meeting duty minutes me").refused
    house.say("bo", "/meeting duty stack @bo")
    assert house.say("cem", "/meeting duty stack me").error == "not-facilitator"


@pytest.mark.parametrize("line", ["/me leave yes", "/me forget yes"])
def test_whoever_leaves_the_collective_is_at_no_meeting_and_leads_none(house: House, line: str) -> None:
    house.say("bo", "/meeting open")
    for who in ("ann", "cem"):
        house.say(who, "/here")
    house.say("bo", "/stack")
    house.say("bo", line, private=True)
    told = house.say("cem", "/meeting").text
    assert "Here: 2 members" in told
    assert "Next:" not in told
    assert not house.say("cem", "/meeting duty facilitator me").refused
    assert not house.say("cem", "/next The oven").refused


def test_guests_and_whom_others_enter_are_told_to_the_room(house: House) -> None:
    house.say("bo", "/meeting open")
    for line in ("/here +3", "/here @cem", "/away @cem"):
        first = house.say("bo", line).rows[0].reply
        assert first.place is not None
        assert not first.private


def test_whoever_leaves_is_gone_by_both_their_accounts(house: House) -> None:
    house.say("ann", "/meeting open")
    house.say("bo", "/here")
    house.say("cem", "/here")
    link(house, "bo", "cem")
    (row,) = house.say("ann", "/meeting").rows
    assert row.reply.news is not None
    assert "2 members" in render(row.reply.news, reader_of(row))
    house.say("bo", "/away")
    assert "Here: 1 member." in house.say("ann", "/meeting").text


@pytest.mark.parametrize(("time", "told"), [("1m", 1), ("2m", 1), ("3m", 2)])
def test_of_a_time_that_short_nobody_says_that_two_minutes_are_left(
    house: House, time: str, told: int
) -> None:
    house.say("ann", "/meeting open")
    house.say("ann", f"/agenda add The oven --time {time}")
    house.say("ann", "/next")
    for _ in range(4):
        house.later(minutes=1)
    assert len([event for event in house.events() if isinstance(event, TimeTold)]) == told


def test_whoever_belongs_orders_the_agenda_and_the_room_sees_who(house: House) -> None:
    house.say("ann", "/meeting open")
    for title in ("The oven", "The yard", "The shop"):
        house.say("ann", f"/agenda add {title}")
    for who, line, told in (
        ("cem", "/agenda move 3 1", "cem moves a point: 1. The shop"),
        ("bo", "/agenda drop 2", "bo takes a point off the agenda: 2. The oven"),
    ):
        row = house.say(who, line).rows[0]
        assert not row.reply.private
        assert plain(row) == told
    # Whoever does something is there.
    assert "Here: 3 members" in house.say("ann", "/meeting").text


def test_nobody_is_handed_the_lead_who_is_not_there(house: House) -> None:
    house.say("bo", "/meeting open")
    for entered in (False, True):
        if entered:
            house.say("bo", "/here @cem")
        assert house.say("bo", "/meeting duty facilitator @cem").error == "not-there"
        assert not house.say("bo", f"/meeting duty minutes @{'cem' if entered else 'ann'}").refused
    house.say("cem", "/here")
    assert not house.say("bo", "/meeting duty facilitator @cem").refused
    assert not house.say("cem", "/meeting close").refused


def test_whoever_takes_a_duty_is_there_by_their_own_word(house: House) -> None:
    house.say("bo", "/meeting open")
    house.say("bo", "/here @cem")
    house.say("cem", "/meeting duty minutes me")
    assert not house.say("bo", "/meeting duty facilitator @cem").refused


def test_of_a_circle_its_people_open_meetings_and_lead_them(house: House) -> None:
    house.say("ann", "/circle create kitchen")
    house.say("ann", "/room circle kitchen", room="kitchen")
    house.say("bo", "/circle join kitchen")
    assert house.say("cem", "/meeting open", room="kitchen").error == "not-within"
    assert house.say("cem", "#startmeeting", room="kitchen").error == "not-within"
    assert not house.say("bo", "/meeting open", room="kitchen").refused
    house.say("cem", "/here", room="kitchen")
    house.say("bo", "/away", room="kitchen")
    take = "/meeting duty facilitator me"
    assert house.say("cem", take, room="kitchen").error == "not-within"
    assert not house.say("cem", "/meeting duty minutes me", room="kitchen").refused
    house.say("cem", "/circle join kitchen")
    assert not house.say("cem", take, room="kitchen").refused


@pytest.mark.parametrize("role", ["facilitator", "coordinator"])
def test_whoever_has_a_role_in_all_opens_meetings_of_any_circle(house: House, role: str) -> None:
    house.say("ann", "/circle create kitchen")
    house.say("ann", "/room circle kitchen", room="kitchen")
    assert house.say("cem", "/meeting open", room="kitchen").error == "not-within"
    assert not house.say("ann", f"/role give @cem {role}").refused
    assert not house.say("cem", "/meeting open", room="kitchen").refused


def test_whoever_works_in_a_circle_by_one_account_does_by_the_other(house: House) -> None:
    house.say("ann", "/circle create kitchen")
    house.say("ann", "/room circle kitchen", room="kitchen")
    house.say("cem", "/circle join kitchen")
    link(house, "bo", "cem")
    assert not house.say("bo", "/meeting open", room="kitchen").refused


def test_people_are_named_without_a_sign_too(house: House) -> None:
    house.say("ann", "/meeting open")
    assert (
        "Noted as there: bo, cem. Here now: 3 members and 2 guests."
        in house.say("ann", "/here bo cem +2").text
    )
    assert house.say("ann", "/here nobody").error == "guests-odd"
    assert house.say("ann", "/here +2 +3").error == "guests-odd"
    assert house.say("cem", "/here bo").error == "not-facilitator"
    house.enter("7")
    assert "3 members and 7 guests" in house.say("ann", "/here 7").text


def test_a_meeting_has_a_short_name(house: House) -> None:
    assert house.say("ann", f"/meeting open {'x' * 201}").error == "title-long"
    assert not house.say("ann", f"/meeting open {'x' * 200}").refused


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


def test_what_is_left_over_twice_tells_since_when(house: House) -> None:
    house.say("ann", "/meeting open")
    house.say("ann", "/agenda add The oven")
    for _ in range(2):
        house.say("ann", "/meeting close")
        house.say("ann", "/meeting open")
    house.say("ann", "/next")
    assert "Left over from M1." in house.say("ann", "/minutes").text


def test_the_rules_of_its_room_decide_what_its_minutes_say_wherever_they_are_read(
    house: House,
) -> None:
    house.say("ann", "/rules set minutes-names off")
    house.say("ann", "/rules set minutes-approve 1h")
    house.say("ann", "/meeting open")
    house.say("cem", "/here")
    house.say("ann", "/meeting close")
    house.later(hours=2)
    for more in ({}, {"room": "yard"}, {"private": True}):
        told = house.say("ann", "/minutes M1", **more).text
        assert "Present: 2 members." in told
        assert house.say("ann", "/minutes M1", **more).facts["present"] == []
        assert "They stand since" in told
        assert house.say("ann", "/minutes amend M1 No", **more).error == "minutes-stand"


def test_the_rules_of_its_room_say_who_speaks_next_also_in_private(house: House) -> None:
    house.say("ann", "/rules set stack fifo")
    house.say("ann", "/meeting open")
    house.say("ann", "/next The oven")
    house.say("bo", "/stack")
    house.say("ann", "/speak")
    house.say("bo", "/stack")
    # By who spoke less cem would come before bo, who came first.
    assert "number 2" in house.say("cem", "/stack", private=True).text
    assert "Next: bo, cem." in house.say("ann", "/meeting", private=True).text
    assert "bo speaks." in house.say("ann", "/speak", private=True).text


def test_who_facilitates_does_so_by_both_their_accounts(house: House) -> None:
    house.say("cem", "/meeting open")
    link(house, "bo", "cem")
    for who in ("bo", "cem"):
        assert not house.say(who, f"/next What {who} wants").refused


def test_nobody_jumps_the_list_twice_by_two_accounts(house: House) -> None:
    house.say("ann", "/meeting open")
    house.say("ann", "/next The oven")
    house.say("cem", "/stack info")
    house.say("ann", "/speak")
    link(house, "bo", "cem")
    assert house.say("bo", "/stack info").error == "jumped-already"


def test_whoever_keeps_the_list_leads_the_list_and_nothing_else(house: House) -> None:
    house.say("ann", "/meeting open")
    house.say("ann", "/meeting duty stack @bo")
    assert not house.say("bo", "/stack --who @cem").refused
    assert not house.say("bo", "/speak").refused
    for line in ("/next The oven", "/temp", "/meeting call Bread"):
        assert house.say("bo", line).error == "not-facilitator"
    for line in ("/speak", "/stack --who @bo", "/stack leave @bo"):
        assert house.say("cem", line).error == "not-facilitator"


@pytest.mark.parametrize("role", ["facilitator", "coordinator"])
def test_whoever_has_the_role_leads_any_meeting(house: House, role: str) -> None:
    house.say("bo", "/meeting open")
    assert not house.say("ann", f"/role give @cem {role}").refused
    assert not house.say("cem", "/next The oven").refused


def test_in_private_the_meeting_is_meant_that_one_is_at(house: House) -> None:
    house.say("ann", "/meeting open")
    house.say("bo", "/meeting open", room="yard")
    assert house.say("cem", "/stack", private=True).error == "no-meeting"
    assert not house.say("bo", "/next The yard", private=True).refused
    assert house.state().meetings.open[2].count == 1


def test_what_a_meeting_came_to_stays_where_it_stands(house: House) -> None:
    house.say("ann", "/meeting open")
    for title in ("oven", "yard", "shop"):
        house.say("ann", f"/agenda add The {title}")
    house.say("ann", "/next")
    for line in ("/agenda move 1 2", "/agenda move 2 1", "/agenda drop 1"):
        assert house.say("ann", line).error == "point-over"
    assert not house.say("ann", "/agenda move 3 2").refused


def test_an_agenda_is_full_some_time(house: House) -> None:
    house.say("ann", "/meeting open")
    for number in range(ITEMS_MAX):
        assert not house.say("bo", f"/agenda add Point {number}").refused
    assert house.say("bo", "/agenda add One more").error == "agenda-full"


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


def test_minutes_tell_the_most_guests_that_there_were(house: House) -> None:
    house.say("ann", "/meeting open")
    for line in ("/here +5", "/here +2"):
        house.say("ann", line)
    assert "1 member and 2 guests" in house.say("ann", "/meeting").text
    assert "Present: 1 member and 5 guests" in house.say("ann", "/meeting close").text


def test_what_was_tabled_comes_before_what_was_not_reached(house: House) -> None:
    house.say("ann", "/meeting open")
    for title in ("The oven", "The yard"):
        house.say("ann", f"/agenda add {title}")
    house.say("ann", "/next")
    house.say("ann", "/meeting table")
    house.say("ann", "/meeting close")
    told = house.say("ann", "/meeting open").text
    assert "1. The oven\n2. The yard" in told
