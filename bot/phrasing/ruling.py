"""Which rule a sentence names, and what it should be: `our quorum should be 25 percent from now on`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from bot.arguments import OptionType
from bot.collective.catalogue import CATALOGUE
from bot.collective.ruletypes import OneOf, RuleType, Switch
from bot.command import Command
from bot.language.tokens import Token
from bot.phrasing.spoken import NUMBERS
from bot.phrasing.wording import Said, word, words_of

PARTS_MAX: Final = max(name.count("-") for name in CATALOGUE) + 1
"""The most words that a rule's name has."""

VALUE_WORDS: Final = 3
"""In so many words a value is said: `25 percent`, `2 weeks`."""

_PERCENT: Final = words_of("percent prozent")


def rule_at(tokens: Sequence[Token]) -> tuple[str, int, int]:
    """The longest name of a rule in a sentence, with or without hyphens; where, and in how many words.

    The name is empty where there is none.
    """
    said = list(map(word, tokens))
    for used in range(PARTS_MAX, 0, -1):
        for at in range(len(said) - used + 1):
            name = "-".join(said[at : at + used])
            if name in CATALOGUE:
                return name, at, used
    return "", 0, 0


def ruled(command: Command, tokens: Sequence[Token]) -> Iterator[str]:
    """The line of a command for the rule that a sentence names; of one that takes a value with that."""
    name, at, used = rule_at(tokens)
    if not name:
        return
    if OptionType.TEXT not in command.by_type:
        yield Said(command, (Token(name),)).line
        return
    left = [*tokens[:at], *tokens[at + used :]]
    yield from (Said(command, (Token(name), Token(value))).line for value in _values(name, left))


def _values(name: str, tokens: Sequence[Token]) -> Iterator[str]:
    """What a rule may be set to of what a sentence says, the longest first; at most one."""
    said = [_figure(word(token)) for token in tokens]
    for used in range(VALUE_WORDS, 0, -1):
        for at in range(len(said) - used + 1):
            words = said[at : at + used]
            is_share = used == 2 and words[1] in _PERCENT
            value = f"{words[0]}%" if is_share else " ".join(words)
            if _reads(CATALOGUE[name].type, value):
                yield value
                return


def _reads(kind: RuleType, value: str) -> bool:
    """Whether it is a value of that type: figures, or one of few words."""
    if not isinstance(kind, OneOf | Switch) and not any(map(str.isdecimal, value)):
        return False
    try:
        kind.read(value)
    except ValueError:
        return False
    return True


def _figure(said: str) -> str:
    """A number in a word by its figure."""
    number = NUMBERS.get(said)
    return str(number) if number is not None and len(said) > 2 else said
