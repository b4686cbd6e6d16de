"""Weighing: what somebody gave, as points of one bucket, exactly.

Points are whole numbers: all factors of a bucket (of units, kinds, streams, circles, and of what each
month leaves) are brought to one denominator, the scale.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from fractions import Fraction
from functools import lru_cache
from math import lcm

import msgspec

from bot.deciding.terms import Ratio
from bot.value.equations import MONTHS_MAX, WHOLE, Bucket, Weight

Parts = Fraction | int
"""So many smallest parts of a unit; a part of one where a claim was paid in part."""

Key = tuple[int, str, str, str, str]
"""What is remembered as one: member, month, kind, unit, circle."""


class Work(msgspec.Struct, frozen=True, gc=False):
    """What one person gave of one kind in one month; `parts` smallest parts are one unit.

    `covered` of `count` were shared on before. `person` shares, `member` is the number that it was
    logged under.
    """

    person: int
    member: int
    month: str
    kind: str
    unit: str
    circle: str
    stream: str
    count: int
    parts: int
    covered: Parts = 0

    @property
    def key(self) -> Key:
        """What it is remembered by."""
        return self.member, self.month, self.kind, self.unit, self.circle


def opened(works: Iterable[Work]) -> list[tuple[Work, Parts]]:
    """What of each was not shared on yet, in order of time.

    What was taken back after it had been shared on is deducted from what the same person gave of the
    same unit, the oldest first.
    """
    overdrawn: defaultdict[tuple[int, str], Parts] = defaultdict(int)
    rows: list[tuple[Work, Parts]] = []
    for work in works:
        left = work.count - work.covered
        if left > 0:
            rows.append((work, left))
        elif left < 0:
            overdrawn[work.person, work.unit] -= left
    rows.sort(key=lambda row: (row[0].month, row[0].key))
    if not overdrawn:
        return rows
    found: list[tuple[Work, Parts]] = []
    for work, left in rows:
        taken = min(left, overdrawn[work.person, work.unit])
        overdrawn[work.person, work.unit] -= taken
        if left > taken:
            found.append((work, left - taken))
    return found


class Weighing:
    """The weights of one bucket, brought to one denominator."""

    def __init__(self, bucket: Bucket, month: str) -> None:
        """Prepare; `month` is that of the distribution."""
        self.bucket, self.now = bucket, month_number(month)
        self.units = {w.unit: w.factor for w in bucket.weights if w.unit} or {"h": WHOLE}
        self.others = tuple(weight for weight in bucket.weights if not weight.unit)
        self.months = min(MONTHS_MAX, bucket.months or MONTHS_MAX)
        self.scale = self._scale()
        self._factors = lru_cache(maxsize=None)(self._factor)
        self._scaled = lru_cache(maxsize=None)(self._scaled_factor)

    def factor(self, work: Work) -> Fraction:
        """What one smallest part of it weighs; nothing where the bucket does not take it."""
        return self._factors(work.kind, work.unit, work.stream, work.circle, work.month, work.parts)

    def points(self, work: Work, count: int) -> int:
        """What so many smallest parts weigh, as a whole number of `scale`ths."""
        each = self._scaled(work.kind, work.unit, work.stream, work.circle, work.month, work.parts)
        return each * count

    def text(self, points: int) -> str:
        """Points, exactly."""
        return str(Fraction(points, self.scale))

    def _scale(self) -> int:
        """A denominator that all factors of this bucket divide: of every unit, weight and month."""
        parts = lcm(60, 10**6)
        own = lcm(*(factor.d for factor in self.units.values()))
        further = 1
        for weight in self.others:
            further *= weight.factor.d
        return parts * own * further * _power(self.bucket.decay.d, self.months)

    def _factor(
        self, kind: str, unit: str, stream: str, circle: str, month: str, parts: int
    ) -> Fraction:
        bucket, age = self.bucket, self.now - month_number(month)
        if (
            unit not in self.units
            or (bucket.streams and stream not in bucket.streams)
            or (bucket.kinds and kind not in bucket.kinds)
            or (bucket.circles and circle not in bucket.circles)
            or not 0 <= age < self.months
        ):
            return Fraction(0)
        factor = fraction(self.units[unit]) / parts
        for name, value in (("kind", kind), ("stream", stream), ("circle", circle)):
            factor *= _last(self.others, name, value)
        return factor * fraction(bucket.decay) ** age

    def _scaled_factor(
        self, kind: str, unit: str, stream: str, circle: str, month: str, parts: int
    ) -> int:
        factor = self._factors(kind, unit, stream, circle, month, parts)
        return factor.numerator * (self.scale // factor.denominator)


def _last(weights: Iterable[Weight], name: str, value: str) -> Fraction:
    found = Fraction(1)
    for weight in weights:
        if value and getattr(weight, name) == value:
            found = fraction(weight.factor)
    return found


def fraction(ratio: Ratio) -> Fraction:
    """The ratio, to calculate with."""
    return Fraction(ratio.n, ratio.d)


def _power(base: int, exponent: int) -> int:
    """A whole number; Python's own types allow for negative exponents."""
    return int(base**exponent)


def month_number(month: str) -> int:
    """Months since the year 0, of `2026-11`."""
    return int(month[:4]) * 12 + int(month[5:7])
