"""Transactions: what the journal's entries post, with what a reader of the books wants beside it."""

from __future__ import annotations

import datetime as dt
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice, takewhile
from typing import Any

import msgspec

from bot.chain import Entry
from bot.collective.booking import booked
from bot.collective.contributions import ContributionLogged, Life
from bot.collective.events import Event, Posting
from bot.collective.folding import read_event
from bot.collective.invoices import reference as invoice_ref
from bot.collective.recurring import reference as recurring_ref
from bot.collective.sharedexpenses import ExpenseShared, PartAgreed
from bot.collective.state import State
from bot.collective.treasury import Transfer, TransferAsked, TransferMade, reference
from bot.language.units import unit_of
from bot.text.rendering import unit_name

MINUTES = "min"

Texts = Callable[[Iterable[str], Mapping[str, int]], Mapping[str, str]]
"""Looks up the texts behind commitments, each near an entry first; erased ones are missing."""

About = Callable[[str], Iterable[Entry]]
"""Looks up the entries about a thing, in order."""

KNOWN_MAX = 20_000
"""Of how many things the words are remembered, where those of the others can be looked up."""

AT_ONCE = 500
"""For how many entries the texts are looked up together."""


class Flow(msgspec.Struct, frozen=True, gc=False):
    """So many smallest parts of a unit from one account to another."""

    source: str
    target: str
    unit: str
    count: int


class Transaction(msgspec.Struct, frozen=True):
    """What an entry posts on one day: which, when, what it is called, who did it, and its postings.

    `day` is the day that it counts for, in ISO form; `at` when it was written (ms since 1970 UTC);
    `event` the kind of the entry; `tags` what else is known, by name. `undoes` is the short name of
    what it takes back whole. An entry that counts for two days is two; `part` tells them apart.
    """

    seq: int
    at: int
    day: str
    ref: str
    event: str
    what: str
    by: int
    postings: tuple[Posting, ...]
    tags: dict[str, str]
    proof: str = ""
    undoes: str = ""
    part: int = 0

    @property
    def title(self) -> str:
        """Its words, or where there are none the kind of its entry."""
        return self.what or self.event

    @property
    def further(self) -> dict[str, str]:
        """All that is told beside it, by name; what there is not is left out."""
        more = {"proof": self.proof, "undoes": self.undoes}
        return self.tags | {name: value for name, value in more.items() if value}


Days = tuple[str, str]
"""The first and the last day (ISO) of a time."""


def transactions(
    entries: Iterable[Entry], texts: Texts, days: Days | None = None, about: About | None = None
) -> Iterator[Transaction]:
    """What these entries post, in their order; entries that post nothing are left out.

    With `days`, what counts for them alone. A long journal is not held in memory where what is `about`
    a thing can be looked up.
    """
    for entry, event, words in with_words(entries, texts, about, posting=True):
        subjects = event.subjects
        reverses = getattr(event, "reverses", 0)
        for part, (day, postings) in enumerate(booked(event, entry.at)):
            if days is None or days[0] <= day <= days[1]:
                yield Transaction(
                    entry.seq,
                    entry.at,
                    day,
                    subjects[0] if subjects else f"E{entry.seq}",
                    str(msgspec.to_builtins(event)["event"]),
                    words.get("what", ""),
                    entry.actor,
                    postings,
                    _tags(event, day),
                    words.get("proof", ""),
                    reference(reverses) if reverses else "",
                    part,
                )


_KEPT_FOR_LATER = ("what", "proof")
"""What later entries about the same thing are told with, where they say nothing new."""

_BEGINNINGS = tuple(
    f'"event":"{kind}"' for kind in ("transfer.asked", "contribution.logged", "expense.shared")
)
_POSTS = '"postings":['
_LIVES = Life | Transfer | ExpenseShared | PartAgreed
"""What several entries tell about one thing: the later ones in the words of the first."""

_FIRST = (ContributionLogged, TransferAsked, TransferMade, ExpenseShared)
"""What can be the first entry about a thing, and nothing else."""


def with_words(
    entries: Iterable[Entry], texts: Texts, about: About | None = None, *, posting: bool = False
) -> Iterator[tuple[Entry, Event, dict[str, str]]]:
    """Each entry with its event and the words behind it, by field; with `posting` only what posts.

    What was asked for and approved later, or logged and confirmed later, keeps its words and its proof.
    """
    known = _Known(about)
    wanted = (entry for entry in entries if not posting or _concerns(entry.payload))
    while some := [(entry, read_event(entry.payload)) for entry in islice(wanted, AT_ONCE)]:
        told = [(entry, event, known.seals(entry, event)) for entry, event in some]
        near = {seal: entry.seq for entry, _, seals in reversed(told) for seal in seals.values()}
        words = texts(near, near)
        for entry, event, seals in told:
            if not posting or booked(event, entry.at):
                yield entry, event, {name: words[it] for name, it in seals.items() if it in words}


