"""A line in pieces: its command, its words, the lines behind it; and as it is typed again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.chain import normal
from bot.chat import Misread
from bot.command import Command
from bot.language import words
from bot.language.tokens import Token, mention, spelled, tokenize
from bot.phrasing.vocabulary import folded

FIRST_CHARACTERS_MAX = 1_000
"""Only so long a first line is read in another way: nobody types a longer one by mistake."""


@dataclass(frozen=True, slots=True)
class Said:
    """A line as it was said: the command, the words behind it, and the lines behind the first."""

    command: Command
    words: tuple[Token, ...]
    rest: str = ""

    @property
    def line(self) -> str:
        """The line, typed."""
        first = " ".join([self.command.name, *map(typed, self.words)])
        return f"{first}\n{self.rest}" if self.rest else first

    def with_words(self, words: Sequence[Token]) -> Said:
        """The same with other words."""
        return replace(self, words=tuple(words))


def typed(token: Token) -> str:
    """A word as it is typed, also a name of several."""
    is_name = not token.quoted and token.text.startswith("@")
    return mention(token.text[1:]) if is_name else spelled(token)


def split(line: str) -> tuple[list[Token], str]:
    """The words of the first line, and the lines behind it."""
    first, _, rest = normal(line).strip().partition("\n")
    if len(first) > FIRST_CHARACTERS_MAX:
        return [], ""
    return list(tokenize(first)), rest.strip()


def said(line: str, table: Mapping[str, Command]) -> Said | None:
    """The line with its command; a stop or colon behind the command's name is nothing."""
    tokens, rest = split(line)
    names = [folded(token.text) for token in tokens[:2]]
    for used in (2, 1):
        command = table.get(" ".join(names[:used])) if len(names) >= used else None
        if used == 2 and command and tokens[0].text.casefold() != names[0]:
            continue  # `me, leave it there` is two things
        if command is not None:
            return Said(command, tuple(tokens[used:]), rest)
    return None


def is_person(token: Token) -> bool:
    """Whether the word is somebody behind an `@`."""
    return not token.quoted and token.text.startswith("@") and len(token.text) > 1


def is_option(token: Token) -> bool:
    """Whether the word names an option."""
    text = token.text
    dashed = not token.quoted and text.startswith(("--", "—", "–"))
    return dashed and text.lstrip("-—–")[:1].isalpha()


def is_kind(token: Token) -> bool:
    """Whether the word is a `#kind`."""
    return not token.quoted and token.text.startswith(("#", "＃")) and token.text[1:2].isalpha()


def reference(token: Token, letters: frozenset[str]) -> str:
    """The reference that the word is, of one of these letters; or nothing."""
    if token.quoted:
        return ""
    try:
        ref = words.reference(token.text.rstrip(".,;:!?"))
    except Misread:
        return ""
    return ref if ref[0] in letters else ""


def word(token: Token) -> str:
    """The word as it is compared; a quoted one is no word but text."""
    return "" if token.quoted else folded(token.text)


def words_of(text: str) -> frozenset[str]:
    """The words that a table has."""
    return frozenset(text.split())


def phrases_of(text: str) -> frozenset[str]:
    """The phrases that a table has, with commas between them."""
    return frozenset(" ".join(each.split()) for each in text.split(","))
