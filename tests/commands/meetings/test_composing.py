"""Minutes as a file, and until when they can be corrected."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest

from tests.commands.meetings.test_meetings import link
from tests.house.house import House


@pytest.fixture
def house() -> Iterator[House]:
    with House().enter("ann", "bo", "cem") as house:
        yield house


def file_of(house: House, who: str = "ann") -> str:
    (row,) = house.say(who, "/minutes --markdown").rows
    (file,) = row.reply.files
    assert row.reply.fleeting
    assert file.media == "text/markdown"
    return file.data.decode()


def test_the_file_has_a_heading_for_the_meeting_and_each_point_and_no_other(house: House) -> None:
    house.say("ann", "/meeting open # Weekly")
    house.say("ann", "/next # The oven")
    house.say("bo", "/note # no heading")
    house.say("ann", "/meeting close")
    told = file_of(house)
    headings = [line for line in told.splitlines() if line.lstrip("- ").startswith("#")]
    assert headings == ["# Minutes of M1: \\# Weekly", "## 1. \\# The oven"]
    assert "- bo: \\# no heading" in told


def test_the_file_tells_where_the_journal_was_when_the_meeting_closed(house: House) -> None:
    house.say("ann", "/meeting open")
    assert "The journal at its close" not in file_of(house)
    house.say("ann", "/meeting close")
    house.say("bo", "/log 1h baking")
    (entry,) = [each for each in house.entries() if '"meeting.closed"' in each.payload]
    assert f"entry {entry.seq}, `{entry.hash.hex()}`" in file_of(house)


def test_the_file_names_nobody_where_the_rule_says_so(house: House) -> None:
    house.say("ann", "/meeting open")
    house.say("cem", "/here")
    house.say("ann", "/rules set minutes-names off")
    assert "cem" not in file_of(house)
    assert "2 members" in file_of(house)


def test_of_a_meeting_that_has_not_begun_there_is_no_file(house: House) -> None:
    house.say("ann", "/meeting plan in 3 days Weekly")
    assert house.say("ann", "/minutes M1 --markdown").error == "minutes-none"


def test_each_correction_gives_the_others_as_long_again(house: House) -> None:
    house.say("ann", "/meeting open")
    house.say("bo", "/here")
    house.say("ann", "/meeting close")
    house.later(days=2)
    assert not house.say("ann", "/minutes amend M1 There was bread").refused
    house.later(days=2)
    assert not house.say("bo", "/minutes amend M1 There was none").refused
    house.later(days=3)
    assert house.say("ann", "/minutes amend M1 There was").error == "minutes-stand"


# --- The digest -----------------------------------------------------------------------------------


def preview(house: House) -> str:
    return house.say("ann", "/digest preview").text


def test_a_digest_tells_what_was_taken_on_until_it_is_done(house: House) -> None:
    house.say("ann", "/meeting open Weekly")
    house.say("bo", "/action me order the flour")
    house.say("cem", "/need 1h sweep the yard")
    house.say("ann", "/meeting close")
    told = preview(house)
    assert "N1, bo: order the flour (M1)" in told
    assert "M1 Weekly: a draft of its minutes, until" in told
    assert "sweep the yard (M1)" not in told
    house.say("bo", "/drop N1")
    assert "N1, nobody yet: order the flour (M1)" in preview(house)
    house.say("cem", "/take N1")
    house.say("cem", "/done N1 1h")
    assert "order the flour (M1)" not in preview(house)
    # So does what was called off, as long as the meeting is remembered.
    house.say("ann", "/meeting open Next")
    house.say("bo", "/action me sweep")
    house.say("bo", "/cancel N3")
    assert "sweep (M2)" not in preview(house)


def test_a_digest_tells_of_a_planned_meeting_until_it_begins(house: House) -> None:
    house.say("ann", "/meeting plan in 3 days Weekly")
    assert "M1 Weekly: " in preview(house)
    house.clock.move_by(dt.timedelta(days=3, minutes=10))
    assert "M1 Weekly" not in preview(house)
    house.say("ann", "/meeting open M1")
    assert "M1 Weekly" not in preview(house)


def test_a_digest_tells_of_minutes_that_stand_in_the_days_of_the_meeting_alone(house: House) -> None:
    house.say("ann", "/meeting open Weekly")
    house.say("ann", "/meeting close")
    house.later(days=20)
    assert "M1 Weekly" not in preview(house)


def test_a_digest_that_comes_late_tells_nothing_of_a_later_meeting(house: House) -> None:
    house.say("ann", "/log 1h baking")
    house.clock.move_by(dt.timedelta(days=15))
    house.say("ann", "/meeting open Weekly")
    house.say("ann", "/meeting close")
    house.clock.move_by(dt.timedelta(days=4))
    told = house.tick().text
    assert "5 Jan to" in told
    assert "M1 Weekly" not in told


# --- Approving ------------------------------------------------------------------------------------

APPROVE = "/minutes approve M1"


@pytest.fixture
def again(house: House) -> House:
    """They met yesterday, and meet again."""
    house.say("ann", "/meeting open Weekly")
    house.say("bo", "/here")
    house.say("ann", "/meeting close")
    house.later(days=1)
    house.say("ann", "/meeting open Next")
    house.say("bo", "/here")
    return house


def test_the_next_meeting_approves_the_minutes_and_they_stand(again: House) -> None:
    again.say("ann", "/next Minutes")
    assert "the minutes of M1 are right" in again.say("ann", APPROVE).text
    assert again.say("bo", "/minutes amend M1 I said more").error == "minutes-stand"
    assert again.say("ann", APPROVE).error == "minutes-stand"
    assert "Approved at M2" in again.say("bo", "/minutes M1").text
    told = again.say("bo", "/minutes M2").text
    assert "1. Minutes\n- The minutes of M1 were approved." in told
    assert "M1 Weekly: its minutes stand" in preview(again)
    again.restart()
    assert again.say("ann", APPROVE).error == "minutes-stand"


def test_whoever_leads_says_it_and_somebody_else_is_there(again: House) -> None:
    assert again.say("bo", APPROVE).error == "not-facilitator"
    again.say("bo", "/away")
    assert again.say("ann", APPROVE).error == "minutes-alone"
    # Whom others enter, and a second account, are nobody else.
    again.say("ann", "/here @cem")
    assert again.say("ann", APPROVE).error == "minutes-alone"
    again.say("dee", "/here")
    link(again, "ann", "dee")
    assert again.say("ann", APPROVE).error == "minutes-alone"
    again.say("bo", "/here")
    assert not again.say("ann", APPROVE).refused


def test_nobody_approves_what_nobody_could_read_yet(house: House) -> None:
    house.say("ann", "/meeting open Weekly")
    house.say("bo", "/here")
    assert house.say("ann", APPROVE).error == "minutes-none"
    house.say("ann", "/meeting close")
    assert house.say("ann", APPROVE).error == "no-meeting"
    house.say("ann", "/meeting open Next")
    house.say("bo", "/here")
    assert house.say("ann", APPROVE).error == "minutes-fresh"


def test_another_room_approves_nothing_but_of_the_same_circle(again: House) -> None:
    again.say("ann", "/meeting close")
    for who in ("ann", "bo"):
        again.say(who, "/me", room="yard")
    again.say("ann", "/meeting open Other", room="yard")
    again.say("bo", "/here", room="yard")
    assert again.say("ann", APPROVE, room="yard").error == "minutes-elsewhere"


def test_whoever_works_in_the_circle_approves_in_any_room_of_it_alone(house: House) -> None:
    for circle in ("kitchen", "yard"):
        house.say("ann", f"/circle create {circle}")
    for room, circle in (("kitchen", "kitchen"), ("cellar", "kitchen"), ("yard", "yard")):
        house.say("ann", f"/room circle {circle}", room=room)
    house.say("ann", "/meeting open Weekly", room="kitchen")
    house.say("bo", "/here", room="kitchen")
    house.say("ann", "/meeting close", room="kitchen")
    house.later(days=1)
    for room in ("yard", "cellar"):
        house.say("ann", "/meeting open Next", room=room)
        house.say("bo", "/here", room=room)
    assert house.say("ann", APPROVE, room="yard").error == "minutes-elsewhere"
    assert not house.say("ann", APPROVE, room="cellar").refused


def test_twelve_hours_lie_between_the_two_meetings_however_long_the_next_one_is(house: House) -> None:
    house.say("ann", "/meeting open Weekly")
    house.say("ann", "/meeting close")
    house.clock.move_by(dt.timedelta(hours=11, minutes=50))
    house.say("ann", "/meeting open Early")
    house.say("bo", "/here")
    house.clock.move_by(dt.timedelta(minutes=15))
    assert house.say("ann", APPROVE).error == "minutes-fresh"
    house.say("ann", "/meeting close")
    house.say("ann", "/meeting open Next")
    house.say("bo", "/here")
    assert not house.say("ann", APPROVE).refused


def test_whoever_approves_is_there_by_that(again: House) -> None:
    again.say("ann", "/role give @cem facilitator")
    again.say("ann", "/role give @cem facilitator")
    again.say("ann", "/away")
    assert not again.say("cem", APPROVE).refused
    assert "ann, bo, cem" in again.say("ann", "/minutes M2").text


def test_of_a_meeting_that_was_called_off_there_is_nothing_to_approve(house: House) -> None:
    house.say("ann", "/meeting plan in 2 hours Weekly")
    house.say("ann", "/cancel M1")
    house.later(days=1)
    house.say("ann", "/meeting open Next")
    house.say("bo", "/here")
    assert house.say("ann", APPROVE).error == "minutes-none"


def test_a_digest_tells_until_when_as_the_rules_of_the_meeting_s_room_say(house: House) -> None:
    house.say("ann", "/me", room="yard")
    assert not house.say("ann", "/rules set minutes-approve 1d --in room", room="yard").refused
    house.say("ann", "/meeting open Weekly", room="yard")
    house.say("ann", "/meeting close", room="yard")
    assert "a draft of its minutes, until Tue, 6 Jan" in preview(house)
    house.later(days=1)
    assert "stand since" in house.say("ann", "/minutes M1", room="yard").text
    assert "M1 Weekly: its minutes stand" in preview(house)
