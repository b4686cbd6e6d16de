"""What comes back from a house, as people read it."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Any

from bot.chat import Kind, Outgoing, reader_of
from bot.text.rendering import render
from bot.writer.answers import Answer


@dataclass(frozen=True)
class Told:
    """What a message was answered."""

    answer: Answer | None
    rows: tuple[Outgoing, ...] = ()
    texts: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """Everything that was said, as one text."""
        return "\n".join(self.texts)

    @property
    def error(self) -> str:
        """The code of the refusal, empty where it was none."""
        errors = [row.reply.facts.get("error", "") for row in self.rows]
        return "".join(errors[:1])

    @property
    def refused(self) -> bool:
        """Whether it was a refusal."""
        return any(row.reply.kind is Kind.REFUSAL for row in self.rows)

    @property
    def facts(self) -> dict[str, Any]:
        """What machines are told, of an answer that is no refusal."""
        assert not self.refused, self.text
        return self.rows[0].reply.facts


def told(answer: Answer | None) -> Told:
    """What an answer says to who reads it."""
    rows = answer.outgoing if answer else ()
    return Told(answer, rows, tuple(plain(row) for row in rows))


def plain(row: Outgoing) -> str:
    """A message and its buttons as plain text."""
    wants = reader_of(row)
    labels = [render(button.label, wants) for button in row.reply.buttons]
    return "\n".join([render(row.reply.whole, wants), *labels])


BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
ZERO_WIDTH = frozenset("\u00ad\u180e\u200b\u2060\ufeff")


def hidden(text: str) -> list[str]:
    """The signs in a text that break its line, steer a terminal, or make it read as another one."""
    return [
        f"U+{ord(sign):04X}"
        for sign in dict.fromkeys(text)
        if (sign != "\n" and unicodedata.category(sign) in {"Cc", "Cs", "Zl", "Zp"})
        or sign in BIDI | ZERO_WIDTH
    ]
