"""A slash-command's options, and a modal's text, as the one line that would be typed for them.

Every option is written by its name, so that nothing in a value can be taken for another option: what
Discord keeps apart stays apart.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.arguments import Option, OptionType
from bot.chain import normal
from bot.command import Command
from bot.language.tokens import MARKED, OPENING, quoted
from bot.spelling import spelled_value

_MENTION = re.compile(r"<@!?(\d{1,20})>")
_PERSON = re.compile(r"<@!?\d{1,20}>|[^\s,;]+")


WORDS_PLAIN_MAX = 100
"""More words than this are written as one: a line has only so many."""


class People:
    """The people of a line: the words that they are written by, and the accounts behind them."""

    def __init__(self, names: Mapping[str, str]) -> None:
        """`names` maps account ids to the names that Discord told."""
        self._names, self.mentions = names, dict[str, str]()

    def word(self, account: str) -> str:
        """A word without blanks for an account, that no other account of the line has."""
        name = normal(re.sub(r"[\s\"“”„«»@#<>]+", "", self._names.get(account, "")))[:60]
        word = name if name and not name.startswith(MARKED) else account
        if self.mentions.get(word, account) != account:
            word = f"{word}{account}"
        self.mentions[word] = account
        return word

    def within(self, text: str) -> str:
        """A text with its mentions written as names."""
        return _MENTION.sub(lambda found: f"@{self.word(found[1])}", text)


def spelled(command: str, values: Mapping[str, str], declared: Command | None, people: People) -> str:
    """The line that types a command with these values; `declared` is None for an unknown one."""
    options = {option.name: option for option in declared.options} if declared else {}
    parts, crowd, long = list[str](), list[str](), ""
    for name, value in values.items():
        option = options.get(name)
        if option is not None and option.type is OptionType.LONG:
            long = people.within(value)
        elif option is not None and option.type is OptionType.PEOPLE and _several(value):
            # Behind their option's name there is room for one.
            crowd = [f"@{_person(word, people)}" for word in _several(value)]
        else:
            parts += [f"--{name}", _value(option, value, people)]
    line = " ".join([command, *crowd, *parts])
    return f"{line}\n{long}" if long else line


def _several(value: str) -> list[str]:
    """The people in a value, if they are more than one."""
    words = _PERSON.findall(value)
    return words if len(words) > 1 else []


def _value(option: Option | None, value: str, people: People) -> str:
    if option is not None and option.type in {OptionType.PERSON, OptionType.PEOPLE}:
        return quoted(_person(value, people))
    return spelled_value(option, people.within(value))


def _person(value: str, people: People) -> str:
    """A person as chosen, mentioned or typed; names are compared without their blanks."""
    mention = _MENTION.fullmatch(value.strip())
    if mention is not None:
        return people.word(mention[1])
    return "".join(value.split()).lstrip("@")


def continued(line: str, text: str, people: People) -> str:
    """A line that a text follows: its first line as one word, where it needs that, the rest below."""
    first, _, rest = people.within(text).strip().partition("\n")
    words = first.split()
    marked = len(words) > WORDS_PLAIN_MAX or any(it.startswith((*MARKED, *OPENING)) for it in words)
    said = f"{line} {quoted(first) if marked else first}"
    return f"{said}\n{rest}" if rest else said
