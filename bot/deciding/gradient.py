"""Gradients of agreement: how strongly people agree, from 1 (endorse) to 8 (block).

It passes when nobody is at 8 and the mean of all gradients is at most the rule `mean`. 1 to 3 agree;
4 abstains, and being on the scale it counts in the mean.
Source: Sam Kaner and others, Facilitator's Guide to Participatory Decision-Making (3rd ed., 2014),
gradients of agreement, in the wording of eight steps that Loomio has too.
"""

from __future__ import annotations

from bot.deciding.ballots import Choice, Sense
from bot.deciding.judging import (
    Ground,
    Judgement,
    Method,
    Numbers,
    always,
    blocked,
    passed,
    rejected,
    without_agreement,
    without_quorum,
)
from bot.deciding.terms import HOUR_MS, Terms, mean_text
from bot.wording import Say, say, say_n


def _judge(terms: Terms, numbers: Numbers) -> Judgement:
    return (
        without_quorum(terms, numbers)
        or _stopped(numbers)
        or _too_high(terms, numbers)
        or without_agreement(terms, numbers)
        or passed(Ground.MEAN, _mean_words(terms, numbers))
    )


def _stopped(numbers: Numbers) -> Judgement | None:
    blocks = numbers.tally["8"]
    if not blocks:
        return None
    return blocked(Ground.BLOCK, say_n("{count} person is at 8.", "{count} people are at 8.", blocks))


def _sum(numbers: Numbers) -> int:
    return sum(int(word) * people for word, people in numbers.tally.items())


def _too_high(terms: Terms, numbers: Numbers) -> Judgement | None:
    if _sum(numbers) * terms.mean.d <= terms.mean.n * numbers.took_part:
        return None
    return rejected(Ground.MEAN, _mean_words(terms, numbers))


def _mean_words(terms: Terms, numbers: Numbers) -> Say:
    """In sums, which are whole: a mean of 4.001 would be shown as one of 4."""
    return say_n(
        "The gradients of {count} person add up to {sum}; up to {most} passes (mean {mean}).",
        "The gradients of {count} people add up to {sum}; up to {most} passes (mean {mean}).",
        numbers.took_part,
        sum=_sum(numbers),
        mean=mean_text(terms.mean),
        most=terms.mean.n * numbers.took_part // terms.mean.d,
    )


def _passes(terms: Terms) -> Say:
    return say(
        "It passes when the mean is at most {mean} and nobody is at 8.", mean=mean_text(terms.mean)
    )


GRADIENT = Method(
    "gradient",
    say("Everybody says how strongly they agree, from 1 to 8; the mean decides, and an 8 stops it."),
    _passes,
    always(
        Choice("1", say("endorse it (1)"), "1️⃣", Sense.AGREE, also=("endorse",)),
        Choice("2", say("agree with a minor point (2)"), "2️⃣", Sense.AGREE),
        Choice("3", say("support with reservations (3)"), "3️⃣", Sense.AGREE),
        Choice("4", say("abstain (4)"), "4️⃣", Sense.ABSTAIN, also=("abstain",)),
        Choice("5", say("more discussion needed (5)"), "5️⃣", Sense.AGAINST),
        Choice("6", say("dislike it but will support it (6)"), "6️⃣", Sense.AGAINST),
        Choice("7", say("serious disagreement (7)"), "7️⃣", Sense.AGAINST),
        Choice("8", say("block (8)"), "8️⃣", Sense.STOP, reasoned=True, also=("block",)),
    ),
    _judge,
    rules=("quorum", "mean", "silence"),
    usual_ms=120 * HOUR_MS,
)
