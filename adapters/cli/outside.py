"""The world's time and chance, as the engine's ports want them."""

from __future__ import annotations

import datetime as dt
import random
import secrets

REFERENCE_SIGNS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Signs that nobody mixes up when reading a reference aloud."""


class SystemClock:
    """The system's clock."""

    def now(self) -> dt.datetime:
        """The present instant, in UTC."""
        return dt.datetime.now(tz=dt.UTC)


class SystemChance:
    """The operating system's randomness."""

    def salt(self) -> bytes:
        """Sixteen random bytes."""
        return secrets.token_bytes(16)

    def reference(self) -> str:
        """Four signs, easy to read aloud."""
        return "".join(secrets.choice(REFERENCE_SIGNS) for _ in range(4))


class SeededChance:
    """Chance that repeats: for transcripts and tests, never for a real collective."""

    def __init__(self, seed: int) -> None:
        """The same seed gives the same bytes."""
        self._random = random.Random(seed)  # noqa: S311 - repeatable on purpose

    def salt(self) -> bytes:
        """Sixteen bytes."""
        return self._random.randbytes(16)

    def reference(self) -> str:
        """Four signs."""
        return "".join(self._random.choices(REFERENCE_SIGNS, k=4))
