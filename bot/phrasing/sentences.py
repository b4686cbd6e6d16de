"""What a whole sentence may want: the commands that can hold what it names, likeliest first.

Its words say which commands that may be (`likeness`); what it names says which of them can be meant:
nobody votes on an entry, pays without an amount, or thanks nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import nlargest
from itertools import pairwise
from typing import Final

from bot.arguments import OptionType
from bot.command import Command
from bot.language.amounts import read_amount
from bot.language.tokens import Token
from bot.language.units import UnitClass
from bot.phrasing.amounts import NOT, amount_at
from bot.phrasing.balloting import chosen, prefers
from bot.phrasing.clocks import span_at
from bot.phrasing.filling import LINES_MAX, filled
from bot.phrasing.known import Known, all_letters, letters
from bot.phrasing.leading import named
from bot.phrasing.likeness import TALK, Wanted, taught
from bot.phrasing.numbers import number_in
from bot.phrasing.offering import WHOLE_PHRASE
from bot.phrasing.people import helping, is_somebody, named_person
from bot.phrasing.ruling import rule_at
from bot.phrasing.slots import nouns, spoken_amount_at, with_references
from bot.phrasing.stems import title_word
from bot.phrasing.strangers import with_strangers
from bot.phrasing.vocabulary import folded, led
from bot.phrasing.wishes import (
    BESIDE,
    FOR_GOOD,
    FOR_GOOD_SURE,
    HELPS,
    Wish,
    asks_about_a_thing,
    command_said,
)
from bot.phrasing.wording import is_option, reference, said, split, word, words_of

WORDS_MAX: Final = 30
"""In a longer line nobody types a command by mistake."""

SENTENCE_WORDS: Final = 2
"""From so many words on a line is a sentence, which each of its words says something of."""

PLAIN_WORDS: Final = 4
"""In fewer words that begin with a command's name it is that command."""

THING_WORDS: Final = 3
"""And where it names a thing: `T3 geht klar`."""

SURE_OF_SENTENCE: Final = 0.45
"""From here on it is like enough to what was taught."""

WORKED: Final = 0.35
"""How much an amount of time speaks for an entry: mostly it is told how long somebody worked."""

TALKS: Final = 0.05
"""So much likelier talk must be than the likeliest command."""

SHOWING: Final = frozenset(["show", "why", "minutes"])
"""What whoever asks about a thing may want: `who voted on P1` wants no vote."""

WHY: Final = words_of("why warum wieso weshalb how explain erklär erkläre wie")

REQUESTING: Final = words_of("can could may might would kann könnte kannst könntest darf würde")
"""What begins so asks for it to be done."""

SHORT_WORDS: Final = 6
"""In so few words behind an amount nobody speaks in sentences: `15 euro for seeds spent`."""

GIVING: Final = frozenset(["log", "expense"])
"""What an amount in few words is given or spent for; `5 minuten länger` is neither."""

CORRECTS: Final = 0.6
"""How much it speaks for putting an entry right that it is said how much it was not."""

SURE_BEYOND: Final = 1.0
"""From here on it is something else that is wanted."""

OF_POLLS: Final = frozenset(["poll", "polls", "add-option"])
"""What is said of an open poll's option is a vote on it."""

LOOKED_AT: Final = 24
"""So many of the likeliest commands are looked at."""

READ_MAX: Final = 4
"""So many commands are filled with what a sentence holds."""

SAID: Final = 0.25
"""How much it speaks for a command that the sentence begins with its name."""

NAMED: Final = 0.3
LACKS: Final = 0.25
LACKS_THING: Final = 0.15
NO_PLACE: Final = 0.3
"""How much it speaks for a command that it takes the thing that was named; and against it that it needs
what nobody named, that the thing has to be guessed, or that it has no place for what was named."""


@dataclass(frozen=True, slots=True)
class Named:
    """What a sentence names: things by their references, people, an amount of which class, a rule."""

    refs: tuple[str, ...]
    people: int
    amount: UnitClass | None
    rule: bool = False


