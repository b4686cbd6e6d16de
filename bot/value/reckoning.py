"""Sharing out: an equation, a pool and what people gave, to shares that are exact to the last unit.

Theory: the pool is first cut into the parts of its buckets (largest remainder), then each bucket is
shared out in order. A bucket that nobody can take from, or that is fuller than its claims, gives its
rest back: to the next `rest` bucket, else it stays where it was. All arithmetic is on whole numbers
and fractions.

What was shared on is `covered`, in parts of the work itself: by a bucket that counts once, all of it;
by a claim, the part that was paid of its price. So nothing is paid twice, whatever equation and
currency come next. What a bucket with a price takes has its claim there, and no once-bucket counts it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from math import lcm
from typing import NamedTuple

import msgspec

from bot.value.apportion import apportioned, filled
from bot.value.equations import Equation, Form, Life
from bot.value.weighing import Key, Open, Parts, Sort, Weighing, Work, fraction, opened

CARE_BALANCE = -1
"""Where the bucket of a line would be: what the care balance passes on."""


@dataclass(frozen=True)
class Situation:
    """Everything that sharing out depends on, beside the equation and the pool.

    `parts` are the smallest parts of one unit of the pool. `month` is the month of the distribution,
    `here` the people who are members now, `seed` what settles ties. `needs` and `earned` (what people
    got of all distributions before) are in smallest parts of the pool, `given` in points.
    """

    parts: int
    month: str
    seed: str
    here: frozenset[int]
    works: tuple[Work, ...] = ()
    needs: Mapping[int, int] = field(default_factory=dict)
    given: Mapping[int, int] = field(default_factory=dict)
    earned: Mapping[int, int] = field(default_factory=dict)

    @cached_property
    def open(self) -> Open:
        """What was not shared on yet."""
        return opened(self.works)


class Basis(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Part of why somebody gets a share: what they gave, how much of it was weighed, with what effect.

    `points` and `covers` are exact text (`3`, `7/2`): what it weighs, and how many smallest parts of it
    are shared on by this. `paid` is what a claim got. Without a month it is of all months.
    """

    month: str
    member: int
    kind: str
    unit: str
    circle: str
    count: int
    points: str
    covers: str = ""
    paid: int = 0


