"""Bad weather: every fault by its name, its rate drawn per seed, counted when it strikes."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from bot.chat import Outgoing
from bot.ports import (
    CommitUnknown,
    Conflict,
    Journal,
    Later,
    StorageFault,
    Transaction,
    Undeliverable,
)

RATES = {
    # What comes in.
    "F1 duplicate delivery": 0.3,
    "F2 reordered across rooms": 0.5,
    "F4 replay of everything": 0.04,
    "F5 edited command": 0.1,
    "F9 batch with a bug in it": 0.1,
    "F11 odd text": 0.15,
    "F12 role taken in between": 0.1,
    # What goes out.
    "F17 rate limited": 0.2,
    "F19 timeout after acceptance": 0.2,
    "F21 forbidden": 0.02,
    # The store.
    "F27 crash before commit": 0.03,
    "F28 crash after commit": 0.03,
    "F29 crash after send": 0.03,
    "F30 commit unknown, done": 0.03,
    "F30 commit unknown, not done": 0.03,
    "F31 disk full": 0.03,
    "F33 locked": 0.05,
    "F34 serialization failure": 0.05,
    # Time and process.
    "F41 clock back": 0.1,
    "F42 clock forward": 0.05,
    "F46 restart": 0.05,
    "F50 states forgotten": 0.05,
}
"""The highest rate of each fault; a world draws its own between nothing and this."""


class Crash(BaseException):
    """The process is gone: nothing may catch this but the world."""


class Weather:
    """One world's rates, and how often each fault struck."""

    def __init__(self, rng: random.Random) -> None:
        """Draw the rates."""
        self.rng = rng
        self.rates = {name: rng.random() * most for name, most in RATES.items()}
        self.struck: Counter[str] = Counter()
        self.calm = False

    def strikes(self, fault: str) -> bool:
        """Whether a fault strikes now."""
        if self.calm or self.rng.random() >= self.rates[fault]:
            return False
        self.struck[fault] += 1
        return True


class StormyJournal:
    """A journal under this weather; otherwise the real one."""

    def __init__(self, journal: Journal, weather: Weather) -> None:
        """Stand in front of the real journal."""
        self._journal, self._weather = journal, weather

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """The real transaction, with faults before, inside and around its commit."""
        strikes = self._weather.strikes
        if strikes("F33 locked"):
            raise StorageFault("locked")
        with self._journal.transaction() as tx:
            yield tx
            if strikes("F31 disk full"):
                raise StorageFault("disk full")
            if strikes("F34 serialization failure"):
                raise Conflict("somebody was first")
            if strikes("F27 crash before commit"):
                raise Crash
            if strikes("F30 commit unknown, not done"):
                raise CommitUnknown("connection lost")
        if strikes("F30 commit unknown, done"):
            raise CommitUnknown("connection lost")
        if strikes("F28 crash after commit"):
            raise Crash

    def close(self) -> None:
        """Close the real one."""
        self._journal.close()


class StormyChat:
    """A platform under this weather: what its rooms show, by idempotency key."""

    def __init__(self, platform: str, weather: Weather) -> None:
        """Begin with empty rooms."""
        self.platform, self._weather = platform, weather
        self.shown: dict[str, Outgoing] = {}
        self.refused: set[str] = set()

    async def send(self, outgoing: Outgoing, replaces: str | None) -> str:
        """Show a message once, whatever the weather."""
        strikes = self._weather.strikes
        if outgoing.id in self.refused or strikes("F21 forbidden"):
            self.refused.add(outgoing.id)
            raise Undeliverable("forbidden")
        if strikes("F17 rate limited"):
            raise Later(1.0)
        self.shown[outgoing.id] = outgoing
        if strikes("F19 timeout after acceptance"):
            raise Later
        return f"receipt of {outgoing.id}"
