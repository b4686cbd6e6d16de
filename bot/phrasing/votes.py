"""How people say yes, no and that they leave it to others: in a vote, and as an answer to a card."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from bot.deciding.ballots import Choice, Sense
from bot.deciding.methods import METHODS
from bot.language.tokens import Token
from bot.phrasing.known import Known
from bot.phrasing.vocabulary import folded
from bot.phrasing.wording import Said
from bot.text.languages import reader
from bot.text.rendering import render
from bot.text.wording import say

YES: Final = "yes"
NO: Final = "no"
ABSTAIN: Final = "abstain"

_SAYINGS: Final = {
    YES: """yes, y, yep, yeah, yup, aye, ok, okay, sure, fine, agree, agreed, i agree, i'm for it,
        in favour, in favor, sounds good, sounds good to me, fine by me, fine with me, works for
        me, ok for me, good with me, klingt gut, von mir aus, meinetwegen, geht klar, pro, für,
        go for it, approve, approved, support, +1, 👍, ✅, thumbs up, daumen hoch, ja, jo,
        jup, jawohl, gerne, ja gerne, passt, einverstanden, bin dafür, ich bin dafür,
        dafür, zustimmung, stimme zu, ok für mich""",
    NO: """no, n, nope, nay, disagree, i disagree, i'm against it, against, oppose, reject, -1, 👎,
        thumbs down, daumen runter, ❌, i'm against this, i am against it, i am against this,
        i'm against it, not in favour, not in favor, nein, nö, ne, dagegen, bin dagegen,
        auf keinen fall, gegen, contra, ich bin dagegen, ablehnen, ablehnung""",
    ABSTAIN: """abstain, i abstain, don't mind, i don't mind, no opinion, enthaltung, ich enthalte mich,
        mir egal, egal""",
}
SAYINGS: Final[Mapping[str, str]] = {
    " ".join(each.split()): meant for meant, text in _SAYINGS.items() for each in text.split(",")
}
"""What people say, and what it means."""

PHRASE_WORDS: Final = 4
"""No saying is longer."""

SENSES: Final = {YES: Sense.AGREE, NO: Sense.AGAINST, ABSTAIN: Sense.ABSTAIN}


def meant_by(words: str) -> str:
    """Whether words are a yes, a no or an abstention and nothing else; empty where they are not."""
    said = words.strip()[:60].replace("\ufe0f", "").replace("’", "'").rstrip("!.,;: ").casefold()
    return SAYINGS.get(" ".join(said.split()), "")


def choices_of(ref: str, known: Known) -> Sequence[Choice]:
    """What can be said on an open proposal."""
    for it in known.state.proposals.open:
        if it.ref == ref and it.terms is not None:
            return METHODS[it.terms.method].choices(it.terms)
    return ()


def is_choice(word: str, choices: Sequence[Choice]) -> bool:
    """Whether a word is one of the choices as it stands."""
    return folded(word) in {folded(each) for it in choices for each in (it.word, it.emoji, *it.also)}


def said_plainly(it: Said, known: Known) -> Said:
    """A vote in one's own words, where the method has exactly one choice that means it."""
    if it.command.name != "vote" or len(it.words) < 2:
        return it
    ref, *said = it.words
    choices = choices_of(ref.text.upper(), known)
    if not choices or said[0].quoted or is_choice(said[0].text, choices):
        return it
    for used in range(min(PHRASE_WORDS, len(said)), 0, -1):
        meant = meant_by(" ".join(token.text for token in said[:used]))
        fits = [each for each in choices if meant and each.sense is SENSES[meant]]
        if len(fits) == 1:
            return it.with_words([ref, Token(fits[0].word), *said[used:]])
    return it


def near_choices(ref: str, word: str, known: Known) -> list[Choice]:
    """The choices that a yes or a no may stand for where the method has no such word, or several."""
    choices, meant = choices_of(ref, known), meant_by(word)
    if meant == YES:
        agreeing = [each for each in choices if each.sense is Sense.AGREE]
        return [*agreeing[:1], *agreeing[1:][-1:]]
    if meant == NO:
        senses = (Sense.AGAINST, Sense.STOP, Sense.ASIDE)
        return [each for sense in senses for each in choices if each.sense is sense][:2]
    return []


def sample_reason(known: Known) -> list[Token]:
    """A reason as one could give it, in the language of whoever typed."""
    told = render(say("I have a concern"), reader(known.setting.language, "UTC"))
    return [Token(each) for each in told.split()]