def names(tokens: Sequence[Token], known: Known) -> Named:
    """What a sentence names."""
    them = all_letters(known.features)
    words = with_references(tokens, known)
    refs = tuple(ref for token in words if (ref := reference(token, them)))
    people = sum(is_somebody(token, known) for token in tokens)
    rule, _, _ = rule_at(tokens)
    plain = rule not in known.features.commands
    return Named(refs, people, _class_of_amount(tokens, known), bool(rule) and plain)


def _class_of_amount(tokens: Sequence[Token], known: Known) -> UnitClass | None:
    setting = known.setting
    if span_at(tokens, 0) is not None:
        return UnitClass.TIME
    for at in range(len(tokens)):
        found = spoken_amount_at(tokens[at:], known)
        if found is not None:
            amount, _ = read_amount([each.text for each in found[0]], setting.language, setting.own)
            return amount.unit.unit_class
    return None


def understood(line: str, known: Known) -> list[Wanted]:
    """The commands that a whole sentence may want, likeliest first; nothing where it is none."""
    tokens, _ = split(line)
    table = known.features.commands
    least = THING_WORDS if named(tokens, known) else SENTENCE_WORDS
    if not least <= len(tokens) <= WORDS_MAX or any(map(is_option, tokens)):
        return []
    begun = command_said(line, tokens, known)
    texts = [token.text for token in tokens]
    leads = [*led(texts, table)]
    means_other = any(it.used == len(texts) and it.command.name != begun for it in leads)
    if len(tokens) < PLAIN_WORDS and begun and _takes_words(table[begun]) and not means_other:
        return []  # but `pay me out` says as a whole what else it is
    whole = any(each.used >= WHOLE_PHRASE and 2 * each.used > len(texts) for each in leads)
    if whole and named(tokens, known):
        return []  # `cancel my vote on P1` is one phrase, which says what is wanted and what is not
    asks = asks_about_a_thing(tokens, known) and word(tokens[0]) not in REQUESTING
    tokens = with_strangers(tokens, known)
    texts = ["@" if is_somebody(token, known) else token.text for token in tokens]
    sure = dict(taught(table).understood(texts))
    it = names(tokens, known)
    if begun:
        sure[begun] = sure.get(begun, 0.0) + SAID
    if not begun and it.amount is not None and corrects(tokens):
        sure["amend"] = sure.pop("log", 0.0) + CORRECTS
    wants = [
        Wanted(name, near + fit)
        for name, near in nlargest(LOOKED_AT, sure.items(), key=lambda each: each[1])
        if name in table
        and (not asks or (name in SHOWING and (name != "why" or word(tokens[0]) in WHY)))
        and (name not in FOR_GOOD or near >= FOR_GOOD_SURE)
        and (fit := _fits(table[name], it)) is not None
    ]
    wants.sort(key=lambda each: -each.sure)
    plain = wants and not begun and not it.refs and it.amount is None
    if plain and (wants[0].command in OF_POLLS or prefers(tokens)) and chosen(tokens, known):
        votes = Wanted("vote", wants[0].sure + NAMED)
        wants = [votes, *(each for each in wants if each.command != "vote")]
    talk = sure.get(TALK, 0.0)
    return wants if wants and wants[0].sure >= max(SURE_OF_SENTENCE, talk - TALKS) else []


def corrects(tokens: Sequence[Token]) -> bool:
    """Whether a sentence says how much something was, and was not: `it was one hour and not two`."""
    plain = list(map(word, tokens))
    return not _WAS.isdisjoint(plain) and any(
        each in NOT and (number_in(behind.rstrip(".!")) is not None or behind[:1].isdecimal())
        for each, behind in pairwise(each for each in plain if each not in _OF)
    )


_WAS: Final = words_of("was were should only just war waren sollte sollten nur bloß")
_OF: Final = words_of("of than nur only a an eine einen")


def _takes_words(command: Command) -> bool:
    """Whether words behind a command's name can mean anything to it: `meeting` takes none."""
    return any(option.positional for option in command.options)


def is_plain(line: str, wants: Sequence[Wanted], known: Known) -> bool:
    """Whether a line says by itself what it wants: its command's name, or an amount in few words."""
    tokens, _ = split(line)
    short = len(tokens) <= SHORT_WORDS and amount_at(tokens, known.setting) is not None
    short = short and (wants[0].command in GIVING or wants[0].sure < SURE_BEYOND)
    return short or command_said(line, tokens, known) == wants[0].command


