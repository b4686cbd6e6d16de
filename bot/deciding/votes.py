"""Votes of yes and no: the simple majority, and a larger share.

`majority`: more yes than no; a tie does not pass. `supermajority`: at least one yes, and at least the
share of yes among yes and no, compared in whole numbers: a share met exactly passes.
Abstentions count for the quorum only, unless the rule `abstentions` puts them into the share.
Sources: Robert's Rules of Order Newly Revised (12th ed.), section 44: majority vote, two-thirds vote,
abstentions not counted; Loomio, poll_types.yml: agree, abstain, disagree.
"""

from __future__ import annotations

from bot.deciding.ballots import Choice, Sense
from bot.deciding.judging import (
    Ground,
    Judgement,
    Method,
    Numbers,
    always,
    counted_against,
    passed,
    rejected,
    without_quorum,
)
from bot.deciding.terms import Ratio, Terms, share_text
from bot.text.wording import Say, say

TWO_THIRDS = Ratio(2, 3)
"""The share of a supermajority where the rule `share` names no other."""

_CHOICES = always(
    Choice(
        "yes",
        say("yes"),
        "✅",
        Sense.AGREE,
        also=("agree", "+1", "👍", "ja", "dafür", "zustimmung", "zustimmen"),
    ),
    Choice("no", say("no"), "❌", Sense.AGAINST, also=("disagree", "-1", "👎", "nein", "dagegen")),
    Choice("abstain", say("abstain"), "⚪", Sense.ABSTAIN, also=("0", "enthaltung", "enthalten")),
)


def _judge_majority(terms: Terms, numbers: Numbers) -> Judgement:
    yes, against = numbers.tally["yes"], numbers.tally["no"] + counted_against(terms, numbers)
    judgement = without_quorum(terms, numbers)
    if judgement:
        return judgement
    why = (
        say("{yes} yes and {against} no or abstained.", yes=yes, against=against)
        if terms.abstentions_count
        else say("{yes} yes and {against} no.", yes=yes, against=against)
    )
    return passed(Ground.MAJORITY, why) if yes > against else rejected(Ground.MAJORITY, why)


def _share(terms: Terms) -> Ratio:
    return terms.share or TWO_THIRDS


def _judge_supermajority(terms: Terms, numbers: Numbers) -> Judgement:
    yes = numbers.tally["yes"]
    counted = yes + numbers.tally["no"] + counted_against(terms, numbers)
    judgement = without_quorum(terms, numbers)
    if judgement:
        return judgement
    needed = max(1, _share(terms).of(counted))
    why = say(
        "{yes} yes of {counted} in the count; it takes {needed} ({share}).",
        yes=yes,
        counted=counted,
        needed=needed,
        share=share_text(_share(terms)),
    )
    return passed(Ground.SHARE, why) if yes >= needed else rejected(Ground.SHARE, why)


def _passes_majority(terms: Terms) -> Say:
    if terms.abstentions_count:
        return say("It passes with more yes than no and abstentions together.")
    return say("It passes with more yes than no.")


def _passes_supermajority(terms: Terms) -> Say:
    if terms.abstentions_count:
        return say(
            "It passes with at least one yes, when at least {share} of all who took part say yes.",
            share=share_text(_share(terms)),
        )
    return say(
        "It passes with at least one yes, when at least {share} of those who say yes or no say yes.",
        share=share_text(_share(terms)),
    )


MAJORITY = Method(
    "majority",
    say("More yes than no."),
    _passes_majority,
    _CHOICES,
    _judge_majority,
    rules=("quorum", "abstentions"),
)

SUPERMAJORITY = Method(
    "supermajority",
    say("A large share of yes, two thirds where no other is set."),
    _passes_supermajority,
    _CHOICES,
    _judge_supermajority,
    rules=("quorum", "share", "abstentions"),
)
