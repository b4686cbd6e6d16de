"""Votes: what one voter says, as it is written down; and as people read it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import isqrt
from typing import Final

import msgspec

from bot.chat import Choice
from bot.polling.terms import PollTerms
from bot.tally.ballots import Marked, Ranked, Scored
from bot.tally.times import IF_NEED_BE, NO, YES
from bot.text.wording import Node, Number, joined, say

Name = Callable[[int], Node]
"""What an option is called, by its place from 0."""


class Vote(msgspec.Struct, frozen=True, omit_defaults=True):
    """One of these, as the method asks for it: marked options, ranks, or numbers for options.

    Options are known by their place, from 0. `scores` are pairs of option and number.
    """

    marks: tuple[int, ...] = ()
    ranks: tuple[tuple[int, ...], ...] = ()
    scores: tuple[tuple[int, int], ...] = ()

    @property
    def options(self) -> Iterator[int]:
        """The options that it names."""
        yield from self.marks
        for rank in self.ranks:
            yield from rank
        for option, _ in self.scores:
            yield option


def ballot_of(terms: PollTerms, vote: Vote, options: int) -> Marked | Ranked | Scored:
    """The vote as the tally takes it, of so many options."""
    match terms.how.kind:
        case "ranks":
            return Ranked(tuple(rank[0] if len(rank) == 1 else rank for rank in vote.ranks))
        case "scores":
            given = dict(vote.scores)
            return Scored(tuple(given.get(option) for option in range(options)))
        case _:
            return Marked(tuple(sorted(vote.marks)))


ANSWERS: dict[int, Node] = {
    YES: say("yes"),
    IF_NEED_BE: say("if need be"),
    NO: say("no"),
}
"""What a number means for a time."""

ANSWER_WORDS: dict[int, str] = {YES: "yes", IF_NEED_BE: "if need be", NO: "no"}
"""The same as it is typed, in every language."""


ANSWERS_MAX: Final = 25
"""The most answers that a menu offers; with more, numbers are typed."""


def answers_of(terms: PollTerms) -> tuple[Choice, ...]:
    """What can be given to each option, as a menu offers it; empty where none would do."""
    if terms.how.kind != "scores":
        return ()
    if terms.method == "times":
        return tuple(
            Choice(ANSWERS[answer], word)
            for answer, word in ((YES, "yes"), (IF_NEED_BE, "maybe"), (NO, "no"))
        )
    points = terms.counting.points or 0
    top = terms.top or (isqrt(points) if terms.method == "quadratic" else points)
    if top >= ANSWERS_MAX:
        return ()
    return tuple(Choice(Number(number), str(number)) for number in range(top, -1, -1))


def vote_told(terms: PollTerms, vote: Vote, name: Name) -> Node:
    """The vote in words, as it could be typed."""
    if vote.ranks:
        return joined((joined(map(name, rank), " = ") for rank in vote.ranks), " > ")
    if vote.scores:
        times = terms.method == "times"
        return joined(
            say("{option}: {number}", option=name(option), number=_number(number, times=times))
            for option, number in vote.scores
        )
    return joined(map(name, vote.marks))


def _number(number: int, *, times: bool) -> Node:
    return ANSWERS[number] if times else Number(number)
