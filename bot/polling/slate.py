"""What there is to choose from, what a reading of it comes to, and an example of one."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.polling.terms import PollTerms
from bot.polling.votes import Vote
from bot.tally.dots import dots_cost, quadratic_cost

_LIKE_NUMBERS = re.compile(r"\d+(\s*[>=:,;].*)?", re.DOTALL)

Values = tuple[re.Pattern[str], Callable[[str], int]]


@dataclass(frozen=True, slots=True)
class Slate:
    """The options that a vote is read against; `none` is the place of none of the above."""

    names: Sequence[str]
    none: int | None = None

    def word(self, option: int) -> str:
        """The number that names an option and nothing else: `2`, or `#2` where a name is a number.

        Or where a name looks like a vote by numbers, such as `1 > 2`.
        """
        marked = any(_LIKE_NUMBERS.fullmatch(name) for name in self.names)
        return f"#{option + 1}" if marked else str(option + 1)


@dataclass(slots=True)
class Read:
    """A vote as it was read, and the options that it writes in, whose places follow the last one."""

    vote: Vote
    written_in: tuple[str, ...] = ()


def example(terms: PollTerms, slate: Slate) -> str:
    """What a vote by this method on these options looks like; typed as it stands, it counts."""
    words = [slate.word(option) for option in range(min(len(slate.names), 3))]
    kind = terms.how.kind
    if not words:
        return "" if kind == "none" else "+…" + ("=1" if kind == "scores" else "")
    match kind:
        case "choice":
            return words[0]
        case "marks":
            fewer = max(1, len(slate.names) - 1)  # who marks them all says nothing
            return ", ".join(words[: min(2, fewer, terms.marks_max or 2)])
        case "ranks":
            last = " > " if terms.ends_at_equal else " = "
            return last.join([" > ".join(words[1::-1]), *words[2:]])
        case "scores":
            pairs = zip(words, _numbers(terms), strict=False)
            return " ".join(f"{word}={number}" for word, number in pairs)
        case _:
            return ""


def _numbers(terms: PollTerms) -> Sequence[str | int]:
    """What an example gives to the first options: as much as anybody has to give."""
    if terms.method == "times":
        return "yes", "maybe", "no"
    top, points = terms.top, terms.counting.points
    cost = quadratic_cost if terms.method == "quadratic" else dots_cost
    for numbers in ((2, 1), (1,)):
        if (top is None or numbers[0] <= top) and (points is None or cost(numbers) <= points):
            return numbers
    return ()
