"""Minutes as a file, and until when they can be corrected."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

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


def test_a_digest_tells_of_a_planned_meeting_until_it_begins(house: House) -> None:
    house.say("ann", "/meeting plan in 3 days Weekly")
    assert "M1 Weekly: " in preview(house)
    house.say("ann", "/meeting open M1")
    assert "M1 Weekly" not in preview(house)


def test_a_digest_tells_of_minutes_that_stand_in_the_days_of_the_meeting_alone(house: House) -> None:
    house.say("ann", "/meeting open Weekly")
    house.say("ann", "/meeting close")
    house.later(days=20)
    assert "M1 Weekly" not in preview(house)
