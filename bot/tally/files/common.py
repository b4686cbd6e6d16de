"""What the readers of ballot files share: limits, numbers, names, kinds of ballots, and refusals.

A file is read whole or refused: there is no result of a part of it. A refusal names the line (counted
from 1, as an editor does) and, where it is about one word, the word. Nothing here knows a format.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Final, NamedTuple

from bot.chain import normal
from bot.chat import Misread, misread
from bot.tally.ballots import Election, Marked, Ranked, Scored
from bot.wording import Node, Place, Words, say, visible

FILE_BYTES_MAX: Final = 128 * 1024 * 1024
"""The longest file: five million ballots of a usual length, and what a small machine can hold."""

OPTIONS_MAX: Final = 10_000
"""The most options: a hundred times the longest ballot paper that was ever printed."""

WEIGHT_MAX: Final = 10**12
"""The most ballots that one line may stand for: more than there are people, and exact in 64 bits."""

SCORE_MAX: Final = 10**9
"""The highest score or rank that a ballot may give."""

NAME_CHARACTERS_MAX: Final = 500
"""The longest name of an option: bringing thousands of combining marks into order takes minutes."""

WORD_CHARACTERS_MAX: Final = 60
"""How much of a wrong word is told."""

ERROR: Final = "ballot-file"
"""The short code of every refusal here."""

Levels = tuple[tuple[int, ...], ...]
AnyBallot = Ranked | Marked | Scored


class Kind(StrEnum):
    """What a method counts."""

    RANKS = "ranks"
    """An order of the options."""

    SCORES = "scores"
    """A number for each option."""

    MARKS = "marks"
    """Any number of options; of a ranking, all that it names."""

    CHOICE = "choice"
    """One option; of a ranking, the first."""


class Named(NamedTuple):
    """The name of an option, and the line where it stands."""

    name: str
    line: int


def refused(reason: Node, line: int = 0, *, word: str = "", instead: Node | None = None) -> Misread:
    """The refusal of a file, because of one of its lines; 0 is the file as a whole."""
    whole = say("Line {line}: {reason}", line=str(line), reason=reason) if line else reason
    return misread(ERROR, whole, word=word, instead=instead)


class Wrong(Exception):  # noqa: N818 - it is no error of ours, and becomes a refusal with its line
    """What is wrong with a line, from where the number of the line is not known."""

    def __init__(self, reason: Node, word: str = "") -> None:
        """Carry it to where the line's number is known."""
        super().__init__(word)
        self.reason, self.word = reason, word

    def on(self, line: int) -> Misread:
        """The refusal."""
        return refused(self.reason, line, word=self.word)


def wrong(text: str, word: str = "", /, **places: Place) -> Wrong:
    """What is wrong with a line, about a word of it; the word is the place `{word}`."""
    shown = shown_word(word)
    reason = say(text, word=Words(shown), **places)
    return Wrong(reason, shown)


def shown_word(word: str) -> str:
    """A wrong word as it is told: visible, and not longer than a line."""
    word = visible(word[: WORD_CHARACTERS_MAX + 1])
    return word if len(word) <= WORD_CHARACTERS_MAX else f"{word[: WORD_CHARACTERS_MAX - 1]}…"


def whole(word: str, most: int) -> int | None:
    """A whole number from 0 to `most` in ASCII digits, or None: `int` alone takes `1_0`, `+1`, `١`."""
    if not (word.isascii() and word.isdigit()):
        return None
    digits = word.lstrip("0")
    if len(digits) > len(str(most)):
        return None
    number = int(digits or "0")
    return number if number <= most else None


def weight_of(word: str) -> int:
    """How many ballots a line stands for."""
    number = whole(word, WEIGHT_MAX)
    if number is None:
        raise wrong(
            "“{word}” is no number of ballots: it takes a whole number up to {most}.",
            word,
            most=WEIGHT_MAX,
        )
    return number


def seats_of(word: str) -> int:
    """How many seats a file says there are."""
    number = whole(word, OPTIONS_MAX)
    if not number:
        raise wrong("“{word}” is no number of seats: it takes 1 to {most}.", word, most=OPTIONS_MAX)
    return number


