"""Gradients of agreement: how strongly people agree, from 1 (endorse) to 8 (block).

It passes when nobody is at 8 and the mean of the gradients is at most the rule `mean`. 1 to 3 agree; 4
abstains and is left out of the mean, but where older terms have it in (`Terms.abstentions_in_mean`).
Source: Sam Kaner and others, Facilitator's Guide to Participatory Accepted-Making (3rd ed., 2014),
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
from bot.text.wording import Say, say, say_n

_ABSTAIN = Choice("4", say("abstain (4)"), "4️⃣", Sense.ABSTAIN, also=("abstain", "enthaltung"))


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


def _in_the_mean(terms: Terms, numbers: Numbers) -> tuple[int, int]:
    """How many gradients the mean is of, and what they add up to."""
    counted = [
        (int(word), people)
        for word, people in numbers.tally.items()
        if word != _ABSTAIN.word or terms.abstentions_in_mean
    ]
    return sum(people for _, people in counted), sum(word * people for word, people in counted)


def _too_high(terms: Terms, numbers: Numbers) -> Judgement | None:
    people, added = _in_the_mean(terms, numbers)
    if added * terms.mean.d <= terms.mean.n * people:
        return None
    return rejected(Ground.MEAN, _mean_words(terms, numbers))


def _mean_words(terms: Terms, numbers: Numbers) -> Say:
    """In sums, which are whole: a mean of 4.001 would be shown as one of 4."""
    people, added = _in_the_mean(terms, numbers)
    return say_n(
        "The gradients of {count} person add up to {sum}; up to {most} passes (mean {mean}).",
        "The gradients of {count} people add up to {sum}; up to {most} passes (mean {mean}).",
        people,
        sum=added,
        mean=mean_text(terms.mean),
        most=terms.mean.n * people // terms.mean.d,
    )


def _passes(terms: Terms) -> Say:
    mean = mean_text(terms.mean)
    if terms.abstentions_in_mean:
        return say(
            "It passes when the mean is at most {mean} and nobody is at 8. Who abstains counts as 4.",
            mean=mean,
        )
    return say(
        "It passes when the mean is at most {mean} and nobody is at 8. Who abstains is left out of the"
        " mean.",
        mean=mean,
    )


GRADIENT = Method(
    "gradient",
    say("Everybody says how strongly they agree, from 1 to 8; the mean decides, and an 8 stops it."),
    _passes,
    always(
        Choice("1", say("endorse it (1)"), "1️⃣", Sense.AGREE, also=("endorse",)),
        Choice("2", say("agree with a minor point (2)"), "2️⃣", Sense.AGREE),
        Choice("3", say("support with reservations (3)"), "3️⃣", Sense.AGREE),
        _ABSTAIN,
        Choice("5", say("more discussion needed (5)"), "5️⃣", Sense.AGAINST),
        Choice("6", say("dislike it but will support it (6)"), "6️⃣", Sense.AGAINST),
        Choice("7", say("serious disagreement (7)"), "7️⃣", Sense.AGAINST),
        Choice("8", say("block (8)"), "8️⃣", Sense.STOP, reasoned=True, also=("block", "blockieren")),
    ),
    _judge,
    rules=("quorum", "mean", "silence"),
    usual_ms=120 * HOUR_MS,
)
