"""A doubt: what of a line has to be asked before it is done."""

from __future__ import annotations

from dataclasses import dataclass

from bot.text.wording import Node


@dataclass(frozen=True, slots=True)
class Doubt:
    """What is unclear, at which word, and a whole line for each thing that may be meant.

    In an `example` stand words that nobody said: it shows what is missing, and how it is typed.
    """

    reason: Node
    word: str
    lines: tuple[str, ...]
    example: bool = False
