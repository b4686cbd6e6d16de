"""A command's line made of a sentence: what it holds in its place, the other words as its text.

Whoever knows which command is wanted may say it in any order and in any words. A line that would lose
a number, a thing or a person is none. Each is only tried; whoever offers them has each decided first.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from bot.arguments import Option, OptionType
from bot.command import Command
from bot.language.tokens import Token, tokenize
from bot.phrasing.balloting import votes
from bot.phrasing.clocks import clocked
from bot.phrasing.joints import AND
from bot.phrasing.known import Known, all_letters, letters
from bot.phrasing.leading import plainly
from bot.phrasing.likeness import taught
from bot.phrasing.people import ME, helping, is_somebody, named_person
from bot.phrasing.rewording import EVERYONE
from bot.phrasing.ruling import ruled
from bot.phrasing.slots import (
    Held,
    held,
    moment_at,
    names_a_thing,
    nouns,
    with_references,
)
from bot.phrasing.spoken import NUMBERS
from bot.phrasing.stems import title_word
from bot.phrasing.surveying import asked
from bot.phrasing.telling import tells_something, told
from bot.phrasing.vocabulary import SHORT, distance, folded, led
from bot.phrasing.ways import POLLED, TYPED, lines_of
from bot.phrasing.wording import Said, is_kind, is_option, reference, said, word, words_of

LINES_MAX: Final = 4
"""So many lines of one command are worth trying."""

SLOT: Final = 0.12
"""How much a thing, person, amount, period or choice speaks for the command that takes it."""

LOST: Final = 0.07
LOST_OF_SENTENCE: Final = 0.02
LOST_MAX: Final = 6
NUMBER_AS_TEXT: Final = 0.15
ALONE: Final = 0.12
UNSAID: Final = 0.2
"""What speaks against it: each word that it has no place for, which counts less in a sentence; a
number that is mere text, a text that holds the whole sentence, and a thing that was not said."""

NAMING_WORDS: Final = 4
"""Among so many words at the beginning one may name the command."""

_SMALL: Final = words_of("""
    the a an der die das den dem des ein eine einen for für fuer of von vom to zu zum zur on auf in im
    ins at am um about über with mit is ist it es that dass bitte please and und by from aus my mein
    meine meinen me mir mich i ich we wir all alle has have been was are be do does did""")
"""These name no command by themselves."""

_BEFORE: Final = words_of("to an that dass dran daran item: please bitte it is ist es from und and the")
_BEHIND: Final = words_of(
    "for für fuer of von to the a der die das den dem und and with mit bitte please at"
)
_BOUGHT: Final = words_of("for für fuer of von on")
_FOR_ME: Final = frozenset(["for me", "für mich", "fuer mich", "for myself"])
_EVERY: Final = words_of("every each jeden jede jedes")
_ROOM: Final = words_of(
    "room #general #allgemein raum channel kanal everyone everybody all alle uns us"
)


AMOUNT: Final = "amount"

_WAYS_OF: Final = {"poll": POLLED}
"""The ways to say it that a sentence has, where it has more than one."""

_TIMED: Final = frozenset({OptionType.WHEN, OptionType.TIMES})
"""What holds times of the day."""


class Filled(NamedTuple):
    """A line, and how well a sentence fits it: what it holds for it, less what would be lost."""

    line: str
    fit: float


def filled(
    command: Command, tokens: Sequence[Token], rest: str, known: Known, *, whole: bool = False
) -> list[Filled]:
    """The command's lines that a sentence may mean, likeliest first; `rest` are the lines behind it.

    Of a `whole` sentence the words that only ask for it, or only say that somebody did it, are no text.
    """
    said = with_references(_apart(tokens, command), known)
    if whole and (command.name == "remind" or any(it.type in _TIMED for it in command.options)):
        said = clocked(said)
    if command.name == "help":
        return [Filled(_helping(said, known), 0.0)]
    if command.name == "vote":
        return [
            Filled(it.line, 2 * SLOT if it.named else SLOT - UNSAID)
            for it in votes(command, said, known)
        ]
    if command.name == "remind":
        return [Filled(line, SLOT) for line in _reminders(command, said, known, whole=whole)]
    if OptionType.RULE in command.by_type and (lines := [*ruled(command, said)]):
        return [Filled(line, 2 * SLOT) for line in lines]
    if command.name == "poll" and whole and (text := asked(said)):
        return [Filled(Said(command, tuple(tokenize(text)), rest).line, SLOT)]
    options = [token for token in said if is_option(token)]
    words = [token for token in plainly(said) if not is_option(token)]
    found = held(command, words, options, known)
    naming = _naming_at_ends(words, command, known) - {id(token) for token in helping(words, known)}
    kept = [token for token in found.left if id(token) not in naming]
    tells = whole and _tells(command) and len(found.left) >= TOLD_WORDS
    # `carried crates` is said of hours alone, and tells what was done.
    if any(map(tells_something, kept)) or not tells:
        found.left = kept
    if whole:
        found.left = told(found.left)
    return [
        Filled(line, fit)
        for it, fit in _lines(command, found, rest, known, sentence=whole)
        for line in lines_of(it, known, _WAYS_OF.get(command.name, TYPED[:1]) if whole else TYPED[:1])
    ]


TOLD_WORDS: Final = 2
"""So many words tell something, though all of them only say what is wanted; `spent` alone does not."""


def _tells(command: Command) -> bool:
    """Whether a line of it is nothing without a text."""
    text = command.by_type.get(OptionType.TEXT)
    return text is not None and text.required


def shortened(line: str, tokens: Sequence[Token], rest: str, known: Known) -> Iterator[str]:
    """A line that was made of a sentence without words that only said what is wanted, and of what.

    Nothing else is lost: `/reverse T3 storno paid twice` was never meant to say *storno*.
    """
    it = said(line, known.features.commands)
    if it is None or it.command.name == "help":
        return
    naming = _naming_alone(it.command) | {
        word(token) for token in tokens[:1] if led([token.text], known.features.commands)
    }
    for each in filled(it.command, tokens, rest, known)[:LINES_MAX]:
        lost = Counter(map(folded, line.split())) - Counter(map(folded, each.line.split()))
        telling = [Token(it) for it in lost.keys() - _SMALL - _BEFORE - _BEHIND if len(it) > 1]
        others = {it.text for it in telling if not names_a_thing([it], known)} - naming
        others -= NUMBERS.keys() if letters(it.command) else set()  # `p two`
        shorter = len(each.line.split()) < len(line.split())
        if shorter and telling and set(map(title_word, others)) <= _titles(each.line, known):
            yield each.line


def _naming_alone(command: Command) -> frozenset[str]:
    """The words that by themselves say which command is wanted."""
    single = {folded(each) for each in command.other_words if " " not in each}
    return frozenset({*command.name.split(), *single, *nouns(letters(command))}) - _SMALL


def _titles(line: str, known: Known) -> frozenset[str]:
    """The words of what the things in a line are called."""
    them = all_letters(known.features)
    refs = (ref for each in line.split() if (ref := reference(Token(each), them)))
    return frozenset(each for ref in refs for each in known.titled(ref))


def _apart(tokens: Sequence[Token], command: Command) -> list[Token]:
    """The sentence with what is glued together apart: `log2h`, `log:2h`, `(2h)`."""
    loose = [
        Token(token.text.strip("()")) if not token.quoted and token.text[1:2].isdecimal() else token
        for token in tokens
    ]
    first = tokens[0].text if tokens else ""
    glued = re.fullmatch(rf"({re.escape(command.name)}):?(\d.*)", first, re.IGNORECASE)
    return [Token(glued[1]), Token(glued[2]), *loose[1:]] if glued else loose


def _naming_at_ends(tokens: Sequence[Token], command: Command, known: Known) -> set[int]:
    """The words (by their identity) at the ends of a sentence that only say which command is wanted.

    Among them may stand a thing or somebody: `T3 storno`. Behind a word that says nothing here the
    command may still be named, as in `I forgot to log …`.
    """
    about, naming = taught(known.features.commands).about(command.name), _naming(command)
    colon = next((n for n, token in enumerate(tokens[:NAMING_WORDS], 1) if token.text.endswith(":")), 0)
    begun = strangers = 0
    for at, token in enumerate(tokens[: NAMING_WORDS + 1]):
        said, named = word(token), names_a_thing([token], known) or is_somebody(token, known)
        leads = not at and names_a_thing(tokens[1:2], known) and led([said], known.features.commands)
        slip = not at and _is_slip(said, command)
        if leads or slip or said in naming or (said in about and not strangers):
            begun = at + 1
        elif (said in NUMBERS or any(map(str.isdecimal, said))) and not named:
            break
        elif said not in _SMALL and not named:
            strangers += 1
    begun = colon or begun
    end = len(tokens)
    while not begun and end > 1 and word(tokens[end - 1]) in about | naming:
        end -= 1
    return {id(token) for token in (*tokens[:begun], *tokens[end:])}


def _is_slip(said: str, command: Command) -> bool:
    """Whether a first word is the command's name but for a slip: `logg`, `remindme`."""
    name = command.name.split()[0]
    begins = said.startswith(name) and len(name) > SHORT
    slip = distance(said, name) == 1 and len(said) > 1
    return slip or begins


