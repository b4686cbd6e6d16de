"""A terminal: lines that somebody types, with completion and history."""

from __future__ import annotations

from collections.abc import (
    AsyncGenerator,
    AsyncIterator,
    Awaitable,
    Callable,
    Iterable,
    Mapping,
    Sequence,
)
from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.history import InMemoryHistory
from prompt_toolkit.patch_stdout import patch_stdout

from adapters.console.history import DiscreetHistory
from adapters.console.transcript import read_said
from bot.arguments import SUGGESTED, Option, OptionType
from bot.command import Asked, Command, Suggestion
from bot.language.tokens import mention
from bot.text.languages import SOURCE, reader
from bot.text.rendering import render

Suggests = Callable[[str, Asked], Awaitable[Sequence[Suggestion]]]
"""What may stand in an option that somebody is typing, for the line so far."""


async def typed(
    commands: Mapping[str, Command], history: Path | None, prompt: str, suggests: Suggests | None = None
) -> AsyncIterator[str]:
    """The lines that somebody types, with completion and history, until Ctrl-D or Ctrl-C."""
    session: PromptSession[str] = PromptSession(
        history=DiscreetHistory(history, commands) if history else InMemoryHistory(),
        completer=CommandCompleter(commands, suggests),
        complete_while_typing=False,
    )
    with patch_stdout():
        while True:
            try:
                yield await session.prompt_async(prompt)
            except (EOFError, KeyboardInterrupt):
                return


class CommandCompleter(Completer):
    """Completes a command's name, its options and choices; and what the collective has of the rest."""

    def __init__(self, commands: Mapping[str, Command], suggests: Suggests | None = None) -> None:
        """Know all commands, and whom to ask for references, kinds, people and rules."""
        self._commands, self._suggests = commands, suggests

    async def get_completions_async(
        self, document: Document, complete_event: CompleteEvent
    ) -> AsyncGenerator[Completion, None]:
        """What may stand at the cursor, what the collective has first."""
        line = document.text_before_cursor
        asked = asked_for(line, self._commands)
        if asked is not None and self._suggests is not None:
            mark = asked.typed[:1] if asked.typed[:1] == "#" else ""
            is_person = self._commands[asked.command].by_name[asked.option].type in _PEOPLE
            for each in await self._suggests(line, asked):
                # A name with blanks would be two words, of which the first may be somebody else.
                text = mention(each.word) if is_person else mark + each.word.removeprefix(mark)
                about = render(each.label, reader(SOURCE, "UTC"))
                yield Completion(text, start_position=-len(asked.typed), display_meta=about)
        for each_static in self.get_completions(document, complete_event):
            yield each_static

    def get_completions(
        self,
        document: Document,
        complete_event: CompleteEvent,  # noqa: ARG002 - the signature is theirs
    ) -> Iterable[Completion]:
        """What may stand at the cursor."""
        for text, about, length in completions(document.text_before_cursor, self._commands):
            yield Completion(text, start_position=-length, display_meta=about)


_PEOPLE = frozenset({OptionType.PERSON, OptionType.PEOPLE})


def asked_for(line: str, commands: Mapping[str, Command]) -> Asked | None:
    """Which option of which command somebody is typing at a line's end, where a collective knows it."""
    typed_so_far = line[line.find("/") + 1 :] if "/" in line else ""
    words = typed_so_far.split()
    command = commands.get(" ".join(words[:2])) or commands.get(" ".join(words[:1]))
    if command is None or command.name == typed_so_far:
        return None
    behind = words[len(command.name.split()) :]
    word = "" if line[-1:].isspace() or not behind else behind.pop()
    option = _option_at(command, behind, word)
    if option is None or option.type not in SUGGESTED or option.choices:
        return None
    return Asked(command.name, option.name, word)


def _option_at(command: Command, behind: Sequence[str], word: str) -> Option | None:
    """The option that a word is for: by its mark, by the name before it, by its place."""
    if word.startswith("#"):
        return command.by_type.get(OptionType.KIND)
    if word.startswith("@"):
        return command.by_type.get(OptionType.PEOPLE) or command.by_type.get(OptionType.PERSON)
    if behind and behind[-1].startswith("--"):
        return command.by_name.get(behind[-1].removeprefix("--"))
    in_order = [option for option in command.options if option.positional]
    return in_order[len(behind)] if len(behind) < len(in_order) else None


def completions(line: str, commands: Mapping[str, Command]) -> list[tuple[str, str, int]]:
    """What may stand at a line's end: the text, what it is, and how many signs it replaces."""
    start = line.find("/")
    if start < 0 or (line[:start].strip() and read_said(line[: start + 1]) is None):
        return []
    typed_so_far = line[start + 1 :]
    names = [
        (name, command.about.text, len(typed_so_far))
        for name, command in commands.items()
        if name.startswith(typed_so_far.casefold())
    ]
    if names:
        return names
    words = typed_so_far.split()
    command = commands.get(" ".join(words[:2])) or commands.get(" ".join(words[:1]))
    if command is None:
        return []
    word = "" if line.endswith(" ") else line.rsplit(maxsplit=1)[-1]
    offers = [(c, o.about.text) for o in command.options for c in o.choices]
    offers += [
        (f"--{o.name}", o.about.text)
        for o in command.options
        if not o.positional and o.type not in {OptionType.LONG, OptionType.KIND, OptionType.PEOPLE}
    ]
    return [
        (text, about, len(word)) for text, about in offers if text.startswith(word) and text != word
    ]
