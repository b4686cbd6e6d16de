"""The file that came with a command: it becomes the argument of the option that takes one."""

from __future__ import annotations

from msgspec.structs import replace

from bot.arguments import OptionType
from bot.chat import Attached, Refusal
from bot.command import Command, Parsed
from bot.grammar.hints import SEND_FILE
from bot.grammar.lines import bytes_max
from bot.text.wording import Typed, say


def with_file(command: Command, parsed: Parsed, file: Attached | None, most: int) -> Parsed:
    """What was given, with the file that was sent along. Raises Refusal.

    A receipt may have so many bytes at `most`.
    """
    option = command.by_type.get(OptionType.FILE)
    if option is None:
        return parsed
    if file is None:
        named = parsed.arguments.get(option.name)
        if named is None:
            return parsed
        raise Refusal(
            "file-missing",
            say("“{name}” is only a name here.", name=named),
            word=named,
            instead=SEND_FILE,
        )
    again = say("Send it again, or a part of it.")
    if file.fault == "file-gone":
        gone = say("I cannot get the file: it is gone, cut off, or I cannot read it.")
        raise Refusal("file-gone", gone, word=file.name, instead=again)
    largest = bytes_max(option, most)
    if file.fault or len(file.data) > largest:
        large = say(
            "The file is too large: {most} kB is the most that I take in a chat.",
            most=largest // 1_000,
        )
        raise Refusal("file-large", large, word=file.name, instead=again)
    return replace(parsed, arguments={**parsed.arguments, option.name: file})


def slip_of_several() -> Refusal:
    """A receipt came with several entries, and nobody knows which it is of."""
    return Refusal(
        "slip-several",
        say("A receipt goes with one entry; nothing was entered."),
        instead=say("Send the lines without it, then {line} with it.", line=Typed("slip add T4")),
    )
