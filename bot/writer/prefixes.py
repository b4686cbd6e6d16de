"""What somebody typed for us: the line behind its sign, and a hint where it has another platform's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.chat import Incoming, Refusal
from bot.collective.prefixes import BANG, MATRIX, SLASH, prefix_at
from bot.collective.rules import Rules
from bot.command import Command, Setting, addressed
from bot.grammar.lines import LINE_CHARACTERS_MAX, command_named, parse
from bot.phrasing.meetingwords import long_form
from bot.text.rendering import visible
from bot.text.wording import Typed, say


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading a message may need: the commands, the settings, and what it answers.

    `met` is what it says without a sign, where people meet.
    """

    commands: Mapping[str, Command]
    setting: Callable[[], Setting]
    answered: Callable[[], str | Refusal | None]
    met: Callable[[], str | Refusal | None] = lambda: None


def heard(message: Incoming, rules: Rules, by: Reading) -> str | Refusal | None:
    """The line that somebody typed for us, None where the words are none; short forms are whole."""
    line = by.met() or _heard(message, rules, by)
    return long_form(line) if isinstance(line, str) else line


def _heard(message: Incoming, rules: Rules, by: Reading) -> str | Refusal | None:
    """The line as it was typed.

    What is meant for us anyway (a mention, a room with us alone) may begin with any sign, or with none;
    of what answers us all must be a command, or an answer to what was asked (`answered`), for it may be
    mere talk. Who typed a command behind the
    sign of another platform is told the right one.
    """
    platform = message.place.platform
    prefix = prefix_at(rules, platform)
    slash = () if platform == MATRIX else (SLASH,)
    line = addressed(message.words, prefix, *slash)
    if line is None and message.answers and (answer := by.answered()) is not None:
        return answer
    if line is None and message.addressed:
        line = addressed(message.words, SLASH, BANG) or message.words
    if line is None and message.answering and _is_whole(message.words, by.commands, by.setting()):
        line = message.words
    if line is None and platform == MATRIX and rules.on("listen"):
        return _hint(message.words, prefix, by.commands)
    return line


def _is_whole(words: str, commands: Mapping[str, Command], setting: Setting) -> bool:
    try:
        parse(words, commands, setting)
    except Refusal:
        return False
    return True


def _hint(words: str, prefix: str, commands: Mapping[str, Command]) -> Refusal | None:
    line = addressed(words, SLASH, BANG)
    if line is None or command_named(line, commands) is None:
        return None
    whole, sign = line.strip(), words.lstrip()[:1]
    as_it_stands = whole == visible(whole) and len(whole) <= LINE_CHARACTERS_MAX
    again = say("Send it again with {prefix} in place of {sign}", prefix=prefix, sign=sign)
    return Refusal(
        "prefix",
        say("Commands begin with {prefix} in this room; nothing was done.", prefix=prefix),
        rule="prefix",
        # What cannot be told in one line to the last letter would be another command.
        instead=say("Send: {line}", line=Typed(whole)) if as_it_stands else again,
    )
