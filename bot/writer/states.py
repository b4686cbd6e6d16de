"""The states in memory: folded when they are first needed, caught up when others wrote."""

from __future__ import annotations

from collections import OrderedDict

from bot.collective.state import State, fold
from bot.ports import Transaction


class States:
    """The collectives that are in memory; the least recently used leave first."""

    def __init__(self, most: int) -> None:
        """Begin with nothing; `most` is how many stay between batches."""
        self._most = most
        self._states: OrderedDict[str, State] = OrderedDict()
        self._stale: set[str] = set()

    def of(self, tx: Transaction, collective: str) -> State:
        """The state of a collective as the journal has it now; held, so that nobody else writes."""
        state = self._states.get(collective)
        if state is None:
            state = self._states[collective] = State(collective)
            self._stale.add(collective)
        if collective in self._stale:
            new = list(tx.entries(collective, state.head.seq)) if state.founded else None
            if new is None:
                fold(state, tx.entries(collective), tx.names(collective))
            elif new:
                fold(state, new, tx.names(collective))
            self._stale.discard(collective)
        self._states.move_to_end(collective)
        return state

    def others_wrote(self) -> None:
        """Look for new entries before a state is used again."""
        self._stale.update(self._states)

    def forget(self) -> None:
        """Drop all: what is needed is folded anew from the journal."""
        self._states.clear()
        self._stale.clear()

    def trim(self) -> None:
        """Let the least recently used leave; only between batches, which hold on to theirs."""
        while len(self._states) > self._most:
            self._states.popitem(last=False)
