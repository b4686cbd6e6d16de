"""The words that people use for a command, in every language there is: they lead to it.

A near spelling counts only where the distance is small: a wrong pointer is worse than none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from bot.command import Command
from bot.text.languages import reader
from bot.text.rendering import render

PHRASE_WORDS: Final = 5
"""No phrase that leads to a command has more words: `what are we voting on`."""

SHORT: Final = 5
"""Up to so many letters one slip is allowed, in longer words two."""

TINY: Final = 3
"""In a word of so few letters only two may have changed places: `lgo`; `ich` is no `ics`."""

WORD_CHARACTERS: Final = 30
"""What is compared of a word: no name of a command is as long."""


class Led(NamedTuple):
    """A command that words lead to, and how many of them it took."""

    command: Command
    used: int
    last: int = 0
    """How many words at the end of the line it took as well: `trage 2h Brot ein`, `take it back`."""


PARTICLES: Final = frozenset(
    (
        "ab",
        "an",
        "auf",
        "aus",
        "bei",
        "ein",
        "mit",
        "vor",
        "zu",
        "zurück",
        "nicht",
        "off",
        "out",
        "up",
        "down",
        "back",
        "weg",
        "abstimmen",
        "in",
        "on",
    )
)
"""The second halves of verbs, which may stand at the end of what is said."""


def folded(word: str) -> str:
    """A word as it is compared."""
    return word[:WORD_CHARACTERS].casefold().replace("’", "'").strip(".,;:!?()'\"")


def led(words: Sequence[str], table: Mapping[str, Command]) -> list[Led]:
    """The commands that the words begin with, by other words for them: those of the longest phrase."""
    compared = tuple(map(folded, words[:PHRASE_WORDS]))
    phrases = _phrases(table)
    last = folded(words[-1]) if len(words) > 2 else ""
    parted = phrases.get((compared[0], last), []) if last in PARTICLES else []
    for used in range(len(compared), 0, -1):
        if used == 1 and parted:
            break
        if compared[:used] in phrases:
            return [Led(command, used) for command in phrases[compared[:used]]]
    return [Led(command, 1, 1) for command in parted]


def near(words: Sequence[str], table: Mapping[str, Command]) -> list[Led]:
    """The commands that the first word was probably meant for, nearest first."""
    word = folded(words[0]) if words else ""
    if len(word) < 2:
        return []
    known = _single(Same(table))
    slips = {each: distance(word, each) for each in known if _may_be(word, each)}
    best = min((it for it in slips.values()), default=_allowed(word) + 1)
    if best > _allowed(word):
        return []
    them = {each.name: each for name, slip in slips.items() if slip == best for each in known[name]}
    return [Led(each, 1) for each in them.values()]


@lru_cache(maxsize=4)
def _single(same: Same) -> Mapping[str, Sequence[Command]]:
    """The commands by each single word that leads to them and is long enough to be misspelled."""
    known = {name: [each] for name, each in same.table.items() if " " not in name}
    more = {
        key[0]: list(them)
        for key, them in _phrases_of(same).items()
        if len(key) == 1 and key[0] not in known and len(key[0]) >= SHORT
    }
    return {**known, **more}


def _may_be(word: str, other: str) -> bool:
    """Whether one word may be a slip of the other: the shorter it is, the more has to be the same."""
    if len(word) <= TINY:
        return sorted(word) == sorted(other)
    same = word[0] == other[0] or _allowed(word) == 1
    if not same or abs(len(other) - len(word)) > _allowed(word):
        return False
    return len(set(word).symmetric_difference(other)) <= 2 * _allowed(
        word
    )  # a slip changes two letters


def _allowed(word: str) -> int:
    return 1 if len(word) <= SHORT else 2


class Same:
    """A table that is the same as itself alone, so that it can be remembered what was made of it."""

    def __init__(self, table: Mapping[str, Command]) -> None:
        """Hold the table."""
        self.table = table

    def __hash__(self) -> int:
        return id(self.table)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and other.table is self.table


def _phrases(table: Mapping[str, Command]) -> Mapping[tuple[str, ...], list[Command]]:
    """The commands by each phrase that leads to them, as it is spelled on a hurried phone too."""
    return _phrases_of(Same(table))


@lru_cache(maxsize=4)
def _phrases_of(same: Same) -> Mapping[tuple[str, ...], list[Command]]:
    found: dict[tuple[str, ...], list[Command]] = {}
    hurried: dict[tuple[str, ...], list[Command]] = {}
    for command in same.table.values():
        for phrase in command.other_words:
            words = tuple(map(folded, phrase.split()))
            _add(found, words, command)
            _add(hurried, tuple(each.translate(_HURRIED) for each in words), command)
    long = {key: them for key, them in hurried.items() if len("".join(key)) > SHORT}
    return {**long, **found}


_HURRIED: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "'": ""})


def _add(found: dict[tuple[str, ...], list[Command]], key: tuple[str, ...], command: Command) -> None:
    them = found.setdefault(key, [])
    if command not in them:
        them.append(command)


def distance(one: str, other: str) -> int:
    """How many letters differ, were left out, added, or swapped with their neighbour."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        above, row = row, [i]
        for j, b in enumerate(other, 1):
            cost = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (a != b))
            if i > 1 and j > 1 and (a, b) == (other[j - 2], one[i - 2]):
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before = above
    return row[-1]


def found(wanted: str, table: Mapping[str, Command], language: str) -> list[Command]:
    """The commands that some words are about: by name, by the words for it, by what it does."""
    words = [folded(each) for each in wanted.split()]
    words = [each for each in words if len(each) > 1 and each not in _SMALL.split()]
    scored = [(_score(words, command, language), command) for command in table.values()]
    best = sorted((each for each in scored if each[0]), key=lambda each: -each[0])
    return [command for _, command in best[:FOUND_MAX]]


FOUND_MAX: Final = 5
"""The most commands that a search shows: few enough to choose from."""

_SMALL: Final = """how do does what is are the to my me we our you your can it of for in on an and with
i'm wie was ich mein meine der die das ein eine wir man kann zu und mit für auf"""
"""Words that say nothing about what is wanted."""


def _score(words: Sequence[str], command: Command, language: str) -> int:
    names = set(command.name.split())
    also = {each for phrase in command.other_words for each in map(folded, phrase.split())}
    about = {folded(each) for each in render(command.about, reader(language, "UTC")).split()}
    return sum(4 * (w in names) + 3 * (w in also and w not in names) + (w in about) for w in words)
