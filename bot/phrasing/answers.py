"""What is said as an answer to a card: `+1`, `yes`, an option's name. Everything else is talk."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from bot.chat import Refusal
from bot.collective.state import State
from bot.phrasing.votes import ABSTAIN, NO, YES, meant_by
from bot.text.wording import Typed, say

SHORT_WORDS: Final = 5
SHORT_CHARACTERS: Final = 60
"""What is longer is talk, whatever it answers."""

DEEDS: Final[Mapping[str, Mapping[str, tuple[str, str]]]] = {
    "P": {each: ("vote", each) for each in (YES, NO, ABSTAIN)},
    "C": {YES: ("confirm", ""), NO: ("dispute", "")},
    "T": {YES: ("approve", ""), NO: ("decline", "")},
}
"""What yes and no do to a thing, by its letter: what stands before its reference, and behind it."""


def may_answer(words: str) -> bool:
    """Whether words are short enough to be an answer to a card."""
    return (
        len(words) <= SHORT_CHARACTERS and 0 < len(words.split()) <= SHORT_WORDS and "\n" not in words
    )


def answer(words: str, ref: str, state: State, works: Callable[[str], bool]) -> str | Refusal | None:
    """The line that an answer to what asked about `ref` types; or what is asked back; None for talk.

    `works` tries a line. What names an option of a poll votes for it; a yes there is no vote.
    """
    if not ref or not may_answer(words):
        return None
    meant = meant_by(words)
    if ref[0] == "Q":
        return _on_poll(words, ref, state, meant, works)
    if ref[0] == "N" and meant == YES:
        return Refusal(
            "open-meaning",
            say("Do you take it on, or is it only a good idea?"),
            word=words.strip(),
            instead=say("To take it on, send: {line}", line=Typed(f"take {ref}")),
        )
    deed = DEEDS.get(ref[0], {}).get(meant)
    return f"{deed[0]} {ref} {deed[1]}".rstrip() if deed else None


def _on_poll(
    words: str, ref: str, state: State, meant: str, works: Callable[[str], bool]
) -> str | None:
    it = next((it for it in state.polls.open if it.ref == ref), None)
    option = " ".join(words.split())
    if it is not None and not it.terms.write_ins and works(f"vote {ref} {option}"):
        return f"vote {ref} {option}"
    return f"vote {ref} {meant}" if meant else None
