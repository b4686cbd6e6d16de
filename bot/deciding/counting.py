"""Counting: from ballots to who said what, what did not count and why, and the numbers to be judged."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.deciding.ballots import Ballot, Choice, Fault, Sense
from bot.deciding.delegation import followed
from bot.deciding.hands import counted_hands
from bot.deciding.judging import Method, Numbers
from bot.deciding.matter import Matter


@dataclass(frozen=True, slots=True)
class Count:
    """A counted matter: all people in ascending order of their numbers.

    `said`: by the word of each choice, who said it, themselves or through the proxy in `delegated`.
    `silent`: who has no voice here. `looped`: those of them whose proxies lead round in a loop.
    `uncounted`: whose ballot did not count, and why. `hands`: by the word of each choice, how many of
    the silent raised a hand for it; `waived`: whose proxies say nothing beside these.
    """

    choices: tuple[Choice, ...]
    said: Mapping[str, tuple[int, ...]]
    silent: tuple[int, ...]
    delegated: Mapping[int, int]
    looped: tuple[int, ...]
    uncounted: Mapping[Fault, tuple[int, ...]]
    numbers: Numbers
    hands: Mapping[str, int] = field(default_factory=dict)
    waived: tuple[int, ...] = ()

    @property
    def not_themselves(self) -> int:
        """How many did not vote themselves: whoever is there may raise their own hand."""
        return len(self.silent) + len(self.delegated)

    @property
    def unheard(self) -> int:
        """How many said nothing, and raised no hand either."""
        return len(self.silent) - sum(self.hands.values())

    def shown(self, *senses: Sense) -> int:
        """How many raised a hand for something in one of these senses."""
        return sum(self.hands.get(each.word, 0) for each in self.choices if each.sense in senses)

    def who(self, *senses: Sense) -> tuple[int, ...]:
        """Who said something in one of these senses."""
        return tuple(
            person
            for choice in self.choices
            if choice.sense in senses
            for person in self.said[choice.word]
        )


def fault_of(matter: Matter, choices: Sequence[Choice]) -> Callable[[int, Ballot], Fault | None]:
    """What says of a voter's ballot why it does not count, by what holds for every method."""
    electorate, closes_at, author = matter.electorate, matter.closes_at, matter.author
    version = None if matter.terms.keep_ballots else matter.version
    words = {choice.word for choice in choices}
    needs_reason = [
        {each.word: each.reasoned for each in choices if each.open_to(author=is_author)}
        for is_author in (False, True)
    ]

    def fault(voter: int, ballot: Ballot) -> Fault | None:
        if voter not in electorate:
            return Fault.OUTSIDE
        if ballot.at > closes_at:
            return Fault.LATE
        if ballot.version != version and version is not None:
            return Fault.OLD_TEXT
        reasoned = needs_reason[voter == author].get(ballot.choice)
        if reasoned is None:
            return Fault.NOT_THEIRS if ballot.choice in words else Fault.UNKNOWN
        return Fault.UNREASONED if reasoned and not ballot.reason else None

    return fault


def counted(matter: Matter, method: Method) -> Count:
    """Count the ballots of a matter. The order in which they were cast makes no difference."""
    choices = method.choices(matter.terms)
    faults = _faults(matter, method, choices)
    voted: dict[int, str] = {}
    silent: list[int] = []
    for voter in sorted(matter.electorate):
        ballot = matter.ballots.get(voter)
        if ballot is None or voter in faults:
            silent.append(voter)
        else:
            voted[voter] = ballot.choice
    delegated, looped = _delegated(matter, method, silent, voted)
    hands, waived = counted_hands(matter, choices, len(silent)), tuple[int, ...]()
    if hands:
        # Whoever is there shows their own hand: it would be counted twice.
        delegated, looped, waived = {}, (), tuple(delegated)
    said = _said(choices, voted, delegated)
    return Count(
        choices=choices,
        said=said,
        silent=tuple(voter for voter in silent if voter not in delegated),
        delegated=delegated,
        looped=looped,
        uncounted=_uncounted(faults),
        numbers=_numbers(matter, choices, said, delegated, hands),
        hands=hands,
        waived=waived,
    )


def _faults(matter: Matter, method: Method, choices: Sequence[Choice]) -> dict[int, Fault]:
    """By person, why their ballot does not count."""
    fault_in, admits = fault_of(matter, choices), method.admits
    faults = {}
    for voter, ballot in matter.ballots.items():
        fault = fault_in(voter, ballot)
        if fault is None and admits is not None:
            fault = admits(matter, ballot)
        if fault is not None:
            faults[voter] = fault
    return faults


def _uncounted(faults: Mapping[int, Fault]) -> dict[Fault, tuple[int, ...]]:
    people = {fault: sorted(who for who in faults if faults[who] is fault) for fault in Fault}
    return {fault: tuple(who) for fault, who in people.items() if who}


def _delegated(
    matter: Matter, method: Method, silent: Sequence[int], voted: Mapping[int, str]
) -> tuple[dict[int, int], tuple[int, ...]]:
    if matter.terms.secret or not method.proxies or not matter.proxies:
        return {}, ()
    return followed(silent, voted, matter.electorate, matter.proxies)


def _said(
    choices: Sequence[Choice], voted: Mapping[int, str], delegated: Mapping[int, int]
) -> dict[str, tuple[int, ...]]:
    """Both are in the order of the people, so sorting them together is one merge."""
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
    hands: Mapping[str, int],
) -> Numbers:
    """A voice that the author cast for somebody is no agreement of somebody else.

    One of the hands that agree may be the author's, where they did not vote otherwise.
    """
    alone = matter.electorate <= {matter.author}
    others = sum(
        alone or delegated.get(person, person) != matter.author
        for choice in choices
        if choice.sense.agrees
        for person in said[choice.word]
    )
    agreeing = sum(hands.get(choice.word, 0) for choice in choices if choice.sense.agrees)
    named = any(matter.author in people for people in said.values())
    maybe = int(matter.author in matter.electorate and not named and not alone)
    others += max(0, agreeing - maybe)
    return Numbers(
        electorate=len(matter.electorate),
        tally={word: len(people) + hands.get(word, 0) for word, people in said.items()},
        agreed=others > 0,
        alone=alone,
        others=others,
    )
