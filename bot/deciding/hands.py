"""A show of hands: how many said what, counted in a room and confirmed by somebody who saw it.

Hands have no names. They are of those who did not vote themselves, so they are never more than those;
where they would be, somebody was counted twice, and none of them counts. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.deciding.ballots import Choice
from bot.deciding.matter import Matter


def hands_fit(counts: Mapping[str, int], silent: int) -> bool:
    """Whether so many people, who did not vote themselves, can have raised these hands."""
    return sum(counts.values()) <= silent


def counted_hands(matter: Matter, choices: Sequence[Choice], silent: int) -> dict[str, int]:
    """The hands that count, by the word of each choice, where `silent` people did not vote themselves.

    None of them after an amended text, after the deadline, or where there are more hands than people.
    """
    shown = matter.hands
    if shown is None or shown.at > matter.closes_at:
        return {}
    if shown.version != matter.version and not matter.terms.keep_ballots:
        return {}
    known = {each.word for each in choices if shown.reason or not each.reasoned}
    counts = {word: count for word, count in shown.counts.items() if word in known and count > 0}
    return counts if hands_fit(counts, silent) else {}
