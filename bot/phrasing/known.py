"""What a collective knows of the names in a line: its people, what is open, one's own newest entry."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import Any

from bot.chat import Actor
from bot.collective.memberbook import folded
from bot.collective.state import State
from bot.command import Command, Setting
from bot.feature import Features
from bot.phrasing.stems import title_word
from bot.phrasing.wording import Said, said

REFERENCES_MAX = 4
"""Of how many things a line is tried: whoever names none means one of the newest."""

PUNCTUATION = ".,;:!?\"'„“”()"


@dataclass(frozen=True, slots=True)
class Known:
    """What reading somebody's words may look up; `newest` finds their own newest entry in grace.

    `did_else` says whether they did anything else since that entry; `title` tells the words that a
    thing began with, `texts` those of one seal.
    """

    state: State
    features: Features
    setting: Setting
    newest: Callable[[], str]
    actor: Actor | None = None
    did_else: Callable[[str], bool] = lambda _: False
    title: Callable[[str], str] = lambda _: ""
    texts: Callable[[str], str] = lambda _: ""
    lines: dict[str, Said | None] = field(default_factory=dict, compare=False)
    """The lines in pieces: one is looked at before, for and behind the decision."""

    single: dict[str, bool] = field(default_factory=dict, compare=False)
    """Whether they have one meaning, so."""

    reworded: dict[Hashable, Any] = field(default_factory=dict, compare=False)
    """What `reworded` made of this message's words: it is asked before, for and behind the decision."""

    entries: dict[Hashable, Any] = field(default_factory=dict, compare=False)
    """The same of `entry_of`: the parts of a line that begins with an amount."""

    titles: dict[str, frozenset[str]] = field(default_factory=dict, compare=False)
    """The words of what the things are called, each looked up once for a message."""

    def said(self, line: str) -> Said | None:
        """The line with its command, taken apart once for a message."""
        if line not in self.lines:
            self.lines[line] = said(line, self.features.commands)
        return self.lines[line]

    def is_person(self, word: str) -> bool:
        """Whether exactly one member is called so."""
        return len(self.state.members.called().get(folded(word), ())) == 1

    def references(self, command: Command) -> list[str]:
        """The things that the command may be meant for, what waits first."""
        them = letters(command)
        found = (
            suggestion.word
            for thing in sorted(self.features.things, key=lambda thing: thing.vote is None)
            if thing.letter in them and thing.suggested is not None
            for _, suggestion in islice(thing.suggested(self.state), REFERENCES_MAX)
        )
        return list(found)

    def called_so(self, command: Command, words: Collection[str], letters: str = "") -> list[str]:
        """Those of them in whose titles the most of the words stand, as `mixer` in *Buy the mixer*.

        Only those of some `letters`, if any are given.
        """
        said = set(map(title_word, words)) - {""}
        refs = self.references(command) if said else []
        shared = {ref: len(said & self.titled(ref)) for ref in refs if not letters or ref[0] in letters}
        most = max(shared.values(), default=0)
        return [ref for ref, count in shared.items() if count == most] if most else []

    def of_whom(self, command: Command, letter: str, name: str) -> list[str]:
        """Those of the things of a letter that are somebody's: the name stands in their line."""
        return [
            suggestion.word
            for thing in self.features.things
            if thing.letter == letter and letter in letters(command) and thing.suggested is not None
            for line, suggestion in islice(thing.suggested(self.state), REFERENCES_MAX)
            if folded(name) in map(folded, line.split())
        ]

    def titled(self, ref: str) -> frozenset[str]:
        """The words of what a thing is called, as they are compared."""
        if ref not in self.titles:
            its = (title_word(each.strip(PUNCTUATION)) for each in self.title(ref).split())
            self.titles[ref] = frozenset(its) - {""}
        return self.titles[ref]

    def options_of(self, ref: str) -> tuple[str, ...]:
        """What the options of an open poll are called; none where it is no open poll."""
        it = next((it for it in self.state.polls.open if it.ref == ref), None)
        return it.names(self.texts) if it is not None else ()


def letters(command: Command) -> frozenset[str]:
    """The letters of the things that a command is for: its examples name them."""
    return _letters_in(command.examples)


@lru_cache(maxsize=1_000)
def _letters_in(examples: tuple[str, ...]) -> frozenset[str]:
    words = (word for example in examples for word in example.split())
    return frozenset(each[0] for each in words if each[1:].isdecimal() and each[0].isupper())


def all_letters(features: Features) -> frozenset[str]:
    """The letters of everything that a reference may name."""
    return frozenset(letter for thing in features.things for letter in thing.letter)