class ShareLine(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What one person gets out of one bucket, and why.

    `points` is what the bucket was shared out by; for a balanced one and for claims what is owed, in
    smallest parts; for the balance of care minutes.
    """

    person: int
    bucket: int
    count: int
    points: str
    basis: tuple[Basis, ...] = ()


class Cut(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One bucket as it was shared out: its part of the pool, what of it was handed out, all points.

    Behind the buckets stands the balance of care, if there is one: what it passes on, and an equal part
    of all care in minutes.
    """

    amount: int
    handed: int
    points: str = ""


@dataclass(frozen=True, slots=True)
class Shared:
    """How a pool is shared out; shares, funds and `rest` sum to the pool."""

    pool: int
    cuts: tuple[Cut, ...]
    lines: tuple[ShareLine, ...]
    funds: tuple[tuple[str, int], ...]
    rest: int

    @property
    def shares(self) -> dict[int, int]:
        """What each person gets over all buckets, who gets most first; who gets nothing is left out."""
        return {person: count for person, count in self.sums.items() if count}

    @property
    def sums(self) -> dict[int, int]:
        """The same with whoever got something of one bucket that another took away again."""
        found: defaultdict[int, int] = defaultdict(int)
        for line in self.lines:
            if line.count:
                found[line.person] += line.count
        return dict(sorted(found.items(), key=lambda each: (-each[1], each[0])))


def shared_out(equation: Equation, pool: int, situation: Situation) -> Shared:
    """Share a pool out. The same contributions in any order give the same shares."""
    return _shared(equation, pool, _Sharing(equation, situation, explains=True))


def sketched(equation: Equation, pool: int, situation: Situation) -> Shared:
    """The same shares without what they are based on: quicker, and enough to look at."""
    return _shared(equation, pool, _Sharing(equation, situation, explains=False))


def _shared(equation: Equation, pool: int, sharing: _Sharing) -> Shared:
    amounts = _amounts(equation, pool, sharing.situation.seed)
    cuts: list[Cut] = []
    funds: defaultdict[str, int] = defaultdict(int)
    back = 0
    for number, bucket in enumerate(equation.buckets):
        amount = amounts[number]
        if bucket.part is None:
            amount, back = amount + back, 0
        if bucket.form is Form.FUND:
            funds[bucket.fund] += amount
            cuts.append(Cut(amount, amount))
            continue
        handed, points = sharing.share(number, amount)
        back += amount - handed
        cuts.append(Cut(amount, handed, points))
    if equation.care:
        cuts.append(sharing.balance_care())
    lines = tuple(sharing.lines)
    return Shared(pool, tuple(cuts), lines, tuple(sorted(funds.items())), back + amounts[-1])


def _amounts(equation: Equation, pool: int, seed: str) -> list[int]:
    """Each bucket's part of the pool, and behind them what no bucket takes."""
    parts = [bucket.part for bucket in equation.buckets]
    scale = lcm(*(part.d for part in parts if part is not None))
    weights = [part.n * scale // part.d if part is not None else 0 for part in parts]
    left = scale - sum(weights)
    assert left >= 0, "the parts of an equation are not more than the whole"
    first_rest = next((i for i, part in enumerate(parts) if part is None), len(parts))
    shares = apportioned(pool, {**dict(enumerate(weights)), first_rest: left}, seed)
    return [shares.get(number, 0) for number in range(len(parts) + 1)]


class _Row(NamedTuple):
    """Work, so much of which weighs so many points; the oldest sorts first."""

    work: Work
    left: Parts
    points: int


class _Claim(NamedTuple):
    """Work with a price: `rest` parts are not paid yet, each `worth` so much, `due` in all."""

    work: Work
    rest: Parts
    worth: Fraction
    due: int


class _Sharing:
    """One sharing out: the lines so far, and what they cover, where that is wanted."""

    def __init__(self, equation: Equation, situation: Situation, *, explains: bool) -> None:
        self.equation, self.situation = equation, situation
        self.lines: list[ShareLine] = []
        self.settled: dict[Key, Fraction] = {}
        self.counted: set[Key] = set()
        priced = [it for it in equation.buckets if it.life is Life.UNTIL_PAID]
        self.priced = [Weighing(it, situation.month) for it in priced]
        self.explains = explains
        self.settles = explains or len(priced) > 1

    def share(self, number: int, amount: int) -> tuple[int, str]:
        """Share one bucket out; returns what was handed out, and all points."""
        bucket, situation = self.equation.buckets[number], self.situation
        before = len(self.lines)
        match bucket.form:
            case Form.ONE:
                points = self._by_points(number, amount, {bucket.to: 1})
            case Form.EQUAL:
                points = self._by_points(number, amount, dict.fromkeys(situation.here, 1))
            case Form.GIVEN:
                points = self._by_points(number, amount, situation.given)
            case Form.NEED:
                needs = {who: need for who, need in situation.needs.items() if who in situation.here}
                points = self._by_points(number, amount, needs, needs)
            case _ if bucket.life is Life.UNTIL_PAID:
                points = self._claims(number, amount)
            case _:
                points = self._work(number, amount)
        return sum(line.count for line in self.lines[before:]), points

    def _shares(
        self,
        number: int,
        amount: int,
        weights: Mapping[int, int],
        most: Mapping[int, int] | None = None,
    ) -> dict[int, int]:
        """The shares of one bucket, none larger than its `most` and the bucket's own limit."""
        limit = self.equation.buckets[number].most
        seed = f"{self.situation.seed}.{number + 1}"
        if limit is not None:
            cap = amount * limit.n // limit.d
            most = {who: min(cap, most[who]) if most else cap for who in weights}
        return filled(amount, weights, most, seed) if most else apportioned(amount, weights, seed)

    def _by_points(
        self,
        number: int,
        amount: int,
        weights: Mapping[int, int],
        most: Mapping[int, int] | None = None,
    ) -> str:
        shares = self._shares(number, amount, weights, most)
        self.lines += [
            ShareLine(who, number, shares[who], str(weights[who]))
            for who in sorted(shares)
            if shares[who]
        ]
        return str(sum(weights.values()))

    def _work(self, number: int, amount: int) -> str:
        """In proportion to the points of what is new (once), or of all there is."""
        bucket, situation = self.equation.buckets[number], self.situation
        weighing = Weighing(bucket, situation.month)
        once = bucket.life is Life.ONCE
        source = (
            situation.open
            if once
            else Open(list(situation.works), [work.gave for work in situation.works])
        )
        rows: defaultdict[int, list[_Row]] = defaultdict(list)
        points: defaultdict[int, int] = defaultdict(int)
        weights_of: dict[Sort, int] = {}
        for work, left in zip(*source, strict=True):
            weight = weights_of.get(work.sort)
            if weight is None:
                priced = once and self._has_price(work.sort)
                weight = weights_of[work.sort] = 0 if priced else weighing.scaled(work.sort)
            if weight and left >= 1:
                points[work.person] += weight * int(left)
                if self.explains:
                    rows[work.person].append(_Row(work, left, weight * int(left)))
        weights = self._lacking(points, amount) if bucket.life is Life.BALANCED else points
        shares = self._shares(number, amount, weights)
        for who in sorted(points) if amount else ():
            count = shares.get(who, 0)
            if not count and not once:
                continue
            own = sorted(rows[who])
            basis = self._once(own, weighing) if once else _grouped(own, weighing)
            told = self._told(weights, points, who, weighing)
            self.lines.append(ShareLine(who, number, count, told, basis))
        return self._told(weights, points, 0, weighing)

    def _lacking(self, points: Mapping[int, int], amount: int) -> dict[int, int]:
        """What each is short of their part of all that was ever shared out (SourceCred, BALANCED)."""
        earned, every = self.situation.earned, sum(points.values())
        total = sum(earned.values()) + amount
        return {who: max(0, own * total - earned.get(who, 0) * every) for who, own in points.items()}

    def _told(
        self, weights: Mapping[int, int], points: Mapping[int, int], who: int, weighing: Weighing
    ) -> str:
        """What somebody (0: all together) weighs: points, or what they are short of."""
        found = weights[who] if who else sum(weights.values())
        if weights is points:
            return weighing.text(found)
        return str(Fraction(found, sum(points.values()) or 1))

    def _has_price(self, sort: Sort) -> bool:
        return any(weighing.factor(sort) for weighing in self.priced)

    def _once(self, rows: Iterable[_Row], weighing: Weighing) -> tuple[Basis, ...]:
        """What was weighed: all of it is shared on, wherever else it counts too."""
        made = []
        for work, left, value in rows:
            covers = "" if work.key in self.counted else str(left)
            self.counted.add(work.key)
            made.append(Basis(*work.key, int(left), weighing.text(value), covers))
        return tuple(made)

    def _claims(self, number: int, amount: int) -> str:
        """Pay what is open, in proportion; never beyond it. A person's oldest claims come first."""
        bucket, situation = self.equation.buckets[number], self.situation
        assert bucket.price is not None, "a claim that lives until it is paid has a price"
        weighing = Weighing(bucket, situation.month)
        price = fraction(bucket.price) * situation.parts
        claims: defaultdict[int, int] = defaultdict(int)
        owed: defaultdict[int, list[_Claim]] = defaultdict(list)
        worths: dict[Sort, Fraction] = {}
        for work, left in zip(*situation.open, strict=True):
            worth = worths.get(work.sort)
            if worth is None:
                worth = worths[work.sort] = weighing.factor(work.sort) * price
            if not worth:
                continue
            rest = left - self.settled[work.key] if work.key in self.settled else left
            due = worth.numerator * rest // worth.denominator
            if due:
                claims[work.person] += due
                if self.settles:
                    owed[work.person].append(_Claim(work, rest, worth, due))
        shares = self._shares(number, amount, claims, claims)
        for who in sorted(shares):
            basis = tuple(self._paid(sorted(owed[who]), shares[who]))
            if shares[who]:
                self.lines.append(ShareLine(who, number, shares[who], str(claims[who]), basis))
        return str(sum(claims.values()))

    def _paid(self, rows: Iterable[_Claim], count: int) -> Iterable[Basis]:
        for work, rest, worth, due in rows:
            now = min(due, count)
            if not now:
                return
            count -= now
            covers = Fraction(rest) if now == due else min(Fraction(rest), now / worth)
            self.settled[work.key] = self.settled.get(work.key, Fraction(0)) + covers
            yield Basis(*work.key, int(rest), str(due), str(covers), now)

    def balance_care(self) -> Cut:
        """DisCO's care ratio: who cared less than an equal share passes a part of their pay on.

        Of a person's pay the part that they lack of an equal share of the care since the last time is
        withheld, rounded in their favour, and goes to those who cared more, by how much more.
        """
        pay: defaultdict[int, int] = defaultdict(int)
        for line in self.lines:
            pay[line.person] += line.count
        rows: defaultdict[int, list[tuple[Work, Parts]]] = defaultdict(list)
        care: defaultdict[int, int] = defaultdict(int)
        for work, left in zip(*self.situation.open, strict=True):
            if work.sort.stream == "care" and work.sort.unit == "h" and left >= 1:
                care[work.person] += int(left)
                if self.explains:
                    rows[work.person].append((work, left))
        people = sorted({*pay, *(who for who in care if who in self.situation.here)})
        every, size = sum(care[who] for who in people), len(people)
        limit = self.equation.care_most
        most = Fraction(1) if limit is None else fraction(limit)
        withheld, excess = {}, {}
        for who in people:
            more = care[who] * size - every
            if more > 0:
                excess[who] = more
            elif more < 0:
                lacking = min(Fraction(-more, every), most)
                withheld[who] = pay[who] * lacking.numerator // lacking.denominator
        seed = f"{self.situation.seed}.care"
        passed_on = apportioned(sum(withheld.values()), excess, seed)
        for who in people if every else ():
            basis = tuple(self._cared(sorted(rows[who])))
            count = passed_on.get(who, 0) - withheld.get(who, 0)
            if count or basis:
                self.lines.append(ShareLine(who, CARE_BALANCE, count, str(care[who]), basis))
        moved = sum(passed_on.values())
        return Cut(moved, moved, str(Fraction(every, size or 1)))

    def _cared(self, rows: Iterable[tuple[Work, Parts]]) -> Iterable[Basis]:
        for work, left in rows:
            known = work.key in self.counted or self._has_price(work.sort)
            yield Basis(*work.key, int(left), str(int(left)), "" if known else str(left))


def _grouped(rows: Iterable[_Row], weighing: Weighing) -> tuple[Basis, ...]:
    """What was weighed, of all months together: nothing of it has to be remembered."""
    sums: dict[Key, list[int]] = {}
    for work, left, value in rows:
        known = sums.setdefault(("", *work.key[1:]), [0, 0])
        known[0] += int(left)
        known[1] += value
    return tuple(Basis(*key, sums[key][0], weighing.text(sums[key][1])) for key in sorted(sums))
