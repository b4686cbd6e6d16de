"""Sharing out: an equation, a pool and what people gave, to shares that are exact to the last unit.

Theory: the pool is first cut into the parts of its buckets (largest remainder), then each bucket is
shared out in order. A bucket that nobody can take from, or that is fuller than its claims, gives its
rest back: to the next `rest` bucket, else it stays where it was. All arithmetic is on whole numbers
and fractions. Points are integers: all factors of one bucket are brought to one denominator.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from math import lcm

import msgspec

from bot.deciding.terms import Ratio
from bot.value.apportion import apportioned, filled
from bot.value.equations import MONTHS_MAX, WHOLE, Bucket, Equation, Form, Life, Weight


class Work(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What one person gave of one kind in one month; `parts` smallest parts are one unit.

    `counted` of `count` were in a distribution before, `paid` of the pool's smallest parts were paid
    on it. `person` shares, `member` is the number that it was logged under.
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
    counted: int = 0
    paid: int = 0


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything that sharing out depends on, beside the equation and the pool.

    `parts` are the smallest parts of one unit of the pool. `month` is the month of the distribution,
    `here` the people who are members now, `seed` what settles ties.
    """

    parts: int
    month: str
    seed: str
    here: frozenset[int]
    works: tuple[Work, ...] = ()
    needs: Mapping[int, int] = field(default_factory=dict)
    given: Mapping[int, int] = field(default_factory=dict)


