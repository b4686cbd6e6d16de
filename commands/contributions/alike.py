"""What says the same: the words of entries, compared."""

from __future__ import annotations

from collections import defaultdict

from bot.collective.contributions import Life, fold_contribution
from bot.collective.contributions import Step as LifeStep
from bot.decision import Ask

ALIKE_MAX = 50
"""Among how many entries of somebody's day, the newest of that kind and amount, an equal one is looked
for."""


def same_words(one: str, other: str) -> bool:
    """Whether two texts say the same, without regard to case and blanks."""
    return one.casefold().split() == other.casefold().split()


def equal_ones(ask: Ask, what: str) -> frozenset[int]:
    """The numbers of the contributions that say the same, among what was read along."""
    lives = defaultdict[int, list[LifeStep]](list)
    for entry, event in ask.entries(*ask.found):
        if isinstance(event, Life):
            lives[event.number].append(LifeStep(entry.at, entry.actor, event))
    found = {number: fold_contribution(life) for number, life in lives.items()}
    return frozenset(
        number for number, it in found.items() if it is not None and same_words(ask.text(it.what), what)
    )
