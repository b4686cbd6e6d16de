"""Several entries in one message: a line each, as `/log 2h cooked` and below it `1h cleaned`.

Which command takes lines so is declared (`Command.several`). A line below the first is an entry where
it begins with such a command, or with an amount, be it behind those who gave it; then all of them are,
or the message is refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import dropwhile

from bot.arguments import OptionType
from bot.chain import normal
from bot.chat import Misread, Refusal
from bot.collective.prefixes import BANG, SLASH
from bot.command import Command, Setting
from bot.grammar.lines import command_named
from bot.language.amounts import read_amount
from bot.language.tokens import Token, tokenize
from bot.phrasing.amounts import amount_at
from bot.phrasing.wording import is_option
from bot.text.rendering import shortened, visible
from bot.text.wording import Node, Typed, Words, joined, lines, say

ENTRIES_MAX = 20
"""The most entries of one message: what somebody reads once more before it is sent."""

_MARK = re.compile(r"(?:[-–*•·]|\d{1,2}[.)])\s+")
"""What a line of a list begins with."""

_SIGN = re.compile(r"[^\w\s]{1,9}(?=[^\W\d])")
"""What a command may begin with."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One of them: the number of its line in the message, and the line that it is by itself."""

    number: int
    line: str


class AtLine(Refusal):
    """A refusal of one line of several: nothing of the message was entered."""


def entries_of(
    line: str, table: Mapping[str, Command], setting: Setting, message: str = ""
) -> tuple[Entry, ...]:
    """The entries of a message, where it has several; none where it is one. Raises Refusal.

    It is a line of a `message`, whose lines are counted.
    """
    text = normal(line).strip()
    first, _, rest = text.partition("\n")
    if not rest:
        return ()
    at = 1 + normal(message).rpartition(text)[0].count("\n")
    rows = [(n, row.strip()) for n, row in enumerate(rest.split("\n"), at + 1) if row.strip()]
    command = command_named(first, table)
    if command is None or not command.several:
        return ()
    words = list(tokenize(first))[len(command.name.split()) :]
    named = any(map(is_option, words[:1]))
    whole = [(n, row, _whole(row, command, table, setting, named=named)) for n, row in rows]
    if not any(entry or _other_command(row, table) for _, row, entry in whole):
        return ()
    for number, row, entry in whole:
        if not entry:
            raise at_line(number, _no_entry(row, table))
    found = [Entry(number, entry) for number, _, entry in whole]
    if words:
        found.insert(0, Entry(at, first))
    if len(found) > ENTRIES_MAX:
        raise too_many(ENTRIES_MAX)
    return tuple(found)


def too_many(most: int, rule: str = "") -> Refusal:
    """More entries than go into one message."""
    told = say("Those are too many entries for one message: {most} is the most.", most=most)
    return Refusal("entries-max", told, rule=rule, instead=say("Send them in parts."))


def _whole(
    row: str, first: Command, table: Mapping[str, Command], setting: Setting, *, named: bool
) -> str:
    """The line that a row is by itself, empty where it is no entry.

    Below a line whose words are `named`, as a window's are, an amount alone begins none.
    """
    row = row[mark.end() :] if (mark := _MARK.match(row)) else row
    sign = _SIGN.match(row)
    plain = row[sign.end() :] if sign else row
    command = command_named(plain, table)
    if command is not None and command.several:
        tokens = list(tokenize(plain))[len(command.name.split()) :]
        return plain if sign or amount_at(tokens, setting) else ""
    tokens = list(tokenize(row))
    people = first.by_type.get(OptionType.PEOPLE)
    if people is not None and not people.parts:
        tokens = list(dropwhile(lambda each: each.text.startswith("@"), tokens))
    return "" if named or not _begins_with_amount(tokens, setting) else f"{first.name} {row}"


def _begins_with_amount(tokens: Sequence[Token], setting: Setting) -> bool:
    """Whether words begin with an amount, be it one of nothing or less."""
    if amount_at(tokens, setting) is not None:
        return True
    try:
        read_amount([each.text for each in tokens[:1]], setting.language, setting.own)
    except Misread as wrong:
        return wrong.code in _NO_AMOUNT
    return True


_NO_AMOUNT = {"amount-zero", "amount-negative"}
"""What is an amount, and none that can be entered."""


def _other_command(row: str, table: Mapping[str, Command]) -> Command | None:
    """The command that a row types, where it goes by itself."""
    command = command_named(row[1:], table) if row.startswith((SLASH, BANG)) else None
    return None if command is None or command.several else command


def _no_entry(row: str, table: Mapping[str, Command]) -> Refusal:
    several = joined(Typed(name) for name, each in table.items() if each.several)
    other = _other_command(row, table)
    if other is not None:
        told = say("{command} goes by itself.", command=Typed(other.name))
        hint = say("Together go {commands}.", commands=several)
        return Refusal("no-entry", told, word=row, instead=hint)
    told = say("“{row}” is no entry.", row=Words(shortened(visible(row))))
    hint = say("An entry begins with how much, or with {commands}.", commands=several)
    return Refusal("no-entry", told, word=row, instead=hint)


def at_line(number: int, wrong: Refusal) -> AtLine:
    """The refusal of a whole message, for what is wrong with one of its lines."""
    told = say("Nothing was entered. Line {number}: {reason}", number=number, reason=wrong.reason)
    again = say("Then send all the lines again.")
    instead: Node = again if wrong.instead is None else lines(wrong.instead, again)
    return AtLine(wrong.code, told, rule=wrong.rule, word=wrong.word, instead=instead)
