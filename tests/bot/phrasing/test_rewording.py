"""What is understood safely, each in a line of its own, and how near a spelling has to be."""

from __future__ import annotations

import pytest

from bot.command import Setting
from bot.phrasing.known import Known
from bot.phrasing.rewording import understood
from bot.phrasing.vocabulary import distance, near
from commands import FEATURES
from tests.house import BEGIN, House

COMMANDS = FEATURES.commands

SAFE = {
    "log baking 2h": "log 2h baking",
    "log 2h baking": "log 2h baking",
    "log @bo 2h baking": "log 2h baking @bo",
    "log yesterday 3h baking": "log 3h baking --on yesterday",
    "log 9:00-11:30 baking": "log 2h30 baking",
    "log 9:00 - 11:30 baking": "log 2h30 baking",
    "log half an hour baking": "log 30m baking",
    "log an hour baking": "log 1h baking",
    "log two hours baking": "log 2h baking",
    "log zweieinhalb Stunden backen": "log 2h30 backen",
    "log 2h: baking": "log 2h baking",
    "log 20,- € stamps": "log 20 € stamps",
    "log 2h baking @bo, @cem and @ann": "log 2h baking @bo @cem @ann",
    "undo": "withdraw C9",
    "withdraw last": "withdraw C9",
    "amend last 3h": "amend C9 3h",
    "amend 3h": "amend C9 3h",
    "amend C2 to 2h": "amend C2 2h",
    "vote yes P2": "vote P2 yes",
    "vote P2 YES!": "vote P2 YES",
    "balance bo": "balance @bo",
    "thank bo for the bread": "thank @bo for the bread",
    "thank bo and cem for it": "thank @bo @cem for it",
    "poll Which? Mon | Tue": "poll Which? | Mon | Tue",
    "poll Which? | Mon | Tue --until friday": "poll Which? | Mon | Tue --closes friday",
    "poll Which? | Mon | Tue --deadline friday": "poll Which? | Mon | Tue --closes friday",
    "poll Which? | Mon | Tue --by friday": "poll Which? | Mon | Tue --closes friday",
    "log 2h baking --date yesterday": "log 2h baking --on yesterday",
    "poll Which? | Mon | Tue --multiple": "poll Which? | Mon | Tue --method approval",
    "poll Which? | Mon | Tue --ranked": "poll Which? | Mon | Tue --method irv",
    "remind everyone tomorrow 9:00 cups": "remind room tomorrow 9:00 cups",
    "remind me tomorrow at 9 cups": "remind me tomorrow 09:00 cups",
    "digest at friday evening": "digest at fri 18:00",
    "role give treasurer @bo": "role give @bo treasurer",
    "payout 50 EUR @bo": "payout @bo 50 EUR",
    "me language Deutsch": "me language de",
    "me language German": "me language de",
}
AS_IT_STANDS = (
    "member seat Bo @cem",
    "member seat Bo --who @cem",
    "log 3 baking",
    "log 9-11 baking",
    "log 2h soup for @bo and the others",
    "log 2h bought 3 kg flour",
    "propose Undo the last vote",
    "vote P1 no",
    'poll "Which? Mon" | Tue | Wed',
    "remind me tomorrow look at 9 cups",
    "thank @bo and the others",
    "pay @bo 3 leaf for 2 hours",
    "undo everything",
    "vote --ref P2 --choice yes",
    'vote --ref P2 --choice "yes, please"',
    "confirm --ref C2",
    "balance --who @bo",
    "log --amount 3h --what baking --on yesterday",
    'log --amount=3h --what="baking 2h"',
    "vote Q1 red, dark-blue",
    "vote Q1 Pizza! > Pasta",
)


@pytest.fixture(scope="module")
def known() -> Known:
    house = House().enter("ann", "bo", "cem")
    return Known(house.state(), FEATURES, Setting("en", "UTC", BEGIN), lambda: "C9")


@pytest.mark.parametrize(("said", "meant"), SAFE.items())
def test_what_is_safe_is_understood(said: str, meant: str, known: Known) -> None:
    assert understood(said, known) == meant


@pytest.mark.parametrize("said", AS_IT_STANDS)
def test_what_is_not_stays_as_it_was_said(said: str, known: Known) -> None:
    assert understood(said, known) == said


@pytest.mark.parametrize("said", SAFE.values())
def test_what_is_meant_is_understood_as_itself(said: str, known: Known) -> None:
    assert understood(said, known) == said


@pytest.mark.parametrize(
    ("one", "other", "slips"),
    [
        ("lgo", "log", 1),
        ("balence", "balance", 1),
        ("", "log", 3),
        ("log", "log", 0),
        ("undo", "fund", 2),
    ],
)
def test_slips_are_counted(one: str, other: str, slips: int) -> None:
    assert distance(one, other) == slips


@pytest.mark.parametrize("word", ["undo", "leave", "edit"])
def test_no_word_is_near_what_it_does_not_mean(word: str) -> None:
    assert {it.command.name for it in near([word], COMMANDS)} <= {"withdraw", "me leave", "amend"}
