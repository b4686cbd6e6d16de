"""The books as they are read for pages: on a picture of their own, in a thread of their own.

States are folded here anew and kept up, apart from the engine's: a reader never waits for a writer,
and no writer for a reader.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any, Final, Protocol

from adapters.web.told import Memory
from bot.books.lookup import KeptAtOnce, look_all_up, seals_of
from bot.chain import Entry, Near
from bot.collective.catalogue import rules_of
from bot.collective.events import When
from bot.collective.folding import apply, fold, read_event
from bot.collective.pages import CalendarLinkMade, PageLinkMade, about_link
from bot.collective.rulebook import about_rule
from bot.collective.ruletypes import Value
from bot.collective.state import State
from bot.decision import Ask, JournalQuery, Query
from bot.writer.worth import Worth

STATES_BYTES_MAX: Final = 96 * 1024 * 1024
"""How much the collectives that stay in memory may take, about; one may always stay."""

STATE_BYTES: Final = 16_000
ENTRY_BYTES: Final = 50
NEW_ENTRIES: Final = 3_000
NEW_ENTRY_BYTES: Final = 700
"""What was measured of such states: so much each, and so much more for each of its newest entries."""

_NO_SEAL = _NO_SUBJECT = ""
"""A commitment, and a subject, behind which there is nothing."""

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

    def texts(self, collective: str, seals: Sequence[str], near: Near = None) -> Mapping[str, str]:
        """The texts behind commitments, as far as they are not erased; each `near` its entry first."""
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


def is_good(picture: Picture, collective: str, secret: str) -> bool:
    """Whether a link with this secret was given out, and nothing was instead of it or ended it.

    No books are read for that, either: what it opens, and whether that is open, they say.
    """
    made = picture.about(collective, about_link(secret), newest=1)
    link = read_event(made[0].payload) if made else None
    # Asked also where there is none: how much is asked would tell that there was one.
    series = link.series if isinstance(link, PageLinkMade | CalendarLinkMade) else _NO_SUBJECT
    last = picture.about(collective, series, newest=1)
    return [it.seq for it in last] == [it.seq for it in made] != []


def bytes_of(state: State) -> int:
    """About how much memory a state takes: the newest of its entries take more than those before."""
    seq = state.head.seq
    return STATE_BYTES + seq * ENTRY_BYTES + min(seq, NEW_ENTRIES) * NEW_ENTRY_BYTES


class Library:
    """The states of the collectives that are read; used by one thread at a time.

    When they take too much, those leave that are quickly read again and were not asked for lately
    (`Worth`): who walks over many books of others has none of them read again and again.
    """

    def __init__(self, bytes_max: int = STATES_BYTES_MAX, memory: Memory | None = None) -> None:
        """Begin with nothing; what comes is noticed by the `memory` of what was told."""
        self._most, self.memory = bytes_max, memory
        self._states: dict[str, State] = {}
        self._worth, self._size = Worth(), 0

    def has(self, collective: str) -> bool:
        """Whether its books were read before."""
        return collective in self._states

    def state(self, picture: Picture, collective: str) -> State | None:
        """The state of a collective in this picture; None where there is none."""
        state = self._taken(collective) or State(collective)
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
        self._keep(collective, state)
        return state

    def _taken(self, collective: str) -> State | None:
        """The state of a collective, which is not kept any more: it may change."""
        state = self._states.pop(collective, None)
        if state is not None:
            self._size -= bytes_of(state)
            self._worth.drop(collective)
        return state

    def _keep(self, collective: str, state: State) -> None:
        self._states[collective] = state
        self._size += bytes_of(state)
        self._worth.used(collective, state.head.seq)
        while self._size > self._most and len(self._states) > 1:
            self._taken(self._worth.leaving(self._states.keys() - {collective}))


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
        # Asked also where nothing was found: how much is asked would tell that something was.
        near = seals_of(found.values())
        texts = picture.texts(state.collective, sorted(near) or [_NO_SEAL], near)
        ask = replace(ask, found={**ask.found, **found}, texts={**ask.texts, **texts})
    return ask