def _fits(command: Command, it: Named) -> float | None:
    """How much what was named speaks for a command, or against it; None where it cannot be meant."""
    by_type, them = command.by_type, letters(command)
    text = by_type.get(OptionType.TEXT)
    tells = text is not None and text.required and command.name != "dispute"
    in_order = [option for option in command.options if option.positional and option.required]
    needs = {option.type for option in in_order}
    fit = 0.0
    if it.refs:
        if it.refs[0][0] in them:
            fit += NAMED
        elif not tells:
            return None
        else:
            fit -= NO_PLACE
    elif OptionType.REFERENCE in needs:
        fit -= LACKS_THING
    if OptionType.RULE in by_type:
        fit += NAMED if it.rule else -LACKS * (OptionType.RULE in needs)
    fit += _fits_amount(command, it, needs=OptionType.AMOUNT in needs, tells=tells)
    if not it.people:
        fit -= LACKS * bool(needs & {OptionType.PERSON, OptionType.PEOPLE})
    elif not tells and not by_type.keys() & {OptionType.PERSON, OptionType.PEOPLE}:
        fit -= NO_PLACE / 2
    return fit


def _fits_amount(command: Command, it: Named, *, needs: bool, tells: bool) -> float:
    if it.amount is None:
        return -LACKS * needs
    if OptionType.AMOUNT not in command.by_type:
        return -NO_PLACE / 2 if tells else -NO_PLACE
    if command.units and it.amount not in {unit.unit_class for unit in command.units}:
        return -NO_PLACE
    return WORKED if command.name == "log" and it.amount is UnitClass.TIME else 0.0


def guesses(line: str, tokens: Sequence[Token], known: Known) -> bool:
    """Whether a line is about a thing that a sentence neither names nor calls by a word of its title.

    What it calls a poll is the poll that is open, though.
    """
    its = named(split(line)[0], known)
    if not its or its[0] in named(with_references(tokens, known), known):
        return False
    it = said(line, known.features.commands)
    people = [named_person(each, known).text[1:] for each in tokens if is_somebody(each, known)]
    if it and any(its[0] in known.of_whom(it.command, its[0][0], name) for name in people):
        return False  # what is somebody's is called by that: `eva's sweeping`
    words = list(map(word, tokens))
    titled = known.titled(its[0]).isdisjoint(set(map(title_word, words)) - {""})
    return titled and set(nouns(frozenset(its[0][0]))).isdisjoint(words)


def says_no_less(own: str, read: str | None, tokens: Sequence[Token], known: Known) -> bool:
    """Whether a line of a sentence's own words holds what its command's reading holds.

    A vote is read better, unless its reason is an example where the line's own words are one; a reading
    that only guesses its thing is not.
    """
    if read is None:
        return True
    if own.startswith("vote "):
        return _is_example(read, tokens) and not _is_example(own, tokens)
    if not {word(token) for token in helping(tokens, known)} <= set(map(folded, own.split())):
        return False
    return _holds(read) == _holds(own) or guesses(read, tokens, known)


def _is_example(vote: str, tokens: Sequence[Token]) -> bool:
    """Whether a vote has words behind its thing and its way that nobody said."""
    return not set(map(folded, vote.split()[3:])) <= {folded(token.text) for token in tokens}


def _holds(line: str) -> frozenset[str]:
    """What a line holds beside its text: numbers, things, people."""
    return frozenset(
        each.strip(".,;:!?").casefold()
        for each in line.split()
        if each.startswith("@") or any(map(str.isdecimal, each))
    )


def readings(line: str, wants: list[Wanted], known: Known) -> list[Wish]:
    """The lines of the likeliest commands, filled with what the sentence holds, likeliest first."""
    tokens, rest = split(line)
    tokens = with_strangers(tokens, known)
    table = known.features.commands
    best = wants[0].sure if wants else 0.0
    near = [each for each in wants[:READ_MAX] if each.sure >= best * BESIDE]
    found = [
        Wish(it.line, each.sure + it.fit - HELPS * it.line.startswith("help "))
        for each in near
        for it in filled(table[each.command], tokens, rest, known, whole=True)[:LINES_MAX]
    ]
    return sorted(found, key=lambda wish: -wish.likely)
