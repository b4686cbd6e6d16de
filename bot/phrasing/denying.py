"""What somebody says that they do not want: of `I don't agree with P2` nobody makes a yes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from bot.deciding.ballots import Sense
from bot.language.tokens import Token
from bot.phrasing.known import Known
from bot.phrasing.leading import plainly
from bot.phrasing.vocabulary import folded
from bot.phrasing.votes import NO, YES, choices_of, meant_by
from bot.phrasing.wording import said, word, words_of

_NOT: Final = words_of("""
    not dont don't cant can't cannot wont won't doesnt doesn't isnt isn't never nicht kein keine keinen
    niemals nie""")
"""A *no* is none of these: it is an answer."""

_FORBIDDING: Final = words_of("dont don't never nicht niemals nie")
_CANNOT: Final = words_of("kann können kannst schaffe schaffen will wollen")
"""`kann N1 nicht` forbids nothing: somebody cannot."""

SHOWS: Final = ("show ", "why ", "help ", "rules explain ")
"""How lines begin that only tell more."""


_REMINDING: Final = (
    ["let", "me", "forget"],
    ["let", "us", "forget"],
    ["lass", "mich", "nicht"],
    ["vergiss", "nicht", "mich"],
)
"""Whoever says so wants to be reminded: nothing is forbidden."""


_NOTHING_AGAINST: Final = re.compile(
    r"\b(?:no|any|without|keine?|keinen|keinerlei|ohne|nichts)(?: \w+)? "
    r"(?:objections?|concerns?|reservations?|einwände?|einspruch|bedenken|vorbehalte?|veto|against|dagegen"
    r"|problems?)\b"
)


def without_objection(said: str) -> str:
    """What somebody said, in small letters, who has nothing against it: that is a yes."""
    return _NOTHING_AGAINST.sub("agree", said)


def denies(tokens: Sequence[Token]) -> bool:
    """Whether a sentence says no to something; no objection is none."""
    said = without_objection(" ".join(word(token).replace("’", "'") for token in tokens))
    return not _NOT.isdisjoint(said.split())


def forbids(tokens: Sequence[Token]) -> bool:
    """Whether a sentence says what is not to be done: `don't delete C2`, `lösch C2 nicht`."""
    words = [word(token).replace("’", "'") for token in plainly(tokens)]
    if any(words[at : at + 3] in _REMINDING for at in range(3)):
        return False
    begins = bool(words) and (words[0] in _FORBIDDING or words[:2] == ["do", "not"])
    ends = words[-1:] == ["nicht"] and not _CANNOT.intersection(words)
    return begins or ends


def contradicts(tokens: Sequence[Token], line: str, known: Known) -> bool:
    """Whether a line does what a sentence says no to."""
    it = said(line, known.features.commands)
    if it is None or line.startswith(SHOWS):
        return False
    if it.command.name == "vote" and denies(tokens):
        # Of `I am not against it` nobody knows how far it goes.
        return _agrees(it.words, known) or any(meant_by(token.text) == NO for token in tokens)
    return forbids(tokens)


def _agrees(words: Sequence[Token], known: Known) -> bool:
    """Whether the words behind `vote` are a yes."""
    if len(words) < 2:
        return False
    ref, choice = words[0].text.upper(), words[1].text
    agreeing = (it for it in choices_of(ref, known) if it.sense is Sense.AGREE)
    names = {folded(each) for it in agreeing for each in (it.word, it.emoji, *it.also)}
    return meant_by(choice) == YES or folded(choice) in names
