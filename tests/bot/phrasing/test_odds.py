"""How much likelier each command is by each word of a sentence."""

from __future__ import annotations

from bot.phrasing.odds import Odds

ODDS = Odds([("log", ["hours", "i"]), ("log", ["hours"]), ("pay", ["euro", "i"]), ("pay", ["euro"])])


def likeliest(*words: str) -> str:
    odds = ODDS.of(words)
    return max(odds, key=lambda each: odds[each])


def test_a_word_speaks_for_what_it_was_said_with_wherever_it_stands() -> None:
    assert likeliest("i", "hours") == "log"
    assert likeliest("euro", "i") == "pay"


def test_what_was_said_with_both_or_never_says_nothing() -> None:
    for words in ([], ["i"], ["zebra"]):
        assert len({round(it, 9) for it in ODDS.of(words).values()}) == 1
