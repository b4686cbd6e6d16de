"""What a typed word is by how it begins: an option, a kind, a circle, a person."""

from __future__ import annotations

from bot.language import words
from bot.language.tokens import Token

_DASHES = ("--", "—", "–")


def option_name(text: str) -> str:
    """The option that a word names, as `--on` or, from a phone, `—on`; else nothing."""
    if not text.startswith(_DASHES):
        return ""
    name = text.removeprefix("--") if text[0] == "-" else text[1:]
    return name if name[:1].isalpha() else ""


def is_kind(token: Token) -> bool:
    """A kind of contribution: `#care`."""
    return not token.quoted and token.text.startswith(("#", "＃")) and token.text[1:2].isalpha()


def is_circle(token: Token) -> bool:
    """A name behind a colon; `:D` and `:tada:` are faces."""
    name = token.text[1:]
    is_name = len(name) > 1 and words.short_name(name) is not None
    return not token.quoted and token.text[:1] == ":" and is_name


def is_person(token: Token) -> bool:
    """A person: `@bo`."""
    return not token.quoted and token.text.startswith("@") and len(token.text) > 1
