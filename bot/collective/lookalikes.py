"""Names that look like one another, or like the bot's own words.

Two names look alike where Unicode's table of confusables (UTS 39) makes the same of both: `аnna` with
a Cyrillic letter is `anna` to whoever reads it. Who looks like somebody else, or like `admin`, is
shown with their account, which nobody can choose as they like.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

NAMES_KEPT = 20_000
"""Of how many names it is remembered what they look like: whoever joins is held against all, and
whoever names somebody."""

_ENGLISH = (
    "admin admins administrator administrators administration root sudo owner moderator moderators "
    "mod mods operator operators bot talkoot system server support official everyone everybody "
    "anyone anybody all here channel me you we us they nobody none noone someone room rooms circle "
    "collective group treasury treasurer treasurers cash bank fund funds coordinator coordinators "
    "facilitator facilitators member members guest guests issuer ledger journal outside partner "
    "partners"
)
_GERMAN = (
    "administratorin administratoren verwalter verwalterin verwaltung moderation moderatorin "
    "moderatoren betreiber betreiberin alle allen jeder jede jeden jedermann jemand niemand keiner "
    "keine hier kanal ich du wir ihr sie mich dich uns raum räume kreis kreise kollektiv gruppe "
    "kasse schatzmeister schatzmeisterin schatzmeisterei kassenwart kassenwartin koordinator "
    "koordinatorin koordinatoren koordination mitglied mitglieder gast gäste topf töpfe konto "
    "hauptbuch außen"
)
RESERVED = frozenset(f"{_ENGLISH} {_GERMAN}".split())
"""Words that mean somebody or something else here, in the languages that the bot speaks."""

_NUMBER = re.compile(r"#\d+")
"""As a member is named by their number, whatever they are called."""

_ACCOUNT = re.compile(r"\([^()]*(?:[@:]|[0-9]{5})[^()]*\)")


def alike(one: str, other: str) -> bool:
    """Whether two names look the same to whoever reads them."""
    return not _looks(one).isdisjoint(_looks(other))


def is_reserved(name: str) -> bool:
    """Whether a name looks like a number, or like one of the words, that mean something else here."""
    if _NUMBER.fullmatch(unicodedata.normalize("NFKC", name)):
        return True
    return not _looks("".join(c for c in name if c.isalnum())).isdisjoint(_reserved())


def shows_account(name: str) -> bool:
    """Whether a name looks as if an account was shown with it."""
    return _ACCOUNT.search(name) is not None


@cache
def _reserved() -> frozenset[tuple[str, str]]:
    return frozenset(look for word in RESERVED for look in _looks(word))


@lru_cache(NAMES_KEPT)
def _looks(name: str) -> frozenset[tuple[str, str]]:
    """What a name looks like as it is written, in small letters, and in capitals.

    Names are the same whatever their case, but what looks alike is not: `I` is like `l`, `i` is not.
    """
    shown = unicodedata.normalize("NFKC", name)
    shown = "".join(
        c for c in shown if not c.isspace() and unicodedata.category(c) not in {"Cf", "Cc", "Mn"}
    )
    forms = (("as it is", shown), ("small", shown.casefold()), ("capital", shown.upper()))
    return frozenset((form, _skeleton(text)) for form, text in forms)


def _skeleton(text: str) -> str:
    prototypes = _prototypes()
    apart = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFD", "".join(prototypes.get(c, c) for c in apart))


@cache
def _prototypes() -> dict[str, str]:
    """The sign that stands for all that look like it, by each of them.

    The library keeps each pair both ways: a sign has one prototype, a prototype all its signs.
    """
    # Loaded when the first name is looked at: it is a megabyte, and most commands need none of it.
    from confusable_homoglyphs.confusables import confusables_data  # noqa: PLC0415

    like = {
        sign.strip("\u200e"): [it["c"].strip("\u200e") for it in others]
        for sign, others in confusables_data.items()
    }
    found = {}
    for sign, others in like.items():
        if len(sign) == 1 and len(others) == 1:
            (other,) = others
            found[sign] = other if len(like.get(other, ())) > 1 else min(sign, other)
    return found
