"""Three people at the board: one is clever, one is in a hurry, one sends bytes."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from bot.books.audit import compare
from bot.chat import Kind
from bot.collective.contributions import ContributionLogged
from tests.house.cases import first
from tests.house.house import House
from tests.house.told import plain


@pytest.fixture
def house() -> Iterator[House]:
    with House().enter("ann", "bo", "cem") as house:
        yield house
        assert not list(compare(house.folded(), house.state()))


def link(house: House, who: str, other: str) -> None:
    """The accounts of these two are one person's."""
    code = house.say(who, "/me link", private=True).text.split("/me link ")[1].split()[0]
    house.say(other, f"/me link {code} yes")


# --- Clever ---------------------------------------------------------------------------------------


def test_two_accounts_of_one_person_take_one_place_and_log_once(house: House) -> None:
    link(house, "bo", "cem")
    house.say("ann", "/need 2h carry --people 2")
    house.say("bo", "/take N1")

    assert house.say("cem", "/take N1").error == "taken-already"
    assert not house.say("cem", "/done N1").refused
    assert house.say("bo", "/done N1").error == "done-already"
    assert sum(isinstance(each, ContributionLogged) for each in house.events()) == 1


def test_nobody_takes_their_own_by_a_second_account_where_the_rule_forbids_it() -> None:
    with House({"own-needs": False}).enter("ann", "bo") as house:
        link(house, "ann", "bo")
        house.say("ann", "/need 2h carry")
        for who in ("ann", "bo"):
            told = house.say(who, "/take N1")
            assert told.rows[0].reply.facts["rule"] == "own-needs"
        assert house.say("ann", "/take N1 @bo").refused


def test_dropping_ten_minutes_before_is_told_to_the_room_at_once_and_to_who_asked(house: House) -> None:
    house.say("ann", "/need 2h till --by tomorrow 18:00")
    house.say("bo", "/take N1")
    house.later(days=1, hours=8, minutes=50)

    told = house.say("bo", "/drop N1 no desire", private=True)

    calls = [plain(row) for row in told.rows if row.reply.kind is Kind.REMINDER and not row.person]
    assert ["Still wanted" in each for each in calls] == [True]
    assert any(row.person == "ann" for row in told.rows)
    later = house.later(minutes=5)
    assert not [row for row in later.rows if "Still wanted" in plain(row)], "told once"


@pytest.mark.parametrize("line", ["/done N1", "/done N1 2h for @bo", "/drop N1", "/swap N1 @ann"])
def test_what_somebody_else_took_is_theirs_to_say(house: House, line: str) -> None:
    house.say("ann", "/need 2h carry --people 2")
    house.say("bo", "/take N1")

    assert house.say("cem", line).error == "not-taken"
    assert [*house.state().needs.open[1].taken] == [2]


def test_no_part_is_more_than_there_is_however_it_is_said(house: House) -> None:
    house.say("ann", "/need 2h carry")
    house.say("bo", "/take N1 --part 90m")
    assert house.say("cem", "/take N1 --part 1h").error == "part-large"
    house.say("cem", "/take N1")
    assert house.state().needs.open[1].free == 0
    assert house.say("ann", "/take N1").error == "no-place"


def test_a_need_of_another_circle_is_taken_by_nobody_outside_by_no_road() -> None:
    rules = {"circle-needs": "circle", "take-for-others": "anyone"}
    with House(rules).enter("ann", "bo", "cem") as house:
        house.say("ann", "/circle create garden")
        house.say("bo", "/circle join garden")
        house.say("ann", '/need 2h dig --circle garden --every "every day 18:00"')
        house.say("bo", "/take N2")
        for who, line in (
            ("cem", "/take N3"),
            ("cem", "/take N1 --every"),
            ("ann", "/take N3 @cem"),
            ("bo", "/swap N2 @cem"),
        ):
            assert house.say(who, line).rows[0].reply.facts["rule"] == "circle-needs", line


# --- In a hurry -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("/take the first one", "/take N5"),
        ("/take", "/take N1"),
        ("/done", "which one, for example N5"),
        ("/need 0h nothing", "more than nothing"),
        ("/need 2h x --people many", "“many” is no number of people"),
        ("/need 2h x --people 101", "from 1 to 100"),
        ('/need 2h x --every "monday 18:00" --by friday', "--by is for what is done once"),
        ("/needs edit N1", "changes nothing"),
        ("/swap N1", "as @name"),
    ],
)
def test_who_is_in_a_hurry_is_told_what_was_wrong(house: House, line: str, part: str) -> None:
    house.say("ann", "/need 2h carry")
    before = house.tables()

    told = house.say("ann", line)
    assert told.refused
    assert part in told.text
    assert house.tables() == before


def test_a_time_in_a_hurry_is_told_with_the_line_that_sets_it(house: House) -> None:
    told = house.say("ann", "/need 2h clean hall tomorrow 18:00")
    assert told.text.endswith("/needs edit N1 tomorrow 18:00")


# --- Bytes ----------------------------------------------------------------------------------------

COMMANDS = (
    *("need", "offer", "needs", "take", "drop", "done", "swap", "needs edit"),
    *("duty", "duty leave", "duty excuse", "calendar link"),
)
SCRAPS = (
    *("N1", "N0", "N99", "N١", "2h", "-1h", "0h", "\u0661h", "9" * 40 + "h", "25:99", "2026-02-30"),
    *("--people", "--every", "--by", "--part", "--coming", "--pays", "--", '"', "@", "@bo"),
    *("\u202e", "\x00", "ä" * 300, "🦀", "monday 18:00", "every second", "until", "END:VEVENT"),
    *("{who}", "%s"),
)


@pytest.mark.parametrize("seed", first(6, list(range(120))))
def test_whatever_is_typed_is_answered_and_breaks_nothing(seed: int) -> None:
    chance = random.Random(seed)
    with House({"shift-balance": 7 * 24 * 60}).enter("ann", "bo") as house:
        house.say("ann", '/need 2h till --every "every day 18:00" --people 2')
        for _ in range(40):
            words = chance.choices(SCRAPS, k=chance.randrange(5))
            line = " ".join([f"/{chance.choice(COMMANDS)}", *words])
            told = house.say(chance.choice(("ann", "bo")), line)
            assert told.rows, line
            assert "reference number" not in told.text, line
            assert told.error != "bug", line
        assert all(it.free >= 0 for it in house.state().needs.open.values())
        assert not list(compare(house.folded(), house.state()))
