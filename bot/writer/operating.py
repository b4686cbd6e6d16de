"""What the operator decides at the command line, beside a bot that may be running.

It goes the way of every decision: entries, index, texts and answers are made by the scribe, under the
lock of the collective. Either all of a transaction is written or nothing; what is too much for one is
written in parts, which count when the last is there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bot.chat import TIME, Actor, Incoming, Place
from bot.collective.events import Event
from bot.collective.folding import counting, read_event
from bot.collective.rules import Rules
from bot.collective.state import State
from bot.decision import Accepted
from bot.moment import Moment
from bot.ports import Journal, Transaction
from bot.writer.batch import Batch
from bot.writer.hearing import Hearing, Instance
from bot.writer.homes import Homes, Scene
from bot.writer.scribe import Scribe
from bot.writer.states import States
from bot.writer.vault import Vault


@dataclass(frozen=True, slots=True)
class Now:
    """What the operator decides on: the state and the rules at a moment, and the journal."""

    state: State
    rules: Rules
    moment: Moment
    tx: Transaction

    def since(self, seq: int) -> Iterator[Event]:
        """What was written behind an entry and counts."""
        entries = counting(self.state, self.tx.entries(self.state.collective, seq))
        return (read_event(each.payload) for each in entries)


Deciding = Callable[[Now], Accepted]
"""What is to be written."""


class Operating:
    """Writes what the operator decides."""

    def __init__(self, journal: Journal, instance: Instance, state: State) -> None:
        """`state` is the collective as it was read: it takes long, and nobody has to wait for it."""
        self._journal, self._instance, self._collective = journal, instance, state.collective
        states = States(instance.states_max, instance.reads)
        states.know(state)
        self._homes = Homes(instance.homes, instance.rules, states)
        hearing = Hearing(instance, self._homes)
        vault = Vault(instance.keys, instance.chance, instance.witnesses)
        self._scribe = Scribe(self._homes, hearing, vault, instance)

    def do(self, name: str, decide: Deciding, *, more: bool = False) -> int:
        """Decide and write, whole or not at all; returns the number of the last entry.

        `name` tells this deed from every other.

        With `more` it goes on with what was begun under this name.
        """
        nobody = Actor(TIME, "", TIME, operator=True)
        message = Incoming(name, Place(TIME, self._collective), nobody, "")
        with self._instance.shelf.following() as shelved, self._journal.transaction() as tx:
            tx.hold([self._collective])
            if tx.changed():
                self._homes.others_wrote()
            moment = Moment(self._instance.clock.now(), self._instance.chance)
            batch = Batch(tx, moment, shelved=shelved)
            state = self._homes.states.of(tx, self._collective)
            rules = self._homes.rules(state, message.place)
            scene = Scene(batch, message, state, rules)
            decision = decide(Now(state, rules, batch.moment, tx))
            self._scribe.record(scene, decision)
            if not more:
                self._scribe.reply(scene, decision)
            tx.write(batch.written)
        return state.head.seq
