"""Numbers of bank accounts (IBAN) in what people typed or banks gave out: outside none is read.

Pure. What only looks like one stays: its two check digits tell (ISO 13616).
"""

from __future__ import annotations

import re
from typing import Final

INSTEAD: Final = "IBAN …"

_BETWEEN = r"[\s.\-\u2010-\u2015]{0,2}"
"""What people and banks put between its groups."""

_LIKE_ONE = re.compile(
    rf"(?:(?<![A-Za-z0-9])|(?<=[Ii][Bb][Aa][Nn]))[A-Za-z]{{2}}[0-9]{{2}}(?:{_BETWEEN}[A-Za-z0-9]){{11,30}}"
)
_HASH = re.compile(r"[0-9a-f]{16}")
"""The beginning of a hash as the pages show it."""

_SIGNED = re.compile(
    r"(?<![A-Za-z0-9+/])((?:[A-Za-z0-9+/]{4}){10,}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=))"
)
"""A hash or a signature in Base64, as notes have them: what is in it was typed by nobody."""

_DIGITS_MIN = 8
"""No country has fewer; words behind something like a number have none."""


def without_ibans(text: str) -> str:
    """The same text without the numbers of bank accounts; hashes and signatures stay whole."""
    pieces = _SIGNED.split(text)
    pieces[::2] = map(_without, pieces[::2])
    return "".join(pieces)


def _without(text: str) -> str:
    begin = 0
    while found := _LIKE_ONE.search(text, begin):
        begin = found.start() + 1
        for end in _ends(text, found):
            if _is_one(text[found.start() : end]):
                text = text[: found.start()] + INSTEAD + text[end:]
                begin = found.start() + len(INSTEAD)
                break
    return text


def _ends(text: str, found: re.Match[str]) -> list[int]:
    """Where it may end, the furthest first: what was found may hold words that came behind it."""
    places = range(found.end(), found.start(), -1)
    return [end for end in places if text[end - 1].isalnum() and not text[end : end + 1].isalnum()]


def _is_one(text: str) -> bool:
    plain = re.sub(r"[^A-Za-z0-9]", "", text)
    if _HASH.fullmatch(text) and not plain[2:].isdecimal():
        return False
    if sum(map(str.isdecimal, plain)) < _DIGITS_MIN:
        return False
    turned = plain[4:] + plain[:4]
    return int("".join(str(int(each, 36)) for each in turned)) % 97 == 1
