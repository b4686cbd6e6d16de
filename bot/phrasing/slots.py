"""What a sentence holds for a command: its thing, people, amount, period, choice, deadline and day.

Each is looked for wherever in the sentence it stands, and taken out of it; what is left may be a text.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from bot.arguments import Option, OptionType
from bot.chat import Misread
from bot.command import Command
from bot.language.moments import read_when
from bot.language.periods import read_period
from bot.language.tokens import Token
from bot.language.units import UnitClass
from bot.language.zones import zone_named
from bot.phrasing.amounts import amount_at, day_words
from bot.phrasing.clocks import span_at
from bot.phrasing.known import Known, all_letters, letters
from bot.phrasing.numbers import spoken_at
from bot.phrasing.people import is_helped, is_named, is_somebody, me_beside, named_person
from bot.phrasing.spoken import NUMBERS
from bot.phrasing.wording import reference, word, words_of
from bot.text.languages import language_named

ENTRIES: Final = "C"
"""What is called by whose it is: `eva's sweeping`."""

REFERENCES: Final = 2
"""Of so many open things one may be meant, where none was named."""

SMALL: Final = 12
"""Up to here people say a number in a word: `proposal two`."""

NEAR: Final = 0.8
"""How like a choice a word must be to have been meant for it."""

_NOUNS: Final[Mapping[str, str]] = {
    noun: letter
    for letter, nouns in {
        "P": "proposal vorschlag antrag motion",
        "Q": "poll umfrage abstimmung",
        "F": "round runde förderrunde",
        "K": "idea idee",
        "N": "need task aufgabe dienst schicht shift",
        "B": "invoice rechnung bill",
        "C": "entry eintrag",
        "S": "dauerauftrag",
        "T": "transaction buchung expense ausgabe transfer",
    }.items()
    for noun in nouns.split()
}
"""What people call a thing when they say its number."""

_MEANS: Final[Mapping[str, str]] = {
    means: choice
    for choice, them in {
        "daily": "day täglich taeglich tag",
        "weekly": "week wöchentlich woechentlich woche",
        "monthly": "month monatlich monat",
        "quarterly": "quarter quartal vierteljährlich",
        "csv": "excel spreadsheet tabelle xls xlsx libreoffice calc",
        "ics": "calendar kalender ical",
        "treasurer": "kassenwart kassenwartin kassierer kassiererin schatzmeister kasse",
        "coordinator": "koordinator koordinatorin koordination",
        "facilitator": "moderation moderator moderatorin",
    }.items()
    for means in them.split()
}
"""What is said instead of a choice."""

CLOSING: Final = words_of("closing closes close until till bis by ends ending deadline endet frist")
"""What is said before the moment at which something closes."""

_UNTIL: Final = words_of("until till bis to through")
_AT: Final = words_of("at um gegen klo in")
MOMENT_WORDS: Final = 8
"""In so many words a moment is said."""

_TODAY: Final = words_of("today heute")
_ON: Final = words_of("am on")
_ONE_DAY: Final = _TODAY | words_of("yesterday gestern vorgestern")


@dataclass(slots=True)
class Held:
    """What was found in a sentence, and what is `left` of it.

    `found` are the words of an option by its name, those `said` in the sentence and those that are
    open; `others` are more things that are open, and `options` what is typed with its name.
    """

    left: list[Token]
    found: dict[str, list[Token]] = field(default_factory=dict)
    said: set[str] = field(default_factory=set)
    others: list[str] = field(default_factory=list)
    options: list[Token] = field(default_factory=list)

    def take(self, option: str, at: int, used: int, words: Sequence[Token]) -> None:
        """Take words out of the sentence, as an option."""
        self.found[option] = list(words)
        self.said.add(option)
        del self.left[at : at + used]

    def has(self, option: str) -> bool:
        """Whether an option was typed with its name."""
        return any(token.text.startswith(f"--{option}") for token in self.options)


def held(command: Command, tokens: Sequence[Token], options: Sequence[Token], known: Known) -> Held:
    """What a sentence holds for a command; `options` were typed with their names."""
    it = Held(list(tokens), options=list(options))
    for kind, find in _FINDS.items():
        for option in command.options:
            if option.type is kind and (option.positional or kind is OptionType.PEOPLE):
                find(it, option, command, known)
    _until(it, command, known)
    _closing(it, command, known)
    _dated(it, command, known)
    return it


def with_references(tokens: Sequence[Token], known: Known) -> list[Token]:
    """A sentence with each thing by its reference: `p two`, `proposal 2`."""
    them, found = all_letters(known.features), list[Token]()
    rest = list(tokens)
    while rest:
        name = word(rest[0]).lstrip("#")
        letter = name.upper() if name.upper() in them else _NOUNS.get(name, "")
        behind = rest[1] if len(rest) > 1 else Token("")
        is_numbered = name != "need" or word(behind).lstrip("#").isdecimal()  # `need two people`
        number = _number(behind) if letter and is_numbered else 0
        is_thing = number and not amount_at(rest[1:], known.setting)
        found.append(Token(f"{letter}{number}") if is_thing else rest[0])
        del rest[: 2 if is_thing else 1]
    return found


def nouns(them: frozenset[str]) -> list[str]:
    """What people call the things of these letters."""
    return [noun for noun, letter in _NOUNS.items() if letter in them]


def _number(token: Token) -> int:
    text = word(token).lstrip("#")
    if text.isdecimal():
        return int(text[:6])
    said = NUMBERS.get(text, 0) if len(text) > 2 else 0
    return said if 1 < said <= SMALL else 0  # `need one helper`


def names_a_thing(tokens: Sequence[Token], known: Known) -> bool:
    """Whether words name a thing of any kind."""
    them = all_letters(known.features)
    return any(reference(token, them) for token in tokens)


def _reference(it: Held, option: Option, command: Command, known: Known) -> None:
    them = letters(command)
    for at, token in enumerate(it.left):
        if ref := reference(token, them):
            it.take(option.name, at, 1, [Token(ref)])
            return
    if names_a_thing(it.left, known):
        return
    for at, token in enumerate(it.left):
        number = word(token).lstrip("#")
        alone = number.isdecimal() and len(number) < 6 and not amount_at(it.left[at:], known.setting)
        if len(them) == 1 and alone:
            it.take(option.name, at, 1, [Token(f"{min(them)}{number}")])
            return
    kinds = "".join(_NOUNS[noun] for token in it.left if (noun := word(token)) in _NOUNS)
    kinds = kinds if them.intersection(kinds) else ""
    theirs = any(is_somebody(each, known) and not is_named(each, known) for each in it.left)
    own = known.newest() if command.name in {"withdraw", "amend"} and not theirs else ""
    if not own and (found := _of_somebody(it.left, command, known)):
        it.take(option.name, found[0], 1, [Token(found[1])])
        return
    called = known.called_so(command, [word(token) for token in it.left], kinds)
    if len(called) == 1:
        it.found[option.name] = [Token(called[0])]
        it.said.add(option.name)
        return
    open_ = [ref for ref in known.references(command) if not kinds or ref[0] in kinds]
    open_ = [own] if own else open_[:REFERENCES]
    if open_:
        it.found[option.name], it.others = [Token(open_[0])], open_[1:]
    if own:
        it.said.add(option.name)  # whoever puts something right means what they just wrote


def _of_somebody(tokens: Sequence[Token], command: Command, known: Known) -> tuple[int, str] | None:
    """Where somebody stands whose entry is called by that, and the entry."""
    for at, token in enumerate(tokens):
        name = named_person(token, known).text.removeprefix("@") if is_somebody(token, known) else ""
        theirs = known.of_whom(command, ENTRIES, name) if name else []
        if theirs:
            return at, theirs[0]
    return None


def _person(it: Held, option: Option, command: Command, known: Known) -> None:  # noqa: ARG001 - a find
    for at, token in enumerate(it.left):
        if is_somebody(token, known):
            it.take(option.name, at, 1, [named_person(token, known)])
            return


def _people(it: Held, option: Option, command: Command, known: Known) -> None:
    if command.name == "log" and is_helped(it.left, known):
        return  # `helped bo carry the freezer` is what whoever types did
    people = [named_person(token, known) for token in it.left if is_somebody(token, known)]
    if people:
        beside = me_beside(it.left, known) if "paid" in command.by_name or command.name == "log" else []
        it.take(option.name, 0, 0, [*([Token("@me")] if beside else []), *people])
        away = {id(token) for token in beside}
        it.left = [t for t in it.left if not is_somebody(t, known) and id(t) not in away]


def _amount(it: Held, option: Option, command: Command, known: Known) -> None:
    for at in range(len(it.left)):
        found = spoken_amount_at(it.left[at:], known)
        if found is None and command.name == "log" and (span := span_at(it.left, at)):
            found = [Token(span.typed)], span.used
        if found is not None:
            typed, used = found
            lasts = at and at + used < len(it.left) and word(it.left[at - 1]) in _FOR
            begin = at - 1 if lasts else at  # `cleaned for 2 hours with zoe`
            it.take(
                option.name,
                begin,
                at + used - begin,
                [Token(each.text.rstrip(",;:.!")) for each in typed],
            )
            return
    money = next((unit for unit in command.units if unit.unit_class is UnitClass.MONEY), None)
    if money is None or not option.required:
        return
    for at, token in enumerate(it.left):
        price = token.text.rstrip(",;:!?")
        if _PRICE.fullmatch(price):
            it.take(option.name, at, 1, [Token(price), Token(money.name)])
            return
    bare = [at for at, token in enumerate(it.left) if any(map(str.isdecimal, token.text))]
    only_money = all(unit.unit_class is UnitClass.MONEY for unit in command.units)
    if only_money and len(bare) == 1 and _WHOLE.fullmatch(it.left[bare[0]].text.rstrip(",;:!?.")):
        number = it.left[bare[0]].text.rstrip(",;:!?.")
        it.take(option.name, bare[0], 1, [Token(number), Token(money.name)])


_FOR: Final = words_of("for für fuer")
_WHOLE: Final = re.compile(r"[1-9]\d{0,4}")
_PRICE: Final = re.compile(r"\d{1,5}[.,]\d\d")
"""A number as prices are written: of what is bought no unit needs saying."""


_CLOCK: Final = re.compile(r"(?:1\d|2[0-3]):[0-5]\d")
"""From ten o'clock on this is when, and not how long: nobody works for 14:00 hours."""


