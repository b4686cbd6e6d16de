"""Floods: how much one person may send; the others are not slowed by it.

A token bucket a person and collective: as many commands as the rule `flood` says may come at once,
and as many again in a minute. It lives in memory: after a restart everybody begins anew.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

PEOPLE_MAX = 10_000
"""How many people's buckets are remembered; whoever was quiet longest is forgotten first."""

_MINUTE_MS = 60_000


@dataclass(slots=True)
class _Bucket:
    """What is left, in thousandths of a command, at an instant (ms); and whether it was told."""

    left: int
    at: int
    told: bool = False


class Floods:
    """The buckets of those who sent something lately."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self._buckets: OrderedDict[tuple[str, ...], _Bucket] = OrderedDict()

    def take(self, who: tuple[str, ...], a_minute: int, at: int) -> int:
        """Take one command; 0 when there was one left, else the seconds until there is."""
        full = a_minute * 1000
        bucket = self._buckets.get(who)
        if bucket is None:
            bucket = self._buckets[who] = _Bucket(full, at)
            if len(self._buckets) > PEOPLE_MAX:
                self._buckets.popitem(last=False)
        self._buckets.move_to_end(who)
        since = max(at - bucket.at, 0)
        bucket.left = min(full, bucket.left + since * full // _MINUTE_MS)
        bucket.at = at
        if bucket.left >= 1000:
            bucket.left -= 1000
            bucket.told = False
            return 0
        return max(1, -(-(1000 - bucket.left) * _MINUTE_MS // full // 1000))

    def tell(self, who: tuple[str, ...]) -> bool:
        """Whether they are to be told that it was too much: once, until they were let through again."""
        bucket = self._buckets[who]
        first, bucket.told = not bucket.told, True
        return first