def _naming(command: Command) -> frozenset[str]:
    """The words of its name, of the other words for it, and of what it is for; not the smallest."""
    phrases = (command.name, *command.other_words, *nouns(letters(command)))
    return frozenset(folded(each) for phrase in phrases for each in phrase.split()) - _SMALL


def _lines(
    command: Command, it: Held, rest: str, known: Known, *, sentence: bool
) -> Iterator[tuple[Said, float]]:
    """The line with what was found in its order; where its text may be left out, also without."""
    positional = [option for option in command.options if option.positional]
    bought = command.takes_amount_first and "paid" in command.by_name
    text = _trimmed(it.left, bought=bought)
    texts = [each for each in positional if each.type in {OptionType.TEXT, OptionType.NAME}][:1]
    searches = bool(texts) and texts[0].name == "search"
    against = UNSAID * len(it.found.keys() - it.said)
    against += ALONE * bool(texts and not it.said and not searches)
    only = sentence and command.name == "amend" and AMOUNT in it.said  # of `it was 3h` that is all
    for words in [[]] if only else _texts(text, texts, searches=searches):
        counted = words and not any(any(map(str.isalpha, token.text)) for token in words)
        loses = sentence and bool(positional or not command.options) and _counts_nothing(text, known)
        if counted or (not words and not loses and _says(text, known)):
            continue
        in_order = _in_order(command, positional, it, {each.name: words for each in texts})
        if in_order is None:
            return
        lost = [] if words else [each for each in map(word, text) if len(each) > 2]
        lost = [each for each in lost if each not in _SMALL]
        if lost and it.found.keys() - it.said:
            continue  # of `show kitchen` nobody knows which thing is meant
        numbers = any(any(map(str.isdecimal, token.text)) for token in words)
        fit = (
            SLOT * len(it.said)
            - against
            - (LOST_OF_SENTENCE if sentence else LOST) * min(len(lost), LOST_MAX)
            - NUMBER_AS_TEXT * numbers
        )
        yield Said(command, (*in_order, *it.options), rest), fit
        for ref in it.others:  # what is referred to stands first
            yield Said(command, (Token(ref), *in_order[1:], *it.options), rest), fit - UNSAID


