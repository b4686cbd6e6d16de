"""Lazy consensus: silence is assent, and one objection turns it into the room's full method.

It has no quorum, since nobody needs to say anything; a +1 is recorded and changes nothing. It turns
as soon as somebody objects. Where nobody may vote, nobody could object, and nothing is decided.
Source: The Apache Software Foundation, voting (lazy consensus) and glossary: announce it, wait at least
72 hours, an objection turns it into a vote.
"""

from __future__ import annotations

from bot.deciding.ballots import Choice, Sense
from bot.deciding.judging import (
    Ground,
    Judgement,
    Method,
    Numbers,
    Verdict,
    always,
    passed,
    without_voters,
)
from bot.deciding.terms import HOUR_MS, Terms
from bot.text.wording import Code, Say, say, say_n


def _judge(terms: Terms, numbers: Numbers) -> Judgement:
    judgement = without_voters(numbers)
    objections = numbers.tally["object"]
    if judgement is None and objections:
        judgement = Judgement(
            Verdict.TURNS,
            Ground.OBJECTION,
            say_n("{count} person objects.", "{count} people object.", objections),
            turns_into=terms.full_method,
        )
    return judgement or passed(Ground.SILENCE, say("Nobody objected, and silence is assent."))


def _passes(terms: Terms) -> Say:
    return say(
        "It passes at the deadline unless somebody objects; then it goes on as {method}.",
        method=Code(terms.full_method),
    )


LAZY = Method(
    "lazy",
    say("Silence is assent: it passes unless somebody objects, and then all are asked."),
    _passes,
    always(
        Choice(
            "+1",
            say("go ahead (+1)"),
            "👍",
            Sense.AGREE,
            also=("yes", "agree", "consent", "ja", "dafür", "zustimmung", "zustimmen"),
        ),
        Choice(
            "object",
            say("object"),
            "✋",
            Sense.STOP,
            reasoned=True,
            also=("objection", "-1", "einwand", "einwenden", "einspruch"),
        ),
    ),
    _judge,
    rules=("method",),
    quorum=False,
    at_once=frozenset(["object"]),
    usual_ms=72 * HOUR_MS,
)
