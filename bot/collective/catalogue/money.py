"""The rules of money and value."""

from __future__ import annotations

from dataclasses import replace

from bot.collective.grades import Grade
from bot.collective.rules import TOGETHER, Rule
from bot.collective.ruletypes import Amounts, Whole, one_of
from bot.collective.spans import Span
from bot.text.wording import say

_HOUR, _DAY, _WEEK = 60, 1_440, 10_080
_YEAR = 366 * _DAY

_ROWS = (
    Rule(
        "expenses",
        say("Who approves an expense that a member asks to be paid back for."),
        "treasurer",
        one_of("nobody", "anyone", "treasurer", "proposal"),
        TOGETHER,
    ),
    Rule(
        "second-eyes",
        say(
            "From which amounts on a second person must agree to what one lets out to the same person,"
            " or outside, within a day; always to one's own."
        ),
        ("200 *",),
        Amounts("500 EUR, 200 *", others=True),
        TOGETHER,
    ),
    Rule(
        "second-eyes-by",
        say("Who that second person is; where nobody else is a treasurer, any other member."),
        "treasurer",
        one_of("treasurer", "anyone"),
        TOGETHER,
    ),
    Rule(
        "leaving-max",
        say("The most that may leave within the leaving period."),
        ("2000 *",),
        Amounts("5000 EUR, 2000 *", others=True),
        TOGETHER,
    ),
    Rule(
        "leaving-period",
        say("The time over which what leaves is summed up."),
        30 * _DAY,
        Span(_DAY, _YEAR),
        TOGETHER,
    ),
    Rule(
        "credit-limit",
        say("How far what is held for a member may go below nothing when they pay others."),
        (),
        Amounts("20 EUR, 10h"),
        TOGETHER,
    ),
    Rule(
        "distributions",
        say("Who has a distribution by the equation in force carried out."),
        "treasurer",
        one_of("treasurer", "proposal"),
        TOGETHER,
    ),
    Rule(
        "equations",
        say("Who sets an equation, puts it in force, or shares out by another one."),
        "proposal",
        one_of("proposal", "treasurer"),
        TOGETHER,
    ),
    Rule(
        "units",
        say("Who begins units of the collective's own, sets their terms, exempts and writes off."),
        "proposal",
        one_of("proposal", "treasurer"),
        TOGETHER,
    ),
    Rule(
        "points",
        say("How many points each member has to give others in a giving round."),
        100,
        Whole(1, 10_000),
        TOGETHER,
    ),
    Rule(
        "partners",
        say("Who enters what an enterprise around the commons pledges."),
        "proposal",
        one_of("proposal", "treasurer"),
        TOGETHER,
    ),
    Rule(
        "declared-within",
        say("How long after a period a partner has to declare it."),
        30 * _DAY,
        Span(_DAY, _YEAR),
        TOGETHER,
    ),
    Rule(
        "paid-within",
        say("How long after a period a partner has to pay what is due for it."),
        60 * _DAY,
        Span(_DAY, _YEAR),
        TOGETHER,
    ),
)

MONEY = tuple(replace(row, grade=Grade.MONEY) for row in _ROWS)
"""Each of these rules guards money, so changing it weighs as much as moving some."""
