"""The advice process: anyone decides, after asking those who are affected and those who know.

The author need not follow the advice, and owns what comes of it. They may decide once at least one
affected person and one expert advised, or when the wait is over and the asking is on record; about a
new text they are asked anew. Deciding closes it at once. Who advises is never the author; who is
affected and who knows are two people, also where two accounts turn out to be one person's.
Sources: opendecide.com, practice 251; Open Value Network wiki, advice process: ask everyone who is
meaningfully affected and people with expertise, take advice seriously, the decider is accountable.
"""

from __future__ import annotations

from collections.abc import Collection

from bot.deciding.ballots import Ballot, By, Choice, Fault, Sense
from bot.deciding.counting import fault_of
from bot.deciding.judging import (
    Ground,
    Judgement,
    Method,
    Numbers,
    always,
    passed,
    rejected,
    without_voters,
)
from bot.deciding.matter import Matter
from bot.deciding.terms import Terms, hours_words
from bot.text.wording import Say, say

ADVISE = Choice(
    "advice",
    say("give advice"),
    "💬",
    Sense.ADVICE,
    reasoned=True,
    by=By.OTHERS,
    also=("advise", "rat", "raten"),
)
_GO_AHEAD = Choice(
    "go-ahead",
    say("decide to go ahead"),
    "✅",
    Sense.AGREE,
    by=By.AUTHOR,
    also=("yes", "decide", "machen", "ja"),
)
_DROP = Choice(
    "drop",
    say("decide to drop it"),
    "❌",
    Sense.AGAINST,
    by=By.AUTHOR,
    also=("no", "fallenlassen", "nein"),
)
_CHOICES = (ADVISE, _GO_AHEAD, _DROP)


def decidable_from(matter: Matter) -> int | None:
    """From when on (ms) the author may decide, by the advice there is; None without any asking."""
    if matter.asked is None:
        return None
    anew = matter.text_at if matter.terms.advice_anew else 0
    waited = max(matter.asked.at, anew) + matter.terms.advice_wait_ms
    affected, experts = (
        _advised(matter, each) for each in (matter.asked.affected, matter.asked.experts)
    )
    both = (
        max(at, also_at)
        for one, at in affected.items()
        for other, also_at in experts.items()
        if one != other or not matter.terms.advice_of_two
    )
    return min((waited, *both))


def _advised(matter: Matter, asked: Collection[int]) -> dict[int, int]:
    """Who of these people advised, and when."""
    fault_in = fault_of(matter, _CHOICES)
    ballots = {person: matter.ballots[person] for person in asked if person in matter.ballots}
    return {
        person: ballot.at
        for person, ballot in ballots.items()
        if ballot.choice == ADVISE.word and not fault_in(person, ballot)
    }


def _admits(matter: Matter, ballot: Ballot) -> Fault | None:
    if ballot.choice == ADVISE.word:
        return None
    since = decidable_from(matter)
    return Fault.EARLY if since is None or ballot.at < since else None


def _judge(terms: Terms, numbers: Numbers) -> Judgement:  # noqa: ARG001 - a method's judge has both
    tally = numbers.tally
    judgement = without_voters(numbers)
    if judgement is None and tally[_GO_AHEAD.word]:
        judgement = passed(Ground.AUTHOR, say("The author asked for advice and decided to go ahead."))
    if judgement is None and tally[_DROP.word]:
        judgement = rejected(Ground.AUTHOR, say("The author asked for advice and decided to drop it."))
    return judgement or rejected(Ground.AUTHOR, say("The author did not decide by the deadline."))


def _passes(terms: Terms) -> Say:
    wait = hours_words(terms.advice_wait_ms)
    if terms.advice_anew:
        return say(
            "The author decides, after at least one affected person and one expert advised, or {wait}"
            " after they were asked about its newest text. Undecided by the deadline it is rejected.",
            wait=wait,
        )
    return say(
        "The author decides, after at least one affected person and one expert advised, or {wait} after"
        " they were asked. Undecided by the deadline it is rejected.",
        wait=wait,
    )


ADVICE = Method(
    "advice",
    say("The author decides, after asking for the advice of people affected and of experts."),
    _passes,
    always(*_CHOICES),
    _judge,
    quorum=False,
    proxies=False,
    at_once=frozenset([_GO_AHEAD.word, _DROP.word]),
    admits=_admits,
)