def option_names(names: Sequence[Named]) -> tuple[str, ...]:
    """The names in their normal form. Refuses what could not be told apart in a result."""
    if not names:
        raise refused(say("The file names no options."))
    if len(names) > OPTIONS_MAX:
        raise refused(say("More than {most} options.", most=OPTIONS_MAX), names[OPTIONS_MAX].line)
    seen: dict[str, str] = {}
    for it in names:
        name = option_name(it)
        looks = " ".join(visible(name).split())
        if not looks:
            raise refused(say("An option has no name."), it.line)
        if looks in seen:
            raise refused(
                say("Two options have the name {name}.", name=shown_word(name)),
                it.line,
                word=shown_word(name),
            )
        seen[looks] = name
    return tuple(seen.values())


def option_name(it: Named) -> str:
    """A name in its normal form."""
    if len(it.name) > NAME_CHARACTERS_MAX:
        raise refused(
            say("A name is longer than {most} characters.", most=NAME_CHARACTERS_MAX), it.line
        )
    return normal(it.name).strip()


def nearest(word: str, known: Iterable[str]) -> Node | None:
    """The known word that is most like a wrong one."""
    found = difflib.get_close_matches(word[:WORD_CHARACTERS_MAX], list(known)[:1000], 1)
    return say("Did you mean {name}?", name=found[0]) if found else None


def once_each(levels: Levels, names: Sequence[str] = ()) -> None:
    """Refuse a ballot that names an option twice: which of the places was meant is not ours to say."""
    flat = [option for level in levels for option in level]
    if len(set(flat)) == len(flat):
        return
    twice = next(option for i, option in enumerate(flat) if option in flat[:i])
    name = names[twice] if names else str(twice + 1)
    raise wrong("The ballot names {word} twice.", name)


def of_levels(levels: Levels, kind: Kind) -> AnyBallot:
    """A ballot that ranks, as the kind that a method counts."""
    if kind is Kind.RANKS:
        return Ranked(levels)
    if kind is Kind.MARKS:
        return Marked(tuple(sorted(option for level in levels for option in level)))
    if kind is Kind.CHOICE:
        return Marked(tuple(sorted(levels[0]))) if levels else Marked()
    raise wrong("The ballot ranks the options; this method counts scores.")


def of_scores(scores: Sequence[int | None], kind: Kind) -> AnyBallot:
    """A ballot with scores, as the kind that a method counts: a higher score is preferred."""
    if kind is Kind.SCORES:
        return Scored(tuple(scores))
    if kind is Kind.MARKS:
        if high := next((score for score in scores if score is not None and score > 1), None):
            raise wrong(
                "The ballot gives a score of {word}; this method counts marks, 1 or 0.", str(high)
            )
        return Marked(tuple(option for option, score in enumerate(scores) if score))
    return of_levels(levels_of(scores), kind)


def levels_of(scores: Sequence[int | None]) -> Levels:
    """The order that scores mean: the highest first, equal ones together, none not ranked."""
    by_score: dict[int, list[int]] = {}
    for option, score in enumerate(scores):
        if score is not None:
            by_score.setdefault(score, []).append(option)
    return tuple(tuple(by_score[score]) for score in sorted(by_score, reverse=True))


def of_marks(options: Sequence[int], count: int, kind: Kind) -> AnyBallot:
    """A ballot with marks, as the kind that a method counts: the marked ones are equal, and first."""
    if kind in {Kind.MARKS, Kind.CHOICE}:
        return Marked(tuple(sorted(options)))
    if kind is Kind.RANKS:
        return Ranked((tuple(sorted(options)),)) if options else Ranked()
    marked = set(options)
    return Scored(tuple(1 if option in marked else 0 for option in range(count)))


def election(
    names: tuple[str, ...],
    ballots: dict[AnyBallot, int],
    *,
    seats: int = 1,
    withdrawn: Iterable[int] = (),
    title: str = "",
) -> Election[AnyBallot]:
    """The election that a file holds, its equal ballots together."""
    return Election(
        options=names,
        ballots=tuple((ballot, weight) for ballot, weight in ballots.items() if weight),
        seats=seats,
        withdrawn=frozenset(withdrawn),
        title=option_name(Named(title, 0)),
    )
