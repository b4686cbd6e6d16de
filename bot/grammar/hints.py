"""What is said where a line cannot be read: what was wrong, at which word, and a line that works."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

from bot.arguments import Option, OptionType
from bot.chat import Misread
from bot.command import Command
from bot.text.wording import Node, Typed, Words, joined, say


def how(command: Command, named: str = "") -> Node:
    """An example of the command; of what was `named`, where there is one for such a reference."""
    examples = command.examples or (command.usage,)
    if named:
        other = re.compile(rf"\b{named[0]}\d+")
        examples = (*(other.sub(named, each) for each in examples if other.search(each)), *examples)
    return say("It works like this: {example}", example=Typed(examples[0]))


def unknown_command(words: list[str], table: Iterable[str]) -> Misread:
    """No command begins so, or only longer ones do."""
    first = words[0] if words else ""
    inside = [name for name in table if name.startswith(f"{first} ")]
    if inside:
        return Misread(
            "command-unknown",
            say("{command} needs one more word.", command=Typed(first)),
            word=" ".join(words),
            instead=say("Try {choices}.", choices=joined((Typed(n) for n in inside), " / ")),
        )
    return Misread(
        "command-unknown",
        say("There is no command {command}.", command=Typed(first)),
        word=first,
        instead=say("{help} lists them all.", help=Typed("help")),
    )


def missing(command: Command, option: Option, named: str) -> Misread:
    """What a command needs is not there; `named` is the reference that is."""
    return Misread(
        f"{option.name}-missing",
        say("{command} needs: {about}", command=Typed(command.name), about=option.about),
        instead=how(command, named),
    )


def no_such_option(command: Command, word: str, name: str) -> Misread:
    """A command knows no option of this name."""
    names = [each.name for each in command.options if each.type is not OptionType.LONG]
    near = difflib.get_close_matches(name, names, 1)
    if not near and "do" in command.by_name:
        instead: Node = say(
            "A command with options goes in quotes: {example}",
            example=Words('--do "rules set confirmations 1 --in room"'),
        )
    else:
        instead = say("Did you mean --{name}?", name=near[0]) if near else how(command)
    return Misread(
        "option-unknown",
        say("{command} knows no {option}.", command=Typed(command.name), option=word),
        word=word,
        instead=instead,
    )


def left_over(command: Command, word: str) -> Misread:
    """A word that no option takes."""
    return Misread(
        "word-unexpected",
        say(
            "I don't know what to do with “{word}” in {command}.",
            word=word,
            command=Typed(command.name),
        ),
        word=word,
        instead=how(command),
    )


SEND_FILE = say("Send the file together with the line; or send it first, and answer it with the line.")
"""How a file reaches a command that takes one."""

HOW_OFTEN = say("Say how often, for example {option}", option=Words('--every "month on the 1st"'))
"""How it is said how often something comes again."""
