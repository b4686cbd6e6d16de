"""What somebody wanted by a line that nobody can read: by what others wanted who said something alike.

The sentence says which commands that may be (`likeness`), and each is filled with what the sentence
holds for it (`filling`): the better it fits, the likelier it is meant.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from bot.command import Command
from bot.language.tokens import Token
from bot.phrasing.filling import LINES_MAX, filled
from bot.phrasing.known import Known, letters
from bot.phrasing.leading import ASKED, HOW, QUESTIONS, named, plainly
from bot.phrasing.likeness import TALK, Wanted, taught
from bot.phrasing.offering import WHOLE_PHRASE
from bot.phrasing.vocabulary import folded, led
from bot.phrasing.wording import is_option, said, split, word

SURE: Final = 0.35
"""From here on a sentence is like enough to what was taught."""

SURE_ASKED: Final = 0.55
"""And of a question, which may be about anything."""

SURE_ALONE: Final = 1.3
"""And of one word alone, which leads somewhere by itself where it is one for a command."""

SHARE: Final = 0.3
"""A command is looked at that is as near as this share of the nearest."""

NEAR: Final = 0.35
"""And that is near enough by itself: a wrong pointer is worse than none."""

FOR_GOOD: Final = frozenset(["me forget", "me leave"])
"""What takes somebody away is wished only where they said nearly what was taught."""

FOR_GOOD_SURE: Final = 0.7
"""That near is near enough for it."""

CLEAR: Final = 0.35
"""What is less likely than this, for what it would lose or make up, is no wish."""

SAID: Final = 1.1
"""A command that was said by its name is likelier than any other."""

BESIDE: Final = 0.75
"""A second line is worth reading that is as likely as this share of the first."""

WORDS_MAX: Final = 24
"""In a longer line nobody types a command by mistake."""

HELPS: Final = 0.3
"""How much less likely a page about a command is what was wanted than its line."""

COMMANDS_MAX: Final = 8
"""So many commands are looked at."""


_GLUED = re.compile(r":?(?=\d)")
"""Where a name is glued to what follows it: `log2h`, `log:2h`."""


class Wish(NamedTuple):
    """A line that may be wanted, and how likely that is."""

    line: str
    likely: float


def wishes(line: str, known: Known) -> list[Wish]:
    """The lines that may be wanted, likeliest first."""
    tokens, rest = split(line)
    table = known.features.commands
    if not 0 < len(tokens) <= WORDS_MAX or any(map(is_option, tokens)):
        return []
    # `cancel my vote on P1` is one phrase, which says what is wanted and what is not.
    whole = any(each.used >= WHOLE_PHRASE for each in led([token.text for token in tokens], table))
    if whole or asks_about_a_thing(tokens, known):
        return []
    name = command_said(line, tokens, known)
    asks = word(tokens[0]) in QUESTIONS
    sure = SURE_ALONE if len(tokens) == 1 else SURE_ASKED if asks else SURE
    likely = {name: SAID} if name else _likely(_wanted(tokens, known), sure)
    found = [
        Wish(each.line, sure + each.fit)
        for name, sure in likely.items()
        for each in filled(table[name], tokens, rest, known)[:LINES_MAX]
    ]
    return sorted((it for it in found if it.likely >= CLEAR), key=lambda wish: -wish.likely)


def command_said(line: str, tokens: list[Token], known: Known) -> str:
    """The command that is said by its name, also where that is glued to what follows it; or nothing."""
    table = known.features.commands
    it = said(line, table)
    name = it.command.name if it is not None else _GLUED.split(tokens[0].text.casefold(), maxsplit=1)[0]
    return name if name in table else ""


def asks_about_a_thing(tokens: list[Token], known: Known) -> bool:
    """Whether somebody asks about what they name: `who voted on P1` wants no vote."""
    asks = word(tokens[0]) in ASKED or tokens[-1].text.endswith("?")
    return asks and bool(named(tokens, known))


def _wanted(tokens: list[Token], known: Known) -> list[Wanted]:
    """The commands that may be wanted: what was named has a place in each."""
    table, refs = known.features.commands, named(tokens, known)
    texts = [token.text for token in plainly(tokens)]
    wants = taught(table).wanted(texts)
    if wants and wants[0].command == TALK:
        return []
    return [each for each in wants if each.command in table and _takes(table[each.command], refs)]


def _takes(command: Command, refs: list[str]) -> bool:
    return not refs or refs[0][0] in letters(command)


def _likely(wants: list[Wanted], sure: float) -> dict[str, float]:
    """How likely each command is, beside the nearest; nothing where none is near."""
    best = wants[0].sure if wants else 0.0
    if best < sure:
        return {}
    near = (each for each in wants[:COMMANDS_MAX] if each.sure >= max(best * SHARE, NEAR))
    return {
        each.command: each.sure / best
        for each in near
        if each.command not in FOR_GOOD or each.sure >= FOR_GOOD_SURE
    }


def is_another(line: str, better: str) -> bool:
    """Whether a line is worth reading beside a better one: another deed, or one to another thing."""
    (one, *its), (other, *others) = line.split(), better.split()
    return one != other or bool(its and others and its[0] != others[0] and _is_thing(its[0]))


def _is_thing(word: str) -> bool:
    return word[:1].isupper() and word[1:].isdecimal()


_HOW_MUCH = frozenset(["much", "many", "viel", "viele", "voll"])
"""`how much …` asks for a figure, not how to do it."""


def asks_how(line: str) -> bool:
    """Whether somebody asks how to do it, which a page says; `how much …` asks for a figure."""
    first, second = (*map(folded, line.split(maxsplit=2)), "", "")[:2]
    return first in HOW and second not in _HOW_MUCH
