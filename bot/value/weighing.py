"""Weighing: what somebody gave, as points of one bucket, exactly.

Points are whole numbers: all factors of a bucket (of units, kinds, streams, circles, and of what each
month leaves) are brought to one denominator, the scale.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from fractions import Fraction
from math import lcm
from numbers import Rational
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from bot.deciding.terms import Ratio
from bot.value.equations import MONTHS_MAX, WHOLE, Bucket, Weight

if TYPE_CHECKING:
    Parts = Fraction | int
else:
    Parts = Rational  # who reads a state back asks for one type
"""So many smallest parts of a unit; a part of one where a claim was paid in part."""

Key = tuple[str, int, str, str, str]
"""What is remembered as one: month, member, kind, unit, circle."""


class Sort(NamedTuple):
    """All that work is weighed by; `parts` smallest parts are one unit."""

    month: str
    kind: str
    unit: str
    circle: str
    stream: str
    parts: int


class Work(msgspec.Struct, frozen=True, gc=False, order=True):
    """What one person `gave` of one sort in one month; `covered` of it were shared on before.

    `person` shares; the member in the key is the number that it was logged under.
    """

    person: int
    key: Key
    sort: Sort
    gave: int
    covered: Parts = 0


class Open(NamedTuple):
    """Works that were not shared on yet, and how much of each: two lists are quicker than pairs."""

    works: list[Work]
    lefts: list[Parts]


def opened(works: Iterable[Work]) -> Open:
    """What of each was not shared on yet.

    What was taken back after it had been shared on is deducted from what the same person gave of the
    same unit, the oldest first.
    """
    overdrawn: defaultdict[tuple[int, str], Parts] = defaultdict(int)
    found = Open([], [])
    for work in works:
        left = work.gave - work.covered
        if left > 0:
            found.works.append(work)
            found.lefts.append(left)
        elif left < 0:
            overdrawn[work.person, work.sort.unit] -= left
    return _deducted(found, overdrawn) if overdrawn else found


def set_off(works: Iterable[Work]) -> dict[str, int]:
    """By unit, how much is not open though not shared on: it makes up for what was taken back."""
    sums: defaultdict[str, Parts] = defaultdict(int)
    every = list(works)
    for work in every:
        sums[work.sort.unit] += max(0, work.gave - work.covered)
    for work, left in zip(*opened(every), strict=True):
        sums[work.sort.unit] -= left
    return {unit: int(count) for unit, count in sums.items() if count >= 1}


def _deducted(rows: Open, overdrawn: dict[tuple[int, str], Parts]) -> Open:
    found = Open([], [])
    for work, left in sorted(zip(*rows, strict=True), key=lambda row: row[0].key):
        place = (work.person, work.sort.unit)
        taken = min(left, overdrawn.get(place, 0))
        if taken:
            overdrawn[place] -= taken
        if left > taken:
            found.works.append(work)
            found.lefts.append(left - taken)
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
        self._factors: dict[Sort, Fraction] = {}

    def factor(self, sort: Sort) -> Fraction:
        """What one smallest part of it weighs; nothing where the bucket does not take it."""
        known = self._factors.get(sort)
        if known is None:
            known = self._factors[sort] = self._factor(sort)
        return known

    def scaled(self, sort: Sort) -> int:
        """The same as a whole number of `scale`ths."""
        factor = self.factor(sort)
        return factor.numerator * (self.scale // factor.denominator)

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

    def _factor(self, sort: Sort) -> Fraction:
        bucket, age = self.bucket, self.now - month_number(sort.month)
        if (
            sort.unit not in self.units
            or (bucket.streams and sort.stream not in bucket.streams)
            or (bucket.kinds and sort.kind not in bucket.kinds)
            or (bucket.circles and sort.circle not in bucket.circles)
            or not 0 <= age < self.months
        ):
            return Fraction(0)
        factor = fraction(self.units[sort.unit]) / sort.parts
        for name in ("kind", "stream", "circle"):
            factor *= _last(self.others, name, getattr(sort, name))
        return factor * fraction(bucket.decay) ** age


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
