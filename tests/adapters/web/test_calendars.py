"""Feeds for calendar programs: whose they are, that they can be voided, and that programs read them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import icalendar
import pytest
import vobject
from ical.calendar_stream import IcsCalendarStream

from tests.adapters.web.reader import Got, Library, open_book

SITE = "https://book.example.org"
Read = dict[str, Any]
"""Events by the beginnings of their names."""


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    rules = {"web": "public", "zone": "Europe/Berlin", "shifts-ahead": 14 * 24 * 60}
    with open_book(tmp_path, rules=rules) as it:
        it.house.enter("ann", "bo", "cem")
        it.house.say("ann", "/circle create garden")
        it.house.say("ann", '/need 3h till --every "saturday 09:00" --people 2')
        it.house.say("ann", "/need 1h dig --by 2026-01-20 --circle garden")
        it.house.say("bo", "/take N2")
        it.house.say("ann", "/propose A new mixer --closes in 3 days")
        it.house.say("ann", "/poll Which one? | red | blue --closes in 4 days")
        yield it


def events(got: Got) -> Read:
    assert got.status == 200
    assert got.headers["content-type"] == "text/calendar; charset=utf-8"
    found = icalendar.Calendar.from_ical(got.text).walk("VEVENT")
    by_uid = {str(each["uid"]).split("@")[0]: each for each in found}
    assert len(by_uid) == len(found)
    return by_uid


def own(library: Library, who: str, line: str = "/calendar link") -> str:
    """The path of somebody's own calendar."""
    told = library.house.say(who, line, private=True).text
    found = re.search(rf"{SITE}(/\S+)", told)
    assert found, told
    return found[1]


def test_of_all_of_a_circle_and_of_a_member_each_has_its_own(library: Library) -> None:
    every = {"shift-n2", "shift-n3", "need-n4", "deadline-p1", "deadline-q1"}

    assert events(library.outside("/alpha/planned.ics")).keys() == every
    assert events(library.outside("/alpha/planned.ics?circle=garden")).keys() == {"need-n4"}
    mine = events(library.outside(own(library, "bo")))
    assert mine.keys() == {"shift-n2", "deadline-p1", "deadline-q1"}
    assert events(library.outside(own(library, "cem"))).keys() == {"deadline-p1", "deadline-q1"}


def test_a_new_address_voids_the_one_before_and_void_the_last(library: Library) -> None:
    first = own(library, "bo")
    assert library.house.say("bo", "/calendar link", private=True).error == "web-link-there"

    second = own(library, "bo", "/calendar link new")
    assert library.outside(first).status == 404
    assert library.outside(second).status == 200
    library.house.say("bo", "/calendar link void", private=True)
    assert library.outside(second).status == 404
    assert library.house.say("bo", "/calendar link void", private=True).error == "nothing-changed"


@pytest.mark.parametrize("what", ["void", "new"])
@pytest.mark.parametrize("line", ["/calendar link", "/web link"])
def test_of_two_accounts_that_became_one_no_address_outlives_the_word_that_voids_it(
    library: Library, line: str, what: str
) -> None:
    before = [own(library, who, line) for who in ("bo", "cem")]
    code = library.house.say("bo", "/me link", private=True).text.split("/me link ")[1].split()[0]
    library.house.say("cem", f"/me link {code} yes", private=True)
    assert [library.outside(path).status for path in before] == [200, 200]

    library.house.say("cem", f"{line} {what}", private=True)
    assert [library.outside(path).status for path in before] == [404, 404]


@pytest.mark.parametrize("line", ["/me leave yes", "/me forget yes"])
def test_whoever_leaves_has_no_calendar_any_more(library: Library, line: str) -> None:
    path = own(library, "bo")
    library.house.say("bo", line, private=True)

    assert library.outside(path).status == 404


def test_the_secret_of_a_calendar_opens_nothing_else(library: Library) -> None:
    library.house.say("ann", "/rules set web link --in collective")
    book = own(library, "bo").removesuffix("planned.ics")

    assert library.outside(f"{book}planned.ics").status == 200
    for page in ("", "planned", "planned.json", "needs", "ledger", "show/N2", "ledger.csv"):
        assert library.outside(book + page).status == 404, page
    assert library.outside("/alpha/planned.ics").status == 404, "without a link there is none"
    assert library.outside("/beta/" + book.split("/", 2)[2] + "planned.ics").status == 404
    library.house.say("ann", "/rules set web off --in collective")
    assert library.outside(f"{book}planned.ics").status == 404
    assert library.house.say("bo", "/calendar").error == "web"


def test_the_secret_is_in_no_journal_and_in_no_feed(library: Library) -> None:
    path = own(library, "bo")
    secret = path.split("~")[1].split("/")[0]

    assert secret not in library.outside(path).text
    assert not any(secret in str(entry.payload) for entry in library.house.entries("alpha"))


def test_it_is_read_again_only_where_something_changed(library: Library) -> None:
    for path in ("/alpha/planned.ics", own(library, "bo")):
        got = library.outside(path)
        assert library.outside(path, If_None_Match=got.headers["etag"]).status == 304
        library.house.say("ann", "/log 1h something")
        again = library.outside(path, If_None_Match=got.headers["etag"])
        assert again.status == 200
        assert library.outside(path, If_None_Match=again.headers["etag"]).status == 304
    assert "private" in library.outside(own(library, "cem")).headers["cache-control"]


def of_all(library: Library) -> Read:
    return events(library.outside("/alpha/planned.ics"))


