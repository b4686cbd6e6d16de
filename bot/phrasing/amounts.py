"""Where the amount of a line stands: at its beginning, at its end, in words, behind a name or a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

from msgspec.structs import replace

from bot.arguments import OptionType
from bot.chat import Misread
from bot.command import Command, Setting
from bot.language.amounts import read_amount
from bot.language.calendar_words import ARTICLES, DAY_PARTS, MARKS_BEFORE
from bot.language.days import day_at, may_begin_day
from bot.language.line import compared, line_of
from bot.language.tokens import Token
from bot.language.units import meaning_of
from bot.phrasing.spoken import spoken_amount
from bot.phrasing.wording import Said, is_kind, is_option, is_person, word, words_of

BEFORE_TIME = words_of(
    "in for within after before about every at until from by per since "
    "für nach vor binnen seit um ab bis pro"
)
"""What an amount at the end belongs to: taken out, these words would stand there alone."""

FILLING = words_of("me for of a the my i it some about around ca circa etwa mich für mir von")
"""What says nothing of what was done: with an amount taken out, nobody knows what it was for."""

END_WORDS_MAX = 5
"""The longest amount that is looked for at an end: `an hour and a half`."""


class Parts(NamedTuple):
    """The words before the first option, without kinds; and everything else."""

    core: list[Token]
    others: list[Token]


def parts(words: Sequence[Token]) -> Parts:
    """A line's words apart from its options and kinds."""
    first = next((i for i, token in enumerate(words) if is_option(token)), len(words))
    head, tail = list(words[:first]), list(words[first:])
    return Parts([t for t in head if not is_kind(t)], [t for t in head if is_kind(t)] + tail)


def amount_at(words: Sequence[Token], setting: Setting) -> tuple[list[Token], int] | None:
    """The amount that the words begin with, as it is typed, and how many it took."""
    plain = [token.text for token in words[:10]]
    if not plain or words[0].quoted:
        return None
    spoken = spoken_amount(plain)
    if spoken is None and not any(each.isnumeric() for word in plain[:2] for each in word):
        return None  # nobody needs the refusal that reading it would make
    if spoken is not None:
        text, used = spoken
        try:
            _, whole = read_amount([text, *plain[used:]], setting.language, setting.own)
        except Misread:
            return None
        return [Token(text), *words[used : used + whole - 1]], used + whole - 1
    try:
        _, used = read_amount(plain, setting.language, setting.own)
    except Misread:
        return None
    return list(words[:used]), used


def amount_first(it: Said, core: list[Token], others: list[Token], setting: Setting) -> Said:
    """The same with the amount at its beginning: one amount at its end, behind names or a day."""
    core, people, day = _before(it.command, core, others, setting)
    found = amount_at(core, setting)
    if found is not None:
        amount, used = found
        return it.with_words([*amount, *core[used:], *people, *others, *day])
    needed = it.command.by_type[OptionType.AMOUNT].required
    behind: list[Token] = []
    while core and is_person(core[-1]):
        behind.insert(0, core.pop())
    for length in range(min(END_WORDS_MAX, len(core)), 0, -1):
        found = amount_at(core[-length:], setting)
        text = core[:-length]
        if text and not needed and word(text[-1]) in BEFORE_TIME:
            return it  # `need help in half an hour` is read as it stands
        if found is not None and text and all(word(token) in FILLING for token in text):
            return it
        if found is not None and found[1] == length and not any(map(_has_digit, text)):
            text = [*text[:-1], replace(text[-1], text=text[-1].text.rstrip(",;:") or text[-1].text)]
            return it.with_words([*found[0], *text, *people, *behind, *others, *day])
    return it


SENTENCE_WORDS = 30
"""In a longer sentence nobody looks for the one amount."""


def only_amount(words: Sequence[Token], setting: Setting) -> list[Token]:
    """The only amount in a sentence, but for one that it was not: `it was 3h, not 2`; or nothing."""
    if len(words) > SENTENCE_WORDS:
        return []
    said = without_the_other(words)
    for at in range(len(said)):
        found = amount_at(said[at:], setting)
        if found is not None:
            others = [*said[:at], *said[at + found[1] :]]
            return [] if any(map(_has_digit, others)) else found[0]
    return []


NOT = words_of("not nicht statt anstatt instead rather")


def without_the_other(words: Sequence[Token]) -> list[Token]:
    """The words without what it was not: `not 2`, `statt 2h`."""
    at = next((i for i, token in enumerate(words) if word(token) in NOT), len(words))
    of = at + (1 if [word(token) for token in words[at + 1 : at + 2]] in (["of"], ["than"]) else 0)
    number = words[of + 1].text if of + 1 < len(words) else ""
    if not any(map(str.isdecimal, number)):
        return list(words)
    behind = word(words[of + 2]) if of + 2 < len(words) else ""
    counted = number.replace(",", ".").replace(".", "", 1).isdecimal()
    unit = counted and meaning_of(behind, "en") is not None
    return [*words[:at], *words[of + 2 + unit :]]


def _before(
    command: Command, core: list[Token], others: list[Token], setting: Setting
) -> tuple[list[Token], list[Token], list[Token]]:
    """What stands before an amount: the rest, the people, and the day as an option."""
    rest, people, day = list(core), list[Token](), list[Token]()
    while rest and amount_at(rest, setting) is None:
        if is_person(rest[0]) and OptionType.PEOPLE in command.by_type:
            people.append(rest.pop(0))
        elif not day and "on" in command.by_name and (used := day_words(rest, setting)):
            day = [Token("--on"), *rest[:used]]
            del rest[:used]
        else:
            return list(core), [], []
    named = any(token.text.startswith("--on") for token in others)
    return (rest, people, day) if rest and not (day and named) else (list(core), [], [])


def day_words(words: Sequence[Token], setting: Setting) -> int:
    """How many of the words say a day; 0 where they say none."""
    if not words or words[0].quoted or not may_begin_day(compared(words[0].text), setting.language):
        return 0
    line = line_of([t.text for t in words[:4]], setting.language, setting.today)
    try:
        found = day_at(line, 0, "past")  # as `read_day`, without the refusal that it would make
    except Misread:
        return 0
    return found[1] if found else 0


def day_said(words: Sequence[Token], setting: Setting) -> tuple[list[Token], int]:
    """The day that the words begin with, as one types it, and how many of them say only that.

    `yesterday evening` is a day whose evening stays a word; `last night` was yesterday.
    """
    texts = [word(token) for token in words[:2]]
    if len(texts) > 1 and MARKS_BEFORE.get((texts[0],)) == -1 and (texts[1],) in DAY_PARTS:
        return [Token((setting.today - timedelta(days=1)).isoformat())], 0
    used = day_words(words, setting)
    article = int(used > 1 and (texts[0],) in ARTICLES)
    return [Token(token.text.rstrip(",;:")) for token in words[article:used]], used


def _has_digit(token: Token) -> bool:
    return any(each.isdecimal() for each in token.text)
