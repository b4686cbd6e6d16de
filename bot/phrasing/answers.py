"""What is said as an answer to a card: `+1`, `yes`, an option's name. Everything else is talk."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from bot.chat import Refusal
from bot.language.tokens import Token, tokenize
from bot.phrasing.amounts import only_amount
from bot.phrasing.known import Known
from bot.phrasing.votes import ABSTAIN, NO, YES, meant_by
from bot.phrasing.wording import phrases_of, typed, word, words_of
from bot.text.wording import Node, Typed, say

SHORT_WORDS: Final = 5
"""What is longer does nothing by itself: at most it is asked about."""

ASKED_WORDS: Final = 10
SHORT_CHARACTERS: Final = 60
"""What is longer is talk, whatever it answers."""

TAKING: Final = phrases_of("""
    i'll do it, i will do it, i'll take it, i will take it, i take it, i'll come, i can do it, i
    can do that, count me in, i'm in, i am in, put me down, sign me up, bin dabei, ich bin
    dabei, mach ich, mache ich, ich mach's, ich machs, ich mache es, ich mache das, ich mach
    das, ich übernehme, übernehme ich, ich übernehme das, ich übernehme es, ich komme, trag mich
    ein""")
"""Who says so of a need takes it on."""

BUT: Final = words_of("but aber though however wait warte sondern")
"""Behind a no these say that it is not the last word."""

WRONG: Final = words_of("wrong not no was were should actually falsch nicht nein war waren sind sollte")
"""Beside an amount these say that an entry is not right."""

DEEDS: Final[Mapping[str, Mapping[str, tuple[str, str]]]] = {
    "P": {each: ("vote", each) for each in (YES, NO, ABSTAIN)},
    "C": {YES: ("confirm", ""), NO: ("dispute", "")},
    "T": {YES: ("approve", ""), NO: ("decline", "")},
}
"""What yes and no do to a thing, by its letter: what stands before its reference, and behind it."""


def may_answer(words: str) -> bool:
    """Whether words are short enough to be an answer to a card."""
    return (
        len(words) <= SHORT_CHARACTERS and 0 < len(words.split()) <= ASKED_WORDS and "\n" not in words
    )


def answer(words: str, ref: str, known: Known, works: Callable[[str], bool]) -> str | Refusal | None:
    """The line that an answer to what asked about `ref` types; or what is asked back; None for talk.

    `works` tries a line. What names an option of a poll votes for it; a yes there is no vote.
    """
    if not ref or not may_answer(words):
        return None
    if len(words.split()) <= SHORT_WORDS:
        meant = meant_by(words)
        if ref[0] == "Q":
            return _on_poll(words, ref, known, meant, works)
        said = " ".join(map(word, tokenize(words)))
        if ref[0] == "N" and (meant == YES or said in {"me", "ich"}):
            return _asked(words, say("Do you take it on, or is it only a good idea?"), f"take {ref}")
        if ref[0] == "N" and said in TAKING:
            return f"take {ref}"
        deed = DEEDS.get(ref[0], {}).get(meant)
        if deed:
            return f"{deed[0]} {ref} {deed[1]}".rstrip()
    return _asked_back(words, ref, known, works)


def _asked(words: str, reason: Node, line: str) -> Refusal:
    instead = say("Send it so: {line}", line=Typed(line))
    return Refusal("open-meaning", reason, word=words.strip(), instead=instead)


def _asked_back(words: str, ref: str, known: Known, works: Callable[[str], bool]) -> Refusal | None:
    """What may be a vote with its reason, or an entry put right: nothing is done before."""
    tokens = [*tokenize(words)]
    if ref[0] == "P" and (reason := _against(tokens)):
        why = " ".join(map(typed, reason))
        votes = (f"vote {ref} {choice} {why}" for choice in (NO, "object"))
        line = next(filter(works, votes), "")
        return _asked(words, say("Is that your vote?"), line) if line else None
    if ref[0] == "C" and any(word(token) in WRONG for token in tokens):
        amount = only_amount(tokens, known.setting)
        said = " ".join(map(typed, tokens))
        lines = (f"amend {ref} {' '.join(map(typed, amount))}", f"dispute {ref} {said}")
        line = next(filter(works, lines), "") if amount else ""
        return _asked(words, say("Is the entry to be put right?"), line) if line else None
    return None


def _against(tokens: list[Token]) -> list[Token]:
    """The reason behind a no that ends in a comma or the like; empty where it is none."""
    for used in range(1, len(tokens)):
        ends = tokens[used - 1].text.endswith((",", ".", "!", ";", ":"))
        if ends and meant_by(" ".join(token.text for token in tokens[:used])) == NO:
            reason = tokens[used:]
            return [] if any(word(token) in BUT for token in reason) else reason
    return []


def _on_poll(
    words: str, ref: str, known: Known, meant: str, works: Callable[[str], bool]
) -> str | None:
    it = next((it for it in known.state.polls.open if it.ref == ref), None)
    option = " ".join(words.split())
    if it is not None and not it.terms.write_ins and works(f"vote {ref} {option}"):
        return f"vote {ref} {option}"
    return f"vote {ref} {meant}" if meant else None
