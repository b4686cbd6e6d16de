"""Contributions: effort, money, goods and care that members gave, and the life of such an entry.

Nothing is edited in place: each change is an event that carries what it changes (`share`, `was`) and
the postings it makes, so that sums and balances follow from the events alone. A contribution counts
(is posted) only while it is confirmed; what is unconfirmed or disputed is shown apart.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

import msgspec

from bot.collective.events import Changes, Event, Posting, Seal, When, about_member
from bot.collective.ledger import commons_account, member_account, reversed_postings, transfer
from bot.language.units import UnitClass, unit_of
from bot.text.wording import Quantity

DAY_BOOK_DAYS = 62
"""How many days of single entries stay in memory; older days are read from the journal when asked."""

_DAY_MS = 86_400_000


class Stream(StrEnum):
    """How a kind of work is thought of (DisCO's value streams)."""

    LIVELIHOOD = "livelihood"
    LOVE = "love"
    CARE = "care"


class Status(StrEnum):
    """Where a contribution stands."""

    RECORDED = "recorded"
    CONFIRMED = "confirmed"
    DISPUTED = "disputed"
    WITHDRAWN = "withdrawn"


class Share(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """Who gave how much of what, when: the part of a contribution that is counted.

    `count` is in the unit's smallest parts, `day` in ISO form.
    """

    member: int
    kind: str
    unit: str
    count: int
    day: str
    circle: str = ""

    @property
    def unit_class(self) -> UnitClass:
        """Whether it is time, money or goods."""
        return unit_of(self.unit).unit_class

    @property
    def shown(self) -> Quantity:
        """The amount, for an answer."""
        return Quantity(self.count, self.unit, unit_of(self.unit).parts)


@dataclass(frozen=True, slots=True)
class ContributionKind:
    """A kind of contribution: its unit class (None: any) and its stream."""

    name: str
    unit_class: UnitClass | None
    stream: Stream


FIRST_KINDS = (
    ContributionKind("work", UnitClass.TIME, Stream.LIVELIHOOD),
    ContributionKind("making", UnitClass.TIME, Stream.LIVELIHOOD),
    ContributionKind("teaching", UnitClass.TIME, Stream.LIVELIHOOD),
    ContributionKind("organising", UnitClass.TIME, Stream.LIVELIHOOD),
    ContributionKind("care", UnitClass.TIME, Stream.CARE),
    ContributionKind("goods", UnitClass.GOODS, Stream.LIVELIHOOD),
    ContributionKind("money", UnitClass.MONEY, Stream.LIVELIHOOD),
    ContributionKind("gift", None, Stream.LOVE),
)
"""The kinds that a new collective has."""

USUAL_KIND = {UnitClass.TIME: "work", UnitClass.MONEY: "money", UnitClass.GOODS: "goods"}
"""The kind that is meant where none is named."""


class KindAdded(Event, frozen=True, tag="kind.added"):
    """A kind was begun by using it; an admin may place it in another stream."""

    name: str
    unit_class: str
    stream: Stream = Stream.LOVE


class ContributionLogged(Event, frozen=True, tag="contribution.logged"):
    """A contribution was recorded; with `needs` 0 it counts at once."""

    sealed_fields = ("what", "note", "proof")
    number: int
    share: Share
    what: Seal
    note: Seal = ""
    proof: Seal = ""
    room: int = 0
    needs: int = 0
    postings: tuple[Posting, ...] = ()

    @property
    def subjects(self) -> tuple[str, ...]:
        """The contribution, and whose it is."""
        return (reference(self.number), about_member(self.share.member))


class _Change(Event, frozen=True, kw_only=True):
    """What the later events of a contribution have in common."""

    number: int
    share: Share
    was: Status = Status.CONFIRMED
    postings: tuple[Posting, ...] = ()

    @property
    def subjects(self) -> tuple[str, ...]:
        """The contribution, and whose it is."""
        return (reference(self.number), about_member(self.share.member))


class ContributionConfirmed(_Change, frozen=True, kw_only=True, tag="contribution.confirmed"):
    """Another member confirmed it; `complete` when that was the last confirmation it needed."""

    complete: bool = False


class ContributionDisputed(_Change, frozen=True, kw_only=True, tag="contribution.disputed"):
    """A member disputed it: it does not count until that is settled."""

    sealed_fields = ("reason",)
    reason: Seal


class DisputeLifted(_Change, frozen=True, kw_only=True, tag="dispute.lifted"):
    """Who disputed it took that back; `becomes` is where it stands now."""

    becomes: Status


class ContributionAmended(_Change, frozen=True, kw_only=True, tag="contribution.amended"):
    """It was replaced by `now`; empty texts stay as they were. Open disputes are settled by this."""

    sealed_fields = ("what", "note", "proof")
    now: Share
    becomes: Status
    needs: int = 0
    what: Seal = ""
    note: Seal = ""
    proof: Seal = ""

    @property
    def subjects(self) -> tuple[str, ...]:
        """The contribution, whose it was, and whose it is."""
        return tuple(
            dict.fromkeys(
                (
                    reference(self.number),
                    about_member(self.share.member),
                    about_member(self.now.member),
                )
            )
        )


class ContributionWithdrawn(_Change, frozen=True, kw_only=True, tag="contribution.withdrawn"):
    """It was taken back."""

    sealed_fields = ("reason",)
    reason: Seal = ""


Life = (
    ContributionLogged
    | ContributionConfirmed
    | ContributionDisputed
    | DisputeLifted
    | ContributionAmended
    | ContributionWithdrawn
)


def reference(number: int) -> str:
    """The short name of a contribution in chat."""
    return f"C{number}"


def postings_of(share: Share) -> tuple[Posting, ...]:
    """What a counted contribution posts: the commons owes the member what they gave."""
    return transfer(
        commons_account(share.circle), member_account(share.member), share.unit, share.count
    )


def postings_between(
    before: Share | None, was: Status, after: Share | None, becomes: Status
) -> tuple[Posting, ...]:
    """The postings that a change makes: only what is confirmed is posted."""
    undone = reversed_postings(postings_of(before)) if before and was is Status.CONFIRMED else ()
    made = postings_of(after) if after and becomes is Status.CONFIRMED else ()
    return () if before == after and undone and made else undone + made


@dataclass(slots=True)
class Step:
    """One thing that happened to a contribution: when, by whom, and the event."""

    at: int
    actor: int
    event: Life


@dataclass(slots=True)
class Contribution:
    """A contribution, folded from its own events."""

    number: int
    share: Share
    status: Status
    by: int
    at: int
    room: int
    what: Seal
    note: Seal
    proof: Seal
    needs: int
    confirmed_by: list[int] = field(default_factory=list)
    disputes: dict[int, Seal] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)

    @property
    def ref(self) -> str:
        """Its short name."""
        return reference(self.number)

    @property
    def undisputed(self) -> Status:
        """Where it stands once no dispute is open."""
        enough = len(self.confirmed_by) >= self.needs
        return Status.CONFIRMED if enough else Status.RECORDED


def fold_contribution(steps: Iterable[Step]) -> Contribution | None:
    """The contribution that these events, in order, are the life of; None when there are none.

    A life that is read from its middle on (a period's reading) has its share and status right; what
    only its beginning tells (its words, who logged it) is empty.
    """
    it: Contribution | None = None
    for step in steps:
        event = step.event
        if isinstance(event, ContributionLogged):
            it = _logged(event, step)
        else:
            it = it or _joined_late(event, step)
            _changed(it, event, step)
        it.steps.append(step)
    return it


def fold_contributions(steps: Iterable[Step]) -> list[Contribution]:
    """All the contributions that these events are about, in the order in which they first appear."""
    lives: dict[int, list[Step]] = {}
    for step in steps:
        lives.setdefault(step.event.number, []).append(step)
    return [it for life in lives.values() if (it := fold_contribution(life)) is not None]


def _logged(event: ContributionLogged, step: Step) -> Contribution:
    return Contribution(
        event.number,
        event.share,
        Status.RECORDED if event.needs else Status.CONFIRMED,
        step.actor,
        step.at,
        event.room,
        event.what,
        event.note,
        event.proof,
        event.needs,
    )


def _joined_late(event: _Change, step: Step) -> Contribution:
    return Contribution(event.number, event.share, event.was, 0, step.at, 0, "", "", "", 0)


def _changed(it: Contribution, event: Life, step: Step) -> None:
    match event:
        case ContributionConfirmed():
            it.confirmed_by.append(step.actor)
            it.status = Status.CONFIRMED if event.complete else it.status
        case ContributionDisputed():
            it.disputes[step.actor] = event.reason
            it.status = Status.DISPUTED
        case DisputeLifted():
            it.disputes.pop(step.actor, None)
            it.status = event.becomes
            if it.status is not Status.DISPUTED:
                it.disputes.clear()  # a merge that was undone may have left one behind
        case ContributionAmended():
            it.share, it.needs, it.status = event.now, event.needs, event.becomes
            it.what = event.what or it.what
            it.note = event.note or it.note
            it.proof = event.proof or it.proof
            it.disputes.clear()
            if event.becomes is Status.RECORDED:
                it.confirmed_by.clear()
        case ContributionWithdrawn():
            it.status = Status.WITHDRAWN


class DayEntry(msgspec.Struct, frozen=True, gc=False):
    """One entry of a person's day, as the guards need it."""

    number: int
    kind: str
    unit: str
    count: int


DigestKey = tuple[int, str]
"""Which digest: a room's number, and how often it comes."""

Work = tuple[str, str, str]
"""What was given where: kind, unit and circle (empty for none)."""


@dataclass(slots=True)
class Contributions:
    """What a collective's decisions need to know of all its contributions.

    `monthly` holds (entries, smallest parts) of what is confirmed, by month, member, kind, unit and
    circle, and `daily` the same of everybody, by day, then by kind, unit and circle; `unsettled` what
    is recorded or disputed, `withdrawn` the numbers of what was; `days` the single entries of late, by
    day and member. `told` holds the last day (ISO) that each digest was about, `behind` what changed
    since in those days (smallest parts, by kind and unit).
    """

    kinds: dict[str, ContributionKind] = field(
        default_factory=lambda: {kind.name: kind for kind in FIRST_KINDS}
    )
    count: int = 0
    unsettled: dict[int, tuple[Status, Share]] = field(default_factory=dict)
    monthly: dict[tuple[str, int, str, str, str], list[int]] = field(default_factory=dict)
    daily: dict[str, dict[Work, list[int]]] = field(default_factory=dict)
    days: dict[str, dict[int, list[DayEntry]]] = field(default_factory=dict)
    withdrawn: set[int] = field(default_factory=set)
    told: dict[DigestKey, str] = field(default_factory=dict)
    behind: dict[DigestKey, dict[tuple[str, str], int]] = field(default_factory=dict)

    def add_kind(self, event: KindAdded, _: When) -> None:
        """Enter a new kind."""
        unit_class = UnitClass(event.unit_class) if event.unit_class else None
        self.kinds[event.name] = ContributionKind(event.name, unit_class, event.stream)

    def log(self, event: ContributionLogged, at: int) -> None:
        """Enter a new contribution."""
        self.count = event.number
        self._enter(event.number, event.share, Status.RECORDED if event.needs else Status.CONFIRMED, at)

    def confirm(self, event: ContributionConfirmed, at: int) -> None:
        """Count it, when that was the last confirmation it needed."""
        if event.complete and event.was is not Status.CONFIRMED:
            self._move(event.number, event.share, event.was, Status.CONFIRMED, at)

    def dispute(self, event: ContributionDisputed, at: int) -> None:
        """Set it apart."""
        self._move(event.number, event.share, event.was, Status.DISPUTED, at)

    def lift(self, event: DisputeLifted, at: int) -> None:
        """Put it where it stands without that dispute."""
        self._move(event.number, event.share, event.was, event.becomes, at)

    def amend(self, event: ContributionAmended, at: int) -> None:
        """Replace it."""
        self._leave(event.number, event.share, event.was)
        self._enter(event.number, event.now, event.becomes, at)

    def withdraw(self, event: ContributionWithdrawn) -> None:
        """Take it out."""
        self._leave(event.number, event.share, event.was)
        self.withdrawn.add(event.number)

    def between(self, first: str, last: str) -> Iterator[tuple[Work, int, int]]:
        """What is confirmed of each day (ISO) from first to last: what, entries, smallest parts."""
        for day, sums in self.daily.items():
            if first <= day <= last:
                for work, (entries, count) in sums.items():
                    yield work, entries, count

    def note_told(self, digest: DigestKey, until: str) -> None:
        """A digest told all days until this one (ISO)."""
        self.told[digest], self.behind[digest] = until, {}

    def of_day(self, member: int, day: str) -> list[DayEntry]:
        """The entries of a member's day, if the day is in memory."""
        return self.days.get(day, {}).get(member, [])

    def _move(self, number: int, share: Share, was: Status, becomes: Status, at: int) -> None:
        self._leave(number, share, was)
        self._enter(number, share, becomes, at)

    def _enter(self, number: int, share: Share, status: Status, at: int) -> None:
        if status is Status.CONFIRMED:
            self._count(share, 1)
        else:
            self.unsettled[number] = (status, share)
        book = self.days.get(share.day)
        if book is None:
            if not in_day_book(share.day, at):
                return
            book = self._open_day(share.day, at)
        entry = DayEntry(number, share.kind, share.unit, share.count)
        of_member = book.get(share.member)
        if of_member is None:
            book[share.member] = [entry]
        else:
            of_member.append(entry)

    def _leave(self, number: int, share: Share, status: Status) -> None:
        """It stands no more where it stood. Raises ValueError where it did not, or was withdrawn."""
        stood = self.unsettled.get(number)
        if number in self.withdrawn or stood != (
            None if status is Status.CONFIRMED else (status, share)
        ):
            message = f"{reference(number)} is not {status} any more"
            raise ValueError(message)
        if status is Status.CONFIRMED:
            self._count(share, -1)
        else:
            self.unsettled.pop(number, None)
        entries = self.of_day(share.member, share.day)
        entries[:] = [entry for entry in entries if entry.number != number]

    def _count(self, share: Share, sign: int) -> None:
        day, kind, unit, circle = share.day, share.kind, share.unit, share.circle
        _add(self.monthly, (day[:7], share.member, kind, unit, circle), sign, share.count)
        of_day = self.daily.get(day)
        if of_day is None:
            of_day = self.daily[day] = {}
        _add(of_day, (kind, unit, circle), sign, share.count)
        if not of_day:
            del self.daily[day]
        for digest, last in self.told.items():
            if day <= last:
                behind = self.behind[digest]
                behind[kind, unit] = behind.get((kind, unit), 0) + sign * share.count

    def _open_day(self, day: str, at: int) -> dict[int, list[DayEntry]]:
        for old in [each for each in self.days if not in_day_book(each, at)]:
            del self.days[old]
        book = self.days[day] = {}
        return book


Key = TypeVar("Key")


def _add(sums: dict[Key, list[int]], key: Key, sign: int, count: int) -> None:
    """Add an entry to a running sum, or take one from it; a sum without entries goes."""
    known = sums.get(key)
    if known is None:
        sums[key] = [sign, sign * count]
        return
    known[0] += sign
    known[1] += sign * count
    if not known[0]:
        del sums[key]


def in_day_book(day: str, at: int) -> bool:
    """Whether the single entries of a day are still in memory at an instant (ms)."""
    today = at // _DAY_MS + dt.date(1970, 1, 1).toordinal()
    return dt.date.fromisoformat(day).toordinal() > today - DAY_BOOK_DAYS


def day_entries(steps: Iterable[Step], members: Container[int], day: str) -> list[DayEntry]:
    """The entries of a person's day, folded from the journal's entries about their numbers."""
    return [
        DayEntry(it.number, it.share.kind, it.share.unit, it.share.count)
        for it in fold_contributions(steps)
        if it.status is not Status.WITHDRAWN and it.share.day == day and it.share.member in members
    ]


CHANGES: Changes = {KindAdded: Contributions.add_kind}
