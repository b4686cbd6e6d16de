"""Consent: it passes when nobody objects, and somebody other than the author said so.

An objection is an argument that the proposal as it stands does harm or misses a clear improvement; a
concern cannot be backed by reasons yet, is recorded and never stops it: whoever has one consents.
Source: Sociocracy 3.0, A Practical Guide: consent decision-making, objection, resolve objections.
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
    without_agreement,
    without_quorum,
)
from bot.deciding.terms import Terms
from bot.text.wording import Say, say, say_n


def _objected(numbers: Numbers) -> Judgement | None:
    objections = numbers.tally["object"]
    if not objections:
        return None
    why = say_n("{count} objection is open.", "{count} objections are open.", objections)
    return blocked(Ground.OBJECTION, why)


def _judge(terms: Terms, numbers: Numbers) -> Judgement:
    return (
        without_quorum(terms, numbers)
        or _objected(numbers)
        or without_agreement(terms, numbers)
        or passed(Ground.OBJECTION, say("Nobody objects."))
    )


def _passes(terms: Terms) -> Say:  # noqa: ARG001 - said alike under all terms
    return say("It passes if nobody objects.")


CONSENT = Method(
    "consent",
    say("Good enough for now and safe enough to try: it passes unless somebody objects with a reason."),
    _passes,
    always(
        Choice(
            "consent",
            say("consent"),
            "✅",
            Sense.AGREE,
            also=("yes", "agree", "👍", "konsent", "zustimmung", "zustimmen", "ja", "dafür"),
        ),
        Choice(
            "concern", say("consent with a concern"), "💭", Sense.CONCERN, also=("bedenken", "sorge")
        ),
        Choice(
            "object",
            say("object"),
            "✋",
            Sense.STOP,
            reasoned=True,
            also=("objection", "einwand", "einwenden", "einspruch"),
        ),
        Choice("abstain", say("abstain"), "⚪", Sense.ABSTAIN, also=("enthaltung", "enthalten")),
    ),
    _judge,
    rules=("quorum", "silence"),
)