def spoken_amount_at(tokens: Sequence[Token], known: Known) -> tuple[list[Token], int] | None:
    """The amount that words begin with, also as it is only spoken, and how many words say it."""
    typed = amount_at(tokens, known.setting)
    if typed is not None and typed[1] == 1 and _CLOCK.fullmatch(tokens[0].text.rstrip(",;.!?")):
        return None
    if tokens and tokens[0].quoted:
        return typed
    spoken = spoken_at([token.text for token in tokens[:10]])
    if spoken is None or (typed is not None and typed[1] >= spoken.used):
        return typed
    found = [Token(each) for each in spoken.typed.split()]
    return (found, spoken.used) if amount_at(found, known.setting) else typed  # none is of nothing


def _period(it: Held, option: Option, command: Command, known: Known) -> None:  # noqa: ARG001 - a find
    setting = known.setting
    texts = [token.text.rstrip(".,;:!?") for token in it.left]
    for at in range(len(texts)):
        try:
            _, used = read_period(texts[at:], setting.language, setting.today)
        except Misread:
            continue
        it.take(option.name, at, used, [Token(each) for each in texts[at : at + used]])
        return


def _choice(it: Held, option: Option, command: Command, known: Known) -> None:  # noqa: ARG001 - a find
    if option.name == "language":
        choices = [(at, language_named(word(token)) or "") for at, token in enumerate(it.left)]
    elif option.name == "zone":
        choices = [
            (at, zone_named(word(token)) or "")
            for at, token in enumerate(it.left)
            if word(token) not in _NO_ZONES
        ]
    else:
        means = [_MEANS.get(said, said) for said in map(word, it.left)]
        choices = [(at, each) for at, each in enumerate(means) if each in option.choices]
        choices += [
            (at, near)
            for at, each in enumerate(means)
            for near in difflib.get_close_matches(each, option.choices, 1, NEAR)
        ]
    found = next(((at, choice) for at, choice in choices if choice), None)
    if found is not None:
        it.take(option.name, found[0], 1, [Token(found[1])])


