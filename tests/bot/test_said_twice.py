"""What was named in a line is never overwritten by what else stands in it."""

from __future__ import annotations

import pytest

from bot.chat import Misread
from bot.grammar.lines import parse
from bot.text.languages import reader
from bot.text.rendering import render
from bot.text.wording import lines
from commands import FEATURES
from tests.bot.test_command import SETTING

COMMANDS = FEATURES.commands


def refused(line: str) -> tuple[str, str]:
    with pytest.raises(Misread) as wrong:
        parse(line, COMMANDS, SETTING)
    told = wrong.value
    return told.code, render(lines(told.reason, told.instead), reader("en", "UTC", "/"))


@pytest.mark.parametrize(
    ("line", "instead"),
    [
        # A text that was named, and words that stand elsewhere.
        (
            'log --amount 2h baked bread --what "for the feast"',
            'log --amount 2h --what "baked bread for the feast"',
        ),
        ('log 2h --what "for the feast" and more', 'log 2h --what "for the feast and more"'),
        (
            'income --amount 10 EUR from the fair --what "cakes"',
            'income --amount 10 EUR --what "from the fair cakes"',
        ),
        ('pay @bo 3h --what "thanks" for tea', 'pay @bo 3h --what "thanks for tea"'),
        # An option that is named twice.
        ("log 2h bread --on yesterday --on today", "log 2h bread --on yesterday"),
        ("log 2h bread --circle=a --circle=b", "log 2h bread --circle=a"),
        ('log 2h --what "a b" --what "c d"', 'log 2h --what "a b c d"'),
        ("poll a? --secret --secret off", "poll a? --secret"),
        # A kind by its mark and by its name.
        ("log 2h bread --kind care #work", "log 2h bread --kind care"),
        # A word in its place, and the same by its name.
        ("log 3h bread --amount 2h", "log bread --amount 2h"),
        ("dispute C1 it is wrong --ref C2", "dispute it is wrong --ref C2"),
        ("balance @bo --who @cem", "balance --who @cem"),
    ],
)
def test_what_is_said_twice_is_refused_with_a_line_that_works(line: str, instead: str) -> None:
    error, told = refused(line)

    assert error == "said-twice"
    assert told.endswith(f"Send it so: /{instead}")
    parse(instead, COMMANDS, SETTING)


@pytest.mark.parametrize(
    ("line", "name", "value"),
    [
        ("log --amount 2h baked bread", "what", "baked bread"),
        ('log --amount 2h "3 kg of flour"', "what", "3 kg of flour"),
        ("log 2h bread --who bo --who cem @dan", "who", ("bo", "cem", "dan")),
        ("dispute --ref C1 it is wrong", "reason", "it is wrong"),
    ],
)
def test_what_says_something_else_is_no_second_time(line: str, name: str, value: object) -> None:
    assert parse(line, COMMANDS, SETTING).arguments[name] == value
