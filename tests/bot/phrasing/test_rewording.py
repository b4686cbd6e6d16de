"""What is understood safely, each in a line of its own, and how near a spelling has to be."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.command import Setting
from bot.grammar.lines import parse
from bot.phrasing.doubts import doubt
from bot.phrasing.entries import entry_of
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
    "log 2h @bo and me baked": "log 2h @bo @me baked",
    "log 2h me and @bo baked": "log 2h @me @bo baked",
    "log 2h @bo, @cem and myself baked": "log 2h @bo @cem @me baked",
    "log 2h @bo, ich und @cem gebacken": "log 2h @bo @me @cem gebacken",
    "log @bo and me 2h baked": "log 2h baked @bo @me",
    "log 2h baked @bo and me --on yesterday": "log 2h baked @bo @me --on yesterday",
    "log 2h baked for @bo and me": "log 2h baked for @bo and me",
    "log 2h gebacken mit @bo und mir": "log 2h gebacken @bo @me",
    "log 2h showed @bo and i mended it": "log 2h showed @bo and i mended it",
    'log 2h "me and @bo"': 'log 2h "me and @bo"',
    "log 2h me too, and later @bo too": "log 2h me too, and later @bo too",
    "thank @bo and me for it": "thank @bo and me for it",
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
    "me language Deutsch": "me language de",
    "me language German": "me language de",
    "amend last one hour": "amend C9 1h",
    "amend the last one 2h": "amend C9 2h",
    "amend last my garden work": "amend C9 my garden work",
    "thank bo": "thank @bo",
    "thank @bo, will bring it back": "thank @bo will bring it back",
    "log -h": "help log",
    "need 2 people to clean 3h --help": "help need",
    'poll "Which?" "Mon --secret" "Tue"': 'poll Which? | "Mon --secret" | Tue',
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
    "withdraw P1 C12 covers it",
    "withdraw T1 C12 covers it",
    "log 2h wrote ls -h docs",
    "contributions may",
    "thank @bo and cem for it",
    "thank @bo and cem",
    "thank @bo and may the bread rise",
    "poll https://x.org/?a=b which | Mon | Tue",
    "poll Coffee or tea? (one only) | Coffee | Tea",
    'poll "Which?" "Mon | Tue" "Wed"',
    "poll Which? | Mon | Tue --ranked=yes",
    "undo the last entry it was wrong",
    "me, leave this room",
    "amend C2 about 2 hours",
    "remind me at 9 30 cups",
    "remind me at 9 days",
    "log 2h soup --with @cem",
    "log 2h soup --for @cem",
    "log 2h soup --until friday",
    "propose Party --date friday",
    "need a minute taker",
    "need help in half an hour",
    "offer my van for two hours",
    "reminders mine",
    "polls pending",
)


@pytest.fixture(scope="module")
def known() -> Known:
    house = House().enter("ann", "bo", "cem", "may")
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


DOUBTFUL = {
    "thank @bo and cem for it": ("thank @bo @cem for it", 'thank @bo "and cem for it"'),
    "thank @bo, cem for it": ("thank @bo @cem for it", 'thank @bo "cem for it"'),
    "thank @bo, @may and cem": ("thank @bo @may @cem", 'thank @bo @may "and cem"'),
    "poll Tea? (one) | A | B --secret": (
        "poll Tea? | (one) | A | B --secret",
        'poll "Tea? (one)" | A | B --secret',
    ),
}


@pytest.mark.parametrize(("typed", "lines"), DOUBTFUL.items())
def test_what_may_be_meant_in_two_ways_is_asked(
    typed: str, lines: tuple[str, ...], known: Known
) -> None:
    asked = doubt(typed, known)

    assert asked is not None
    assert asked.lines == lines
    for line in lines:
        assert doubt(line, known) is None
        assert isinstance(parse(line, COMMANDS, known.setting).arguments, dict)


@pytest.mark.parametrize(
    "typed", ["thank @bo and the others", "thank bo and cem for it", "thank @bo", "poll Tea? | A | B"]
)
def test_nothing_is_asked_where_nothing_is_open(typed: str, known: Known) -> None:
    assert doubt(typed, known) is None


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


def test_near_is_one_slip_in_a_short_word_and_two_in_a_long_one() -> None:
    table = {name: replace(COMMANDS[name], also=None) for name in ("log", "contributions")}
    far = {1: "contribution", 2: "contributon", 3: "contribuon", 4: "contriuon"}

    for slips, word in far.items():
        assert distance(word, "contributions") == slips
        assert bool(near([word], table)) is (slips <= 2), word
    assert [it.command.name for it in near(["lgo"], table)] == ["log"]
    assert near(["lgoo"], table) == []
    assert near(["l"], table) == []


def test_the_same_words_of_two_commands_stay_apart(known: Known) -> None:
    """What a line is made of is read once for a message, and is that line's own."""
    lines = ("log 2h bread", "expense 2h bread", "log 2h bread\n1h jam")

    found = [entry_of(it, known) for it in map(known.said, lines) if it is not None]

    assert [each.it.line for each in found if each is not None] == list(lines)
