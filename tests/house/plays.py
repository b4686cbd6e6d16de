"""Transcripts, played: lines as `tests/transcripts` has them, and what they left behind."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from adapters.cli.config import Config
from adapters.cli.store import MEMORY, Store, open_store, tried_keys
from adapters.cli.trying import BEGIN, open_stage, play
from adapters.console.stage import Stage
from bot.chain import Entry
from bot.collective.collectives import HOME
from bot.collective.events import Event
from bot.collective.folding import fold, read_event
from bot.collective.state import State


@dataclass
class Play:
    """A stage, and the store under it."""

    stage: Stage
    store: Store

    def play(self, text: str, *, machine: bool = False) -> str:
        """Play lines; they come back with their answers, or the answers as JSON lines."""
        return play(self.stage, text, machine=machine)

    @property
    def remembered(self) -> dict[str, State]:
        """What the engine has in memory, by collective."""
        return self.stage._engine._homes.states._states

    def entries(self) -> list[Entry]:
        """The journal."""
        with self.store.journal.transaction() as tx:
            return list(tx.entries(HOME))

    def events(self) -> list[Event]:
        """What the journal says, event by event."""
        return [read_event(entry.payload) for entry in self.entries()]

    def folded(self, collective: str = HOME) -> State:
        """What the journal says, folded anew."""
        with self.store.journal.transaction() as tx:
            return fold(State(collective), tx.entries(collective), tx.names(collective))


@contextmanager
def staged(url: str = MEMORY, seed: int = 0) -> Iterator[Play]:
    """A stage as `talkoot try` sets it up, on a Monday morning, with keys of its own."""
    with open_store(url, None if url == MEMORY else tried_keys(url)) as store:
        yield Play(open_stage(Config(), store, BEGIN, seed), store)
