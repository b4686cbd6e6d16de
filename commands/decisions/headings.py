"""What heads a page about one thing: what it is, and the words that somebody gave it."""

from __future__ import annotations

from bot.collective.members import ERASED
from bot.text.wording import Node, Words, say


def headed(what_it_is: Node, words: str, without: Node | None = None) -> Node:
    """What it is, then its words; where it has none or they were erased what is told `without` them."""
    what = Words(words) if _told(words) else without
    return what_it_is if what is None else say("{line}: {what}", line=what_it_is, what=what)


def in_own_words(words: str, what_it_is: Node) -> Node:
    """Its words; what it is where it has none or they were erased."""
    return Words(words) if _told(words) else what_it_is


def undoing(ref: str, undone: str) -> Node:
    """What heads something that takes another thing back."""
    return say("{ref} undoes {undone}", ref=ref, undone=undone)


def _told(words: str) -> bool:
    return words not in {"", ERASED}
