"""Who wants to be called first: it decides the next call, and nobody can read it anywhere."""

from __future__ import annotations

import itertools
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from storage.copying import copy_in, copy_out, new_file
from storage.upgrading import bring_up_to_date
from tests.commands.meetings.test_meetings import link
from tests.contract.making import store_at
from tests.house.house import House
from tests.house.told import Told

PEOPLE = ("bo", "cem", "eve")
ON, OFF = "/stack priority on", "/stack priority off"


@pytest.fixture
def house() -> Iterator[House]:
    with House({"stack": "progressive"}).enter("ann", *PEOPLE) as house:
        house.say("ann", "/meeting open")
        house.say("ann", "/next The oven")
        yield house


def called(house: House, people: int) -> str:
    """Who is called, one after the other."""
    told = [house.say("ann", "/speak").text for _ in range(people)]
    return " ".join(text.split(" speaks.")[0] for text in told)


def kept(house: House) -> list[str]:
    return house.tables()["priorities"]


def test_of_those_who_spoke_as_little_whoever_asked_for_it_is_called_first(house: House) -> None:
    assert "you are called first, where" in house.say("eve", ON, private=True).text
    for who in PEOPLE:
        house.say(who, "/stack")
    assert called(house, 3) == "eve bo cem"
    # Whoever spoke more comes after who spoke less, whatever they want.
    for who in ("eve", "bo", "ann"):
        house.say(who, "/stack")
    assert called(house, 3) == "ann eve bo"


def test_a_restart_forgets_nothing_of_it_and_off_ends_it(house: House) -> None:
    house.say("eve", ON, private=True)
    house.restart()
    house.say("bo", "/stack")
    house.say("eve", "/stack")
    assert "you are called first, where" in house.say("eve", "/stack priority", private=True).text
    assert house.say("eve", ON, private=True).error == "nothing-changed"
    assert "like everybody" in house.say("eve", OFF, private=True).text
    assert kept(house) == []
    assert called(house, 2) == "bo eve"
    assert house.say("eve", OFF, private=True).error == "nothing-changed"


@pytest.mark.parametrize(
    "line", [ON, "q+ priority on", "/stack Priority", "/stack priority off", "/stack priority: on"]
)
def test_it_is_said_in_private(house: House, line: str) -> None:
    told = house.say("bo", line)
    assert told.error == "not-private"
    assert all(row.person == "bo" for row in told.rows)
    assert kept(house) == []
    assert not house.say("bo", line.replace("q+", "/stack"), unseen=True).error.startswith("not-")


@pytest.mark.parametrize(
    "line",
    [
        "/stack priority onn",
        "/stack priority on please",
        "/stack priority 1",
        "/stack priorty on",
        "/stack prio on",
        "/stack Priorität an",
        "/stack my priority on",
    ],
)
@pytest.mark.parametrize("hidden", [{"private": True}, {"unseen": True}])
def test_what_is_mistyped_is_no_topic_that_the_room_is_told(
    house: House, line: str, hidden: dict[str, Any]
) -> None:
    told = house.say("bo", line, **hidden)
    assert told.error == "priority-odd"
    assert all(row.person == "bo" for row in told.rows)
    assert all(row.reply.fleeting for row in told.rows)
    assert house.say("ann", "/speak").error == "nobody-listed"


@pytest.mark.parametrize("about", ["to say the priority of the oven", "printing on paper", "prices"])
def test_what_is_no_such_thing_is_a_topic(house: House, about: str) -> None:
    assert not house.say("bo", f"/stack {about}").refused


@pytest.mark.parametrize("line", ["/stack @bo priority on", "/stack priority on --who @bo"])
def test_nobody_says_it_of_somebody_else(house: House, line: str) -> None:
    for who in ("ann", "cem"):
        assert house.say(who, line, unseen=True).error == "priority-odd"
    assert kept(house) == []


def test_it_counts_only_where_the_rule_of_the_room_says_so(house: House) -> None:
    house.say("bo", ON, private=True)
    house.say("ann", "/rules set stack quiet-first")
    for who in ("cem", "bo"):
        house.say(who, "/stack")
    assert "Next: cem, bo." in house.say("ann", "/meeting").text
    assert called(house, 2) == "cem bo"
    # Wherever it is asked in private: the room may have a rule of its own.
    assert not house.say("cem", ON, private=True).refused
    assert not house.say("bo", OFF, private=True).refused


# --- It can be learned from nothing ---------------------------------------------------------------


def lived(wants: tuple[str, ...]) -> list[str]:
    """A meeting at which eve and cem want to speak and are never called: all that others are told."""
    with House({"stack": "progressive"}).enter("ann", *PEOPLE) as house:
        for who in ("eve", "cem"):
            # Whoever does not want it asks how it is: as many messages, of which others see nothing.
            house.say(who, ON if who in wants else "/stack priority", private=True)
        told: list[Told] = [house.say("ann", "/meeting open"), house.say("ann", "/next The oven")]
        told += [house.say(who, "/stack") for who in ("bo", "eve", "cem", "ann")]
        told.append(house.say("ann", "/stack @eve question"))
        looks = ("q?", "/meeting", "/minutes", "/me", "/help meeting stack")
        told += [house.say("bo", line) for line in looks]
        told += [house.say(who, "/stack leave") for who in ("eve", "cem")]
        told += [house.say("ann", "/speak"), house.say("ann", "/meeting close")]
        said = [repr(row) for each in told for row in each.rows]
        return said + [
            row for rows in house.tables(but=("priorities", "outbox")).values() for row in rows
        ]