class Basis(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Part of why somebody gets a share: what they gave, how much of it was weighed, with what effect.

    `points` is exact text (`3`, `7/2`); `paid` is what a claim got that lives until it is paid.
    """

    member: int
    month: str
    kind: str
    unit: str
    circle: str
    count: int
    points: str
    paid: int = 0


class Line(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What one person gets out of one bucket, and why. Bucket -1 is the balance of care."""

    person: int
    bucket: int
    count: int
    points: str
    basis: tuple[Basis, ...] = ()


@dataclass(frozen=True, slots=True)
class Cut:
    """One bucket as it was shared out: its part of the pool, what of it was handed out, all points."""

    amount: int
    handed: int
    points: str = ""


@dataclass(frozen=True, slots=True)
class Shared:
    """How a pool is shared out; shares, funds and `rest` sum to the pool."""

    pool: int
    cuts: tuple[Cut, ...]
    lines: tuple[Line, ...]
    funds: tuple[tuple[str, int], ...]
    rest: int

    @property
    def shares(self) -> dict[int, int]:
        """What each person gets over all buckets, who gets most first."""
        sums: defaultdict[int, int] = defaultdict(int)
        for line in self.lines:
            sums[line.person] += line.count
        found = {person: count for person, count in sums.items() if count}
        return dict(sorted(found.items(), key=lambda each: (-each[1], each[0])))


def shared_out(equation: Equation, pool: int, situation: Situation) -> Shared:
    """Share a pool out. The same contributions in any order give the same shares."""
    amounts = _amounts(equation, pool, situation.seed)
    cuts: list[Cut] = []
    lines: list[Line] = []
    funds: defaultdict[str, int] = defaultdict(int)
    paid: dict[tuple[int, str, str, str, str], int] = {}
    back = 0
    for number, bucket in enumerate(equation.buckets):
        amount = amounts[number]
        if bucket.part is None:
            amount, back = amount + back, 0
        if bucket.form is Form.FUND:
            funds[bucket.fund] += amount
            cuts.append(Cut(amount, amount))
            continue
        made, points = _lines(bucket, number, amount, situation, paid)
        handed = sum(line.count for line in made)
        back += amount - handed
        cuts.append(Cut(amount, handed, points))
        lines.extend(made)
    if equation.care:
        lines.extend(_care_balance(lines, situation))
    return Shared(pool, tuple(cuts), tuple(lines), tuple(sorted(funds.items())), back + amounts[-1])


def _amounts(equation: Equation, pool: int, seed: str) -> list[int]:
    """Each bucket's part of the pool, and behind them what no bucket takes."""
    parts = [bucket.part for bucket in equation.buckets]
    scale = lcm(*(part.d for part in parts if part is not None))
    weights = [part.n * scale // part.d if part is not None else 0 for part in parts]
    left = scale - sum(weights)
    assert left >= 0, "the parts of an equation are not more than the whole"
    first_rest = next((i for i, part in enumerate(parts) if part is None), len(parts))
    shares = apportioned(pool, {**dict(enumerate(weights)), first_rest: left}, seed) if pool else {}
    return [shares.get(number, 0) for number in range(len(parts) + 1)]


def _lines(
    bucket: Bucket,
    number: int,
    amount: int,
    situation: Situation,
    paid: dict[tuple[int, str, str, str, str], int],
) -> tuple[list[Line], str]:
    """The shares of one bucket, and all its points."""
    match bucket.form:
        case Form.ONE:
            return [Line(bucket.to, number, amount, "1")] if amount else [], "1"
        case Form.EQUAL:
            return _by_points(bucket, number, amount, dict.fromkeys(situation.here, 1), situation)
        case Form.GIVEN:
            return _by_points(bucket, number, amount, situation.given, situation)
        case Form.NEED:
            needs = {who: need for who, need in situation.needs.items() if who in situation.here}
            shares = filled(amount, needs, needs, situation.seed)
            made = [Line(who, number, count, str(needs[who])) for who, count in shares.items() if count]
            return made, str(sum(needs.values()))
        case _ if bucket.life is Life.UNTIL_PAID:
            return _claims(bucket, number, amount, situation, paid)
        case _:
            return _by_work(bucket, number, amount, situation)


def _by_points(
    bucket: Bucket, number: int, amount: int, points: Mapping[int, int], situation: Situation
) -> tuple[list[Line], str]:
    shares = _capped(bucket, amount, points, situation.seed)
    made = [Line(who, number, count, str(points[who])) for who, count in shares.items() if count]
    return made, str(sum(points.values()))


def _capped(bucket: Bucket, amount: int, points: Mapping[int, int], seed: str) -> dict[int, int]:
    if bucket.most is None:
        return apportioned(amount, points, seed)
    most = amount * bucket.most.n // bucket.most.d
    return filled(amount, points, dict.fromkeys(points, most), seed)


def _by_work(bucket: Bucket, number: int, amount: int, situation: Situation) -> tuple[list[Line], str]:
    """In proportion to the points of what is new (once), or of all there is (lasting)."""
    weighing = _Weighing(bucket, situation.month)
    rows: defaultdict[int, list[tuple[Work, int, int]]] = defaultdict(list)
    points: defaultdict[int, int] = defaultdict(int)
    once = bucket.life is Life.ONCE
    for work in situation.works:
        count = work.count - work.counted if once else work.count
        if count <= 0:
            continue
        value = weighing.points(work, count)
        if value:
            points[work.person] += value
            rows[work.person].append((work, count, value))
    shares = _capped(bucket, amount, points, situation.seed)
    made = [
        Line(
            who,
            number,
            shares.get(who, 0),
            weighing.text(points[who]),
            tuple(_basis(rows[who], weighing, by_month=once)),
        )
        for who in points
        if shares.get(who, 0) or once
    ]
    return made if amount else [], weighing.text(sum(points.values()))


def _basis(
    rows: Iterable[tuple[Work, int, int]], weighing: _Weighing, *, by_month: bool
) -> Iterable[Basis]:
    """What was weighed, in order; by month where that has to be remembered."""
    sums: dict[tuple[int, str, str, str, str], list[int]] = {}
    for work, count, value in rows:
        key = (work.member, work.month if by_month else "", work.kind, work.unit, work.circle)
        known = sums.setdefault(key, [0, 0])
        known[0] += count
        known[1] += value
    for key in sorted(sums):
        count, value = sums[key]
        yield Basis(*key, count, weighing.text(value))


def _claims(
    bucket: Bucket,
    number: int,
    amount: int,
    situation: Situation,
    paid: dict[tuple[int, str, str, str, str], int],
) -> tuple[list[Line], str]:
    """Pay what is open, in proportion; never beyond it. A person's oldest claims are settled first."""
    assert bucket.price is not None, "a claim that lives until it is paid has a price"
    weighing = _Weighing(bucket, situation.month)
    price = Fraction(bucket.price.n, bucket.price.d) * situation.parts
    owed: defaultdict[int, list[tuple[Work, int, int]]] = defaultdict(list)
    for work in situation.works:
        value = weighing.exact(work, work.count) * price
        whole = value.numerator // value.denominator
        open_ = whole - work.paid - paid.get(_key(work), 0)
        if open_ > 0:
            owed[work.person].append((work, whole, open_))
    claims = {who: sum(open_ for _, _, open_ in rows) for who, rows in owed.items()}
    most = dict(claims)
    if bucket.most is not None:
        cap = amount * bucket.most.n // bucket.most.d
        most = {who: min(claim, cap) for who, claim in claims.items()}
    shares = filled(amount, claims, most, situation.seed)
    made = []
    for who, count in shares.items():
        if not count:
            continue
        basis = tuple(_settled(sorted(owed[who], key=lambda row: _key(row[0])[1:]), count))
        for each in basis:
            key = (each.member, each.month, each.kind, each.unit, each.circle)
            paid[key] = paid.get(key, 0) + each.paid
        made.append(Line(who, number, count, str(claims[who]), basis))
    return made, str(sum(claims.values()))


def _settled(rows: Iterable[tuple[Work, int, int]], count: int) -> Iterable[Basis]:
    for work, whole, open_ in rows:
        now = min(open_, count)
        if not now:
            return
        count -= now
        yield Basis(*_key(work), work.count, str(whole), now)


def _key(work: Work) -> tuple[int, str, str, str, str]:
    return work.member, work.month, work.kind, work.unit, work.circle


class _Weighing:
    """The weights of one bucket, brought to one denominator."""

    def __init__(self, bucket: Bucket, month: str) -> None:
        """Prepare; `month` is that of the distribution."""
        self.bucket, self.now = bucket, month_number(month)
        self.units = {w.unit: w.factor for w in bucket.weights if w.unit} or {"h": WHOLE}
        self.others = tuple(weight for weight in bucket.weights if not weight.unit)
        self.factor = lru_cache(maxsize=None)(self._factor)
        self.scale = 0

    def exact(self, work: Work, count: int) -> Fraction:
        """What so much of it weighs."""
        factor = self.factor(work.kind, work.unit, work.stream, work.circle, work.month, work.parts)
        return factor * count

    def points(self, work: Work, count: int) -> int:
        """The same as a whole number of `scale`ths."""
        factor = self.factor(work.kind, work.unit, work.stream, work.circle, work.month, work.parts)
        if not factor:
            return 0
        if not self.scale:
            self.scale = self._scale()
        return factor.numerator * (self.scale // factor.denominator) * count

    def text(self, points: int) -> str:
        """Points, exactly."""
        return str(Fraction(points, self.scale or 1))

    def _scale(self) -> int:
        """A denominator that all factors of this bucket divide: of every unit, weight and month."""
        parts = lcm(60, 10**6)
        own = lcm(*(factor.d for factor in self.units.values()))
        further = 1
        for weight in self.others:
            further *= weight.factor.d
        age = min(MONTHS_MAX, self.bucket.months or MONTHS_MAX)
        return parts * own * further * _power(self.bucket.decay.d, age)

    def _factor(
        self, kind: str, unit: str, stream: str, circle: str, month: str, parts: int
    ) -> Fraction:
        bucket, age = self.bucket, self.now - month_number(month)
        if (
            unit not in self.units
            or (bucket.streams and stream not in bucket.streams)
            or (bucket.kinds and kind not in bucket.kinds)
            or (bucket.circles and circle not in bucket.circles)
            or not 0 <= age < min(MONTHS_MAX, bucket.months or MONTHS_MAX)
        ):
            return Fraction(0)
        factor = _fraction(self.units[unit]) / parts
        for field_, value in (("kind", kind), ("stream", stream), ("circle", circle)):
            factor *= _last(self.others, field_, value)
        return factor * _fraction(bucket.decay) ** age


def _last(weights: Iterable[Weight], name: str, value: str) -> Fraction:
    found = Fraction(1)
    for weight in weights:
        if getattr(weight, name) == value and value:
            found = _fraction(weight.factor)
    return found


def _fraction(ratio: Ratio) -> Fraction:
    return Fraction(ratio.n, ratio.d)


def _power(base: int, exponent: int) -> int:
    """A whole number; Python's own types allow for negative exponents."""
    return int(base**exponent)


def month_number(month: str) -> int:
    """Months since the year 0, of `2026-11`."""
    return int(month[:4]) * 12 + int(month[5:7])


def _care_balance(lines: Iterable[Line], situation: Situation) -> list[Line]:
    """DisCO's care ratio: who cared less than an equal share passes a part of their pay on.

    Of a person's pay the part that they lack of an equal share of all care is withheld, rounded in
    their favour, and goes to those who cared more, in proportion to how much more.
    """
    pay: defaultdict[int, int] = defaultdict(int)
    for line in lines:
        pay[line.person] += line.count
    care: defaultdict[int, int] = defaultdict(int)
    for work in situation.works:
        if work.stream == "care" and work.unit == "h":
            care[work.person] += work.count
    people = sorted(who for who in {*pay, *care} if who in situation.here or who in pay)
    all_care = sum(care[who] for who in people)
    if not all_care:
        return []
    size = len(people)
    withheld = {
        who: pay[who] * (all_care - care[who] * size) // all_care
        for who in people
        if care[who] * size < all_care
    }
    excess = {who: care[who] * size - all_care for who in people if care[who] * size > all_care}
    passed_on = apportioned(sum(withheld.values()), excess, situation.seed)
    changes = {who: passed_on.get(who, 0) - withheld.get(who, 0) for who in people}
    return [Line(who, -1, count, str(care[who])) for who, count in changes.items() if count]
