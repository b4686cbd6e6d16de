"""What is only an example: a line with words that nobody said, of things that need not exist."""

from __future__ import annotations

from typing import Final

from bot.arguments import OptionType
from bot.chat import Misread, Refusal
from bot.language.tokens import tokenize
from bot.phrasing.known import Known, all_letters, letters
from bot.phrasing.wording import reference, said
from bot.text.wording import Node, Typed, joined, say

LISTS: Final = {
    "B": "invoices",
    "C": "contributions",
    "F": "funding",
    "K": "ideas",
    "N": "needs",
    "P": "decisions",
    "Q": "polls",
    "S": "recurring list",
    "T": "treasury",
}
"""Where the things of a letter are listed."""

NAMELESS: Final = frozenset(["ref-missing", "reference-odd", "choice-missing"])
"""The refusals of a line that names no thing, or one and nothing more."""

SAYING: Final = 3
"""A word of so many letters says something: whom, what or which. A shorter one is a joint or a unit."""


def made_up(offered: str, line: str, known: Known) -> bool:
    """Whether an offer says what stands in the command's example, and not in the line."""
    it = said(offered, known.features.commands)
    if it is None or it.command.name == "help":  # which tells of what nobody typed
        return False
    typed = {_bare(each.text) for each in tokenize(line)}
    numbers = {_digits(each) for each in typed}
    example = {t.text for each in it.command.examples for t in tokenize(each)}
    more = [
        token.text
        for token in it.words
        if _bare(token.text) not in typed and not reference(token, all_letters(known.features))
    ]
    saying = [each for each in more if _is_saying(each)]  # an amount may be typed in other letters
    says = saying or any(_digits(each) not in numbers for each in more)
    return bool(says) and example.issuperset(saying or more)


def _bare(word: str) -> str:
    return word.lstrip("@#").rstrip(",;:?").casefold()


def _digits(word: str) -> str:
    return "".join(filter(str.isdecimal, word))


def _is_saying(word: str) -> bool:
    return word.startswith("@") or (
        word[0].isalpha() and word.islower() and len(word) >= SAYING and not _digits(word)
    )


def nothing_open(line: str, wrong: Refusal, known: Known) -> Node | None:
    """Where nothing is open that a line without a reference could mean: where what was is found."""
    it = said(line, known.features.commands)
    if it is None or not isinstance(wrong, Misread) or wrong.code not in NAMELESS:
        return None
    first = next((option for option in it.command.options if option.positional), None)
    if first is None or first.type is not OptionType.REFERENCE or known.references(it.command):
        return None
    them = letters(it.command)
    lists = joined((Typed(LISTS[each]) for each in sorted(them) if each in LISTS), " / ")
    listed = {each.letter for each in known.features.things if each.suggested is not None}
    if them <= listed:
        return say("Nothing like that is open here; what there is: {lists}", lists=lists)
    return say("What there is: {lists}", lists=lists)