def test_two_meetings_that_differ_only_in_who_wants_it_and_never_speaks_are_the_same_bytes() -> None:
    ways = [lived(who) for size in range(3) for who in itertools.combinations(("eve", "cem"), size)]
    assert len(ways) == 4
    assert all(each == ways[0] for each in ways)
    assert any("On the list: " in each for each in ways[0])
    assert not any("number 2" in each for each in ways[0])


def test_no_number_on_the_list_and_no_order_of_it_tells_it(house: House) -> None:
    house.say("eve", ON, private=True)
    assert house.say("bo", "/stack").text.startswith("You are on the list.")
    assert "cem is on the list: the yard" in house.say("cem", "/stack to say the yard").text
    told = house.say("eve", "/stack")
    assert "number" not in told.text
    shown = house.say("ann", "/meeting").text
    assert "On the list: bo, cem, eve." in shown
    assert "Next:" not in shown


def test_whom_a_refusal_names_does_not_tell_it(house: House) -> None:
    """Else whoever leads could ask again and again, and call nobody."""
    house.say("eve", ON, private=True)
    house.say("ann", "/stack")
    for who in ("bo", "cem", "eve"):
        house.say(who, "/stack info")
    told = house.say("ann", "/speak @ann")
    assert told.error == "stack-order"
    assert "bo comes first" in told.text
    assert called(house, 1) == "eve"


# --- Where it is kept -----------------------------------------------------------------------------


def test_its_words_are_kept_nowhere_and_no_entry_is_written(house: House) -> None:
    house.say("bo", "/me", private=True)
    before, house.delivering = len(house.entries()), True
    told = house.say("bo", ON, private=True)
    assert all(row.reply.fleeting and row.person == "bo" for row in told.rows)
    assert len(house.entries()) == before
    rows = house.tables(but=())
    assert len(rows.pop("priorities")) == 1
    assert "are called first" not in repr(rows)


@pytest.mark.parametrize("how", ["/me leave yes", "/me forget yes", "removed"])
def test_with_who_leaves_it_goes(house: House, how: str) -> None:
    for who in ("bo", "cem"):
        house.say(who, ON, private=True)
    if how == "removed":
        told = house.say("ann", "/member remove @bo")
    else:
        told = house.say("bo", how, private=True)
    assert not told.refused
    (row,) = kept(house)
    assert row.endswith(", 3)")


@pytest.mark.parametrize("how", ["/me leave yes", "/me forget yes"])
def test_with_who_leaves_it_goes_from_all_their_accounts(house: House, how: str) -> None:
    house.say("cem", ON, private=True)
    link(house, "bo", "cem")
    assert not house.say("bo", how, private=True).refused
    assert kept(house) == []


def test_two_accounts_of_one_person_are_one(house: House) -> None:
    house.say("cem", ON, private=True)
    link(house, "bo", "cem")
    house.say("eve", "/stack")
    house.say("bo", "/stack")
    assert called(house, 2) == "bo eve"
    assert house.say("bo", OFF, private=True).text.startswith("You are called like")
    assert kept(house) == []


def test_they_alone_get_it_with_all_that_is_kept_of_them(house: House) -> None:
    house.say("bo", ON, private=True)
    for who, first in (("bo", True), ("cem", False)):
        (file,) = house.say(who, "/me export", private=True).rows[0].reply.files
        assert json.loads(file.data)["speaks_first"] is first


def test_no_copy_of_the_database_has_it_and_no_file_of_it_the_words(
    database_url: str, tmp_path: Path
) -> None:
    bring_up_to_date(database_url)
    with House({"stack": "progressive"}, url=database_url).enter("ann", "bo") as house:
        house.say("bo", ON, private=True)
        assert len(kept(house)) == 1
        copy_out(database_url, tmp_path / "copy.db")
    with closing(sqlite3.connect(tmp_path / "copy.db")) as copy:
        assert copy.execute("SELECT count(*) FROM entries").fetchone()[0] > 0
        assert copy.execute("SELECT * FROM priorities").fetchall() == []
        assert copy.execute("PRAGMA freelist_count").fetchone() == (0,)
    assert not (tmp_path / "copy.db-journal").exists()


def test_no_copy_brings_it_into_a_database(postgres_url: str, tmp_path: Path) -> None:
    """Also one that somebody else made: it is not what this member says here."""
    new_file(tmp_path / "copy.db").dispose()
    with closing(sqlite3.connect(tmp_path / "copy.db")) as copy, copy:
        copy.execute("INSERT INTO priorities VALUES ('alpha', 2)")
    copy_in(tmp_path / "copy.db", postgres_url)
    with store_at(postgres_url) as store, store.journal.transaction() as tx:
        assert tx.priorities("alpha") == frozenset()
