"""The states that the writer has in memory: how they come there, and which of them leave.

A long journal is not folded from its beginning where a snapshot of it can be believed. Where even so
too much would have to be folded while everybody waits, whoever asks is told (`Far`) and can have a
snapshot made elsewhere meanwhile.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable
from functools import partial

from bot.books.snapshots import ENTRIES_EACH, ENTRIES_FAR, ENTRIES_MIN, Wrapping
from bot.chain import Entry
from bot.collective.folding import fold
from bot.collective.state import State
from bot.ports import Transaction
from bot.writer.worth import Worth

log = logging.getLogger("talkoot.states")

Reads = Callable[[Iterable[Entry]], Iterable[Entry]]
"""Hands on what is read of a book, for whoever wants to see how far that is."""


class Far(Exception):  # noqa: N818 - nothing is wrong, it only takes long
    """Some states are so far away that they shall be fetched first; nothing was decided yet."""

    def __init__(self, collectives: Collection[str], messages: Collection[int]) -> None:
        """Of these collectives; `messages` are the numbers of those that may be for them."""
        super().__init__(", ".join(sorted(collectives)))
        self.collectives, self.messages = frozenset(collectives), frozenset(messages)


class States:
    """The collectives that are in memory; those leave first that were not used and are quickly folded.

    A state is worth what it would cost to have it again (`Worth`).
    """

    def __init__(self, most: int, reads: Reads = iter, wrapping: Wrapping | None = None) -> None:
        """Begin with nothing; `most` is how many stay between batches, `reads` sees what is read.

        Where `wrapping` is given, snapshots are used that are wrapped up so.
        """
        self._most, self._reads, self._wrapping = most, reads, wrapping
        self._states: dict[str, State] = {}
        self._stale: set[str] = set()
        self._worth = Worth()
        self._next: dict[str, int] = {}
        self._grown: set[str] = set()
        self._fetching: set[str] = set()
        self._fetched: set[str] = set()
        self._lengths: dict[str, int] = {}

    def of(self, tx: Transaction, collective: str) -> State:
        """The state of a collective as the journal has it now; held, so that nobody else writes."""
        state = self._states.get(collective)
        if state is None:
            state = self._snapshot(tx, collective) or State(collective)
            self._states[collective] = state
            self._stale.add(collective)
        if collective in self._stale:
            if not state.founded:
                fold(state, self._reads(tx.entries(collective)), tx.names(collective))
            elif new := list(tx.entries(collective, state.head.seq)):
                fold(state, new, tx.names(collective))
            self._stale.discard(collective)
            self._fetched.discard(collective)
        seq = state.head.seq
        if seq >= ENTRIES_MIN and self._wrapping is not None and seq >= self._next.get(collective, 0):
            self._next[collective] = seq + ENTRIES_EACH
            self._grown.add(collective)
        self._worth.used(collective, seq)
        return state

    def far(self, tx: Transaction, collectives: Collection[str]) -> set[str]:
        """Those of which more would have to be folded than the others should wait for.

        Where there are snapshots. They are to be fetched; until that is said to be done they are far,
        whatever becomes known of them, so that what waits for them keeps its order.
        """
        if self._wrapping is None:
            return set()
        away = {it for it in collectives if it not in self._states or it in self._stale}
        self._lengths = tx.lengths(away - self._fetching) if away else {}
        for it, length in list(self._lengths.items()):
            if it in self._fetched or length - self._known(it) <= ENTRIES_FAR:
                continue
            nearer = self._snapshot(tx, it)
            if nearer is not None and nearer.head.seq > self._known(it):
                self.know(nearer)
            if length - self._known(it) > ENTRIES_FAR:
                self._fetching.add(it)
        return self._fetching & set(collectives)

    def fetched(self, collective: str) -> None:
        """What could be done for one that was far is done: it is read now, however long that takes."""
        self._fetching.discard(collective)
        self._fetched.add(collective)

    def _known(self, collective: str) -> int:
        """Up to which entry a collective is in memory."""
        state = self._states.get(collective)
        return state.head.seq if state else 0

    def _snapshot(self, tx: Transaction, collective: str) -> State | None:
        """The state of a long journal from its snapshot, where that can be believed."""
        if self._wrapping is None:
            return None
        length = self._lengths.pop(collective, None)
        if (tx.lengths([collective])[collective] if length is None else length) < ENTRIES_MIN:
            return None
        tell = partial(log.error, "the snapshot of %s is not used: %s", collective)
        state = self._wrapping.opened(tx.snapshot(collective), tx, tell)
        if state is not None:
            self._next[collective] = state.head.seq + ENTRIES_EACH
        return state

    def grown(self) -> set[str]:
        """Those that a snapshot should be made of; each is told once."""
        grown, self._grown = self._grown, set()
        return grown

    def erased(self, collective: str) -> None:
        """Something was erased, and the snapshot with it: another one should be made."""
        self._next.pop(collective, None)

    def know(self, state: State) -> None:
        """Begin with a state that was read before: what is new is looked for when it is used."""
        self._states[state.collective] = state
        self._stale.add(state.collective)

    def others_wrote(self) -> None:
        """Look for new entries before a state is used again."""
        self._stale.update(self._states)

    def catch_up(self, tx: Transaction, collectives: Collection[str]) -> None:
        """Ask once, for all of these at once, whose journals are longer than what is known of them.

        The others need not be looked at again; they are held.
        """
        read = {it: state for it in collectives if (state := self._states.get(it)) and state.founded}
        if read:
            lengths = tx.lengths(read)
            self._stale -= {it for it, state in read.items() if lengths[it] == state.head.seq}

    def drop(self, collective: str) -> None:
        """Forget one: it is read anew when it is needed."""
        self._states.pop(collective, None)
        self._stale.discard(collective)
        self._worth.drop(collective)

    def forget(self) -> None:
        """Drop all: what is needed is read anew."""
        self._states.clear()
        self._stale.clear()
        self._worth.clear()

    def trim(self) -> None:
        """Let those leave that are worth the least; only between batches, which hold on to theirs."""
        while len(self._states) > self._most:
            self.drop(self._worth.leaving(self._states))
