"""Names of nobody here that stand where somebody is named: `Anna did 3h`, `ruth and @bo`.

An entry of theirs is no entry of whoever types: with an `@` before it, it is told that nobody is
called so.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.language.tokens import Token
from bot.phrasing.known import Known
from bot.phrasing.numbers import number_in
from bot.phrasing.people import is_somebody
from bot.phrasing.wording import word, words_of

_DID: Final = words_of("did has hat worked spent helped arbeitete half")
"""What somebody did, behind their name at the beginning."""

_LASTED: Final = words_of("""
    taken lasted cost needed gedauert gebraucht gekostet benötigt verschlungen gefressen""")
"""What is said of a thing that took its time: `der Umbau hat 3 Stunden gedauert`."""

_NOBODY: Final = words_of("""
    i we you he she it they who that this there what one me my our us all everyone everybody someone
    somebody nobody anyone anybody each both people team log today yesterday and or with for to of
    ich wir du er sie es ihr wer das dies man mein meine unser unsere alle jemand niemand keiner jeder
    jede beide leute heute gestern was wie und oder mit für zu von der die den dem ein eine einen
    the a an also so then dann noch just hab habe haben why how where when which whose warum wieso
    weshalb wann wo welche welcher""")
"""What stands in these places and is no name."""

_ARTICLES: Final = words_of("die der")
_AND: Final = words_of("and und & +")
_WITH: Final = words_of("for für fuer with mit me ich mich mir")
_WHOSE: Final = words_of("balance account konto kontostand guthaben")
_NO_OWNERS: Final = words_of("""
    whats what's its it's this last dieses jenes letztes meines deines unseres eines alles todays
    theres there's us was ons hours""")
NAME_LETTERS: Final = 3
"""A shorter word that nobody is called is no name."""


def with_strangers(tokens: Sequence[Token], known: Known) -> list[Token]:
    """A sentence with an `@` before each name that only can be somebody's, whom nobody knows here."""
    said = list(map(word, tokens))
    found = list(tokens)
    for at in sorted({*_who_did(tokens, said), *_beside_somebody(tokens, said, known)}):
        if _is_name(tokens[at], said[at], known):
            found[at] = Token(f"@{said[at]}")
    for at, each in enumerate(said[:-1]):
        owner = each.replace("’", "'").removesuffix("'s").removesuffix("s")
        owns = owner != each and each not in _NO_OWNERS and said[at + 1] in _WHOSE
        if owns and _is_name(tokens[at], owner, known):
            found[at] = Token(f"@{owner}")
    return found


def _is_name(token: Token, said: str, known: Known) -> bool:
    plain = said.isalpha() and len(said) >= NAME_LETTERS and not token.quoted
    return plain and said not in _NOBODY and number_in(said) is None and not is_somebody(token, known)


def _who_did(tokens: Sequence[Token], said: Sequence[str]) -> list[int]:
    """Who did what is told, where it begins so."""
    at = int(said[:1] != [] and said[0] in _ARTICLES)
    did = said[at + 1 : at + 2] != [] and said[at + 1] in _DID
    # Behind an article a thing is as likely, but for what somebody is called: `die Ana hat …`.
    named = not at or tokens[at].text[:1].isupper()
    return [at] if did and named and _LASTED.isdisjoint(said) else []


def _beside_somebody(tokens: Sequence[Token], said: Sequence[str], known: Known) -> list[int]:
    """Who is named with somebody whom we know: `ruth and @bo`, `for me anna and bo`."""
    found = list[int]()
    for at in range(len(said) - 2):
        begins = not at or said[at - 1] in _WITH or tokens[at - 1].text.endswith(",")
        if begins and said[at + 1] in _AND and is_somebody(tokens[at + 2], known):
            found.append(at)
        behind = said[at + 3 : at + 4]
        does = at + 3 == len(said) or bool(behind and behind[0] in _DID | _BOTH)
        if is_somebody(tokens[at], known) and said[at + 1] in _AND and (does or _ends(tokens[at + 2])):
            found.append(at + 2)
    return found


_BOTH: Final = words_of("have haben each je jeweils both beide")


def _ends(token: Token) -> bool:
    return token.text.endswith(":")
