"""The time and the chance that a decision is given: nothing that decides looks at a clock itself."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from functools import cached_property

from bot.chain import Sealed, normal, sealed
from bot.chat import Incoming
from bot.ports import Chance


@dataclass(frozen=True)
class Moment:
    """The time and the chance that a decision is given; both are injected.

    `said` is when (ms) it was said, where that was before it could be read.
    """

    now: dt.datetime
    chance: Chance
    said: int = 0

    @cached_property
    def at(self) -> int:
        """The instant in milliseconds since 1970 UTC."""
        return int(self.now.timestamp() * 1000)

    @property
    def said_at(self) -> int:
        """The instant that counts for whether a vote came in time (ms)."""
        return min(self.said, self.at) if self.said else self.at

    def of(self, message: Incoming) -> Moment:
        """The same moment for what a message says, which may have been said before."""
        return replace(self, said=message.said) if message.said else self

    def seal(self, text: str) -> Sealed:
        """An erasable text in its normal form, with a fresh salt."""
        return sealed(normal(text), self.chance.salt())
