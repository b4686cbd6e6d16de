"""What takes a line of its own: two things in one line, two people who are paid in one.

The grammar knows one thing, or one person, and takes the rest for a reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.arguments import OptionType
from bot.language.tokens import Token
from bot.phrasing.amounts import amount_at
from bot.phrasing.doubting import Doubt
from bot.phrasing.joints import AND
from bot.phrasing.known import Known, all_letters, letters
from bot.phrasing.people import is_named, named_person
from bot.phrasing.votes import choices_of, is_choice, meant_by
from bot.phrasing.whose import run_at
from bot.phrasing.wording import Said, is_person, reference, word
from bot.text.wording import say

PAYING: Final = frozenset(["pay", "payout"])


def one_each(it: Said, known: Known) -> Doubt | None:
    """The first two of several lines that are typed in one; None where there is one."""
    if it.command.name in PAYING:
        return _paid(it, known)
    first = next((option for option in it.command.options if option.positional), None)
    if first is None or first.type is not OptionType.REFERENCE or len(it.words) < 2:
        return None
    return _things(it, known)


def _things(it: Said, known: Known) -> Doubt | None:
    """`vote P1 yes and P2 no`, `cancel P1 and Q1`, `dispute C1 and C2 too much`."""
    them, words = letters(it.command), it.words
    if not reference(words[0], them):
        return None
    votes = it.command.name == "vote"
    for at in range(1, len(words)):
        ref = reference(words[at], all_letters(known.features))
        joint = int(word(words[at - 1]) in AND)
        before, behind = words[1 : at - joint], words[at + 1 :]
        if not ref or ref == reference(words[0], them):
            continue
        listed = bool(joint) or words[at - 1].text.endswith(",")
        plain = bool(meant_by(" ".join(token.text for token in before)))
        if before and not (votes and (listed or plain) and _chooses(ref, behind or before, known)):
            return None
        if not before and not listed and not votes:
            return None
        if votes and {words[0].text[:1].upper(), ref[0]} != {"P"}:
            return None  # what is told may be seen by others, and a poll may be secret
        first = [Token(reference(words[0], them)), *(before or behind)]
        second = [Token(ref), *(behind or before)]
        lines = tuple(it.with_words(_bare(each)).line for each in (first, second))
        return Doubt(say("Each of them takes a line of its own."), words[at].text, lines)
    return None


def _bare(words: Sequence[Token]) -> list[Token]:
    """The words without the comma that parted them from others."""
    last = words[-1]
    return [*words[:-1], Token(last.text.rstrip(",;"), last.quoted)]


def _chooses(ref: str, words: Sequence[Token], known: Known) -> bool:
    """Whether words begin with a way to vote on a thing."""
    said = words[0].text.rstrip(",.!;") if words else ""
    return bool(said) and (is_choice(said, choices_of(ref, known)) or bool(meant_by(said)))


def _paid(it: Said, known: Known) -> Doubt | None:
    """`pay @bo 20 EUR and eva`, `payout bo 20 EUR, eva 10 EUR`."""
    if not it.words or not is_person(it.words[0]):
        return None
    run = run_at(it.words, 0, known)
    if len(run.people) > 1 and it.command.name == "pay":
        rest = it.words[run.end :]
        lines = tuple(it.with_words([each, *rest]).line for each in run.people)
        return Doubt(say("Each of them takes a line of its own."), run.people[1].text, lines)
    found = amount_at(it.words[1:], known.setting)
    if found is None:
        return None
    amount, used = found
    behind = it.words[1 + used :]
    joint = int(bool(behind) and word(behind[0]) in AND)
    listed = joint or it.words[used].text.endswith(",") or (bool(behind) and is_person(behind[0]))
    if not listed or len(behind) <= joint or not is_named(behind[joint], known):
        return None
    other = named_person(behind[joint], known)
    own = amount_at(behind[joint + 1 :], known.setting)
    text = behind[joint + 1 + (own[1] if own else 0) :]
    first = it.with_words([it.words[0], *_bare(amount), *text]).line
    second = it.with_words([other, *_bare(own[0] if own else amount), *text]).line
    return Doubt(say("Each of them takes a line of its own."), behind[joint].text, (first, second))
