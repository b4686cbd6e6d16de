"""How many parts somebody bears: the number behind a person, as in `@ana 2 @bo 1`."""

from __future__ import annotations

import re

from bot.chat import Misread
from bot.command import Command
from bot.language.tokens import Token
from bot.text.wording import Typed, say

PARTS_MAX = 100
"""The most parts of one person: finer than percents nobody shares a bill."""

_NUMBER = re.compile(r"[0-9]{1,9}(?:[.,/][0-9]{1,9})?%?")


def is_part(token: Token) -> bool:
    """Whether a word behind a person is a number, be it one that parts can have or not."""
    return not token.quoted and _NUMBER.fullmatch(token.text) is not None


def part_of(command: Command, token: Token) -> int:
    """So many parts, a whole number from 1 to `PARTS_MAX`. Raises Misread for another number."""
    text = token.text.removesuffix("%")
    parts = int(text) if text.isdecimal() else 0
    if not 1 <= parts <= PARTS_MAX:
        raise Misread(
            "parts-odd",
            say("Parts are whole numbers from 1 to {most}.", most=PARTS_MAX),
            word=token.text,
            instead=say("For example: {line}", line=Typed(f"{command.name} 60 EUR pizza @ana 3 @bo 2")),
        )
    return parts