_NO_ZONES: Final = words_of("est mst hst eet met wet cet room")
"""Names of zones that are words as well, or of nowhere."""


def _when(it: Held, option: Option, command: Command, known: Known) -> None:  # noqa: ARG001 - a find
    """The moment that the most words say, wherever they stand; of a time in words, too."""
    found = (moment_at(it.left, at, known) for at in range(len(it.left)))
    at, texts = max(enumerate(found), key=lambda each: len(each[1]), default=(0, []))
    if texts:
        it.take(option.name, at, len(texts), [Token(each) for each in texts])


def moment_at(tokens: Sequence[Token], at: int, known: Known) -> list[str]:
    """The words from there on that say a moment, `at nine` as `at 9`; none where they say none."""
    setting = known.setting
    said = [token.text.rstrip(",;.!?") for token in tokens[at : at + MOMENT_WORDS]]
    for place in range(1, len(said)):
        number = NUMBERS.get(said[place].casefold(), 0)
        if number and said[place - 1].casefold() in _AT:
            said[place] = str(number)
    try:
        _, used = read_when(said, setting.language, setting.now, setting.zone)
    except Misread:
        return []
    return said[:used]


def _until(it: Held, command: Command, known: Known) -> None:
    """`until the end of march`, `bis Freitag`: the last day, where a command needs one."""
    option = command.by_name.get("until")
    if option is None or not option.required or it.has("until"):
        return
    for at, token in enumerate(it.left[:-1]):
        used = day_words(it.left[at + 1 :], known.setting) if word(token) in _UNTIL else 0
        if used:
            it.options += [Token("--until"), *it.left[at + 1 : at + 1 + used]]
            it.said.add("until")
            del it.left[at : at + 1 + used]
            return


