"""The rules at many places, asked for again and again: most of them are as they were.

What asks for them is no message, so nothing is held and nothing folded where no entry came since. A
program with thousands of rooms would else fold thousands of collectives every few seconds.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.chat import Incoming, Place, Refusal
from bot.collective.rules import Rules
from bot.ports import Transaction
from bot.writer.homes import Homes, Origin

KNOWN_MAX = 10_000
"""At how many places the rules are remembered; at others they are found anew."""

Found = Rules | None
"""The rules in force; None where there is no collective."""


class Ruled:
    """Remembers the rules at places by how long the journal was that they followed from."""

    def __init__(self, homes: Homes) -> None:
        """Begin with nothing."""
        self._homes = homes
        self._known: dict[Place, tuple[Origin, int, Found]] = {}

    def at(self, tx: Transaction, messages: Sequence[Incoming], *, near: bool = True) -> list[Found]:
        """The rules where each message comes from.

        Where one is private, who wrote it counts as well, and nothing is remembered. Raises Far where
        they need not be `near`.
        """
        if any(message.private for message in messages):
            return self._find(tx, messages, near=near)
        origins = self._homes.seen_from(tx, messages)
        lengths = tx.lengths({it.home for it in origins if it.home})
        stands = [(it, lengths.get(it.home, 0)) for it in origins]
        told = [
            self._known.get(message.place, (*stand, None))
            for message, stand in zip(messages, stands, strict=True)
        ]
        new = [
            number
            for number, message in enumerate(messages)
            if message.place not in self._known or told[number][:2] != stands[number]
        ]
        found = self._find(tx, [messages[it] for it in new], near=near)
        for number, rules in zip(new, found, strict=True):
            told[number] = self._known[messages[number].place] = (*stands[number], rules)
        while len(self._known) > KNOWN_MAX:
            del self._known[next(iter(self._known))]
        return [rules for _, _, rules in told]

    def _find(self, tx: Transaction, messages: Sequence[Incoming], *, near: bool) -> list[Found]:
        if not messages:
            return []
        origins = self._homes.origins(tx, messages)
        if not near:
            self._homes.refuse_far(tx, messages, origins)
        return [self._one(tx, it, origin) for it, origin in zip(messages, origins, strict=True)]

    def _one(self, tx: Transaction, message: Incoming, origin: Origin) -> Found:
        try:
            state = self._homes.meant(tx, message, origin).state
        except Refusal:
            return None
        return None if state is None else self._homes.rules(state, message.place)
