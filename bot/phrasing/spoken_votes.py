"""Words that lead to `/vote` and are the vote itself: `veto P1`, `unvote`, `take back my vote`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.language.tokens import Token
from bot.phrasing.joints import WITH
from bot.phrasing.known import letters
from bot.phrasing.rewording import TO
from bot.phrasing.wording import Said, phrases_of, reference, word, words_of

_VOTING: Final = phrases_of("""vote, ballot, my vote, cast my vote, change my vote, meine stimme,
    abstimmen, stimme, stimmen, wählen, ich stimme, stimme ab""")
"""What says only that somebody votes."""

_SAID: Final = {
    "yes": "support, second, seconded, i support, unterstütze, ich unterstütze, unterstützen",
    "no": "oppose, reject, ablehnen, lehne ab",
    "object": "veto, block, i object, blockieren, widerspruch, einspruch, objection",
    "withdraw": """unvote, take back my vote, withdraw my vote, retract my vote,
        cancel my vote, undo my vote, delete my vote, remove my vote,
        stimme zurückziehen""",
}
_VOTES: Final = {
    " ".join(one.split()): meant for meant, them in _SAID.items() for one in them.split(",")
}

_CONNECTING: Final = TO | WITH | words_of("of von of:")


def vote_of(phrase: Sequence[Token], it: Said) -> Said:
    """What leads to a vote and is the vote itself stands behind the reference."""
    spoken = " ".join(map(word, phrase))
    if spoken in _VOTING:
        return it
    says = [Token(_VOTES[spoken])] if spoken in _VOTES else [Token(word(each)) for each in phrase]
    them, words = letters(it.command), it.words
    begun = 1 if len(words) > 1 and word(words[0]) in _CONNECTING else 0
    ref = reference(words[begun], them) if words[begun:] else ""
    if ref:
        return it.with_words([Token(ref), *says, *words[begun + 1 :]])
    return it.with_words([*says, *words])
