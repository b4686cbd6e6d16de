"""What is put right drops no word and no person, and invents no day, amount, currency or deed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.house import House, Told
from tests.test_transcripts import typed


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    it = House({"confirmations": 1, "language": "en"}).enter("ann", "bo", "cem")
    for line in ("log 2h baked", "propose Buy a mixer", "propose Buy a bowl --method majority"):
        assert not it.say("ann", f"/{line}").refused
    assert not it.say("ann", "/need 2h clean the oven").refused
    yield it
    it.close()


def offers(house: House, line: str, who: str = "bo") -> list[str]:
    """The whole lines that a refusal offers."""
    told = house.say(who, f"/{line}")
    assert told.refused, told.text
    return lines_in(told, line)


@pytest.mark.parametrize(
    ("line", "right"),
    [
        ("log yesterday evening 2h swept", "log 2h evening swept --on yesterday"),
        ("log on monday evening 2h swept", "log 2h evening swept --on monday"),
        ("yesterday, 2h swept", "log 2h swept --on yesterday"),
        ("gestern abend 2h gefegt", "log 2h abend gefegt --on gestern"),
        ("log last night 3 hours baking", "log 3 hours last night baking --on 2026-01-04"),
    ],
)
def test_a_day_before_an_amount_stays_the_day(house: House, line: str, right: str) -> None:
    assert offers(house, line) == [right]
    assert "Send it so" in house.say("bo", f"/{line}").text
    assert ("(Sun, 4 Jan)" in house.say("cem", f"/{right}").text) == ("monday" not in right)


def test_a_day_that_stands_as_an_option_already_is_no_second_one(house: House) -> None:
    line = "log last night 2h baked --on friday"
    assert offers(house, line) == ["log 2h last night baked --on friday"]


def test_a_day_and_its_part_at_the_end_of_a_text_are_told(house: House) -> None:
    told = house.say("bo", "/log 2h raked yesterday evening")
    assert any(each.endswith("--on yesterday") for each in lines_in(told, "log"))


def lines_in(told: Told, said: str) -> list[str]:
    """The lines of an answer but for the first word of what was said: it may be no command."""
    them = [line for row in told.rows for line in typed(row.reply.body)]
    return [line for line in them if line != said.split(maxsplit=1)[0].casefold()]


@pytest.mark.parametrize(
    ("line", "right"),
    [
        ("15 euro für Samen ausgegeben", "expense 15 euro für Samen"),
        ("ich habe 15 euro für Samen ausgegeben", "expense 15 euro für Samen"),
        ("15 euro for seeds spent", "expense 15 euro for seeds"),
        ("how much money do we have", "treasury"),
        ("wie viel geld haben wir", "treasury"),
        ("log 2 boxes 3 hours", "log 3 hours 2 boxes"),
        ("log 3 chairs 2h", "log 2h 3 chairs"),
        ("how many hours does ann have", "balance @ann"),
        ("balance of ann", "balance @ann"),
        ("take it", "take N1"),
    ],
)
def test_what_was_said_is_all_in_what_is_offered(house: House, line: str, right: str) -> None:
    assert offers(house, line) == [right]


@pytest.mark.parametrize(
    ("line", "example"),
    [
        ("spent 14 euros 50", "expense 14.50EUR eggs"),
        ("15 euro ausgegeben", "expense 15 euro eggs"),
        ("log half an hour", "log 30m cleaned the kitchen"),
        ("expense 15 EUR", "expense 15 EUR eggs"),
        ("12 EUR", "log 12 EUR cleaned the kitchen"),
        ("log |", "log 3h cleaned the kitchen"),
    ],
)
def test_words_that_nobody_said_are_an_example(house: House, line: str, example: str) -> None:
    told = house.say("bo", f"/{line}")
    assert lines_in(told, line) == [example]
    assert "It works like this" in told.text


@pytest.mark.parametrize(
    "line",
    [
        "is P1 still open?",
        "did P1 pass?",
        "who voted yes on P1",
        "did you vote no on P1",
        "does anyone object to P1",
        "what if I cancel P1",
        "wer hat mit nein gestimmt bei P1",
        "close P1?",
        "cancel my vote on P1",
    ],
)
@pytest.mark.parametrize("who", ["ann", "bo"])
def test_whoever_asks_about_a_thing_is_shown_it_and_offered_no_deed(
    house: House, line: str, who: str
) -> None:
    assert offers(house, line, who) in (["show P1"], ["close P1"] if line == "close P1?" else [])


def test_nothing_is_done_to_another_thing_than_the_one_that_was_named(house: House) -> None:
    assert not any("P2" in each for each in offers(house, "cancel that old proposal P1", "ann"))
    assert offers(house, "why did you vote no on P2") == ["show P2"]
    assert offers(house, "confirm C1?") == ["confirm C1"]


def test_a_vote_that_is_to_change_is_one_on_what_was_named(house: House) -> None:
    assert offers(house, "change my vote on P2 to no") == ["vote P2 no"]
    assert not house.say("bo", "/vote P2 no").refused
    assert offers(house, "cancel my vote on P2") == ["vote P2 withdraw"]


def test_nobody_is_chosen_for_whom_a_reminder_is(house: House) -> None:
    assert "remind me tomorrow ann" not in offers(house, "remind ann tomorrow")


def test_whose_it_is_is_asked_also_without_the_command(house: House) -> None:
    assert offers(house, "2h cleaned with ann") == ["log 2h cleaned @me @ann", "log 2h cleaned @ann"]


@pytest.mark.parametrize("text", ["swept 4h", "3 chairs mended"])
def test_what_stands_in_quotes_is_the_text_of_an_entry(house: House, text: str) -> None:
    assert f"2h #work, {text}" in house.say("ann", f'/amend C1 "{text}"').text
    assert "4h #work" in house.say("ann", '/amend C1 "4h"').text
    house.say("ann", "/amend C1 2h")
