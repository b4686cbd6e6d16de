"""What heads a page about one thing: what it is, and the words that somebody gave it."""

from __future__ import annotations

from bot.collective.members import ERASED
from bot.text.wording import Node, Words, say


def headed(what_it_is: Node, words: str) -> Node:
    """What it is, then its words; without them where it has none or they were erased."""
    return say("{line}: {what}", line=what_it_is, what=Words(words)) if _told(words) else what_it_is


def in_own_words(words: str, what_it_is: Node) -> Node:
    """Its words; what it is where it has none or they were erased."""
    return Words(words) if _told(words) else what_it_is


def undoing(ref: str, undone: str) -> Node:
    """What heads something that takes another thing back."""
    return say("{ref} undoes {undone}", ref=ref, undone=undone)


def _told(words: str) -> bool:
    return words not in {"", ERASED}
