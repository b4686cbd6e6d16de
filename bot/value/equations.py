"""Value equations as data: buckets in order, and how each weighs what people gave.

A bucket takes a percentage of the pool, or the rest. Their order matters: a `rest` bucket also gets
what the buckets before it could give to nobody. Source of the buckets, of weights and of the lives of
claims: Sensorica's value equation (valnet/valuenetwork), DisCO's governance model, and the policies of
SourceCred; no expression is ever evaluated.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from bot.deciding.terms import Ratio

BUCKETS_MAX = 12
"""More than anybody can keep in mind; the largest equation found in use has six."""

CLAUSE_WEIGHTS_MAX = 40
"""The most weights in one bucket."""

MONTHS_MAX = 240
"""Twenty years: nothing older is weighed, so that powers of a decay stay small."""

WHOLE = Ratio(1)
"""All of it; as a decay, none."""


class Form(StrEnum):
    """How a bucket is shared out."""

    FUND = "fund"
    """It goes into a fund: infrastructure, reserves."""

    EQUAL = "equal"
    """Every member gets the same."""

    WORK = "work"
    """By what people contributed."""

    NEED = "need"
    """By what members said they need, never more than that."""

    ONE = "to"
    """It goes to one person."""

    GIVEN = "given"
    """By the points that members gave one another."""


class Life(StrEnum):
    """How long a contribution keeps its claim."""

    ONCE = "once"
    """It is counted in one distribution."""

    UNTIL_PAID = "until-paid"
    """It has a price, and stays open until that is paid (debt)."""

    LASTING = "lasting"
    """It counts in every distribution (equity)."""

    BALANCED = "balanced"
    """It counts in every distribution, less what people were paid before: all that was ever shared out
    comes to match all that was ever given (SourceCred's BALANCED)."""


class Weight(msgspec.Struct, frozen=True, omit_defaults=True):
    """Factors of a contribution: each empty field matches all; the last match of each field counts."""

    factor: Ratio
    kind: str = ""
    unit: str = ""
    stream: str = ""
    circle: str = ""


class Bucket(msgspec.Struct, frozen=True, omit_defaults=True):
    """One part of the pool and how it is shared out. `part` None is the rest.

    fund: the fund, for `fund`. to: the member, for `to`. For `work`: streams, kinds and circles that
    count (none named: all); units that count, as weights of theirs (`h` alone where none is named);
    weights: further factors by kind, stream or circle; months: only the newest so many months (0: all);
    decay: what a month leaves of a claim; price: what one whole unit of weight is worth in `currency`,
    for claims that live until they are paid; most: the share of the bucket that one person gets at
    most.
    """

    form: Form
    part: Ratio | None = None
    fund: str = ""
    to: int = 0
    streams: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    circles: tuple[str, ...] = ()
    weights: tuple[Weight, ...] = ()
    months: int = 0
    decay: Ratio = WHOLE
    life: Life = Life.ONCE
    price: Ratio | None = None
    currency: str = ""
    most: Ratio | None = None


class Equation(msgspec.Struct, frozen=True, omit_defaults=True):
    """Buckets in order. `care`: who cares less passes on to who cares more, `care_most` at most."""

    buckets: tuple[Bucket, ...]
    care: bool = False
    care_most: Ratio | None = None

    @property
    def currency(self) -> str:
        """What its prices are in; empty where it has none."""
        return next((bucket.currency for bucket in self.buckets if bucket.currency), "")
