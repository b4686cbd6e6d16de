"""The Apache vote: at least three binding +1, and more + than -.

The electorate are those whose votes bind; what others say is advice and does not count. The author
has no +1 by proposing. With the rule `veto` a -1 needs a reason and stops it while it stands (a code
change); without it, a -1 only weighs against a +1 (a release). Fractions are not taken.
Source: The Apache Software Foundation, voting: majority approval, consensus approval, vetoes; at least
72 hours.
"""

from __future__ import annotations

from bot.deciding.ballots import Choice, Sense
from bot.deciding.judging import (
    Ground,
    Judgement,
    Method,
    Numbers,
    blocked,
    passed,
    rejected,
    without_voters,
)
from bot.deciding.terms import HOUR_MS, Terms
from bot.text.wording import Say, say, say_n

_PLUS = Choice("+1", say("in favour (+1)"), "👍", Sense.AGREE, also=("1", "yes", "ja", "dafür"))
_ZERO = Choice(
    "0", say("no opinion (0)"), "⚪", Sense.ABSTAIN, also=("+0", "-0", "abstain", "enthaltung")
)
_MINUS = Choice("-1", say("against (-1)"), "👎", Sense.AGAINST, also=("no", "nein", "dagegen"))
_VETO = Choice(
    "-1", say("veto (-1)"), "👎", Sense.STOP, reasoned=True, also=("no", "veto", "nein", "dagegen")
)


def _choices(terms: Terms) -> tuple[Choice, ...]:
    return (_PLUS, _ZERO, _VETO if terms.veto else _MINUS)


def _judge(terms: Terms, numbers: Numbers) -> Judgement:
    plus, minus = numbers.tally["+1"], numbers.tally["-1"]
    judgement = without_voters(numbers)
    if judgement:
        return judgement
    if terms.veto and minus:
        return blocked(Ground.VETO, say_n("{count} veto stands.", "{count} vetoes stand.", minus))
    if plus < terms.binding_min:
        return rejected(
            Ground.BINDING,
            say("{plus} binding +1; it takes at least {needed}.", plus=plus, needed=terms.binding_min),
        )
    why = say("{plus} binding +1 and {minus} binding -1.", plus=plus, minus=minus)
    return passed(Ground.MAJORITY, why) if plus > minus else rejected(Ground.MAJORITY, why)


def _passes(terms: Terms) -> Say:
    if terms.veto:
        return say("It passes with at least {needed} binding +1 and no veto.", needed=terms.binding_min)
    return say(
        "It passes with at least {needed} binding +1, and more +1 than -1.", needed=terms.binding_min
    )


APACHE = Method(
    "apache",
    say("At least three binding +1, and more of them than -1."),
    _passes,
    _choices,
    _judge,
    rules=("veto",),
    quorum=False,
    usual_ms=72 * HOUR_MS,
)
