"""The facts that an outcome follows from: nothing else decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec

from bot.deciding.ballots import Ballot
from bot.deciding.terms import Terms


class Asked(msgspec.Struct, frozen=True, omit_defaults=True):
    """Whom the author asked for advice, as affected and as experts, and when (ms)."""

    at: int
    affected: tuple[int, ...] = ()
    experts: tuple[int, ...] = ()


class Hands(msgspec.Struct, frozen=True, omit_defaults=True):
    """A show of hands: how many said what by the word of each choice, and when (ms) that was confirmed.

    `reason` is why those who stop it do, or the commitment that stands for it; `version` is the text
    that it is about.
    """

    counts: Mapping[str, int]
    at: int
    reason: str = ""
    version: int = 1


@dataclass(frozen=True, slots=True)
class Matter:
    """One question as it stands: frozen terms and electorate, the ballots, and the clock's part.

    `ballots` holds the last ballot of each person; whoever withdrew theirs is not in it. `proxies`
    says who votes for whom here (see `bot.deciding.delegation`). A ballot counts up to and with
    `closes_at`; what is in `ballots` and later than that is told and left out. When somebody closes
    it before, that instant is `closes_at`. `text_at` is when its newest text came (0: at the opening).
    `circle` is who is asked, where that is not everybody; `hands` a show of hands beside the ballots.
    """

    terms: Terms
    author: int
    electorate: frozenset[int]
    ballots: Mapping[int, Ballot]
    opened_at: int
    closes_at: int
    version: int = 1
    proxies: Mapping[int, int] = field(default_factory=dict)
    asked: Asked | None = None
    text_at: int = 0
    circle: str = ""
    hands: Hands | None = None

    @property
    def since(self) -> int:
        """Since when (ms) people can say what they think of it as it stands."""
        return max(self.opened_at, self.text_at)
