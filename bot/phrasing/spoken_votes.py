"""Words that lead to `/vote` and are the vote itself: `veto P1`, `unvote`."""

from __future__ import annotations

from collections.abc import Sequence

from bot.language.tokens import Token
from bot.phrasing.doubts import WITH
from bot.phrasing.known import letters
from bot.phrasing.rewording import TO
from bot.phrasing.wording import Said, reference, word

_VOTING = frozenset(["vote", "ballot", "abstimmen", "stimme", "stimmen", "wählen"])
_VOTES = {
    "support": "yes",
    "oppose": "no",
    "reject": "no",
    "unvote": "withdraw",
    "veto": "object",
    "block": "object",
    "blockieren": "object",
    "widerspruch": "object",
    "einspruch": "object",
    "objection": "object",
}


def vote_of(phrase: Sequence[Token], it: Said) -> Said:
    """A word for voting that is the vote itself stands behind the reference."""
    says = [Token(_VOTES.get(word(each), word(each))) for each in phrase]
    if word(phrase[0]) in _VOTING:
        return it
    them, words = letters(it.command), it.words
    begun = 1 if len(words) > 1 and word(words[0]) in TO | WITH else 0
    if words[begun:] and reference(words[begun], them):
        return it.with_words([words[begun], *says, *words[begun + 1 :]])
    return it.with_words([*says, *words])
