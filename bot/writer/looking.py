"""Looking at what a message would meet, for whoever types or asks: nothing is decided or written."""

from __future__ import annotations

from collections.abc import Sequence

from bot.chat import Incoming, Refusal
from bot.collective.rules import Rules
from bot.collective.state import State
from bot.ports import Journal
from bot.writer.hearing import Hearing
from bot.writer.homes import Homes
from bot.writer.ruled import Ruled


class Looking:
    """Looks, in the writer's thread."""

    def __init__(self, journal: Journal, homes: Homes, hearing: Hearing) -> None:
        """At what the engine knows."""
        self._journal, self._homes, self._hearing = journal, homes, hearing
        self._ruled = Ruled(homes)

    def state(self, message: Incoming, *, near: bool = True) -> State | None:
        """The state that a message would be decided in, to be read only; None where there is none.

        Raises Far where it need not be `near`.
        """
        if self._hearing.deaf(message):
            return None
        with self._journal.transaction() as tx:
            (origin,) = origins = self._homes.origins(tx, [message])
            if not near:
                self._homes.refuse_far(tx, [message], origins)
            try:
                return self._homes.meant(tx, message, origin).state
            except Refusal:
                return None
            finally:
                self._homes.states.trim()

    def rules(self, messages: Sequence[Incoming], *, near: bool = True) -> list[Rules | None]:
        """The rules that each message would be decided by; None where it belongs to no collective.

        Raises Far where they need not be `near`.
        """
        with self._journal.transaction() as tx:
            found = self._ruled.at(tx, messages, near=near)
            self._homes.states.trim()
        return found
