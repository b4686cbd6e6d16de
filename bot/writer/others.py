"""What is offered beside a line that is only likely: what may have been meant just as well.

Where nobody named the thing, each one that is open may be it; and what two commands show of the same
people and days, nobody who never saw them can tell apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from bot.language.tokens import Token
from bot.phrasing.known import Known
from bot.phrasing.leading import named
from bot.phrasing.sentences import guesses
from bot.phrasing.wishes import is_another
from bot.phrasing.wording import said, split
from bot.writer.homes import Scene
from bot.writer.trying import Decides, accepted

SHOWN_MAX: Final = 3
"""The most lines that are offered with these: a phone shows three, and more nobody compares."""

ALIKE: Final[Mapping[str, str]] = {"contributions": "statement", "statement": "contributions"}
"""What people call by the same words: what somebody did, entry by entry or as an account."""

NEWEST: Final = frozenset(["amend", "withdraw"])
"""Whoever puts something right means what they just wrote."""


def with_others(
    scene: Scene, line: str, own: Sequence[str], known: Known, decides: Decides
) -> list[str]:
    """The lines that are offered, and behind the first what may have been meant as well."""
    first, *rest = own
    tokens, _ = split(line)
    begun = said(line, known.features.commands)
    others = [*_to_others(first, tokens, known)]
    if begun is None:
        others += _alike(first, known)
    fresh = [each for each in others if all(is_another(each, it) for it in own)]
    found = accepted(scene, fresh, decides, most=SHOWN_MAX - 1)
    return [first, *found, *rest][:SHOWN_MAX]


def _to_others(line: str, tokens: Sequence[Token], known: Known) -> Iterator[str]:
    """The line about each other open thing of its kind, where nobody said which one."""
    it = said(line, known.features.commands)
    if it is None or it.command.name in NEWEST or not guesses(line, tokens, known):
        return
    its = named(it.words, known)[0]
    for ref in known.references(it.command):
        if ref[0] == its[0] and ref != its:
            words = [Token(ref) if token.text == its else token for token in it.words]
            yield it.with_words(words).line


def _alike(line: str, known: Known) -> Iterator[str]:
    """The same of what is called by the same words."""
    it = said(line, known.features.commands)
    other = ALIKE.get(it.command.name) if it is not None else None
    if it is not None and other is not None:
        yield f"{other}{line.removeprefix(it.command.name)}"
