"""The books as they are read for pages: on a picture of their own, in a thread of their own.

States are folded here anew and kept up, apart from the engine's: a reader never waits for a writer,
and no writer for a reader.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any, Protocol

from adapters.web.told import Memory
from bot.books.lookup import KeptAtOnce, look_all_up
from bot.chain import Entry
from bot.collective.catalogue import rules_of
from bot.collective.events import When
from bot.collective.folding import apply, fold, read_event
from bot.collective.pages import about_link
from bot.collective.rulebook import about_rule
from bot.collective.ruletypes import Value
from bot.collective.state import State
from bot.decision import Ask, JournalQuery, Query

STATES_MAX = 20
"""How many collectives stay in memory; the least recently read leave first."""

_NO_SEAL = ""
"""A commitment behind which there is nothing."""

LOOKS_MAX = 3
"""How often a page looks things up: what it found may say what else it needs."""


class Picture(KeptAtOnce, Protocol):
    """Everything that is kept, at one moment."""

    def entries(self, collective: str, after: int = 0) -> Iterator[Entry]:
        """The journal behind an entry, in order."""
        ...

    def node(self, collective: str, level: int, number: int) -> bytes:
        """A whole node of the tree over a journal. Raises LostLeaf."""
        ...

    def names(self, collective: str) -> dict[str, str]:
        """The names and accounts that are not erased, by their commitments."""
        ...

    def texts(
        self, collective: str, seals: Sequence[str], near: Iterable[int] = ()
    ) -> Mapping[str, str]:
        """The texts behind commitments, as far as they are not erased; `near` such entries first."""
        ...


class Archive(Protocol):
    """Whoever keeps the journal."""

    def snapshot(self) -> AbstractContextManager[Picture]:
        """One picture, until the end of the block."""
        ...


def seen_by(picture: Picture, collective: str, configured: Mapping[str, Value]) -> str:
    """Who sees the pages of a collective, or would if there were one: the rule `web`.

    Its books are not folded for that: nobody learns from how long an answer takes that there are some,
    and no stranger has books read that are closed.
    """
    state = State(collective)
    for entry in picture.about(collective, about_rule("web")):
        apply(state, read_event(entry.payload), When(entry.at, entry.actor, {}))
    return rules_of(configured, *state.rules.layers(0, "")).text("web")


def was_made(picture: Picture, collective: str, secret: str) -> bool:
    """Whether a link with this secret was ever given out; the books are not read for that either."""
    return bool(picture.about(collective, about_link(secret)))


class Library:
    """The states of the collectives that are read; used by one thread at a time."""

    def __init__(self, states_max: int = STATES_MAX, memory: Memory | None = None) -> None:
        """Begin with nothing; what comes is noticed by the `memory` of what was told."""
        self._most, self.memory = states_max, memory
        self._states: OrderedDict[str, State] = OrderedDict()

    def has(self, collective: str) -> bool:
        """Whether its books were read before."""
        return collective in self._states

    def state(self, picture: Picture, collective: str) -> State | None:
        """The state of a collective in this picture; None where there is none."""
        state = self._states.pop(collective, None) or State(collective)
        new = picture.entries(collective, max(0, state.head.seq - 1))
        first = next(new, None)
        if state.head.seq:
            if first is not None and first.hash == state.head.hash:
                first = next(new, None)
            else:
                state = State(collective)  # the books are others than they were: they were restored
                new = picture.entries(collective)
                first = next(new, None)
        if first is not None:
            entries = _with(first, new)
            if self.memory is not None:
                entries = self.memory.noticed(state, entries)
            fold(state, entries, picture.names(collective))
        if not state.founded:
            return None
        self._states[collective] = state
        while len(self._states) > self._most:
            self._states.popitem(last=False)
        return state


def _with(first: Entry, rest: Iterator[Entry]) -> Iterator[Entry]:
    yield first
    yield from rest


def with_readings(
    picture: Picture,
    state: State,
    ask: Ask[Any],
    reads: Callable[[State, Ask[Any]], tuple[Query, ...]],
) -> Ask[Any]:
    """The ask with what a page wants to know from the journal, and the texts in that.

    Nothing else is asked for a page: no ballot of a secret poll and no receipt is opened for one, nor
    is told who wants to speak first.
    """
    for _ in range(LOOKS_MAX):
        wanted = [
            it for it in reads(state, ask) if isinstance(it, JournalQuery) and it not in ask.found
        ]
        if not wanted:
            break
        found = look_all_up(picture, state, list(dict.fromkeys(wanted)))
        seals = {seal for entries in found.values() for _, event in entries for seal in event.seals}
        # Asked also where nothing was found: how much is asked would tell that something was.
        near = {entry.seq for entries in found.values() for entry, _ in entries}
        texts = picture.texts(state.collective, sorted(seals) or [_NO_SEAL], near)
        ask = replace(ask, found={**ask.found, **found}, texts={**ask.texts, **texts})
    return ask
