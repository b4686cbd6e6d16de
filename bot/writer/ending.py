"""The end of a secret poll, once its closing stands in the journal for good.

Its key is unlinked; its boxes are dropped and cleaned out; then the journal notes that the key is
gone. Each step may be done twice, so that a program that was stopped between two of them goes on with
the first: a poll that is over and whose key the journal does not call destroyed is due until it does.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping

from bot.chat import Incoming
from bot.collective.pollevents import PollKeyDestroyed
from bot.decision import Accepted
from bot.moment import Moment
from bot.polling.sealing import Urn
from bot.ports import Emptied, Journal, StorageBroken, Transaction, Wake, Written
from bot.writer.batch import Batch
from bot.writer.hearing import Instance
from bot.writer.homes import Homes, Scene
from bot.writer.scribe import Scribe
from bot.writer.vault import Vault

log = logging.getLogger("talkoot.ending")

AGAIN_MS = 60_000
"""How long after a failure the key is to be destroyed again."""


class Ending:
    """Destroys the keys of polls that are over."""

    def __init__(
        self, journal: Journal, instance: Instance, homes: Homes, scribe: Scribe, vault: Vault
    ) -> None:
        """Work on the same journal, states and keys as the engine, in its thread."""
        self._journal, self._instance = journal, instance
        self._homes, self._scribe, self._vault = homes, scribe, vault

    def finish(self, over: Mapping[str, Incoming]) -> None:
        """Destroy what is left of the polls that are over in these collectives.

        Only after the transaction that closed them: their closing must be durable. Each comes with
        the message that let the time go on. What fails is told in the log, and is due again.

        Raises StorageBroken.
        """
        for collective, message in over.items():
            try:
                for urn in self._over(collective):
                    self._destroy(urn, message)
            except StorageBroken:
                raise
            except Exception:
                # The batch stands, so nobody may be told that it does not.
                log.critical("the key of a poll of %s is not destroyed yet", collective, exc_info=True)
                self._homes.forget()
                self._postpone(collective)

    def _over(self, collective: str) -> list[Urn]:
        with self._journal.transaction() as tx:
            self._hold(tx, collective)
            return [it.urn(collective) for it in self._homes.states.of(tx, collective).polls.over]

    def _destroy(self, urn: Urn, message: Incoming) -> None:
        self._vault.destroy(urn)
        with self._journal.transaction() as tx:
            self._hold(tx, urn.collective)
            tx.write(Written(emptied=[Emptied(urn.collective, urn.poll)]))
        with self._journal.transaction() as tx:
            self._hold(tx, urn.collective)
            self._note(tx, urn, message)

    def _note(self, tx: Transaction, urn: Urn, message: Incoming) -> None:
        state = self._homes.states.of(tx, urn.collective)
        if urn not in [it.urn(urn.collective) for it in state.polls.over]:
            return  # another process was here too
        batch = Batch(tx, Moment(self._instance.clock.now(), self._instance.chance))
        scene = Scene(batch, message, state, self._homes.rules(state, message.place))
        self._scribe.record(scene, Accepted((PollKeyDestroyed(number=urn.poll),)))
        tx.write(batch.written)

    def _hold(self, tx: Transaction, collective: str) -> None:
        tx.hold([collective])
        if tx.changed():
            self._homes.others_wrote()

    def _postpone(self, collective: str) -> None:
        at = Moment(self._instance.clock.now(), self._instance.chance).at + AGAIN_MS
        try:
            with self._journal.transaction() as tx:
                tx.write(Written(wakes=[Wake(collective, at)]))
        except StorageBroken:
            raise
        except Exception:
            log.critical("%s is not woken in a minute either", collective, exc_info=True)
