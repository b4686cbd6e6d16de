"""What is said beside what may be meant otherwise: a day or a time that stands inside a text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from bot.arguments import OptionType
from bot.chat import Misread
from bot.command import Setting
from bot.language.amounts import read_amount
from bot.language.calendar_words import DAY_PARTS
from bot.language.moments import read_when
from bot.language.recurrence import read_times
from bot.language.tokens import Token
from bot.language.units import UnitClass, near_unit
from bot.phrasing.amounts import day_words
from bot.phrasing.entries import entry_of
from bot.phrasing.known import Known
from bot.phrasing.onemeaning import has_one_meaning
from bot.phrasing.rewording import reworded
from bot.phrasing.spoken import NUMBERS
from bot.phrasing.wording import Said, word, words_of
from bot.text.wording import Node, Typed, say

TODAY = words_of("today heute tänään aujourd'hui hoy now jetzt")
ON = words_of("on am le el")
BEHIND_MAX = 3
"""The longest day that is looked for at the end of a text: `on last friday`."""


UNTIL = words_of("by until till before at bis vor um zum mennessä pour avant para antes")
EVERY = words_of("every each daily weekly monthly jeden jede jedes täglich joka chaque cada")
TIMED_MAX = 6
"""The longest time that is looked for at an end of a text: `by next friday at 18:00`."""


def hint(line: str, known: Known, ref: str) -> Node | None:
    """What in the text of the thing `ref` may be no text, and the line that makes it so."""
    it = None if has_one_meaning(line, known) else known.said(line)
    entry = entry_of(reworded(it, known), known) if it is not None else None
    if entry is None:
        return None
    it, core, others, used = entry.it, entry.core, entry.others, entry.used
    if ref.startswith("N"):
        return _of_need(it, core, used, others, known, ref)
    if not ref.startswith("C") or not used or OptionType.PEOPLE not in it.command.by_type:
        return None
    if any(token.text.startswith("--on") for token in others):
        return None
    day = _day(core[used:], entry.compared[used:], known)
    if not day:
        return None
    return say(
        "“{word}” stays in the text, and the entry is of today. Was it then? {line}",
        word=day,
        line=Typed(f"amend {ref} --on {day}"),
    )


def _of_need(
    it: Said, core: Sequence[Token], used: int, others: Sequence[Token], known: Known, ref: str
) -> Node | None:
    """That a time, or a misspelled amount, in the words of a need or an offer is only a word."""
    text = core[used:]
    timed = any(token.text.startswith(("--by", "--until", "--every")) for token in others)
    if text and not used and (amount := _near_amount(text[0], known.setting)):
        return say(
            "“{word}” stays in the text, and is no amount. Is it {amount}? {line}",
            word=text[0].text,
            amount=amount,
            line=Typed(f"needs edit {ref} --amount {amount}"),
        )
    if timed:
        return _for_people(text, others, ref)
    again = next((i for i, token in enumerate(text) if word(token) in EVERY), 0)
    times = " ".join(token.text for token in text[again:]) if again else ""
    if times and _comes_again(times, known.setting):
        option = [Token("--every"), Token(times, quoted=True)]
        shift = it.with_words([*core[: used + again], *others, *option])
        return (
            say(
                "“{word}” stays in the text, and {ref} comes once. Does it come again? "
                "{cancel}, then {line}",
                word=times,
                ref=ref,
                cancel=Typed(f"cancel {ref}"),
                line=Typed(shift.line),
            )
            if "every" in it.command.by_name
            else None
        )
    when = _time(text, known.setting)
    if not when:
        return _for_people(text, others, ref)
    return say(
        "“{word}” stays in the text, and {ref} has no time. Is it until then? {line}",
        word=when,
        ref=ref,
        line=Typed(f"needs edit {ref} {when}"),
    )


PEOPLE: Final = words_of(
    "people persons helpers volunteers folks leute personen menschen helfer helferinnen"
)
PEOPLE_MAX: Final = 50


def _people(text: Sequence[Token]) -> int:
    """How many people a need begins with: `3 people for the fridge`; 0 where it names none."""
    if len(text) < 3 or word(text[1]) not in PEOPLE or text[0].quoted:
        return 0
    first = word(text[0])
    count = (
        int(first)
        if first.isascii() and first.isdecimal() and len(first) < 3
        else NUMBERS.get(first, 0)
    )
    return count if 1 < count <= PEOPLE_MAX else 0


def _for_people(text: Sequence[Token], others: Sequence[Token], ref: str) -> Node | None:
    """That a number of people in the words is only words."""
    people = _people(text)
    if not people or any(token.text.startswith("--people") for token in others):
        return None
    return say(
        "“{word}” stays in the text, and {ref} asks for one person. Is it for {count}? {line}",
        word=f"{text[0].text} {text[1].text}",
        ref=ref,
        count=people,
        line=Typed(f"needs edit {ref} --people {people}"),
    )


def _near_amount(token: Token, setting: Setting) -> str:
    """The hours that a word was probably meant for: `3hh`."""
    found = re.fullmatch(r"([0-9]+(?:[.,][0-9]+)?)([^\W\d_]+)", token.text)
    near = near_unit(found[2], setting.language, 0.6, setting.own) if found else ""
    if not found or not near:
        return ""
    try:
        amount, _ = read_amount([found[1] + near], setting.language, setting.own)
    except Misread:
        return ""
    return found[1] + near if amount.unit.unit_class is UnitClass.TIME else ""


def _comes_again(times: str, setting: Setting) -> bool:
    words = times.split()
    try:
        found, used = read_times(words, setting.language, setting.now, setting.zone)
    except Misread:
        return False
    return used == len(words) and bool(found.every)


def _time(text: Sequence[Token], setting: Setting) -> str:
    """The time to come that a text ends or begins with, without what leads to it.

    In the middle only a time of the clock is one: a `saturday` there may be anything.
    """
    for length in range(min(TIMED_MAX, len(text) - 1), 0, -1):
        for begin in (len(text) - length, *range(len(text) - length)):
            some = text[begin : begin + length]
            bare = some[1:] if word(some[0]) in UNTIL | ON else some
            at_end = begin in {0, len(text) - length}
            clock = any(":" in token.text for token in bare)
            if (at_end or clock) and _is_time(bare, setting):
                return " ".join(token.text.rstrip(".,;!") for token in bare)
    return ""


def _is_time(words: Sequence[Token], setting: Setting) -> bool:
    """A number alone is no time, and whoever puts it in quotes means the words."""
    typed = [token.text.rstrip(".,;!") for token in words]
    plain = not any(token.quoted for token in words)
    named = any(":" in each or each.isalpha() for each in typed)
    if not (plain and named):
        return False
    try:
        at, used = read_when(typed, setting.language, setting.now, setting.zone)
    except Misread:
        return False
    return used == len(typed) and at > setting.now


def _day(text: Sequence[Token], compared: Sequence[str], known: Known) -> str:
    """The day at an end of a text, or inside it as `on monday`, as it was typed; today is none."""
    begun = day_words(text, known.setting)
    if begun and begun < len(text):
        return _told(text[:begun])
    part = int(len(text) > 2 and (compared[-1],) in DAY_PARTS)  # `… yesterday evening`
    for length in range(min(BEHIND_MAX, len(text) - 1 - part), 0, -1):
        last = text[len(text) - part - length : len(text) - part]
        if day_words(last, known.setting) == length:
            return _told(last)
    for begin, said_so in enumerate(compared):
        for length in range(BEHIND_MAX, 1, -1) if said_so in ON else ():
            inside = text[begin : begin + length]
            if day_words(inside, known.setting) == length == len(inside):
                return _told(inside)
    return ""


def _told(words: Sequence[Token]) -> str:
    """A day that is said in words: a number in a text is no day, and today it is anyway."""
    named = [token for token in words if word(token) not in ON]
    plain = all(not any(map(str.isdecimal, token.text)) for token in named)
    if not named or not plain or any(word(token) in TODAY for token in named):
        return ""
    return " ".join(token.text.rstrip(".,;:!") for token in named)
