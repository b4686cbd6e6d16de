"""What others wanted beside what the words say, and lines without the words that only led to them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.house import House
from tests.test_transcripts import typed


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with House().enter("ann", "bo", "eva") as house:
        for who, line in (
            ("eva", "/log 2h swept"),
            ("bo", "/propose Buy a mixer"),
            ("bo", "/propose Open on Mondays --method majority"),
            ("ann", "/need 3h Saturday stall"),
            ("ann", "/need 1h repair the gate"),
            ("ann", "/take N1"),
            ("ann", "/income 300 EUR market"),
        ):
            told = house.say(who, line)
            assert not told.refused, told.text
        yield house


def offered(house: House, line: str, who: str = "eva") -> list[str]:
    told = house.say(who, line)
    assert told.refused, told.text
    first = line.split(maxsplit=1)[0].strip("/:").casefold()
    return [each for each in typed(told.rows[0].reply.body) if each.strip(":") != first]


@pytest.mark.parametrize(
    ("line", "better"),
    [
        ("/stop reminders", "reminders off"),
        ("/who worked this week", "ledger this week"),
        ("/how much money do we have", "treasury"),
    ],
)
def test_more_that_was_said_takes_the_place_of_a_bare_name(
    house: House, line: str, better: str
) -> None:
    assert offered(house, line)[0] == better


def test_what_others_wanted_stands_beside_what_the_words_say(house: House) -> None:
    assert "statement diesen monat" in offered(house, "/wie viel hab ich diesen monat gemacht")


def test_a_bare_page_does_not_stand_before_the_line_that_holds_what_was_said(house: House) -> None:
    found = offered(house, "/my hours last month please")
    assert found == ["statement last month", "contributions last month"]


@pytest.mark.parametrize(
    ("line", "only"),
    [
        ("/the whole thing is wrong, delete all of mine", "me forget"),
        ("/15 euro for seeds spent", "log 15 euro for seeds"),
        ("/hilf mir bitte", "menu"),
    ],
)
def test_beside_the_words_nothing_is_offered_that_they_rule_out(
    house: House, line: str, only: str
) -> None:
    assert only not in offered(house, line)[1:]


@pytest.mark.parametrize(
    ("line", "short"),
    [
        ("/vote yes on p two", "vote P2 yes"),
        ("/I agree with mixer", "vote P1 yes"),
        ("/take gate", "take N2"),
        ("/storno T1 paid twice", "reverse T1 paid twice"),
    ],
)
def test_words_that_only_led_to_a_line_are_not_in_it(house: House, line: str, short: str) -> None:
    assert short in offered(house, line, "ann")


def test_nobody_is_led_out_by_what_is_only_a_little_like_it(house: House) -> None:
    assert "me forget" not in offered(house, "/send me everything you have saved on me")
