"""How a count is judged: what each method is made of, and the questions that several of them ask.

A judgement is a pure function of the terms and a few whole numbers. It says by what it was decided,
in a word for machines and in a sentence for people.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.deciding.ballots import Ballot, Choice, Fault
from bot.deciding.matter import Matter
from bot.deciding.terms import HOUR_MS, Terms
from bot.text.wording import Node, Say, say, say_n


class Verdict(StrEnum):
    """What came out."""

    OPEN = "open"
    PASSED = "passed"
    REJECTED = "rejected"
    BLOCKED = "blocked"
    NO_QUORUM = "no-quorum"
    TURNS = "turns"
    """It goes on by another method, with a new deadline."""


class Ground(StrEnum):
    """What decided."""

    QUORUM = "quorum"
    OBJECTION = "objection"
    BLOCK = "block"
    VETO = "veto"
    SHARE = "share"
    MAJORITY = "majority"
    BINDING = "binding"
    MEAN = "mean"
    AGREEMENT = "agreement"
    SILENCE = "silence"
    AUTHOR = "author"


@dataclass(frozen=True, slots=True)
class Numbers:
    """What is judged: how many could vote, how often each choice was said, and the agreement.

    `agreed`: somebody said explicitly that they agree, somebody other than the author where there is
    anybody else; `others`: how many of those there are; `alone`: there is nobody else.
    """

    electorate: int
    tally: Mapping[str, int]
    agreed: bool
    alone: bool
    others: int = 0

    @property
    def took_part(self) -> int:
        """How many voices count; abstentions are among them."""
        return sum(self.tally.values())


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict, what decided it, and the reckoning in one sentence."""

    verdict: Verdict
    ground: Ground
    why: Say
    turns_into: str = ""


@dataclass(frozen=True, slots=True)
class Method:
    """One method of deciding.

    `about` is the method in one sentence, `passes` the same with the terms' own numbers. `judge` says
    what comes out when it closes; the choices `at_once` decide as soon as somebody says them.
    `admits` finds what else keeps a ballot from counting. `quorum` and `proxies` say whether the rule
    quorum and delegation hold here, `rules` which rules it looks at. `usual_ms` is how long such a
    proposal is open where no rule says so (Loomio, poll_templates.yml; Apache: 72 hours).
    """

    name: str
    about: Say
    passes: Callable[[Terms], Node]
    choices: Callable[[Terms], tuple[Choice, ...]]
    judge: Callable[[Terms, Numbers], Judgement]
    rules: tuple[str, ...] = ()
    quorum: bool = True
    proxies: bool = True
    at_once: frozenset[str] = frozenset()
    admits: Callable[[Matter, Ballot], Fault | None] | None = None
    usual_ms: int = 168 * HOUR_MS


NOBODY_MAY_VOTE = say("Nobody may vote on this, so nobody can decide it.")
"""What is said of an empty electorate, before and after."""


def always(*choices: Choice) -> Callable[[Terms], tuple[Choice, ...]]:
    """The choices of a method that are the same under all terms."""
    return lambda _terms: choices


def without_voters(numbers: Numbers) -> Judgement | None:
    """Where nobody may vote, nobody can decide."""
    if numbers.electorate:
        return None
    return Judgement(Verdict.NO_QUORUM, Ground.QUORUM, NOBODY_MAY_VOTE)


def without_quorum(terms: Terms, numbers: Numbers) -> Judgement | None:
    """Without its quorum nothing is decided, neither for nor against."""
    needed = terms.quorum.people(numbers.electorate)
    if numbers.electorate and numbers.took_part >= needed:
        return None
    told = say_n(
        "Only {count} person took part; the quorum is {needed} of {electorate}.",
        "Only {count} people took part; the quorum is {needed} of {electorate}.",
        numbers.took_part,
        needed=needed,
        electorate=numbers.electorate,
    )
    if not numbers.took_part:
        told = say(
            "Nobody took part; the quorum is {needed} of {electorate}.",
            needed=needed,
            electorate=numbers.electorate,
        )
    return without_voters(numbers) or Judgement(Verdict.NO_QUORUM, Ground.QUORUM, told)


def without_agreement(terms: Terms, numbers: Numbers) -> Judgement | None:
    """Silence is no agreement: somebody has to agree, if possible not only the author."""
    if numbers.agreed or terms.silence_agrees:
        return None
    why = (
        say("Nobody agreed, and silence is no agreement.")
        if numbers.alone or not numbers.took_part
        else say("Nobody agreed, the author not counted, and silence is no agreement.")
    )
    return Judgement(Verdict.REJECTED, Ground.AGREEMENT, why)


def others_needed(terms: Terms, electorate: int) -> int:
    """How many other than the author must agree: no more than there are."""
    return min(terms.others, max(1, electorate - 1))


def without_others(terms: Terms, numbers: Numbers) -> Judgement | None:
    """What is carried out needs the agreement of others than the author, whatever the method."""
    needed = others_needed(terms, numbers.electorate)
    if numbers.others >= needed:
        return None
    why = say_n(
        "{count} person other than the author agreed; {needed} must, since something is carried out.",
        "{count} people other than the author agreed; {needed} must, since something is carried out.",
        numbers.others,
        needed=needed,
    )
    return rejected(Ground.AGREEMENT, why)


def passed(ground: Ground, why: Say) -> Judgement:
    """It passes."""
    return Judgement(Verdict.PASSED, ground, why)


def rejected(ground: Ground, why: Say) -> Judgement:
    """It does not."""
    return Judgement(Verdict.REJECTED, ground, why)


def blocked(ground: Ground, why: Say) -> Judgement:
    """Somebody stops it."""
    return Judgement(Verdict.BLOCKED, ground, why)


def counted_against(terms: Terms, numbers: Numbers) -> int:
    """Abstentions that stand in the way of a share: none, unless the terms say so."""
    return numbers.tally["abstain"] if terms.abstentions_count else 0
