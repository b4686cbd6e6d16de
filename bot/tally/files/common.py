"""What the readers of ballot files share: limits, numbers, names, kinds of ballots, and refusals.

A file is read whole or refused: there is no result of a part of it. A refusal names the line (counted
from 1, as an editor does) and, where it is about one word, the word. Nothing here knows a format.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Final, NamedTuple, TypeVar

from bot.chain import normal
from bot.chat import Misread
from bot.tally.ballots import Election, Marked, Ranked, Scored
from bot.text.rendering import shortened, visible
from bot.text.wording import Node, say

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

_BREAKS: Final = re.compile(r"[\t-\r\x1c-\x1f\x85\u2028\u2029]+")
"""What breaks a line: a name stands on one."""

ERROR: Final = "ballot-file"
"""The short code of every refusal here."""

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")
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


class Known(dict[Key, Value]):
    """What the words of a file mean: each different one is read once."""

    def __init__(self, read: Callable[[Key], Value]) -> None:
        """Read a word that comes for the first time with `read`."""
        super().__init__()
        self._read = read

    def __missing__(self, word: Key) -> Value:
        """The meaning of a word that came for the first time."""
        value = self[word] = self._read(word)
        return value


class Wrong(Exception):  # noqa: N818 - it is no error of ours, and becomes a refusal with its line
    """What is wrong with a line, raised where the number of the line is not known."""

    def __init__(self, reason: Node, word: str = "") -> None:
        """Carry the reason, and the word it is about, to where the line's number is known."""
        super().__init__(word)
        self.reason, self.word = reason, shown(word)

    def on(self, line: int) -> Misread:
        """The refusal; the line 0 is the file as a whole."""
        return refused(self.reason, line, word=self.word)


def refused(reason: Node, line: int = 0, *, word: str = "", instead: Node | None = None) -> Misread:
    """The refusal of a file, because of one of its lines; 0 is the file as a whole."""
    where = say("Line {line}: {reason}", line=str(line), reason=reason) if line else reason
    return Misread(ERROR, where, word=word, instead=instead)


def shown(word: str) -> str:
    """A word of a file as it is told: visible, and not long."""
    return shortened(visible(word[: WORD_CHARACTERS_MAX + 1]).strip(), WORD_CHARACTERS_MAX)


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
        raise Wrong(
            say(
                "{word} is no number of ballots; it takes a whole number up to {most}.",
                word=shown(word),
                most=WEIGHT_MAX,
            ),
            word,
        )
    return number


def seats_of(word: str) -> int:
    """How many seats a file says there are."""
    number = whole(word, OPTIONS_MAX)
    if not number:
        raise Wrong(
            say(
                "{word} is no number of seats; it takes 1 to {most}.",
                word=shown(word),
                most=OPTIONS_MAX,
            ),
            word,
        )
    return number


def option_names(names: Sequence[Named]) -> tuple[str, ...]:
    """The names in their normal form. Refuses what could not be told apart in a result."""
    if not names:
        raise refused(say("The file names no options."))
    if len(names) > OPTIONS_MAX:
        raise refused(say("There are more than {most} options.", most=OPTIONS_MAX), names[-1].line)
    by_look: dict[str, str] = {}
    for it in names:
        try:
            name = option_name(it.name)
            by_look[_new_look(name, by_look)] = name
        except Wrong as why:
            raise why.on(it.line) from why
    return tuple(by_look.values())


def _new_look(name: str, taken: Mapping[str, str]) -> str:
    """What people see of a name; refuses what looks like nothing, or like another name."""
    look = " ".join(visible(name).split())
    if not look:
        raise Wrong(say("An option has no name."))
    if look in taken:
        raise Wrong(say("Two options have the name {word}.", word=shown(name)), name)
    return look


def option_name(name: str) -> str:
    """A name in its normal form, on one line."""
    if len(name) > NAME_CHARACTERS_MAX:
        reason = say("A name is longer than {most} characters.", most=NAME_CHARACTERS_MAX)
        raise Wrong(reason, name)
    return _BREAKS.sub(" ", normal(name)).strip()


def unknown(word: str, known: Iterable[str]) -> Wrong:
    """A word that is no option, with the option that is most like it."""
    found = difflib.get_close_matches(word[:WORD_CHARACTERS_MAX], list(known)[:1000], 1)
    if not found:
        return Wrong(say("{word} is no option.", word=shown(word)), word)
    reason = say("{word} is no option; is it {option}?", word=shown(word), option=shown(found[0]))
    return Wrong(reason, word)


