"""What people who said something alike wanted: sentences that were taught, and how near they are.

A sentence is compared by its words, pairs of neighbouring words, and pieces of words (for slips and
endings); rare ones say more than frequent ones (tf-idf, cosine). Of a whole sentence each word has a
say of its own, too (`odds`). What is like nothing that was taught leads nowhere: a wrong pointer is
worse than none.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from heapq import nlargest
from importlib.resources import files
from typing import Final, NamedTuple

from bot.command import Command
from bot.phrasing.odds import Odds
from bot.phrasing.stems import witnesses
from bot.phrasing.vocabulary import Same, folded
from bot.phrasing.wording import words_of

NEAREST: Final = 12
"""So many of the sentences that are nearest have a say."""

TALK: Final = "-"
"""What is taught of mere talk: it leads nowhere."""

_HEADING = re.compile(r"\[([a-z -]+)\]")


class Wanted(NamedTuple):
    """A command that is wanted, and how sure that is: 1 for one sentence that says the same."""

    command: str
    sure: float


class Taught:
    """The sentences that were taught, each with the command that was wanted."""

    def __init__(self, sentences: Iterable[tuple[str, str]]) -> None:
        """`sentences` are pairs of a command's name, or `TALK`, and what somebody said."""
        self._commands: list[str] = []
        self._holding: dict[str, list[int]] = defaultdict(list)
        self._saying: dict[str, Counter[str]] = defaultdict(Counter)
        self._said: Counter[str] = Counter()
        self._about: dict[str, frozenset[str]] = {}
        features: list[frozenset[str]] = []
        for command, sentence in sentences:
            words = {folded(each) for each in sentence.split()}
            self._saying[command].update(words)
            self._said.update(words)
            features.append(frozenset(witnesses(sentence.split())))
            self._commands.append(command)
        self._odds = Odds(zip(self._commands, features, strict=True))
        for number, its in enumerate(features):
            for feature in its:
                self._holding[feature].append(number)
        self._rare = {
            feature: math.log(len(features) / len(numbers))
            for feature, numbers in self._holding.items()
        }
        for feature in [each for each, it in self._holding.items() if len(it) > SAID_BY_MANY]:
            del self._holding[feature]
        self._lengths = [self._length(its) for its in features]

    def _length(self, features: Iterable[str]) -> float:
        return math.sqrt(sum(self._rare.get(each, 0.0) ** 2 for each in features)) or 1.0

    def about(self, command: str) -> frozenset[str]:
        """The words that say this command is wanted: said often with it, and seldom with others."""
        if command not in self._about:
            self._about[command] = frozenset(
                said
                for said, count in self._saying[command].items()
                if said not in TIMES
                and any(count >= often and count >= share * self._said[said] for often, share in ABOUT)
            )
        return self._about[command]

    def wanted(self, words: Sequence[str]) -> list[Wanted]:
        """The commands that were wanted by who said something like it, likeliest first."""
        return _in_order(self._near(frozenset(witnesses(words))))

    def understood(self, words: Sequence[str]) -> list[Wanted]:
        """The commands that a whole sentence may want, likeliest first: by its like, and each word."""
        its = frozenset(witnesses(words))
        near, odds = self._near(its), self._odds.of(its)
        best = max(odds.values(), default=0.0)
        by_words = {each: BY_WORDS * math.exp((it - best) / MILD) for each, it in odds.items()}
        return _in_order({each: near.get(each, 0.0) + it for each, it in by_words.items()})

    def _near(self, its: frozenset[str]) -> dict[str, float]:
        """How near each command's sentences are."""
        near: dict[int, float] = defaultdict(float)
        for feature in its:
            weight = self._rare.get(feature, 0.0) ** 2
            for number in self._holding.get(feature, ()):
                near[number] += weight
        length = math.sqrt(sum(self._rare.get(each, UNKNOWN) ** 2 for each in its))
        scored = ((score / (length * self._lengths[number]), number) for number, score in near.items())
        votes: dict[str, float] = defaultdict(float)
        for score, number in nlargest(NEAREST, scored):
            votes[self._commands[number]] += score**POWER
        return {command: score ** (1 / POWER) for command, score in votes.items()}


def _in_order(votes: Mapping[str, float]) -> list[Wanted]:
    return [Wanted(*each) for each in sorted(votes.items(), key=lambda each: -each[1])]


TIMES: Final = words_of("morgen tomorrow heute today gestern yesterday uhr jeden every mal")
"""These say when, and never which command is wanted, however often they are said for it."""

ABOUT: Final = ((8, 0.35), (5, 0.7))
"""A word is about a command that is in so many of its sentences, and these are such a share of all."""

SAID_BY_MANY: Final = 600
"""What is in more sentences than these makes none alike."""

UNKNOWN: Final = 2.0
"""How much what nobody was taught weighs against a likeness, beside words of which each is as rare as
one in some seven sentences."""

POWER: Final = 3
"""The nearest has most to say: likenesses count to this power."""


BY_WORDS: Final = 0.5
"""How much the words one by one have to say, beside the likeness of whole sentences."""

MILD: Final = 24.0
"""Words are no witnesses that know nothing of one another: so many times milder is their verdict."""


def taught(table: Mapping[str, Command]) -> Taught:
    """What is taught beside this file, and by the words that each command declares."""
    return _taught(Same(table))


@lru_cache(maxsize=4)
def _taught(same: Same) -> Taught:
    text = files("bot.phrasing").joinpath("taught.txt").read_text("utf-8")
    said = ((name, each) for name, it in same.table.items() for each in (name, *it.other_words))
    return Taught((*said, *sentences_in(text)))


def sentences_in(text: str) -> Iterator[tuple[str, str]]:
    """The sentences of a text in which each follows the name of its command, in brackets."""
    command = ""
    for row in map(str.strip, text.splitlines()):
        if heading := _HEADING.fullmatch(row):
            command = heading[1]
        elif row and not row.startswith("#"):
            yield command, row
