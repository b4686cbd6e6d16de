"""The part of a sentence that tells something: without asking for it, and without who it was."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.language.tokens import Token
from bot.phrasing.wording import word, words_of

_ASKING: Final = words_of("""
    i i'd i'm i've i'll me my mine we we've us you it it's its that this so ok hey hi please pls just
    now already
    want would like love need could can may might shall should will wanna let's let have has had been
    was were am are is be do did does took take takes put down note add enter write log record
    credit give get for of to the a an
    ich mir mich mein meine wir uns du es das so ja also mal bitte gern gerne noch jetzt grad gerade
    eben schon dann heute lang
    will möchte möcht würde würd hätte hätt könnte könntest kann kannst soll sollte
    hab habe haben hat hatte war waren bin ist sind wäre
    schreib schreibt trag tragt notier notiere vermerk auf ein nieder eintragen aufschreiben notieren
    vermerken dass daß ob that's whether if für an den der die dem""")
"""What by itself tells nothing that was done, bought, wanted or proposed."""

_ENDS: Final = (",", ";", ".", ":", "–")


def told(tokens: Sequence[Token]) -> list[Token]:
    """The clauses that tell something, the first of them from its first telling word on.

    A sentence of nothing but such words stays as it is.
    """
    clauses = [each for each in _clauses(tokens) if any(map(tells_something, each))]
    left = [token for clause in clauses for token in clause]
    at = next((at for at, token in enumerate(left) if tells_something(token)), 0)
    begin = at
    while begin and word(left[begin - 1]) in _KEPT:
        begin -= 1
    return left[begin:] or list(tokens)


_KEPT: Final = words_of("the a an der die das den dem my mein meine for für")
"""What belongs to the telling word behind it."""


def tells_something(token: Token) -> bool:
    """Whether a word tells something by itself: it neither asks, nor only says that somebody did."""
    return token.quoted or word(token) not in _ASKING


def _clauses(tokens: Sequence[Token]) -> list[list[Token]]:
    clauses: list[list[Token]] = [[]]
    for token in tokens:
        clauses[-1].append(token)
        if not token.quoted and token.text.endswith(_ENDS):
            clauses.append([])
    return clauses
