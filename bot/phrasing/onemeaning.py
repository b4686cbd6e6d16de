"""Lines that are plain: read as they stand, with nothing in them that could mean anything else.

Most entries are: an amount in figures, then what it was. They need no second look for what else they
may mean, which takes longer than reading them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from bot.language.days import telling_words
from bot.language.line import compared
from bot.language.tokens import Token
from bot.language.units import meaning_of
from bot.phrasing.joints import EACH, JOINED, LAID_OUT, WHOSE
from bot.phrasing.known import Known
from bot.phrasing.people import SPEAKER
from bot.phrasing.spoken import may_be_spoken
from bot.phrasing.wording import Said, is_kind, word

_TIME: Final = re.compile(r"[1-9]\d{0,2}(?:h(?:[0-5]\d)?|m|min)", re.ASCII)
_NUMBER: Final = re.compile(r"[1-9]\d{0,2}(?:[.,]\d\d)?", re.ASCII)
_MARKED: Final = ("@", "-", "–", "—", "+")


def has_one_meaning(line: str, known: Known) -> bool:
    """Whether a line is an entry that says one thing, as it stands. Where unsure, it is none."""
    if line not in known.single:
        it = known.said(line)
        known.single[line] = it is not None and _has_one_meaning(line, it, known)
    return known.single[line]


def _has_one_meaning(line: str, it: Said, known: Known) -> bool:
    command = it.command
    if not (command.several and command.takes_amount_first) or it.rest:
        return False
    if not line.casefold().startswith(f"{command.name} "):
        return False
    words = it.words
    while words and is_kind(words[-1]):
        words = words[:-1]
    used = _amount(words, known)
    text = words[used:]
    if not (used and text) or not _is_text(text, known.setting.language):
        return False
    return not (_may_be_whose(text[0], known) or _may_be_whose(text[-1], known))


def _may_be_whose(token: Token, known: Known) -> bool:
    """Whether a word at an end of a text may say whose it is: somebody's name, whoever types."""
    said = token.text.strip(",.:;!?()")
    return said.casefold() in SPEAKER | EACH or known.is_person(said)


def _amount(words: Sequence[Token], known: Known) -> int:
    """How many words the plain amount takes that a line begins with; 0 where it begins with none."""
    if len(words) < 2 or words[0].quoted or words[1].quoted:
        return 0
    first, second = words[0].text, words[1].text
    if _TIME.fullmatch(first):
        return 1
    counted = _NUMBER.fullmatch(first) and second.isalpha()
    return 2 if counted and meaning_of(second, known.setting.language) is not None else 0


def _is_text(text: Sequence[Token], language: str) -> bool:
    """Whether the words hold no number, no day, nobody and nothing that could begin another entry."""
    telling, joined = _telling(language), False
    for token in text:
        typed = token.text
        if token.quoted or (joined and may_be_spoken(typed)):
            return False
        if typed.isascii() and typed.isalpha():
            low = typed.lower()
            if low in telling:
                return False
            joined = low in JOINED
        elif _says_nothing_else(token, language):
            joined = word(token) in JOINED or typed.endswith((",", ";"))
        else:
            return False
    return True


@lru_cache(maxsize=64)
def _telling(language: str) -> frozenset[str]:
    """The words that say whose an entry is, who paid, or when it was."""
    return WHOSE | LAID_OUT | telling_words(language)


def _says_nothing_else(token: Token, language: str) -> bool:
    """The same of a word with signs in it, or with letters beyond the English ones."""
    if is_kind(token) or token.text.startswith(_MARKED) or any(map(str.isnumeric, token.text)):
        return False
    return word(token) not in WHOSE and compared(token.text).rstrip(".") not in telling_words(language)
