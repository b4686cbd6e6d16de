"""Who is meant in a sentence: our people by their names, who was helped, who speaks beside them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.language.tokens import Token
from bot.phrasing.amounts import amount_at
from bot.phrasing.joints import AND, FOR, WITH
from bot.phrasing.known import Known
from bot.phrasing.wording import Said, is_option, is_person, word, words_of

ME: Final = words_of("me myself mich mir")
SPEAKER: Final = ME | words_of("i ich")
"""Whoever speaks."""

_AND: Final = AND | {"an"}
"""In a sentence `bo an me` is a slip."""


def is_somebody(token: Token, known: Known) -> bool:
    """Whether a word is one of our people, with or without an `@`: `bo`, `@bo,`, `Bo's`."""
    return is_person(token) or bool(not token.quoted and _name_of(token, known))


def is_named(token: Token, known: Known) -> bool:
    """The same without what is somebody's: of `Bo's bike` nobody is named."""
    return is_person(token) or bool(not token.quoted and known.is_person(token.text.rstrip(",.:;!?")))


def named_person(token: Token, known: Known) -> Token:
    """Somebody as they are typed."""
    name = token.text.lstrip("@").rstrip(",.;:!?")
    return Token(f"@{_name_of(Token(name), known) or name}")


def _name_of(token: Token, known: Known) -> str:
    """The name that a word is, also of what is somebody's: `Bo's`, `Evas`; or nothing."""
    name = token.text.rstrip(",.;:!?").replace("’", "'")
    if known.is_person(name):
        return name
    owner = name.removesuffix("'s").removesuffix("s").removesuffix("'")
    owns = owner != name and (len(owner) > 2 or "'" in name)
    return owner if owns and known.is_person(owner) else ""


def is_helped(tokens: Sequence[Token], known: Known) -> bool:
    """Whether the only one who is named was helped: `helped bo move`, `hab Bo beim Umzug geholfen`.

    Of `bo helped me` and `gestern hat bo mir geholfen` it is the other way round.
    """
    people = [at for at, token in enumerate(tokens) if is_somebody(token, known)]
    if len(people) != 1 or tokens[people[0]].text.startswith("@"):
        return False
    at, said = people[0], [word(token) for token in tokens]
    helps = at == 0 or not _US.isdisjoint(said)
    return not helps and (said[at - 1] in _HELPED or not _GEHOLFEN.isdisjoint(said[at:]))


def helping(tokens: Sequence[Token], known: Known) -> list[Token]:
    """The words from whom somebody helped to that they did: they belong to what was done."""
    if not is_helped(tokens, known):
        return []
    says = [
        at
        for at, token in enumerate(tokens)
        if word(token) in _HELPED | _GEHOLFEN or is_somebody(token, known)
    ]
    return list(tokens[says[0] : says[-1] + 1])


_HELPED: Final = words_of("helped helping help")
_US: Final = words_of("me us mir uns mich")
_GEHOLFEN: Final = words_of("geholfen helfen unterstützt")


def me_beside(tokens: Sequence[Token], known: Known) -> list[Token]:
    """The words that say that who speaks is among the people: `me and @bo`, `@bo und ich`."""
    for at, token in enumerate(tokens):
        if word(token) not in SPEAKER:
            continue
        before = at > 1 and word(tokens[at - 1]) in _AND and is_somebody(tokens[at - 2], known)
        behind = tokens[at + 1 : at + 3]
        after = len(behind) > 1 and word(behind[0]) in _AND and is_somebody(behind[1], known)
        if len(behind) > 1 and is_somebody(behind[0], known) and word(behind[1]) in _AND:
            return [token, *(t for n, t in enumerate(tokens) if _joins(tokens, n, known))]
        if before or after:
            joint = tokens[at - 1] if before else tokens[at + 1]
            joints = [t for n, t in enumerate(tokens) if t is not joint and _joins(tokens, n, known)]
            return [token, joint, *joints]
    return []


def _joins(tokens: Sequence[Token], at: int, known: Known) -> bool:
    """Whether a word stands between two people: of `an hour each` the first joins nobody."""
    beside = [*tokens[max(at - 1, 0) : at], *tokens[at + 1 : at + 2]]
    people = all(word(each) in SPEAKER or is_somebody(each, known) for each in beside)
    return word(tokens[at]) in _AND and len(beside) > 1 and people


def with_me(it: Said, known: Known) -> list[Token]:
    """The words of an entry, with whoever types among those whose it is: `@bo and me`, `me and @bo`.

    That is said at one end of it; between other words, as in `showed @bo and i fixed it`, it is text.
    """
    words = list(it.words)
    last = next((at for at, token in enumerate(words) if is_option(token)), len(words))
    for at, token in enumerate(words[:last]):
        if token.quoted or token.text.rstrip(",").casefold() not in SPEAKER:
            continue
        begin, end = at, at + 1
        while begin and (is_person(words[begin - 1]) or word(words[begin - 1]) in AND):
            begin -= 1
        while end < last and (is_person(words[end]) or word(words[end]) in AND):
            end += 1
        named = any(map(is_person, words[begin:end]))
        amount = amount_at(words, known.setting)
        first = begin == (amount[1] if amount else 0) and word(words[end - 1]) not in AND
        joined = word(words[begin - 1]) if begin else ""
        if not named or not (first or end == last) or joined in FOR or word(words[begin]) in AND:
            return words
        people = [each for each in words[begin:end] if word(each) not in AND]
        mine = [Token("@me") if each is token else Token(each.text.rstrip(",")) for each in people]
        return [*words[: begin - (joined in WITH)], *mine, *words[end:]]
    return words