def once_each(levels: Levels, names: Sequence[Named] = ()) -> None:
    """Refuse a ballot that names an option twice: which of the places was meant is not ours to say."""
    seen: set[int] = set()
    for option in (option for level in levels for option in level):
        if option in seen:
            word = names[option].name if names else str(option + 1)
            raise Wrong(say("The ballot names {word} twice.", word=shown(word)), word)
        seen.add(option)


# --- Kinds of ballots -------------------------------------------------------------------------------


def of_levels(levels: Levels, kind: Kind) -> AnyBallot:
    """A ballot that ranks, as the kind that a method counts."""
    if kind is Kind.RANKS:
        return Ranked(levels)
    if kind is Kind.MARKS:
        return Marked(tuple(sorted(option for level in levels for option in level)))
    if kind is Kind.CHOICE:
        return Marked(tuple(sorted(levels[0]))) if levels else Marked()
    raise Wrong(say("The ballots rank the options; this method counts scores."))


def of_scores(scores: Sequence[int | None], kind: Kind) -> AnyBallot:
    """A ballot with scores, as the kind that a method counts: a higher score is preferred."""
    if kind is Kind.SCORES:
        return Scored(tuple(scores))
    if kind is Kind.MARKS:
        if high := next((score for score in scores if score is not None and score > 1), None):
            reason = say("{word} is a score; this method counts marks, 1 or 0.", word=str(high))
            raise Wrong(reason, str(high))
        return Marked(tuple(option for option, score in enumerate(scores) if score))
    return of_levels(levels_of(scores), kind)


def levels_of(scores: Sequence[int | None]) -> Levels:
    """The order that scores mean: the highest first, equal ones together, none not ranked."""
    by_score: dict[int, list[int]] = {}
    for option, score in enumerate(scores):
        if score is not None:
            by_score.setdefault(score, []).append(option)
    return tuple(tuple(by_score[score]) for score in sorted(by_score, reverse=True))


def of_marks(options: Iterable[int], count: int, kind: Kind) -> AnyBallot:
    """A ballot with marks, as the kind that a method counts: the marked ones are equal, and first."""
    marked = tuple(sorted(options))
    if kind in {Kind.MARKS, Kind.CHOICE}:
        return Marked(marked)
    if kind is Kind.RANKS:
        return Ranked((marked,) if marked else ())
    chosen = set(marked)
    return Scored(tuple(int(option in chosen) for option in range(count)))


def election_by_name(
    names: Sequence[Named], tally: Mapping[Levels, int], kind: Kind
) -> Election[AnyBallot]:
    """An election whose options are only met on ballots: they come in the order of their names.

    So the order of the ballots never matters, not even for a draw.
    """
    order = sorted(range(len(names)), key=lambda i: by_number(names[i].name))
    placed = in_places(order)
    ballots: dict[AnyBallot, int] = {}
    try:
        for levels, weight in tally.items():
            ballot = of_levels(tuple(map(placed.__getitem__, levels)), kind)
            ballots[ballot] = ballots.get(ballot, 0) + weight
    except Wrong as why:
        raise why.on(0) from why
    return make_election(option_names([names[i] for i in order]), ballots)


def in_places(order: Sequence[int]) -> Known[tuple[int, ...], tuple[int, ...]]:
    """The levels as they are when the options stand in another order."""
    place = {old: new for new, old in enumerate(order)}
    return Known(lambda level: tuple(sorted(place[option] for option in level)))


def by_number(name: str) -> tuple[int, str]:
    """Names in order, numbers by their value."""
    number = whole(name, SCORE_MAX)
    return (SCORE_MAX + 1 if number is None else number), name


def make_election(
    names: tuple[str, ...],
    ballots: Mapping[AnyBallot, int],
    *,
    seats: int = 1,
    withdrawn: Iterable[int] = (),
    title: str = "",
    top: int = 0,
) -> Election[AnyBallot]:
    """The election that a file holds. Refuses one in which nobody stands or nobody voted."""
    gone = frozenset(withdrawn)
    if len(gone) == len(names):
        raise refused(say("All the options have withdrawn."))
    if not any(ballots.values()):
        raise refused(say("The file holds no ballots."))
    return Election(
        options=names,
        ballots=tuple((ballot, weight) for ballot, weight in ballots.items() if weight),
        seats=seats,
        withdrawn=gone,
        title=option_name(title[:NAME_CHARACTERS_MAX]),
        top=top,
    )
