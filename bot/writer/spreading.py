"""Where many collectives share a program, what all get at one time comes to each a little later.

Else ten thousand digests would be due in the same moment of a Monday. How much later is each
collective's own, and always the same; no time that a digest is known by changes with it
(`bot.collective.digests`), so none is told twice or lost where the number of collectives grows past
the limit (it never falls: none that was founded is removed), or where several programs do not agree
about it yet.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

COLLECTIVES_FEW = 100
"""Up to so many collectives get their digests at the very time."""

SPREAD_SECONDS = 600
"""Below how many seconds later one comes, where there are more."""


def own_delay(collective: str) -> int:
    """How much later (ms) a collective gets what is spread: whole seconds, all equally likely."""
    drawn = int.from_bytes(hashlib.sha256(collective.encode()).digest()[:8], "big")
    return drawn % SPREAD_SECONDS * 1000


@dataclass(slots=True)
class Spread:
    """Whether there are many collectives, as far as it was last looked; whoever looks says so."""

    many: bool = False

    def of(self, collective: str) -> int:
        """How much later (ms) what is spread comes in a collective; 0 where there are few."""
        return own_delay(collective) if self.many else 0
