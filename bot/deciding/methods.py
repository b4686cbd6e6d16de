"""The table of methods, and what comes out of a matter: the way into this package.

`outcome` is what stands at an instant; `as_if_closed` what would come out at once; `settled` whether
the rest could still change it; `closes_early` whether the rules let it close for that reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from bot.deciding.advice import ADVICE
from bot.deciding.apache import APACHE
from bot.deciding.ballots import Choice, Sense
from bot.deciding.consensus import CONSENSUS, MODIFIED_CONSENSUS
from bot.deciding.consent import CONSENT
from bot.deciding.counting import Count, counted
from bot.deciding.gradient import GRADIENT
from bot.deciding.judging import Judgement, Method, Numbers, Verdict, without_others
from bot.deciding.lazy import LAZY
from bot.deciding.matter import Matter
from bot.deciding.outcome import Outcome
from bot.deciding.terms import Terms
from bot.deciding.votes import MAJORITY, SUPERMAJORITY

METHODS: Mapping[str, Method] = {
    method.name: method
    for method in (
        CONSENT,
        CONSENSUS,
        MODIFIED_CONSENSUS,
        MAJORITY,
        SUPERMAJORITY,
        LAZY,
        ADVICE,
        APACHE,
        GRADIENT,
    )
}

FULL_METHODS = tuple(name for name in METHODS if name not in {"lazy", "advice"})
"""What `lazy` may turn into: methods in which all are asked and a deadline decides."""

FALLBACKS = ("modified-consensus", "supermajority", "majority")
"""What a blocked consensus may go on as: methods that one person cannot stop alone."""


def choices_of(terms: Terms) -> tuple[Choice, ...]:
    """What can be said under these terms."""
    return METHODS[terms.method].choices(terms)


def outcome(matter: Matter, now: int) -> Outcome:
    """What came out by this instant (ms): `open` before the deadline, unless a choice decides at once.

    A proposal that went on by another method is judged by terms with that method, its own deadline,
    and the ballots there are: each goes on counting where the new method knows its word.
    """
    found = as_if_closed(matter)
    at_once = any(found.tally[word] for word in found.method.at_once)
    if now >= matter.closes_at or at_once:
        return found
    return replace(found, verdict=Verdict.OPEN)


def as_if_closed(matter: Matter) -> Outcome:
    """What would come out if it closed now, with the ballots that there are."""
    method = METHODS[matter.terms.method]
    count = counted(matter, method)
    judgement = judged(method, matter.terms, count.numbers)
    return Outcome(judgement.verdict, judgement, method, matter.terms, count)


def judged(method: Method, terms: Terms, numbers: Numbers) -> Judgement:
    """What the method says; where all are asked, what is carried out needs others to agree, too."""
    found = method.judge(terms, numbers)
    if found.verdict is not Verdict.PASSED or method.name not in FULL_METHODS:
        return found
    return without_others(terms, numbers) or found


def closes_early(matter: Matter, now: int) -> Outcome | None:
    """The outcome, if the rules let the matter close now because nothing can change it any more."""
    timing = matter.terms.timing
    if not timing.early_close or now < matter.since + timing.min_open_ms:
        return None
    return settled(matter)


def settled(matter: Matter) -> Outcome | None:
    """The outcome, if it is the same whatever the rest still say; None if it can change.

    The rest are all who have not voted themselves, also those with a proxy, and all who stop it: a
    block or an objection is there to be resolved, so it may still be taken back. Everybody else may
    change their mind too, but a rule that waited for that could never close anything early.

    It is enough to look at the cases in which the rest all stay silent or all say the same: every
    verdict leans one way with each choice, so a mixture never gives what none of the extremes gives.
    A test compares this with all cases of small electorates.

    Whoever voted after hands were counted may be among these, so that somebody else was not heard yet:
    then nothing is settled.
    """
    found = as_if_closed(matter)
    if matter.hands is not None and found.count.hands and _voted_since(matter, matter.hands.at):
        return None
    own = found if not matter.proxies else as_if_closed(replace(matter, proxies={}))
    verdicts = {
        (judged.verdict, judged.turns_into) for judged in _extremes(matter, own.count, found.method)
    }
    return found if len(verdicts) == 1 else None


def _voted_since(matter: Matter, at: int) -> bool:
    return any(ballot.at >= at for ballot in matter.ballots.values())


def _extremes(matter: Matter, count: Count, method: Method) -> Iterator[Judgement]:
    """What comes out when the rest all stay silent, or all say one thing that they may say."""
    rest = {*count.silent, *count.who(Sense.STOP)}
    stops = dict.fromkeys((each.word for each in count.choices if each.sense is Sense.STOP), 0)
    fixed = replace(count.numbers, tally={**count.numbers.tally, **stops})
    yield judged(method, matter.terms, fixed)
    # Whose the hands are nobody knows: so many of the rest have said something.
    raised = sum(count.hands.values()) - count.shown(Sense.STOP)
    for choice in count.choices:
        sayers = -raised + sum(choice.open_to(author=who == matter.author) for who in rest)
        if sayers > 0:
            yield judged(method, matter.terms, _with(fixed, choice, sayers))


def _with(numbers: Numbers, choice: Choice, sayers: int) -> Numbers:
    """An author alone who agrees is no agreement, but can stop it too: nothing is settled by that."""
    return replace(
        numbers,
        tally={**numbers.tally, choice.word: numbers.tally[choice.word] + sayers},
        agreed=numbers.agreed or choice.sense.agrees,
        others=numbers.others + (sayers if choice.sense.agrees else 0),
    )
