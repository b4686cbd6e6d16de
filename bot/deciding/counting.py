"""Counting: from ballots to who said what, what did not count and why, and the numbers to be judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.deciding.ballots import Ballot, Choice, Fault, Sense
from bot.deciding.delegation import followed
from bot.deciding.judging import Method, Numbers
from bot.deciding.matter import Matter


@dataclass(frozen=True, slots=True)
class Count:
    """A counted matter: all people in ascending order of their numbers.

    `said`: by the word of each choice, who said it, themselves or through the proxy in `delegated`.
    `silent`: who has no voice here. `looped`: those of them whose proxies lead round in a loop.
    `uncounted`: whose ballot did not count, and why.
    """

    choices: tuple[Choice, ...]
    said: Mapping[str, tuple[int, ...]]
    silent: tuple[int, ...]
    delegated: Mapping[int, int]
    looped: tuple[int, ...]
    uncounted: Mapping[Fault, tuple[int, ...]]
    numbers: Numbers

    def who(self, *senses: Sense) -> tuple[int, ...]:
        """Who said something in one of these senses."""
        return tuple(
            person
            for choice in self.choices
            if choice.sense in senses
            for person in self.said[choice.word]
        )


def fault_of(matter: Matter, voter: int, ballot: Ballot, choices: Mapping[str, Choice]) -> Fault | None:
    """Why this ballot does not count, if it does not, by what holds for every method."""
    if voter not in matter.electorate:
        return Fault.OUTSIDE
    if ballot.at > matter.closes_at:
        return Fault.LATE
    if ballot.version != matter.version and not matter.terms.keep_ballots:
        return Fault.OLD_TEXT
    choice = choices.get(ballot.choice)
    if choice is None:
        return Fault.UNKNOWN
    if not choice.open_to(author=voter == matter.author):
        return Fault.NOT_THEIRS
    if choice.reasoned and not ballot.reason:
        return Fault.UNREASONED
    return None


def counted(matter: Matter, method: Method) -> Count:
    """Count the ballots of a matter. The order in which they were cast makes no difference."""
    choices = method.choices(matter.terms)
    by_word = {choice.word: choice for choice in choices}
    voted: dict[int, str] = {}
    uncounted: dict[Fault, list[int]] = {}
    for voter, ballot in matter.ballots.items():
        fault = fault_of(matter, voter, ballot, by_word)
        if fault is None and method.admits is not None:
            fault = method.admits(matter, ballot)
        if fault is None:
            voted[voter] = ballot.choice
        else:
            uncounted.setdefault(fault, []).append(voter)
    silent = matter.electorate.difference(voted)
    delegated, looped = _delegated(matter, method, silent, voted)
    said = _said(choices, voted, delegated)
    return Count(
        choices=choices,
        said=said,
        silent=tuple(sorted(silent - delegated.keys())),
        delegated=dict(sorted(delegated.items())),
        looped=looped,
        uncounted={fault: tuple(sorted(uncounted[fault])) for fault in Fault if fault in uncounted},
        numbers=_numbers(matter, choices, said, delegated),
    )


def _delegated(
    matter: Matter, method: Method, silent: frozenset[int], voted: Mapping[int, str]
) -> tuple[dict[int, int], tuple[int, ...]]:
    if matter.terms.secret or not method.proxies or not matter.proxies:
        return {}, ()
    return followed(silent, voted, matter.electorate, matter.proxies)


def _said(
    choices: Sequence[Choice], voted: Mapping[int, str], delegated: Mapping[int, int]
) -> dict[str, tuple[int, ...]]:
    said: dict[str, list[int]] = {choice.word: [] for choice in choices}
    for voter, word in voted.items():
        said[word].append(voter)
    for voter, caster in delegated.items():
        said[voted[caster]].append(voter)
    return {word: tuple(sorted(people)) for word, people in said.items()}


def _numbers(
    matter: Matter,
    choices: Sequence[Choice],
    said: Mapping[str, tuple[int, ...]],
    delegated: Mapping[int, int],
) -> Numbers:
    """A voice that the author cast for somebody is no agreement of somebody else."""
    alone = matter.electorate <= {matter.author}
    agreed = any(
        alone or delegated.get(person, person) != matter.author
        for choice in choices
        if choice.sense.agrees
        for person in said[choice.word]
    )
    return Numbers(
        electorate=len(matter.electorate),
        tally={word: len(people) for word, people in said.items()},
        agreed=agreed,
        alone=alone,
    )