def _closing(it: Held, command: Command, known: Known) -> None:
    """`closing in 3 days`, `bis Freitag`: when it closes."""
    if "closes" not in command.by_name or it.has("closes"):
        return
    setting = known.setting
    for at, token in enumerate(it.left):
        if word(token) not in CLOSING or not it.left[at + 1 :]:
            continue
        texts = [each.text for each in it.left[at + 1 :]]
        try:
            _, used = read_when(texts, setting.language, setting.now, setting.zone)
        except Misread:
            continue
        it.options += [Token("--closes"), *it.left[at + 1 : at + 1 + used]]
        del it.left[at : at + 1 + used]
        return


def _dated(it: Held, command: Command, known: Known) -> None:
    """A day is the day it was on: one word anywhere, several at an end; today needs no saying."""
    if "on" not in command.by_name or it.has("on"):
        return
    for at in range(len(it.left)):
        used = day_words(it.left[at:], known.setting)
        at_end = at in {0, len(it.left) - used}
        said = used > 1 and word(it.left[at]) in _ON
        if used and len(it.left) > used and (at_end or said or word(it.left[at]) in _ONE_DAY):
            day = [Token(token.text.rstrip(",;:.!")) for token in it.left[at + said : at + used]]
            it.options += [] if word(day[0]) in _TODAY else [Token("--on"), *day]
            del it.left[at : at + used]
            return


_Find = Callable[[Held, Option, Command, Known], None]
_FINDS: Final[Mapping[OptionType, _Find]] = {
    OptionType.REFERENCE: _reference,
    OptionType.PERSON: _person,
    OptionType.PEOPLE: _people,
    OptionType.AMOUNT: _amount,
    OptionType.PERIOD: _period,
    OptionType.CHOICE: _choice,
    OptionType.WORD: _choice,
    OptionType.WHEN: _when,
    OptionType.TIMES: _when,
}
"""How each is found, in this order: what is surest first."""
