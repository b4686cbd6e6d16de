"""The calendar, read back by another library and by the one that wrote it."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import icalendar
import vobject

from bot.books.exporting.calendars import calendar
from bot.collective.state import State
from tests.house.house import House

HOSTILE = 'beds; and, "hedges"\\n\nEND:VEVENT ✓ ' + "ä" * 90


def written(house: House, days: tuple[str, str] | None = None) -> str:
    state = house.state("alpha")
    with house.store.journal.transaction() as tx:
        return "".join(calendar(state, lambda seals, near: tx.texts("alpha", list(seals), near), days))


def board() -> House:
    house = House().enter("ann", "bo")
    house.say("ann", "/rules set zone Europe/Berlin --in collective")
    house.say("ann", "/rules set shifts-ahead 1w")
    house.say("ann", '/need 3h shop till --every "saturday 09:00" --people 2')
    house.say("ann", f'/need --by "2026-04-02 18:00" {HOSTILE}')
    house.say("ann", "/propose A new mixer --closes in 3 days")
    house.say("ann", "/poll Which mixer? | red | blue --closes in 4 days")
    house.say("bo", "/take N2")
    return house


def test_what_was_written_is_read_back_by_another_library() -> None:
    with board() as house:
        text = written(house)
        state = house.state("alpha")

        (read,) = list(vobject.readComponents(text))
        events = {each.summary.value.partition(":")[0]: each for each in read.vevent_list}
        own = {
            str(each["summary"]).partition(":")[0]: each
            for each in icalendar.Calendar.from_ical(text).walk("VEVENT")
        }

        dated = [it for it in state.needs.by_time if it.terms.at]
        assert {it.ref for it in dated} <= events.keys()
        assert events.keys() == own.keys() == {it.ref for it in dated} | {"P1", "Q1"}
        for it in dated:
            begins = dt.datetime.fromtimestamp(it.terms.at / 1000, dt.UTC)
            assert events[it.ref].dtstart.value == own[it.ref].decoded("dtstart") == begins
        shift = next(it for it in dated if it.terms.every)
        assert events[shift.ref].dtend.value - events[shift.ref].dtstart.value == dt.timedelta(hours=3)
        assert events[shift.ref].dtstart.value.astimezone(ZoneInfo("Europe/Berlin")).hour == 9
        hostile = next(it for it in dated if not it.terms.every)
        assert events[hostile.ref].summary.value.count("\u00e4") == 90


def test_no_words_of_members_can_write_lines_of_the_calendar() -> None:
    with board() as house:
        text = written(house)

        lines = text.split("\r\n")
        assert all(len(line.encode()) <= 75 for line in lines)
        assert lines.count("END:VEVENT") == lines.count("BEGIN:VEVENT")
        assert len({line for line in lines if line.startswith("UID:")}) == lines.count("BEGIN:VEVENT")


def test_the_same_journal_gives_the_same_bytes_and_only_the_days_asked_for() -> None:
    with board() as house:
        assert written(house) == written(house)
        assert "BEGIN:VEVENT" not in written(house, ("2020-01-01", "2020-12-31"))


def names(text: str) -> set[str]:
    return {str(each["uid"]) for each in icalendar.Calendar.from_ical(text).walk("VEVENT")}


def test_two_instances_whose_collectives_have_one_id_do_not_share_a_name_and_names_stay() -> None:
    with board() as one, House() as other:
        other.clock.move_by(dt.timedelta(milliseconds=1))
        other.enter("ann")
        other.say("ann", "/need 1h dig --by tomorrow")
        other.say("ann", "/propose A new mixer --closes in 3 days")
        before = names(written(one))
        assert {each.split("@")[0] for each in before & names(written(other))} == set()
        assert {each.split("@")[1] for each in before}.isdisjoint(
            each.split("@")[1] for each in names(written(other))
        )

        # A calendar program knows what it has already, whatever has happened and was restarted.
        one.say("ann", "/needs edit N2 sat 10:00")
        one.later(hours=1)
        one.restart()
        assert before <= names(written(one))
        assert one.folded("alpha").founded_at == one.entries("alpha")[0].at


def test_an_empty_collective_has_an_empty_calendar() -> None:
    text = "".join(calendar(State("home"), lambda *_: {}))

    assert icalendar.Calendar.from_ical(text).walk("VEVENT") == []
