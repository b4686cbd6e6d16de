"""What may be meant as well is offered as well: another open thing, a like list; and plainer readings.

Where one line of several is only the likeliest, the others stand behind it.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.phrasing.ruling import rule_at, ruled
from bot.phrasing.surveying import asked
from bot.phrasing.wording import split
from commands import FEATURES
from tests.bot.phrasing.test_beside import offered
from tests.house import House
from tests.test_transcripts import typed


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with House().enter("ann", "bo", "eva") as house:
        for who, line in (
            ("ann", "/log 1h swept the yard"),
            ("bo", "/propose Paint the shed on Sundays --method majority"),
            ("bo", "/poll When is the feast? | Saturday | Sunday"),
            ("ann", "/need 1h mend the fence"),
            ("ann", "/need 2h clean the ovens"),
        ):
            told = house.say(who, line)
            assert not told.refused, told.text
        yield house


def test_where_nobody_said_which_each_that_is_open_is_offered(house: House) -> None:
    assert sorted(offered(house, "/i will take that on")) == ["take N1", "take N2"]


def test_what_was_called_by_its_name_is_offered_alone(house: House) -> None:
    assert offered(house, "/i will take the fence on") == ["take N1"]


@pytest.mark.parametrize(
    "line", ["/everything bo entered in march", "/list what bo has put in in march"]
)
def test_an_account_and_the_entries_are_called_by_the_same_words(house: House, line: str) -> None:
    names = {each.split()[0] for each in offered(house, line)}
    assert {"statement", "contributions"} <= names


@pytest.mark.parametrize(
    ("line", "only"),
    [
        ("/statement everything bo entered in march", "statement @bo in march"),
        ("/contributions what bo put in in march", "contributions @bo in march"),
    ],
)
def test_whoever_names_one_of_them_is_offered_that_alone(house: House, line: str, only: str) -> None:
    assert [*typed(house.say("eva", line).rows[0].reply.body)] == [only]


@pytest.mark.parametrize("line", ["/that was wrong, it was 3 hours", "/oops please undo that"])
def test_whoever_puts_something_right_means_the_newest_alone(line: str) -> None:
    with House().enter("ann") as it:
        it.say("ann", "/log 1h baked")
        it.say("ann", "/log 2h painted")
        found = [each for each in offered(it, line, who="ann") if " C" in each]
    assert len(found) == 1
    assert " C2" in found[0]


def test_whoever_names_an_open_polls_option_votes_on_it(house: House) -> None:
    assert offered(house, "/saturday would be nicer for me") == ["vote Q1 Saturday"]


def test_an_option_that_a_title_names_too_may_mean_either(house: House) -> None:
    found = offered(house, "/yes to sundays")
    assert found == ["vote P1 yes", "vote Q1 Sunday"]


@pytest.mark.parametrize(
    "line", ["/make a poll about saturday", "/which day: saturday, sunday or monday for the next feast"]
)
def test_whoever_asks_for_another_poll_votes_on_none(house: House, line: str) -> None:
    assert not any(each.startswith("vote") for each in offered(house, line))


@pytest.mark.parametrize(
    ("line", "explains"),
    [
        ("/what does quiet hours do", "rules explain quiet-hours"),
        ("/who set up the days back rule", "rules explain days-back"),
        ("/was heißt quorum hier", "rules explain quorum"),
    ],
)
def test_a_question_about_a_rule_names_it_with_or_without_hyphens(
    house: House, line: str, explains: str
) -> None:
    assert explains in offered(house, line)


@pytest.mark.parametrize(
    ("sentence", "line"),
    [
        ("from now on we want a quorum of 40 percent", "rules set quorum 40%"),
        ("confirmations should be two please", "rules set confirmations 2"),
        ("daily cap auf 12 setzen", "rules set daily-cap 12"),
        ("turn keep votes off", "rules set keep-votes off"),
    ],
)
def test_what_a_rule_should_be_is_its_value(sentence: str, line: str) -> None:
    command = FEATURES.commands["rules set"]
    assert [*ruled(command, split(sentence)[0])] == [line]


def test_a_rule_without_a_value_that_it_takes_is_not_set() -> None:
    command = FEATURES.commands["rules set"]
    assert [*ruled(command, split("the quorum should be higher")[0])] == []
    assert rule_at(split("we sing on sundays")[0]) == ("", 0, 0)


@pytest.mark.parametrize(
    ("sentence", "text"),
    [
        ("what shall we cook? soup / stew / curry", "what shall we cook? | soup | stew | curry"),
        ("paint the hall fri 6 nov 18:00 / sat 7 nov 10:00", None),
        ("terminfindung hof: fr 18:00, sa 10:00", "hof? | fr 18:00 | sa 10:00"),
    ],
)
def test_options_between_slashes_and_times_are_apart(sentence: str, text: str | None) -> None:
    expected = text or "paint the hall? | fri 6 nov 18:00 | sat 7 nov 10:00"
    assert asked(split(sentence)[0]) == expected


def test_a_poll_by_its_name_takes_a_list_behind_its_colon(house: House) -> None:
    assert offered(house, "/poll cake for the feast: plum, apple") == [
        "poll cake for the feast? | plum | apple"
    ]


def test_a_time_of_the_day_is_no_length_of_work(house: House) -> None:
    line = "/jeden freitag um 17:30 brauchen wir zwei leute zum ausladen, jeweils zwei stunden"
    assert [each[:8] for each in offered(house, line)] == ["need 2h "]


def test_a_length_takes_its_preposition_with_it(house: House) -> None:
    assert offered(house, "/sorted the cellar for 2 hours with wooden crates") == [
        "log 2 hours sorted the cellar with wooden crates"
    ]


def test_what_was_done_is_kept_beside_who_did_it(house: House) -> None:
    found = offered(house, "/Anna hat 2 Stunden geputzt")
    assert found == ["log 2 Stunden geputzt @ann", "log 2 Stunden geputzt ann"]


def test_an_entry_is_called_by_whose_it_is(house: House) -> None:
    assert offered(house, "/confirm anns yard", who="bo") == ["confirm C1"]
    assert offered(house, "/i can vouch for anns hour of sweeping", who="bo") == ["confirm C1"]
