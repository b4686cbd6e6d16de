"""Who has not answered for a part of a shared expense is reminded once, in private."""

from __future__ import annotations

import pytest

from bot.chat import Kind
from bot.collective.sharedexpenses import PartsReminded
from tests.commands.ledger.test_settleup import lived
from tests.house.house import House
from tests.house.told import Told

PIZZA = "/expense 90 EUR pizza @bo @cem @dee"


def asked() -> House:
    house = lived()
    assert house.say("bo", PIZZA).error == ""
    return house


def names(house: House, told: Told) -> list[str]:
    """Who is reminded, by name; each in private."""
    rows = [row for row in told.rows if row.reply.kind is Kind.REMINDER]
    assert all(row.person for row in rows)
    return sorted(house.state().members.member(row.reply.to).name for row in rows)


def test_after_three_days_whoever_has_not_answered_is_reminded_once() -> None:
    house = asked()
    assert names(house, house.later(hours=71)) == []
    told = house.later(hours=2)
    assert names(house, told) == ["cem", "dee"]
    for line in ("T1", "30.00 EUR", "pizza", "/approve T1", "/decline T1", "/reminders off"):
        assert line in told.text, told.text
    for _ in range(40):
        assert names(house, house.later(days=1)) == []
    assert len([each for each in house.events() if isinstance(each, PartsReminded)]) == 1


def test_who_answered_is_not() -> None:
    house = asked()
    house.say("cem", "/approve T1")
    house.later(hours=71)
    assert names(house, house.later(hours=2)) == ["dee"]


@pytest.mark.parametrize(
    "lines",
    [
        (("cem", "/approve T1"), ("dee", "/decline T1 I had none")),
        (("cem", "/decline T1"), ("dee", "/decline T1")),
        (("bo", "/settle-up undo T1 typed twice"),),
        (("ann", "/reverse T1 typed twice"),),
    ],
)
def test_of_what_is_answered_or_taken_back_nobody_is(lines: tuple[tuple[str, str], ...]) -> None:
    house = asked()
    for who, line in lines:
        assert house.say(who, line).error == "", line
    assert names(house, house.later(days=30)) == []
    assert not [each for each in house.events() if isinstance(each, PartsReminded)]


def test_who_left_or_wants_no_reminders_is_not_and_the_others_are() -> None:
    house = asked()
    house.say("cem", "/reminders off", private=True)
    assert names(house, house.later(days=3, hours=1)) == ["dee"]
    other = asked()
    other.say("dee", "/me leave yes", private=True)
    assert names(other, other.later(days=3, hours=1)) == ["cem"]
    other.say("ann", "/member return @dee")
    assert names(other, other.later(days=9)) == []


def test_a_second_account_of_who_laid_it_out_is_not() -> None:
    house = asked()
    code = house.say("bo", "/me link", private=True).text.split("/me link ")[1].split()[0]
    assert house.say("dee", f"/me link {code} yes", private=True).error == ""
    assert names(house, house.later(days=4)) == ["cem"]


def test_the_rule_says_when_and_whether() -> None:
    house = lived()
    house.say("ann", "/rules set parts-reminder 5h")
    house.say("bo", PIZZA)
    assert names(house, house.later(hours=5, minutes=1)) == ["cem", "dee"]
    other = lived()
    other.say("ann", "/rules set parts-reminder never")
    other.say("bo", PIZZA)
    assert names(other, other.later(days=200)) == []


def test_nobody_is_woken_by_it() -> None:
    house = lived()
    house.say("ann", "/rules set quiet-hours 22:00-07:00")
    house.say("ann", "/rules set parts-reminder 1h")
    house.clock.move_to(house.clock.now().replace(hour=21, minute=30))
    house.say("bo", PIZZA)
    assert names(house, house.later(hours=9)) == []
    assert names(house, house.later(hours=1)) == ["cem", "dee"]


def test_it_counts_among_the_reminders_of_a_week() -> None:
    house = lived()
    house.say("ann", "/rules set reminders-week 1")
    house.say("bo", PIZZA)
    house.say("bo", "/expense 9 EUR salt @cem")
    assert names(house, house.later(days=4)) == ["cem", "dee"]


def test_what_waits_stands_in_the_menu_until_it_is_answered() -> None:
    house = asked()
    assert "/approve T1" in house.say("cem", "/menu", private=True).text
    house.say("cem", "/decline T1")
    assert "/approve T1" not in house.say("cem", "/menu", private=True).text
    assert "/approve T1" not in house.say("eve", "/menu", private=True).text
