"""How much likelier each command is by the words of a sentence, each weighed by itself.

A naive Bayes of what was taught: beside the nearest sentences, which must be alike as a whole, every
word speaks for the commands that it was mostly said for, wherever in the sentence it stands.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from typing import Final

UNSEEN: Final = 0.16
"""How often something is taken to have been said with a command that it was never said with, where it
is said in every sentence; the rarer it is, the less."""

FEW: Final = 12
"""What was never said with a command that was taught fewer sentences speaks as much against it as if it
had been taught so many: else what nobody was taught would be a rare command's."""

PRIOR: Final = 0.3
"""How much it counts that a command was taught more sentences than another."""


class Odds:
    """What was taught, word by word."""

    def __init__(self, sentences: Iterable[tuple[str, Collection[str]]]) -> None:
        """`sentences` are pairs of a command's name and what its sentence is compared by."""
        said: dict[str, Counter[str]] = defaultdict(Counter)
        count = Counter[str]()
        for command, features in sentences:
            count[command] += 1
            for feature in features:
                said[feature][command] += 1
        total = count.total()
        self._prior = {each: PRIOR * math.log(n / total) for each, n in count.items()}
        self._unsaid = {each: math.log1p(max(n, FEW) / UNSEEN) for each, n in count.items()}
        self._said = dict[str, list[tuple[str, float]]]()
        for feature, by in said.items():
            often = UNSEEN * by.total() / total
            self._said[feature] = [(each, math.log1p(n / often)) for each, n in by.items()]

    def of(self, features: Collection[str]) -> dict[str, float]:
        """The logarithm of each command's odds, up to what is the same for all."""
        known = [self._said[each] for each in features if each in self._said]
        odds = {each: prior - len(known) * self._unsaid[each] for each, prior in self._prior.items()}
        for by in known:
            for command, weight in by:
                odds[command] += weight
        return odds
