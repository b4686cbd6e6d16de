"""Values as the words of a line: what is kept apart elsewhere stays apart where it is typed.

Pure. Platforms that hand over a command's options one by one spell them as the line that somebody
would type, so that there is one way in which a command is read.
"""

from __future__ import annotations

from bot.arguments import Option, OptionType
from bot.language.tokens import quoted

_SEVERAL_WORDS = {
    OptionType.AMOUNT,
    OptionType.DAY,
    OptionType.PERIOD,
    OptionType.WHEN,
    OptionType.TIMES,
}
"""The types whose values are read word by word."""


def spelled_value(option: Option | None, text: str) -> str:
    """The value of an option as it is typed behind the option's name."""
    if option is not None and option.type in _SEVERAL_WORDS:
        return " ".join(quoted(word) for word in text.split())
    return quoted(" ".join(text.split()))
