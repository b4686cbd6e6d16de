"""Ballots and choices: what one person may say, and why something said may not count.

Not known here: who may vote, and what comes out.
"""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import msgspec

from bot.chat import Refusal
from bot.text.rendering import visible
from bot.text.wording import Node, Say, joined, say


class Sense(StrEnum):
    """What a choice means for the proposal."""

    AGREE = "agree"
    CONCERN = "concern"
    """Agrees, with a concern that is recorded."""
    AGAINST = "against"
    STOP = "stop"
    """Stops it while it stands: an objection, a block, a veto."""
    ASIDE = "aside"
    ABSTAIN = "abstain"
    ADVICE = "advice"

    @property
    def agrees(self) -> bool:
        """Whether this is explicit agreement: a concern is no objection."""
        return self in {Sense.AGREE, Sense.CONCERN}


class By(StrEnum):
    """Who may say it."""

    ALL = "all"
    AUTHOR = "author"
    OTHERS = "others"


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice of a method: the word that is typed, what people read, and what it means.

    `reasoned` says that it needs a reason; `also` are other spellings of the word.
    """

    word: str
    label: Node
    emoji: str
    sense: Sense
    reasoned: bool = False
    by: By = By.ALL
    also: tuple[str, ...] = ()

    @property
    def typed(self) -> Say:
        """The word in the reader's language, which can be typed too."""
        return Say(self.word)

    @property
    def signs(self) -> tuple[str, ...]:
        """The other spellings that are signs: reactions say the same."""
        return tuple(it for it in self.also if not any(map(str.isalnum, it)))

    def open_to(self, *, author: bool) -> bool:
        """Whether the author, or somebody else, may say it."""
        return self.by is By.ALL or (self.by is By.AUTHOR) == author


class Ballot(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """What one person said last, and when (ms); `version` is the text that it is about.

    `reason` is the reason, or the commitment that stands for it; empty when none was given.
    """

    choice: str
    at: int
    reason: str = ""
    version: int = 1


WORDS = (say("concern"), say("stand-aside"), say("advice"), say("go-ahead"), say("drop"))
"""The words of choices that are no labels, for the translators: what is shown can be typed."""


class Fault(StrEnum):
    """Why a ballot does not count."""

    OUTSIDE = "outside"
    """Whoever cast it is not in the frozen electorate."""
    LATE = "late"
    """It came after the deadline."""
    OLD_TEXT = "old-text"
    """The text was amended since, and they did not vote again."""
    UNKNOWN = "unknown"
    """The method has no such choice; so it is after the method has changed."""
    NOT_THEIRS = "not-theirs"
    """Only the author may say this, or only others."""
    UNREASONED = "unreasoned"
    """The choice needs a reason and has none."""
    EARLY = "early"
    """The author decided before the advice was there."""


def read_choice(choices: Sequence[Choice], word: str) -> Choice:
    """The choice that somebody typed or pressed: word, other spelling or emoji. Raises Refusal."""
    typed = _compared(word)
    for choice in choices:
        if typed in map(_compared, (choice.word, choice.emoji, *choice.also)):
            return choice
    spelled = {_compared(each): it for it in choices for each in (it.word, *it.also)}
    near = difflib.get_close_matches(typed[:40], spelled, 1)
    known = joined(choice.typed for choice in choices)
    raise Refusal(
        "choice-unknown",
        say("“{word}” is no choice here.", word=word),
        word=word,
        instead=say(
            "Did you mean {near}? The choices are {choices}.",
            near=spelled[near[0]].typed,
            choices=known,
        )
        if near
        else say("The choices are {choices}.", choices=known),
    )


_DASHES = dict.fromkeys((0x2010, 0x2011, 0x2012, 0x2013, 0x2212, 0xFE63, 0xFF0D), "-")
_VARIATION = {0xFE0E: "", 0xFE0F: ""}


def _compared(word: str) -> str:
    """Case, dashes, blanks inside and the emoji's variation signs make no difference."""
    plain = unicodedata.normalize("NFKC", word.translate(_DASHES).translate(_VARIATION))
    return "-".join(plain.casefold().replace("_", " ").split())


def said_reason(text: str) -> str:
    """The reason without what cannot be seen: nothing visible is no reason."""
    return text.strip() if visible(text).strip() else ""
