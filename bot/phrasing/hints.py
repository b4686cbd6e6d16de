"""What is said beside an entry that may be meant otherwise: a day that stands inside its text."""

from __future__ import annotations

from collections.abc import Sequence

from bot.arguments import OptionType
from bot.language.tokens import Token
from bot.phrasing.amounts import amount_at, day_words, parts, takes_amount_first
from bot.phrasing.known import Known
from bot.phrasing.rewording import reworded
from bot.phrasing.wording import said, word, words_of
from bot.text.wording import Node, Typed, say

TODAY = words_of("today heute tänään aujourd'hui hoy now jetzt")
ON = words_of("on am le el")
BEHIND_MAX = 3
"""The longest day that is looked for at the end of a text: `on last friday`."""


def hint(line: str, known: Known, ref: str) -> Node | None:
    """That a day in the text of the entry `ref` is not its day, and the line that makes it so."""
    it = said(line, known.features.commands)
    if it is None or not ref.startswith("C") or not takes_amount_first(it.command):
        return None
    it = reworded(it, known)
    core, others = parts(it.words)
    found = amount_at(core, known.setting)
    if found is None or OptionType.PEOPLE not in it.command.by_type:
        return None
    if any(token.text.startswith("--on") for token in others):
        return None
    day = _day(core[found[1] :], known)
    if not day:
        return None
    return say(
        "“{word}” stays in the text, and the entry is of today. Was it then? {line}",
        word=day,
        line=Typed(f"amend {ref} --on {day}"),
    )


def _day(text: Sequence[Token], known: Known) -> str:
    """The day that a text begins or ends with, as it was typed; today is none."""
    begun = day_words(text, known.setting)
    if begun and begun < len(text):
        return _told(text[:begun])
    for length in range(min(BEHIND_MAX, len(text) - 1), 0, -1):
        last = text[-length:]
        if day_words(last, known.setting) == length:
            return _told(last)
    return ""


def _told(words: Sequence[Token]) -> str:
    """A day that is said in words: a number in a text is no day, and today it is anyway."""
    named = [token for token in words if word(token) not in ON]
    plain = all(not any(map(str.isdecimal, token.text)) for token in named)
    if not named or not plain or any(word(token) in TODAY for token in named):
        return ""
    return " ".join(token.text.rstrip(".,;:!") for token in named)