def _concerns(payload: str) -> bool:
    return _POSTS in payload or any(each in payload for each in _BEGINNINGS)


class _Known:
    """The commitments to the words of things, for later entries about them.

    Where what is `about` a thing can be looked up, those of the last things only.
    """

    def __init__(self, about: About | None) -> None:
        self._about = about
        self._known: OrderedDict[str, dict[str, str]] = OrderedDict()
        self._all = True

    def seals(self, entry: Entry, event: Event) -> dict[str, str]:
        """The commitments to an entry's words, by field, with those said of the same thing before."""
        own = _own(event)
        if not isinstance(event, _LIVES):
            return own
        subject = event.subjects[0]
        before = self._known.get(subject)
        if before is None:
            before = {} if self._all or isinstance(event, _FIRST) else self._earlier(subject, entry.seq)
        kept = before | _kept(own)
        if kept:
            self._keep(subject, kept)
        return kept | own

    def _keep(self, subject: str, kept: dict[str, str]) -> None:
        self._known[subject] = kept
        if self._about is not None and len(self._known) > KNOWN_MAX:
            self._known.popitem(last=False)
            self._all = False

    def _earlier(self, subject: str, seq: int) -> dict[str, str]:
        """What was said of a thing before an entry."""
        assert self._about is not None, "without that all is known"
        found: dict[str, str] = {}
        for entry in takewhile(lambda it: it.seq < seq, self._about(subject)):
            event = read_event(entry.payload)
            if isinstance(event, _LIVES):
                found |= _kept(_own(event))
        return found


def _own(event: Event) -> dict[str, str]:
    return {name: seal for name in event.sealed_fields if (seal := getattr(event, name))}


def _kept(own: dict[str, str]) -> dict[str, str]:
    return {name: seal for name, seal in own.items() if name in _KEPT_FOR_LATER}


def _tags(event: Event, day: str) -> dict[str, str]:
    """What is known of it beside; of an amendment that of the day that is told."""
    share: Any = getattr(event, "share", None)
    now: Any = getattr(event, "now", None)
    counted = now if now is not None and (share is None or now.day == day) else share
    counted = counted or getattr(event, "order", None)
    found = {
        name: str(getattr(counted, name, "") or "") for name in ("kind", "circle", "fund", "partner")
    }
    invoice = getattr(counted, "invoice", 0)
    found["invoice"] = invoice_ref(invoice) if invoice else ""
    recurring = getattr(counted, "recurring", 0)
    found["recurring"] = recurring_ref(recurring) if recurring else ""
    return {name: value for name, value in found.items() if value}


def instant_of(at: int) -> str:
    """An instant (ms) as text, in UTC (RFC 3339)."""
    return dt.datetime.fromtimestamp(at / 1000, dt.UTC).isoformat(timespec="milliseconds")


def flows(postings: Iterable[Posting]) -> Iterator[Flow]:
    """Postings as flows from account to account, which make the same sums."""
    given: list[list[Any]] = []
    taken: list[list[Any]] = []
    for each in postings:
        side = given if each.count < 0 else taken
        side.append([each.account, each.unit, abs(each.count)])
    for target, unit, wanted in taken:
        left = wanted
        for source in given:
            part = min(left, source[2]) if source[1] == unit else 0
            if part:
                yield Flow(source[0], target, unit, part)
                source[2] -= part
                left -= part


# --- Amounts and names ----------------------------------------------------------------------------


def commodity(unit: str) -> str:
    """What a unit is called in books: as people call it; hours are kept in minutes."""
    return MINUTES if unit == "h" else unit_name(unit)


def exact(count: int, unit: str) -> str:
    """An amount as a decimal with nothing rounded."""
    parts = 1 if unit == "h" else unit_of(unit).parts
    places = len(str(parts)) - 1
    whole, rest = divmod(abs(count), parts)
    sign = "-" if count < 0 else ""
    return f"{sign}{whole}.{rest:0{places}}" if places else f"{sign}{whole}"


def member_name(state: State, number: int) -> str:
    """A member's name as it is known now; who was forgotten has none."""
    known = state.members.by_number.get(number)
    return known.name if known is not None else ""


def one_line(text: str) -> str:
    """A text without line ends, tabs and other signs that control something."""
    kept = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(kept.split())


def headline(state: State) -> str:
    """Whose books these are, and up to which head of the journal."""
    name = one_line(state.name) or state.collective
    return f"{name}, up to {state.head.seq}:{state.head.hash.hex()}"
