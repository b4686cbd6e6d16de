"""Which texts may be gone from a journal: those about members who were forgotten, or from them.

So may be what was needed for a while only: without it nothing is done that was not done before. And
so may be the parts of an import that was given up: they never count.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from bot.chain import Entry
from bot.collective.events import Event, about_member
from bot.collective.members import MemberForgotten
from bot.collective.state import State

_ABOUT = about_member(0).removesuffix("0")


class Erasures:
    """Takes the entries of a journal, and tells which of the texts that are gone nobody had erased."""

    def __init__(self) -> None:
        """Begin with nobody forgotten, and nothing gone."""
        self._forgotten: dict[int, int] = {}
        self._gone: dict[str, list[tuple[Entry, frozenset[int]]]] = {}

    def take(self, state: State, entry: Entry, event: Event, gone: Collection[str]) -> None:
        """Take an entry, and which texts of it are gone; the state is the one with it."""
        if isinstance(event, MemberForgotten):
            for number in state.members.numbers(event.member):
                self._forgotten[number] = entry.seq
        for seal in set(gone).difference(event.passing) if gone else ():
            personal = seal in event.personal
            people = _people(entry, event) if personal else frozenset[int]()
            self._gone.setdefault(seal, []).append((entry, people))

    def unexplained(self, state: State) -> Iterator[int]:
        """The entries with a text that is gone, of nobody who was forgotten since; at the end."""
        for referred in self._gone.values():
            if not any(
                self._was_forgotten(entry.seq, people) or state.imports.was_given_up(entry.cause)
                for entry, people in referred
            ):
                yield referred[0][0].seq

    def _was_forgotten(self, seq: int, people: Iterable[int]) -> bool:
        return any(self._forgotten.get(each, 0) > seq for each in people)


def _people(entry: Entry, event: Event) -> frozenset[int]:
    """Whom an entry is about, and who made it."""
    about = (each.removeprefix(_ABOUT) for each in event.subjects if each.startswith(_ABOUT))
    return frozenset({entry.actor, *map(int, about)})
