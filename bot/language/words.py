"""Words of a line that mean one thing each: names of kinds and circles, references, web addresses."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from bot.chain import normal
from bot.chat import Misread
from bot.text.wording import say

SHORT_NAME_CHARACTERS_MAX = 30
"""The longest name of a kind or a circle: a word, not a place for texts (they cannot be erased)."""


@lru_cache(maxsize=1_000)
def short_name(word: str) -> str | None:
    """The name of a kind or a circle as it is kept, or None when it cannot be one."""
    name = normal(word.casefold())
    fits = 0 < len(name) <= SHORT_NAME_CHARACTERS_MAX and name[0].isalpha()
    return name if fits and all(_in_a_name(c) for c in name) else None


def _in_a_name(sign: str) -> bool:
    """Letters of any script with their marks, digits, - and _."""
    return sign in "-_" or unicodedata.category(sign)[0] in "LMN"


def kind(word: str) -> str:
    """A kind, as it is kept. Raises Misread."""
    return named(word.lstrip("#＃").rstrip(".,;:!?"), word)


def named(word: str, typed: str) -> str:
    """A name as it is kept. Raises Misread."""
    name = short_name(word)
    if name is None:
        raise Misread(
            "name-odd",
            say("“{word}” cannot be a name here.", word=typed),
            word=typed,
            instead=say(
                "Letters, digits and - are fine, up to {most}.", most=SHORT_NAME_CHARACTERS_MAX
            ),
        )
    return name


_REFERENCE_DIGITS_MAX = 9


def reference(word: str) -> str:
    """A reference in its usual form. Raises Misread."""
    ref = word.strip("#.,;:").upper()
    if ref[:1].isascii() and ref[:1].isalpha() and ref[1:].isdecimal() and ref[1:].isascii():
        number = ref[1:].lstrip("0")
        if 0 < len(number) <= _REFERENCE_DIGITS_MAX:
            return ref[0] + number
    raise Misread(
        "reference-odd",
        say("“{word}” is no reference.", word=word),
        word=word,
        instead=say("A reference is a letter and a number, such as C12."),
    )


def link(word: str) -> str:
    """A web address. Raises Misread."""
    if word.lower().startswith(("https://", "http://")) and len(word) > len("https://"):
        return word
    raise Misread(
        "link-odd",
        say("“{word}” is no web address that I can keep.", word=word),
        word=word,
        instead=say("It must begin with https:// or http://."),
    )
