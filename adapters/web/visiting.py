"""Who looks, and at what: the address and the query of a request, and whether it is let in.

Pure. What is no address of ours and what is closed to a reader are the same: there is no such page.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from urllib.parse import parse_qsl, urlencode

from bot.collective.pages import GUEST
from bot.collective.rules import Rules
from bot.collective.state import State
from bot.language.periods import Period
from bot.page import Page, Wanted
from bot.text.rendering import shortened
from bot.value.periods import Every, period_of

START = "start"
"""The page that a book opens with."""

CALENDAR = ("planned", "ics")
"""The page that is a calendar, and its form for calendar programs."""

QUERY_MAX = 500
FIELDS_MAX = 20
NUMBER_MAX = 10**9
_WORD_MAX = 80
_NUMBERS = ("older", "newer")

_ADDRESS = re.compile(
    r"/(?P<collective>[a-z0-9-]{1,60})/(?:~(?P<secret>[0-9a-f]{32})/)?"
    r"(?:(?P<page>[a-z][a-z-]{0,29})(?:/(?P<ref>[A-Z][1-9][0-9]{0,8}))?(?:\.(?P<form>[a-z]{3,12}))?)?",
    re.ASCII,
)
_BOOK = re.compile(r"/(?P<collective>[a-z0-9-]{1,60})(?:/~[0-9a-f]{32})?", re.ASCII)
_PERIOD = re.compile(r"([12][0-9]{3})(?:-(?:([0-9]{2})|[qQ]([1-4])))?", re.ASCII)


class Visitor(StrEnum):
    """Who looks: somebody of the house, or somebody from outside."""

    MEMBER = "member"
    OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class Address:
    """Which page of which book; with the secret of a link, or without; `form` is its ending."""

    collective: str
    secret: str = ""
    page: str = START
    ref: str = ""
    form: str = ""


def read_address(path: str) -> Address | None:
    """The address that a path is; None for any other."""
    found = _ADDRESS.fullmatch(path)
    if found is None:
        return None
    page, ref = found["page"] or START, found["ref"] or ""
    return Address(found["collective"], found["secret"] or "", page, ref, found["form"] or "")


def unfinished(path: str) -> str | None:
    """Where the path leads that lacks only its last stroke, seen from there; None for any other."""
    return f"{path.rpartition('/')[2]}/" if _BOOK.fullmatch(path) else None


def visitor(state: State, rules: Rules, address: Address, *, at_home: bool) -> Visitor | None:
    """Who looks, by the link that they have and the rule `web`; None for whom it is closed.

    Whoever sits at the machine itself, `at_home`, sees the console's own collective.
    """
    if at_home:
        return Visitor.MEMBER
    mode = rules.text("web")
    if mode == "off":
        return None
    if not address.secret:
        return Visitor.OUTSIDE if mode == "public" else None
    owner = state.pages.owner(address.secret)
    if owner is None:
        return None
    if owner == GUEST:
        return Visitor.OUTSIDE
    return Visitor.MEMBER if state.members.member(owner).here else None


def calendar_of(state: State, rules: Rules, address: Address) -> int:
    """Whose own calendar an address is, 0 for nobody's: its secret opens nothing else."""
    if rules.text("web") == "off" or not address.secret:
        return 0
    if (address.page, address.form) != CALENDAR:
        return 0
    owner = state.pages.calendar_owner(address.secret)
    return owner if owner is not None and state.members.member(owner).here else 0


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of a query by their names, each once; and what could not be read of it."""

    named: Mapping[str, str] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()

    def get(self, name: str) -> str:
        """What stands in a field; empty for nothing."""
        return self.named.get(name, "")


def read_query(raw: str) -> Fields | None:
    """What a query asks; None where it is none, or too long."""
    if len(raw) > QUERY_MAX:
        return None
    try:
        pairs = parse_qsl(raw, max_num_fields=FIELDS_MAX, errors="strict")
    except ValueError:
        return None
    named: dict[str, str] = {}
    left_out = []
    for name, value in ((name, value.strip()) for name, value in pairs):
        if name in named or len(value) > _WORD_MAX or not value.isprintable():
            left_out.append(_told(name, value))
        else:
            named[name] = value
    return Fields(named, tuple(left_out))


def wanted(page: Page, ref: str, query: Fields, *, languages: Sequence[str], outside: bool) -> Wanted:
    """What a query asks of a page; what it does not take, or cannot be read, is left out."""
    taken = {name: query.named[name] for name in page.takes & query.named.keys()}
    before, period = _number(query.get("before")), _period(taken.get("period", ""))
    numbers = {name: _number(taken.get(name, "")) for name in _NUMBERS}
    understood = page.takes - (set() if period else {"period"})
    understood -= {name for name, number in numbers.items() if not number}  # there is no entry 0
    if query.get("lang") in languages:
        understood |= {"lang"}
    if before is not None:
        understood |= {"before"}
    besides = (_told(name, value) for name, value in query.named.items() if name not in understood)
    return Wanted(
        ref=ref,
        before=before or 0,
        kind=taken.get("kind", "").removeprefix("#").casefold(),
        circle=taken.get("circle", "").removeprefix(":").casefold(),
        search=taken.get("search", ""),
        account=taken.get("account", ""),
        period=period,
        older=numbers["older"] or 0,
        newer=numbers["newer"] or 0,
        outside=outside,
        left_out=(*query.left_out, *besides),
    )


def _told(name: str, value: str) -> str:
    return shortened(f"{name}={value}", _WORD_MAX)


def _number(text: str) -> int | None:
    """A number that was typed; None for what is none."""
    return min(int(text), NUMBER_MAX) if text.isascii() and text.isdecimal() else None


def _period(text: str) -> Period | None:
    """A month (2026-11), a quarter (2026-Q4) or a year; none at the ends of the calendar.

    Pages name the times around one, and there is none before the first year and after the last.
    """
    found = _PERIOD.fullmatch(text)
    if found is None:
        return None
    year, month, quarter = found.groups()
    every = Every.MONTH if month else Every.QUARTER if quarter else Every.YEAR
    begin = int(month) if month else 3 * int(quarter) - 2 if quarter else 1
    try:
        return period_of(dt.date(int(year), begin, 1), every)
    except ValueError:
        return None


def query_of(want: Wanted, language: str = "", *, before: int | None = None) -> str:
    """The query that asks for this again, in its one form; `before` goes on from there."""
    from_number = want.before if before is None else before
    fields = (
        ("kind", want.kind),
        ("circle", want.circle),
        ("search", want.search),
        ("account", want.account),
        ("period", want.period_text),
        ("older", want.older),
        ("newer", want.newer),
        ("before", from_number),
        ("lang", language),
    )
    asked = tuple(field for field in fields if field[1])
    return _encoded(asked) if asked else ""


@lru_cache(1_000)
def _encoded(asked: tuple[tuple[str, str | int], ...]) -> str:
    return urlencode(asked)


def language_of(query: Fields, accepted: str, offered: Sequence[str], usual: str) -> str:
    """The language that is asked for in the address, else that the reader prefers, else the book's."""
    asked = query.get("lang")
    if asked in offered:
        return asked
    return next((each for each in _preferred(accepted) if each in offered), usual)


def _preferred(accepted: str) -> list[str]:
    """The languages of an Accept-Language header, the best first, each with its plain form."""
    found: list[tuple[int, int, str]] = []
    for at, part in enumerate(accepted[:200].split(",")[:10]):
        name, _, quality = part.strip().partition(";q=")
        digits = quality.replace("0.", "", 1) if quality.startswith("0.") else ""
        weight = int(digits[:3].ljust(3, "0")) if digits.isascii() and digits.isdecimal() else 1000
        found.append((-weight, at, name.strip()))
    ordered = [name for _, _, name in sorted(found)]
    return [each for name in ordered for each in (name, name.partition("-")[0])]