def changed(before: Read, after: Read) -> set[str]:
    """What is another event now; where it is, its sequence rose."""
    both = before.keys() & after.keys()
    other = {
        uid
        for uid in both
        if any(
            str(before[uid].get(name)) != str(after[uid].get(name))
            for name in ("dtstart", "summary", "status")
        )
        or before[uid].decoded("dtstart") != after[uid].decoded("dtstart")
    }
    assert all(after[uid]["sequence"] > before[uid]["sequence"] for uid in other), other
    assert all(after[uid]["sequence"] >= before[uid]["sequence"] for uid in both)
    return other


def test_what_changes_keeps_its_name_and_its_sequence_rises(library: Library) -> None:
    before = of_all(library)

    for line, uid in (
        ("/needs edit N2 2026-01-11 10:00", "shift-n2"),
        ("/needs edit N4 --what dig deep", "need-n4"),
        ("/take N3", "shift-n3"),
        ("/drop N3", "shift-n3"),
        ("/amend-proposal P1 A blue mixer", "deadline-p1"),
        ("/cancel N2 we are closed", "shift-n2"),
        ("/cancel P1", "deadline-p1"),
        ("/cancel Q1", "deadline-q1"),
        ("/cancel N4", "need-n4"),
    ):
        assert not library.house.say("ann", line).refused, line
        after = of_all(library)
        assert changed(before, after) == {uid}, line
        assert after.keys() == before.keys(), line
        before = after
    assert {uid for uid, each in before.items() if each["status"] == "CANCELLED"} == {
        "shift-n2",
        "need-n4",
        "deadline-p1",
        "deadline-q1",
    }


def test_what_one_gives_back_is_off_in_ones_own_calendar_alone(library: Library) -> None:
    path = own(library, "bo")
    library.house.say("bo", "/swap N2 @cem")
    library.house.say("cem", "/take N2")

    assert events(library.outside(path))["shift-n2"]["status"] == "CANCELLED"
    assert events(library.outside(own(library, "cem")))["shift-n2"]["status"] == "CONFIRMED"
    assert events(library.outside("/alpha/planned.ics"))["shift-n2"]["status"] == "CONFIRMED"
    library.house.say("cem", "/drop N2")
    library.house.say("bo", "/take N2")
    assert events(library.outside(path))["shift-n2"]["status"] == "CONFIRMED"


def test_a_review_moves_and_is_called_off(library: Library) -> None:
    for who in ("bo", "cem", "ann"):
        library.house.say(who, "/vote P1 consent")
    library.house.later(days=4)
    library.house.say("ann", "/review P1 2026-02-01")
    first = events(library.outside("/alpha/planned.ics"))
    assert "review-p1" in first
    library.house.say("ann", "/review P1 2026-03-01")
    second = events(library.outside("/alpha/planned.ics"))
    assert changed(first, second) == {"review-p1"}


def test_what_is_long_over_leaves_the_calendar(library: Library) -> None:
    library.house.later(days=120)
    library.house.say("ann", "/log 1h something")

    left = events(library.outside("/alpha/planned.ics"))
    oldest = library.house.clock.now() - dt.timedelta(days=32)
    assert left
    assert all(each.decoded("dtstart") > oldest for each in left.values())


def test_names_that_are_not_shown_stand_in_no_feed_for_others(library: Library) -> None:
    library.house.say("ann", "/need 1h wait for Bo --by 2026-01-21")
    library.house.say("ann", "/rules set web-names none --in collective")

    assert "Bo" not in library.outside("/alpha/planned.ics").text.replace("BEGIN", "")
    link = library.house.say("cem", "/web link", private=True).text
    book = re.search(rf"{SITE}(/\S+/)", link)
    assert book
    assert "wait for Bo" in library.outside(f"{book[1]}planned.ics").text


HOSTILE = 'beds; and, "hedges"\\n\nEND:VEVENT ✓ ' + "ä" * 90


def test_three_parsers_of_others_read_what_stands_there(library: Library) -> None:
    library.house.say("ann", f'/need --by "2026-01-22 18:00" {HOSTILE}')
    library.house.say("ann", "/cancel N3")
    got = library.outside("/alpha/planned.ics")
    ours = events(got)

    (second,) = list(vobject.readComponents(got.text))
    assert {each.uid.value.split("@")[0] for each in second.vevent_list} == ours.keys()
    client = IcsCalendarStream.calendar_from_ics(got.text)
    theirs = {each.uid.split("@")[0]: each for each in client.events}
    assert theirs.keys() == ours.keys()
    for uid, each in theirs.items():
        assert each.dtstart == ours[uid].decoded("dtstart")
        assert each.summary == str(ours[uid]["summary"])
        assert each.sequence == ours[uid]["sequence"]
        assert (each.status == "CANCELLED") == (uid == "shift-n3")
    assert theirs["shift-n2"].computed_duration == dt.timedelta(hours=3)
    assert str(theirs["need-n5"].summary).count("ä") == 90
    lines = got.text.split("\r\n")
    assert all(len(line.encode()) <= 75 for line in lines)


def test_addresses_are_told_as_they_work(library: Library) -> None:
    told = library.house.say("bo", "/calendar", private=True).text

    paths = re.findall(rf"{SITE}(/\S+)", told)
    assert paths == ["/alpha/planned.ics", "/alpha/planned.ics?circle=garden"]
    assert all(library.outside(path).status == 200 for path in paths)
    page = library.outside("/alpha/planned")
    assert "till" in page.words
    assert "A new mixer" in page.words
    assert "planned.ics" in page.text
