"""A line that begins with an amount, in its parts: read once for a message."""

from __future__ import annotations

from typing import NamedTuple

from bot.language.tokens import Token
from bot.phrasing.amounts import amount_at, parts
from bot.phrasing.known import Known
from bot.phrasing.wording import Said, word


class Entry(NamedTuple):
    """Its words, its kinds and options, the amount as it is typed, and how many words it took.

    `compared` are the words as they are compared.
    """

    it: Said
    core: list[Token]
    others: list[Token]
    amount: list[Token]
    used: int
    compared: tuple[str, ...]


def entry_of(it: Said, known: Known) -> Entry | None:
    """The parts of such a line; None of any other. Where it begins with no amount `used` is 0."""
    if not it.command.takes_amount_first:
        return None
    key = it.command.name, it.words, it.rest
    found: Entry | None = known.entries.get(key)
    if found is None:
        core, others = parts(it.words)
        amount, used = amount_at(core, known.setting) or ([], 0)
        compared = tuple(map(word, core))
        found = known.entries[key] = Entry(it, core, others, amount, used, compared)
    return found
