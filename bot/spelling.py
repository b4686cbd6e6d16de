"""Values as the words of a line: what is kept apart elsewhere stays apart where it is typed.

Pure. Platforms that hand over a command's options one by one spell them as the line that somebody
would type, so that there is one way in which a command is read.
"""

from __future__ import annotations

from bot.command import Option, OptionType

MARKED = ("-", "–", "—", "#", "＃", "@")
"""What a word begins with that means more than itself."""

OPENING = ('"', "“", "„", "«")
_QUOTES = (('"', '"'), ("“", "”"), ("«", "»"))
_SEVERAL_WORDS = {
    OptionType.AMOUNT,
    OptionType.DAY,
    OptionType.PERIOD,
    OptionType.WHEN,
    OptionType.TIMES,
}
"""The types whose values are read word by word."""


def quoted(text: str) -> str:
    """The text as one word of a line."""
    plain = text.split() == [text] and not text.startswith((*MARKED, *OPENING))
    if plain:
        return text
    for opening, closing in _QUOTES:
        if closing not in text:
            return f"{opening}{text}{closing}"
    return '"' + text.replace('"', "”") + '"'


def spelled_value(option: Option | None, text: str) -> str:
    """The value of an option as it is typed behind the option's name."""
    if option is not None and option.type in _SEVERAL_WORDS:
        return " ".join(quoted(word) for word in text.split())
    return quoted(" ".join(text.split()))
