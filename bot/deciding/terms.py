"""The terms of a decision: the rule values frozen when a proposal opens, and how they are read.

They are written into the journal with the proposal, so a rule that changes later changes no open vote.
Fields are only added, with a default. Durations are milliseconds, shares are exact fractions.
"""

from __future__ import annotations

import re
from math import gcd
from typing import Final

import msgspec
from msgspec.structs import replace

from bot.chat import Refusal
from bot.text.wording import Node, Time, say, say_n

HOUR_MS: Final = 3_600_000

NUMBER_MAX: Final = 1_000_000
"""More people than one collective has; keeps every product small."""


class Ratio(msgspec.Struct, frozen=True, omit_defaults=True):
    """`n` parts of `d`. Raises ValueError where that is no number from 0 on."""

    n: int
    d: int = 1

    def __post_init__(self) -> None:
        """Refuse what is no fraction."""
        if self.d < 1 or self.n < 0:
            raise ValueError(f"{self.n}/{self.d}")

    def of(self, whole: int) -> int:
        """The least whole number that is at least this share of the whole."""
        return -(-self.n * whole // self.d)


class Quorum(msgspec.Struct, frozen=True, omit_defaults=True):
    """How many of the electorate must take part: a number of people, or a share of them."""

    at_least: int = 0
    share: Ratio | None = None

    def people(self, electorate: int) -> int:
        """How many people that is; a share is rounded up, so half of five is three."""
        return self.at_least if self.share is None else self.share.of(electorate)

    def __str__(self) -> str:
        """As it is typed: `5`, `50%`, `2/3` or `none`."""
        if self.share is None:
            return str(self.at_least) if self.at_least else "none"
        return share_text(self.share)


class Quiet(msgspec.Struct, frozen=True):
    """Hours of the local day in which nobody is asked: minutes of the day, `end` not included."""

    start: int
    end: int

    def __post_init__(self) -> None:
        """Refuse what is no span within a day."""
        if not (0 <= self.start < 1440 and 0 <= self.end < 1440) or self.start == self.end:
            raise ValueError(f"{self.start}-{self.end}")

    def __str__(self) -> str:
        """As it is typed: `22:00-07:00`."""
        return "-".join(f"{each // 60:02}:{each % 60:02}" for each in (self.start, self.end))


class Timing(msgspec.Struct, frozen=True, omit_defaults=True):
    """The clock's part of the terms.

    `open_ms` is how long a proposal stays open by itself (0: as long as its method usually takes),
    `min_open_ms` how long at least, counted from its newest text; `min_open_turned` the same by method
    that it may go on as, where that differs. A missing quorum extends it by `extend_ms` (0: never), at
    most `extensions_max` times. An emergency may shorten it, but leaves `emergency_ms`.
    """

    open_ms: int = 0
    min_open_ms: int = 0
    early_close: bool = False
    quiet: Quiet | None = None
    zone: str = "UTC"
    extend_ms: int = 0
    extensions_max: int = 1
    emergency_ms: int = HOUR_MS
    min_open_turned: dict[str, int] = {}

    def time(self, at: int) -> Time:
        """An instant (ms) as everybody is told it: by the clock of the room that asked."""
        return Time(at, self.zone)


class Terms(msgspec.Struct, frozen=True, omit_defaults=True):
    """The rule values that one proposal is decided by.

    method: the name of the method; full_method: what `lazy` turns into when somebody objects.
    quorum: who must take part. share: what a supermajority or a modified consensus needs (None: the
    method's own). fallback: the method that a blocked consensus goes on as ("": none).
    silence_agrees: silence counts as the agreement that consent, consensus and gradient need; it never
    counts for a quorum or a share. abstentions_count: abstentions count in the share, as if against.
    veto: in `apache`, a -1 stops it. binding_min: the +1 that `apache` needs. mean: the highest mean
    that passes in `gradient`; abstentions_in_mean: an abstention counts as 4 in it, as it did once.
    advice_wait_ms: after how long the author may decide without advice; advice_anew: counted from the
    newest text, about which all are asked anew; advice_of_two: of an affected person and of another who
    is an expert.
    keep_ballots: ballots on an older text still count. secret: nobody votes for somebody else.
    others: how many people other than the author must agree. carries: the grades of what is carried
    out, and `locked` the locked rules that it changes; both empty where nothing is.
    """

    method: str
    full_method: str = "consent"
    quorum: Quorum = Quorum()
    share: Ratio | None = None
    fallback: str = ""
    silence_agrees: bool = False
    abstentions_count: bool = False
    veto: bool = False
    binding_min: int = 3
    mean: Ratio = Ratio(4)
    advice_wait_ms: int = 72 * HOUR_MS
    keep_ballots: bool = False
    secret: bool = False
    others: int = 0
    carries: tuple[str, ...] = ()
    locked: tuple[str, ...] = ()
    timing: Timing = Timing()
    abstentions_in_mean: bool = True
    advice_anew: bool = False
    advice_of_two: bool = False

    def turned(self, method: str) -> Terms:
        """The terms when it goes on by another method, which has a shortest time of its own."""
        timing = self.timing
        least = timing.min_open_turned.get(method, timing.min_open_ms)
        return replace(self, method=method, timing=replace(timing, min_open_ms=least))


# Reading what people type.

_PEOPLE: Final = re.compile(r"[0-9]{1,7}")
_PERCENT: Final = re.compile(r"([0-9]{1,3})(?:[.,]([0-9]{1,4}))?\s*%")
_FRACTION: Final = re.compile(r"([0-9]{1,7})\s*/\s*([0-9]{1,7})")
_DECIMAL: Final = re.compile(r"([0-9])(?:[.,]([0-9]{1,4}))?")
_HOURS: Final = re.compile(r"([0-9]{1,2}):([0-9]{2})\s*[-–]\s*([0-9]{1,2}):([0-9]{2})")


def read_quorum(text: str) -> Quorum:
    """`50%`, `2/3`, `5` or `none`. Raises Refusal."""
    typed = text.strip()
    if typed.casefold() in {"", "none"}:
        return Quorum()
    if _PEOPLE.fullmatch(typed) and int(typed) <= NUMBER_MAX:
        return Quorum(at_least=int(typed))
    share = _part(typed)
    if share is None:
        raise _unclear("quorum", text, say("It takes a share such as 50%, people such as 5, or none."))
    return Quorum(share=share) if share.n else Quorum()


def read_share(text: str) -> Ratio:
    """`2/3` or `66.7%`, more than nothing. Raises Refusal."""
    share = _part(text.strip())
    if share is None or not share.n:
        raise _unclear("share", text, say("It takes a share such as 2/3 or 90%."))
    return share


def read_mean(text: str) -> Ratio:
    """A mean on the scale of the gradients, `4` or `3.5`, from 1 to 8. Raises Refusal."""
    found = _DECIMAL.fullmatch(text.strip())
    mean = _decimal(found[1], found[2]) if found else None
    if mean is None or not mean.d <= mean.n <= 8 * mean.d:
        raise _unclear("mean", text, say("It takes a number from 1 to 8, such as 4 or 3.5."))
    return mean


def read_quiet(text: str) -> Quiet | None:
    """`22:00-07:00` or `none`. Raises Refusal."""
    typed = text.strip()
    if typed.casefold() in {"", "none"}:
        return None
    found = _HOURS.fullmatch(typed)
    if found:
        hours = [int(each) for each in found.groups()]
        start, end = hours[0] * 60 + hours[1], hours[2] * 60 + hours[3]
        if max(hours[0], hours[2]) < 24 and max(hours[1], hours[3]) < 60 and start != end:
            return Quiet(start, end)
    raise _unclear("quiet-hours", text, say("It takes hours such as 22:00-07:00, or none."))


def _part(typed: str) -> Ratio | None:
    """A share of at most the whole."""
    percent, fraction = _PERCENT.fullmatch(typed), _FRACTION.fullmatch(typed)
    if percent:
        hundredths = _decimal(percent[1], percent[2])
        part = _reduced(hundredths.n, 100 * hundredths.d)
    elif fraction and int(fraction[2]):
        part = _reduced(int(fraction[1]), int(fraction[2]))
    else:
        return None
    return part if part.n <= part.d else None


def _decimal(whole: str, places: str | None) -> Ratio:
    parts = 10 ** len(places or "")
    return _reduced(int(whole) * parts + int(places or 0), parts)


def _reduced(n: int, d: int) -> Ratio:
    common = gcd(n, d)
    return Ratio(n // common, d // common)


def _unclear(rule: str, text: str, instead: Node) -> Refusal:
    return Refusal(
        f"{rule}-unclear",
        say("I can't read “{text}” here.", text=text),
        word=text,
        instead=instead,
    )


# Saying them.


def hours_words(duration_ms: int) -> Node:
    """A duration in whole days, hours or minutes, whichever is exact."""
    minutes = duration_ms // 60_000
    if minutes and minutes % 1440 == 0:
        return say_n("{count} day", "{count} days", minutes // 1440)
    if minutes % 60 == 0:
        return say_n("{count} hour", "{count} hours", minutes // 60)
    return say_n("{count} minute", "{count} minutes", minutes)


def share_text(share: Ratio) -> str:
    """A share as it is typed: `90%` where that is exact, else `2/3`."""
    percent = _decimal_text(100 * share.n, share.d)
    return f"{percent}%" if percent else f"{share.n}/{share.d}"


def mean_text(mean: Ratio) -> str:
    """A mean as it is typed: `3.5`."""
    return _decimal_text(mean.n, mean.d) or f"{mean.n}/{mean.d}"


def _decimal_text(n: int, d: int) -> str:
    """A number with at most four decimals; empty where they do not suffice."""
    parts, rest = divmod(10_000 * n, d)
    whole, places = divmod(parts, 10_000)
    return "" if rest else f"{whole}.{places:04}".rstrip("0").removesuffix(".")
