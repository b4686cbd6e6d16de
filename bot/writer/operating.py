"""What the operator decides at the command line: one transaction, beside a bot that may be running.

It goes the way of every decision: entries, index, texts and answers are made by the scribe, under the
lock of the collective. Either all of it is written or nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bot.chat import TIME, Actor, Incoming, Place, Reply
from bot.collective.rules import Rules
from bot.collective.state import State
from bot.decision import Accepted
from bot.moment import Moment
from bot.ports import Journal
from bot.writer.batch import Batch
from bot.writer.hearing import Hearing, Instance
from bot.writer.homes import Homes, Scene
from bot.writer.scribe import Scribe
from bot.writer.vault import Vault

Deciding = Callable[[State, Rules, Moment], Iterator[Accepted]]
"""What is to be written, part by part; each part sees the state with those before it."""


class Operating:
    """Writes what the operator decides."""

    def __init__(self, journal: Journal, instance: Instance) -> None:
        """Begin with nothing in memory."""
        self._journal, self._instance = journal, instance
        self._homes = Homes(instance.homes, instance.rules, instance.states_max, instance.reads)
        hearing = Hearing(instance, self._homes)
        self._scribe = Scribe(
            self._homes, hearing, Vault(instance.keys, instance.chance, instance.witnesses)
        )

    def do(self, collective: str, name: str, decide: Deciding) -> None:
        """Decide and write, whole or not at all; `name` tells this deed from every other."""
        nobody = Actor(TIME, "", TIME, operator=True)
        message = Incoming(name, Place(TIME, collective), nobody, "")
        with self._journal.transaction() as tx:
            tx.hold([collective])
            tx.changed()
            self._homes.forget()
            batch = Batch(tx, Moment(self._instance.clock.now(), self._instance.chance))
            state = self._homes.states.of(tx, collective)
            rules = self._homes.rules(state, message.place)
            scene = Scene(batch, message, state, rules)
            replies: list[Reply] = []
            for part in decide(state, rules, batch.moment):
                self._scribe.record(scene, part)
                replies.extend(part.replies)
                batch.flush()
            self._scribe.reply(scene, Accepted(replies=tuple(replies)))
            tx.write(batch.written)
