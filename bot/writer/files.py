"""The file that came with a command: it becomes the argument of the option that takes one."""

from __future__ import annotations

from msgspec.structs import replace

from bot.arguments import OptionType
from bot.chat import ATTACHED_BYTES_MAX, Attached, Refusal
from bot.command import Command, Parsed
from bot.grammar.hints import SEND_FILE
from bot.text.wording import say


def with_file(command: Command, parsed: Parsed, file: Attached | None) -> Parsed:
    """What was given, with the file that was sent along. Raises Refusal."""
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
    if file.fault or len(file.data) > ATTACHED_BYTES_MAX:
        large = say(
            "The file is too large: {most} kB is the most that I take in a chat.",
            most=ATTACHED_BYTES_MAX // 1_000,
        )
        raise Refusal("file-large", large, word=file.name, instead=again)
    return replace(parsed, arguments={**parsed.arguments, option.name: file})
