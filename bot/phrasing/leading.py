"""What the words of a sentence lead to: which command, and at which word."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from bot.arguments import OptionType
from bot.language.tokens import Token
from bot.phrasing.known import Known, all_letters, letters
from bot.phrasing.vocabulary import Led, led, near
from bot.phrasing.votes import meant_by
from bot.phrasing.wording import phrases_of, reference, word, words_of

SEARCHED_WORDS: Final = 8
"""How far into a sentence a word for a command is looked for."""

HOW: Final = words_of("how wie")
"""Who begins so asks how to do it."""

QUESTIONS: Final = HOW | words_of(
    "what what's whats who who's where when which was wer wo wann welche über about"
)
"""These words alone say only that something is asked."""

ASKED: Final = (QUESTIONS - HOW) | words_of("""
    why did do does has is are was were shall should warum wieso hat haben ist sind war waren soll
    sollen sollte sollten""")
"""What begins so asks about what it names: whoever asks who voted does not vote."""

_NO_NAMES: Final = words_of("in me room web")
"""Names of commands that inside a sentence are other words."""

_COURTESY: Final = phrases_of("""
    please, pls, plz, bitte, hey, hi, hello, hallo, moin, servus, dear, bot, ok, um, so, and,
    then, now, also, well, i want to, i wanna, i would like to, i'd like to, i need to, i have
    to, can i, could i, may i, can you, could you, will you, would you, may
    we, we want to, we'd like to, we would like to, let's, lets, let us, let me, how about, how
    about we, tell me, show me how to, ich möchte, ich will, ich würde gern, ich würde gerne,
    ich möchte gern, ich möchte gerne, ich wollte, wir wollen, wir möchten, kannst du, könntest
    du, kann ich, könnte ich, darf ich, lass uns, lasst uns, sag mal, jetzt, und,
    dann, mal, also, doch, liebe
    leute, oh, ach, hm, sorry, entschuldigung, ey""")
"""What people begin with, and what says nothing of what they want."""

COURTESY_WORDS: Final = 4
PARTICLES: Final = words_of("please pls plz bitte mal doch dann jetzt now sorry entschuldigung sofort")
"""What may stand at the end, and says nothing of what is wanted."""


class Lead(NamedTuple):
    """A command that words lead to: from which word, how many, and how many of the last ones."""

    led: Led
    begin: int
    slip: bool = False
    """Whether the word is only nearly one for it."""

    def phrase(self, tokens: Sequence[Token]) -> list[Token]:
        """The words that lead to it."""
        return list(tokens[self.begin : self.begin + self.led.used])

    def behind(self, tokens: Sequence[Token]) -> list[Token]:
        """The words behind those."""
        return list(tokens[self.begin + self.led.used : len(tokens) - self.led.last])


def plainly(tokens: Sequence[Token]) -> list[Token]:
    """A sentence without the courtesy around it; courtesy alone stays as it is."""
    left = list(tokens)
    while left:
        used = next((n for n in range(COURTESY_WORDS, 0, -1) if _courteous(left[:n], n)), 0)
        if not used:
            break
        del left[:used]
    while len(left) > 1 and word(left[-1]) in PARTICLES:
        left.pop()
    if len(left) > 2 and word(left[1]) in PARTICLES:
        del left[1]
    return left or list(tokens)


def _courteous(tokens: Sequence[Token], length: int) -> bool:
    return len(tokens) == length and " ".join(map(word, tokens)) in _COURTESY


def named(tokens: Sequence[Token], known: Known) -> list[str]:
    """The references that a sentence names."""
    them = all_letters(known.features)
    return [ref for token in tokens if (ref := reference(token, them))]


def leads_of(tokens: Sequence[Token], known: Known) -> list[Lead]:
    """The commands that a sentence leads to: by its beginning, by a slip there, by words inside."""
    table = known.features.commands
    texts = [token.text for token in tokens]
    first = [each.led for each in inside(tokens, known, 0, until=1)]
    below = [name for name in table if name.startswith(f"{word(tokens[0])} ")]
    slips = near(texts, table) if not first and not below else []
    if len(tokens) == (first[0].used if first else 0):
        first.sort(key=lambda it: any(option.required for option in it.command.options))
    found = [*(Lead(each, 0) for each in first), *(Lead(each, 0, slip=True) for each in slips)]
    if len(tokens) > 1:
        found += [Lead(Led(table[name], 1), 0) for name in below]
    refs = named(tokens, known)
    if not (refs and word(tokens[0]) in ASKED):
        found += inside(tokens, known, 1)
    them = [each for each in found if may_be_meant(each, tokens, refs)]
    return sorted(them, key=lambda each: _only_says_who(each, tokens))


def _only_says_who(lead: Lead, tokens: Sequence[Token]) -> bool:
    """`I have …`: an entry, where nothing behind it says what else it is."""
    return all(word(token) in _WHO for token in lead.phrase(tokens))


_WHO: Final = words_of("i i've we we've have ich wir habe hab haben war waren was were")


def inside(
    tokens: Sequence[Token], known: Known, begin: int, until: int = SEARCHED_WORDS
) -> Iterator[Lead]:
    """The commands that words lead to, from one word of a sentence on."""
    table, texts = known.features.commands, [token.text for token in tokens]
    for at in range(begin, min(len(tokens), until)):
        name = word(tokens[at])
        phrases = list(led(texts[at:], table))
        two = table.get(" ".join(map(word, tokens[at : at + 2]))) if len(tokens) > at + 1 else None
        exact = table.get(name) if not at or name not in _NO_NAMES else None
        if phrases and (phrases[0].used > 2 or (phrases[0].used > 1 and two is None)):
            yield from (Lead(each, at) for each in phrases)
        elif two is not None:
            yield Lead(Led(two, 2), at)
        elif exact is not None:
            yield Lead(Led(exact, 1), at)
        else:
            yield from (Lead(each, at) for each in phrases)


def may_be_meant(lead: Lead, tokens: Sequence[Token], refs: Sequence[str]) -> bool:
    """Whether it is no word that says something else here."""
    if lead.led.used > 1 or lead.led.last or len(tokens) == 1:
        return _takes(lead, tokens, refs)
    first = word(tokens[lead.begin])
    if first in QUESTIONS or (lead.begin and _is_noun(lead, tokens)):
        return False
    if lead.begin and lead.led.command.name == "vote" and meant_by(first):
        return any(ref[0] in letters(lead.led.command) for ref in refs)  # `it does not work, no`
    return _takes(lead, tokens, refs)


def _is_noun(lead: Lead, tokens: Sequence[Token]) -> bool:
    """`my last log`, `that entry`: what was done with it stands elsewhere."""
    before = word(tokens[lead.begin - 1])
    return lead.led.command.name == "log" and before in _DETERMINING


_DETERMINING: Final = words_of("""
    my the that this last a an your our his her its no mein meine meinen der
    die das den letzte letzten ein eine einen dein unser kein keine""")


def _takes(lead: Lead, tokens: Sequence[Token], refs: Sequence[str]) -> bool:
    """Whether a thing that was named has a place in the command; a list of things has none."""
    it = lead.led.command
    if refs and len(refs) == len(lead.behind(tokens)) and not letters(it):
        return False  # of `vote on P1` nobody makes a text
    text = it.by_type.get(OptionType.TEXT)
    room = letters(it) or (text is not None and text.required) or OptionType.LONG in it.by_type
    return not refs or bool(room)
