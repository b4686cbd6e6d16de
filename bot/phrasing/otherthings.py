"""The command that does with one thing what a line wants to do with another.

A contribution is withdrawn, a proposal cancelled, an expense declined: whoever takes something back
seldom knows which word is for which.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.phrasing.wording import Said, typed

_TAKES_BACK: Final = {
    "C": "withdraw",
    "F": "funding cancel",
    "N": "cancel",
    "P": "cancel",
    "Q": "cancel",
    "R": "reminders cancel",
    "T": "decline",
}

_CHANGES: Final = {
    "C": "amend",
    "K": "ideas change",
    "P": "amend-proposal",
    "R": "reminders edit",
    "S": "recurring change",
}

_AGREES: Final = {"C": "confirm", "F": "funding approve", "K": "ideas approve", "T": "approve"}

_ALIKE: Final[tuple[Mapping[str, str], ...]] = (_TAKES_BACK, _CHANGES, _AGREES)
"""What does alike, by the letter of the thing that it is for."""


LETTERS: Final = frozenset(letter for them in _ALIKE for letter in them)
"""The letters of what something alike is done with."""


def of_other_thing(it: Said, ref: str) -> str:
    """The line that does the same with what it names, or else shows that."""
    alike = (them for them in _ALIKE if it.command.name in them.values())
    name = next((them[ref[0]] for them in alike if ref[0] in them), "")
    if not name:
        return f"show {ref}"
    line = " ".join([name, ref, *map(typed, it.words[1:])])
    return f"{line}\n{it.rest}" if it.rest else line