def _texts(text: list[Token], texts: Sequence[Option], *, searches: bool) -> list[list[Token]]:
    """The texts that a line may have; of a list nobody means to search with the words for it."""
    if not texts or searches:
        return [[]]
    return [text] if texts[0].required or not text else [text, []]


def _in_order(
    command: Command, positional: Sequence[Option], it: Held, texts: dict[str, list[Token]]
) -> list[Token] | None:
    """The words in the order in which the command takes them; None where it needs what nobody said."""
    words = list[Token]()
    for option in positional:
        its = it.found.get(option.name) or texts.get(option.name, [])
        if option.required and not its:
            return None
        words += its
    people = command.by_type.get(OptionType.PEOPLE)
    return words if people is None or people.positional else [*words, *it.found.get(people.name, [])]


def _trimmed(words: Sequence[Token], *, bought: bool = False) -> list[Token]:
    """A text without what says nothing at its ends; what money was spent on needs no `for`."""
    left = list(words)
    if left:
        left[0] = Token(left[0].text.lstrip(":-–"), quoted=left[0].quoted)
    left = [token for token in left if token.text]
    if len(left) > 2 and " ".join(map(word, left[:2])) in _FOR_ME:
        del left[:2]
    if len(left) > 2 and " ".join(map(word, left[-2:])) in _FOR_ME:
        del left[-2:]
    while left and word(left[0]) in (_BEFORE | _BOUGHT if bought else _BEFORE):
        del left[0]
    while len(left) > 1 and word(left[-1]) in _BEHIND:
        left.pop()
    if left and not left[-1].quoted:
        left[-1] = Token(left[-1].text.rstrip(",;:") or left[-1].text)
    return left


