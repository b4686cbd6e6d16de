"""Contributions: effort, money, goods and care that members gave, and the life of such an entry.

Nothing is edited in place: each change is an event that carries what it changes (`share`, `was`) and
the postings it makes, so that sums and balances follow from the events alone. A contribution counts
(is posted) only while it is confirmed; what is unconfirmed or disputed is shown apart.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

import msgspec

from bot.collective.events import Event, Origin, Posting, Seal, about_member
from bot.collective.grades import Grade
from bot.collective.ledger import commons_account, member_account, reversed_postings, transfer
from bot.collective.rules import TOGETHER, Group, Rule, RulesByGroup
from bot.collective.ruletypes import DayOrNone, Whole, one_of
from bot.language.units import UnitClass, unit_of
from bot.text.wording import Quantity, say


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
    origin: Origin | None = None

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
        0 if event.origin else step.actor,  # whoever agreed to an import is not who did the work
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


RULES: RulesByGroup = {
    Group.CONTRIBUTIONS: (
        Rule(
            "confirmations",
            say("How many other members must confirm a contribution before it counts."),
            0,
            Whole(0, 20),
        ),
        Rule(
            "daily-cap",
            say("The most hours that one person may log for one day."),
            24,
            Whole(1, 24),
        ),
        Rule(
            "days-back",
            say("How many days back a contribution may be logged, and money be dated."),
            31,
            Whole(0, 366),
        ),
        Rule(
            "duplicates",
            say("What happens to a second entry of the same person, kind, amount and words on a day."),
            "warn",
            one_of("warn", "refuse", "allow"),
        ),
        Rule(
            "log-for-others",
            say("Who may log a contribution for somebody else."),
            "anyone",
            one_of("anyone", "coordinators", "nobody"),
        ),
        Rule(
            "new-kinds",
            say("Who may begin a new kind of contribution by using it."),
            "anyone",
            one_of("anyone", "coordinators", "nobody"),
            TOGETHER,
        ),
        Rule(
            "kinds-max",
            say("How many kinds of contribution there may be."),
            100,
            Whole(8, 500),
            TOGETHER,
        ),
        Rule(
            "grace",
            say("For how many minutes one may change an own entry without a new confirmation."),
            10,
            Whole(0, 1440),
        ),
        Rule(
            "closed-until",
            say("The last day of the closed periods: no entry is made or changed up to this day."),
            None,
            DayOrNone(),
            TOGETHER,
            Grade.MONEY,
        ),
    )
}
