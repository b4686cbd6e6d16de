"""Lines made of a sentence for the command that others wanted: nothing of it is lost or invented."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.command import Setting
from bot.language.tokens import tokenize
from bot.phrasing.known import Known
from bot.phrasing.slots import with_references
from bot.phrasing.wishes import is_another, wishes
from commands import FEATURES
from tests.house import BEGIN, House

WORDS = st.sampled_from(
    """
    log vote thank i we forgot to 2h 3 hours forty five minutes yesterday gestern bo ann @cem P1 Q1 N1
    C1 T3 zwei stunden 12 euro for für | ? : , #care --on every week monat last poll yes nein / 1/2 ☃
    """.split()  # noqa: SIM905 - as many words stand easier so
)


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with House().enter("ann", "bo", "cem", "eva") as house:
        for who, line in (
            ("ann", "/log 1h cleaned"),
            ("eva", "/log 2h swept"),
            ("bo", "/propose Buy a mixer"),
            ("bo", "/propose Open on Mondays --method majority"),
            ("ann", "/need 3h Saturday stall"),
            ("ann", "/need 1h repair the gate"),
        ):
            assert not house.say(who, line).refused
        yield house


def known_to(house: House) -> Known:
    return Known(house.state(), FEATURES, Setting("en", "UTC", BEGIN), lambda: "C2")


def best(house: House, line: str) -> str:
    found = wishes(line, known_to(house))
    return found[0].line if found else ""


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ("log forty five minutes loading the van", "log 45m loading the van"),
        ("i drove the van for three hours yesterday", "log 3h i drove the van --on yesterday"),
        ("i forgot to log yesterday 2 hours cakes", "log 2 hours cakes --on yesterday"),
        ("i was today three hours in the shop", "log 3h i was in the shop"),
        ("log:2h sweeping", "log 2h sweeping"),
        ("remove everything about me", "me forget"),
        ("log2h sweeping", "log 2h sweeping"),
        ("i did the monday market for 2 hours", "log 2 hours i did the monday market"),
        ("log mending servers (2h)", "log 2h mending servers"),
        ("log clean kitchen 1 hour 30", "log 1h30 clean kitchen"),
        ("please log two hours for me delivering", "log 2h delivering"),
        ("i paid thirty euros for fuel", "expense 30 EUR fuel"),
        ("disagree P2", "vote P2 disagree"),
        ("vote yes on p two", "vote P2 yes"),
        ("start proposal Open a stall closing in 3 days", "propose Open a stall --closes in 3 days"),
        ("new proposal: Open a stall", "propose Open a stall"),
        ("ledger for last month", "ledger last month"),
        ("remindme in 3 hours take out the bins", "remind me in 3 hours take out the bins"),
        ("remind everybody in two hours of the bins", "remind room in 2 hours of the bins"),
        ("export excel", "export csv"),
        ("make cem treasurer", "role give @cem treasurer"),
        ("my hours last month", "statement last month"),
        ("how do I vote", "help vote"),
        ("assign N2 @cem", "take N2 @cem"),
        ("say thanks to bo for the cake", "thank for the cake @bo"),
    ],
)
def test_a_sentence_becomes_the_line_that_says_it(house: House, said: str, line: str) -> None:
    assert best(house, said) == line


@pytest.mark.parametrize(
    "said",
    [
        "who voted on P1",  # whoever asks about a thing wants nothing done to it
        "did P1 pass?",
        "cancel my vote on P1",
        "who ate my sandwich",
        "amend N1 3h",  # of one thing nobody makes another
        "log 2h bread --on banana",
        "good morning everybody, has anybody seen the key",  # talk
        "what",
        "yes",
        "leaderboard",
        "",
        "i drove the van for three hours yesterday and " * 4,
        "wer",
        "i take N1 and C1",  # for the second of them there is no place
        "erinnere bo und cem morgen 9 Uhr an den Müll",  # one reminder is for one of them
    ],
)
def test_nothing_is_wished_where_nothing_is_clear(house: House, said: str) -> None:
    assert wishes(said, known_to(house)) == []


@given(st.lists(WORDS, min_size=1, max_size=9).map(" ".join))
def test_whatever_is_said_no_thing_takes_the_place_of_another(house: House, said: str) -> None:
    named = {
        word.rstrip("?:,") for word in said.split() if word[:1] in "PQNCT" and word[1:2].isdecimal()
    }
    for wish in wishes(said, known_to(house)):
        things = {word for word in wish.line.split() if word[:1] in "PQNCT" and word[1:].isdecimal()}
        assert things <= named if named and not wish.line.startswith("help") else True, wish


@given(st.text(max_size=60))
def test_no_text_breaks_it(house: House, said: str) -> None:
    wishes(said, known_to(house))


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("vote on proposal two", "vote on P2"),
        ("take p 1", "take P1"),
        ("task 3h sweeping", "task 3h sweeping"),
        ("need forty hands", "need forty hands"),
        ("need one helper", "need one helper"),
    ],
)
def test_a_thing_is_called_by_its_noun_and_a_small_number(house: House, said: str, meant: str) -> None:
    words = with_references(list(tokenize(said)), known_to(house))
    assert " ".join(token.text for token in words) == meant


def test_a_second_line_does_something_else_or_to_something_else() -> None:
    assert is_another("take N2", "take N1")
    assert is_another("needs", "need 2h sweep")
    assert not is_another("log 2h sweep", "log 3h sweep")
    assert not is_another("vote P1 no", "vote P1 yes")
