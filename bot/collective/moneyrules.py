"""The rules that guard money: who approves, who looks twice, how much may leave."""

from __future__ import annotations

from bot.collective.grades import Grade
from bot.collective.rules import TOGETHER, Group, Rule, RulesByGroup, weighing
from bot.collective.ruletypes import Amounts, one_of
from bot.collective.spans import DAY, YEAR, Span
from bot.text.wording import say

RULES: RulesByGroup = {
    Group.MONEY: weighing(
        Grade.MONEY,
        Rule(
            "expenses",
            say("Who approves an expense that a member asks to be paid back for."),
            "treasurer",
            one_of("nobody", "anyone", "treasurer", "proposal"),
            TOGETHER,
        ),
        Rule(
            "budget-over",
            say(
                "Whether an expense that goes over a budget, with all that is asked for, takes a"
                " decision of the members, or is only told."
            ),
            "proposal",
            one_of("proposal", "told"),
            TOGETHER,
        ),
        Rule(
            "second-eyes",
            say(
                "From which amounts on a second person must agree to what one lets out to the same"
                " person, or outside, within a day, or in one run of payouts; always to one's own."
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
            30 * DAY,
            Span(DAY, YEAR),
            TOGETHER,
        ),
        Rule(
            "recurring",
            say(
                "Whether what recurs is carried out when a treasurer presses for it, or by itself when"
                " it is due and takes no second person."
            ),
            "press",
            one_of("press", "itself"),
            TOGETHER,
        ),
        Rule(
            "credit-limit",
            say("How far what is held for a member may go below nothing when they pay others."),
            (),
            Amounts("20 EUR, 10h"),
            TOGETHER,
        ),
    )
}
"""Each of these rules guards money, so changing it weighs as much as moving some."""
