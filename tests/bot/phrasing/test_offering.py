"""What is offered is what was meant: a word inside a text leads nowhere."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.phrasing.vocabulary import near
from tests.house import COMMANDS, House, Told, settled
from tests.test_transcripts import typed


@pytest.mark.parametrize(
    ("line", "never"),
    [
        ("/amend swept 3 hours", "/balance"),
        ("/withdraw the vote", "/vote"),
        ("/log the balance of the digest", "/digest"),
    ],
)
def test_the_words_of_a_text_lead_to_no_command(line: str, never: str) -> None:
    house = settled()
    told = house.say("bo", line)
    assert told.error
    assert never not in told.text
    house.close()


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    it = House({"confirmations": 1}).enter("ann", "bo", "cem")
    it.say("ann", "/log 2h baked")
    it.say("ann", "/propose Buy a mixer")
    it.say("ann", "/propose Buy a bowl --method majority")
    yield it
    it.close()


def lines(house: House, line: str) -> list[str]:
    """The whole lines that a refusal offers."""
    told = house.say("ann", line)
    assert told.refused, told.text
    return [each for each in typed(told.rows[0].reply.body) if " " in each or each == "balance"]


@pytest.mark.parametrize(
    ("line", "only"),
    [
        ("/P1 dagegen", "vote P1 object I have a concern"),
        ("/P2 against", "vote P2 no"),
        ("/abstimmen P1 ja", "vote P1 ja"),
        ("/erklär mal P1", "why P1"),
        ("/result of P1", "show P1"),
        ("/C1 it was 3h", "amend C1 3h"),
    ],
)
def test_what_is_offered_is_about_the_thing_that_was_named(house: House, line: str, only: str) -> None:
    assert [each for each in lines(house, line) if "P" in each or "C" in each] == [only]


@pytest.mark.parametrize(
    "line", ["/so it does not work, no", "/das geht ja nicht", "/motion: no bikes"]
)
def test_a_yes_or_a_no_inside_a_sentence_is_no_vote(house: House, line: str) -> None:
    assert not any(each.startswith("vote") for each in lines(house, line))


@pytest.mark.parametrize("line", ["/remove my last entry", "/wieviel stunden hab ich", "/zurücknehmen"])
def test_no_amount_is_invented_for_what_is_no_entry(house: House, line: str) -> None:
    assert not any(each.startswith("log") for each in lines(house, line))


@pytest.mark.parametrize(
    ("line", "right"),
    [
        ("/please remind me tomorrow to call", "remind me tomorrow to call"),
        ("/could you remind me tomorrow to call", "remind me tomorrow to call"),
        ("/ich möchte bitte meine stunden", "balance"),
        ("/kannst du mir stunden zeigen", "balance"),
        ("/trage 2h Brot ein", "log 2h Brot"),
        ("/i cleaned 2h, sorry", "log 2h i cleaned"),
        ("/i spent 14 pounds 50 on bags", "expense 14.50 GBP bags"),
        ("/that was wrong, it was 3 hours not 2", "amend C1 3 hours"),
        ("/falsch, das waren 3h statt 2h", "amend C1 3h"),
    ],
)
def test_courtesy_and_parted_verbs_hide_nothing(house: House, line: str, right: str) -> None:
    assert right in lines(house, line)[:1]


@pytest.mark.parametrize(("word", "never"), [("ich", "ics"), ("please", "leave"), ("bin", "in")])
def test_a_short_or_far_word_is_no_slip_of_another(word: str, never: str) -> None:
    assert all(never not in (it.command.name, *it.command.other_words) for it in near([word], COMMANDS))


@pytest.mark.parametrize("word", ["lgo", "blance", "propse", "thakn"])
def test_a_slip_of_the_finger_is_one(word: str) -> None:
    assert near([word], COMMANDS)


def test_a_question_word_alone_leads_nowhere(house: House) -> None:
    assert "member list" not in lines(house, "/who ate my sandwich")
    assert lines(house, "/how do i put in my hours") == ["help log"]


@pytest.mark.parametrize(
    ("line", "asked"),
    [
        ("/log 2h with Cem mended it", ["log 2h mended it @me @Cem", "log 2h mended it @Cem"]),
        ("/log 2h mit cem zusammen Brot", ["log 2h Brot @me @cem", "log 2h Brot @cem"]),
        ("/amend C1 it should be 4h", ["amend C1 4h", 'amend C1 --what "it should be 4h"']),
    ],
)
def test_who_is_named_inside_and_how_much_are_asked(house: House, line: str, asked: list[str]) -> None:
    assert lines(house, line) == asked


@pytest.mark.parametrize("line", ["log --hours 3 --what triage", "log --stunden 3 --text triage"])
def test_amounts_behind_other_names_of_the_option_are_read(line: str) -> None:
    with House().enter("ann") as house:
        assert "3h #work, triage" in house.say("ann", f"/{line}").text


def test_people_in_the_words_of_a_need_are_told_to_be_words() -> None:
    with House().enter("ann", "bo") as house:
        told = house.say("ann", "/need 3 people for the fridge")
        assert "needs edit N1 --people 3" in {*typed_in(told)}
        assert not house.say("ann", "/needs edit N1 --people 3").refused
        assert not {*typed_in(house.say("ann", "/need one person for the fridge"))} & {"needs edit"}


def typed_in(told: Told) -> list[str]:
    return [line for row in told.rows for line in typed(row.reply.body)]
