"""What says the same: the words of entries, compared."""

from __future__ import annotations

from bot.collective.contributions import Life, fold_contribution
from bot.collective.contributions import Step as LifeStep
from bot.decision import Ask


def same_words(one: str, other: str) -> bool:
    """Whether two texts say the same, without regard to case and blanks."""
    return one.casefold().split() == other.casefold().split()


def words_of(ask: Ask, number: int) -> str:
    """The words of a contribution among what was read along."""
    found = (
        LifeStep(entry.at, entry.actor, event)
        for entry, event in ask.entries(*ask.found)
        if isinstance(event, Life) and event.number == number
    )
    it = fold_contribution(found)
    return "" if it is None else ask.text(it.what)
