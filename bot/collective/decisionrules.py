"""The rules of decisions and polls, and of what a passed proposal may carry out."""

from __future__ import annotations

from bot.collective.grades import ByGrade, Grade
from bot.collective.rules import TOGETHER, Group, Rule, RulesByGroup, weighing
from bot.collective.ruletypes import Proportion, Quorum, RuleType, SomeOf, Switch, Whole, one_of
from bot.collective.spans import DAY, HOUR, YEAR, Span, SpanBy
from bot.deciding.methods import FALLBACKS, METHODS
from bot.tally.methods import METHODS as POLL_METHODS
from bot.text.wording import Say, say


def _by_grade(name: str, about: Say, each: RuleType, *usual: str) -> Rule:
    """A rule of effects: it says something of each grade."""
    by_grade = ByGrade(each, dict(zip(Grade, usual, strict=True)))
    return Rule(name, about, by_grade.read(""), by_grade, TOGETHER)


_EFFECTS = (
    Rule(
        "effect-methods",
        say(
            "The methods that carry an effect beside the room's own method, consent and consensus; lazy"
            " and advice only where they are named, and never for locked rules, roles, membership or"
            " money."
        ),
        (),
        SomeOf(tuple(METHODS), least=0),
        TOGETHER,
    ),
    _by_grade(
        "effect-tenure",
        say(
            "How long somebody must have been a member to propose an effect; in a young collective,"
            " half as long as it has been there."
        ),
        Span(0, YEAR),
        *("1w", "1w", "1w", "3d", "1w", "0m"),
    ),
    _by_grade(
        "effect-quorum",
        say("How many must take part at least in deciding an effect."),
        Quorum(),
        *("50%", "50%", "50%", "25%", "50%", "none"),
    ),
    Rule(
        "effect-quorum-most",
        say("More people than this are not asked for by effect-quorum, however many there are."),
        20,
        Whole(1, 100_000),
        TOGETHER,
    ),
    _by_grade(
        "effect-open",
        say("How long a proposal with an effect is open at least, also in an emergency."),
        Span(0, 90 * DAY),
        *("1d", "1d", "1d", "1d", "1d", "1h"),
    ),
    _by_grade(
        "effect-agreement",
        say("How many people other than the author must agree to an effect, if there are so many."),
        Whole(0, 1000),
        *("1", "1", "1", "1", "1", "1"),
    ),
)

RULES: RulesByGroup = {
    Group.DECISIONS: weighing(
        Grade.DECIDING,
        Rule(
            "method",
            say("The decision method of a proposal that names none."),
            "consent",
            one_of(*METHODS),
        ),
        Rule(
            "poll-method",
            say("The counting method of a poll that names none."),
            "single",
            one_of(*POLL_METHODS),
        ),
        Rule(
            "closes",
            say("How long a proposal or a poll is open if it names no time."),
            0,
            Span(10, YEAR, nothing="usual"),
        ),
        Rule(
            "min-open",
            say("How long a proposal is open at least, by method, counted from its newest text."),
            ("1h", "lazy 3d", "apache 3d"),
            SpanBy(
                Span(0, 90 * DAY),
                tuple(METHODS),
                general=HOUR,
                usual=(("lazy", 3 * DAY), ("apache", 3 * DAY)),
            ),
        ),
        Rule(
            "quorum",
            say("How many must take part for a decision to count."),
            "none",
            Quorum(),
        ),
        Rule(
            "share",
            say("The share that a supermajority or a modified consensus needs."),
            "usual",
            Proportion(),
        ),
        Rule(
            "fallback",
            say("What a consensus with a block left at its end goes on as."),
            "none",
            one_of("none", *FALLBACKS),
        ),
        Rule(
            "silence",
            say("Whether whoever says nothing counts as agreeing."),
            False,
            Switch(),
        ),
        Rule(
            "abstentions",
            say("Whether abstentions count in a share, as if against."),
            False,
            Switch(),
        ),
        Rule(
            "veto",
            say("Whether a −1 with a reason stops an apache vote."),
            False,
            Switch(),
        ),
        Rule(
            "binding",
            say("How many +1 an apache vote needs."),
            3,
            Whole(1, 100),
        ),
        Rule(
            "mean",
            say("The highest mean of the gradients, from 1 to 8, with which a proposal passes."),
            4,
            Whole(1, 8),
        ),
        Rule(
            "advice-wait",
            say("After how long an author may decide without having got the advice they asked for."),
            3 * DAY,
            Span(HOUR, 90 * DAY),
        ),
        Rule(
            "keep-votes",
            say("Whether votes still count after a proposal was amended."),
            False,
            Switch(),
        ),
        Rule(
            "delegation",
            say("Whether members may name others who vote for them."),
            True,
            Switch(),
            TOGETHER,
        ),
        Rule(
            "early-close",
            say("Whether a decision closes as soon as nothing can change it."),
            True,
            Switch(),
        ),
        Rule(
            "extend",
            say("By how long a decision without its quorum is extended."),
            0,
            Span(0, 90 * DAY),
        ),
        Rule(
            "extensions",
            say("How often a decision without its quorum is extended."),
            1,
            Whole(0, 10),
        ),
        Rule(
            "emergency",
            say("How much time an emergency leaves people to answer."),
            HOUR,
            Span(10, 7 * DAY),
        ),
        Rule(
            "review",
            say("After how long a consent is looked at again."),
            90 * DAY,
            Span(DAY, 10 * YEAR),
        ),
        Rule(
            "open-max",
            say("How many proposals, and how many polls, may be open at once."),
            50,
            Whole(1, 500),
            TOGETHER,
        ),
        Rule(
            "open-each",
            say("How many drafts, open proposals and open polls one person may have at once."),
            10,
            Whole(1, 500),
            TOGETHER,
        ),
        Rule(
            "wait-unread",
            say("How long a close waits for what was said before it and could not be read yet."),
            10,
            Span(0, DAY),
            TOGETHER,
        ),
        Rule(
            "hide-tally",
            say("Whether the count of a proposal or a poll is hidden until it closes."),
            False,
            Switch(),
        ),
        Rule(
            "pictures",
            say("Whether a result, a digest or a report comes with a picture."),
            True,
            Switch(),
        ),
        Rule(
            "ballots",
            say("What is published of the ballots of a secret poll when it closes."),
            "totals",
            one_of("totals", "list", "receipts"),
        ),
        Rule(
            "secrecy-floor",
            say("The fewest voters with whom a secret poll is opened."),
            4,
            Whole(2, 100),
        ),
        *_EFFECTS,
    )
}
"""Who changes one of these changes how all decide: silence never does."""