def _counts_nothing(words: Sequence[Token], known: Known) -> bool:
    """Whether words hold no number and no thing; whose it is may be said of what is shown anyway."""
    return not names_a_thing(words, known) and not any(
        any(map(str.isdecimal, token.text)) or is_kind(token) for token in words
    )


def _says(words: Sequence[Token], known: Known) -> bool:
    """Whether words that a line would lose say something: a number, a thing, somebody, a kind."""
    return names_a_thing(words, known) or any(
        any(map(str.isdecimal, token.text))
        or is_somebody(token, known)
        or is_kind(token)
        or word(token) in EVERYONE - AND
        for token in words
    )


def _reminders(
    command: Command, tokens: Sequence[Token], known: Known, *, whole: bool
) -> Iterator[str]:
    """Whom, when, and of what: in the order in which it is typed."""
    said = plainly(tokens)
    naming = _naming_at_ends(said, command, known)
    left = [token for token in said if id(token) not in naming]
    whom = [Token("room")] if any(word(token) in _ROOM for token in left) else []
    people = [named_person(token, known) for token in left if is_somebody(token, known)]
    if len(people) + len(whom) > 1:
        return  # one reminder is for one of them
    whom = whom or people
    left = [t for t in left if word(t) not in _ROOM | ME and not is_somebody(t, known)]
    moments = [moment_at(left, at, known) for at in range(len(left))]
    order = (
        sorted(range(len(left)), key=lambda at: (-len(moments[at]), at)) if whole else range(len(left))
    )
    for at in order:
        moment = moments[at]
        if not moment:
            continue
        every = bool(at) and word(left[at - 1]) in _EVERY
        what = _trimmed([*left[: at - every], *left[at + len(moment) :]])
        if what:
            what = told(what) if whole else what
            when = [left[at - 1].text, *moment] if every else moment
            words = (*(whom or [Token("me")]), *map(Token, when), *what)
            yield from lines_of(Said(command, words), known, TYPED[:1])
        return


def _helping(tokens: Sequence[Token], known: Known) -> str:
    """The help that somebody wants: of what they speak about."""
    table = known.features.commands
    naming = _naming(table["help"]) | _SMALL
    left = [token.text for token in tokens if word(token) not in naming]
    wants = (
        [each.command for each in taught(table).wanted(left) if each.command in table] if left else []
    )
    return f"help {wants[0]}" if wants and wants[0] != "help" else "help"
