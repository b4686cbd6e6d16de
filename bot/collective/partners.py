"""Partners: enterprises around the commons, what they pledged, what they declared, paid and gave.

What is due is never written down: it follows from the pledge and what was declared, so a correction
changes it everywhere at once. What a partner is called among the five is the members' decision alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import get_args

import msgspec

from bot.collective.contributions import Share, Status, reference
from bot.collective.events import Changes, Event, Seal, When
from bot.collective.grades import Grade
from bot.collective.rules import TOGETHER, Group, Rule, RulesByGroup, weighing
from bot.collective.ruletypes import one_of
from bot.collective.spans import DAY, YEAR, Span
from bot.collective.treasury import TransferApproved, TransferMade
from bot.language.periods import Period
from bot.text.wording import say
from bot.value.partners import Due, Part, Payment, Pledge, due_of, paid_for, periods, settled

PARTNERS_MAX = 200
"""More enterprises than any commons has around it; a bound on what the state holds."""

FALL_PERIODS = 2
"""From how many overdue periods on the members are asked."""


_AHEAD = dt.timedelta(days=4 * 366)
"""How far ahead of all that is known a flat pledge comes to be overdue: two years and their grace."""


class Standing(StrEnum):
    """What a partner is to the commons (commons-based reciprocity licences)."""

    COMMONER = "commoner"
    COOPERATIVE = "cooperative"
    NONPROFIT = "nonprofit"
    CONTRIBUTING = "contributing-firm"
    NONCONTRIBUTING = "noncontributing-firm"


class _PartnerEvent(Event, frozen=True, kw_only=True):
    name: str

    @property
    def subjects(self) -> tuple[str, ...]:
        """The partner."""
        return (about_partner(self.name),)


class PartnerAdded(_PartnerEvent, frozen=True, kw_only=True, tag="partner.added"):
    """An enterprise became a partner, not yet classified; `form` is its legal form."""

    sealed_fields = ("form",)
    common_fields = ("form",)
    day: str
    form: Seal = ""
    worker_owned: bool = False
    by: int = 0
    proposal: int = 0


class PartnerClassified(_PartnerEvent, frozen=True, kw_only=True, tag="partner.classified"):
    """The members decided what it is."""

    moves_clock = True
    standing: Standing
    by: int = 0
    proposal: int = 0


class PartnerPledged(_PartnerEvent, frozen=True, kw_only=True, tag="partner.pledged"):
    """It pledged something, instead of what it pledged before for the same time."""

    moves_clock = True
    pledge: Pledge
    by: int = 0
    proposal: int = 0


class PartnerDeclared(_PartnerEvent, frozen=True, kw_only=True, tag="partner.declared"):
    """It declared its revenue, surplus (smallest parts) or heads of a period; anew is a correction."""

    moves_clock = True
    sealed_fields = ("proof",)
    common_fields = ("proof",)
    first: str
    last: str
    count: int
    day: str
    proof: Seal = ""
    by: int = 0
    proposal: int = 0


class PartnerFell(_PartnerEvent, frozen=True, kw_only=True, tag="partner.fell"):
    """Dues of two periods (by their first days) are overdue; `proposal` is the draft about it."""

    moves_clock = True
    periods: tuple[str, ...]
    proposal: int = 0


class PartnerGave(_PartnerEvent, frozen=True, kw_only=True, tag="partner.gave"):
    """A contribution was given for a partner, in kind; `undone` says that it was not."""

    contribution: int
    share: Share
    undone: bool = False
    by: int = 0
    proposal: int = 0


class PartnerEnded(_PartnerEvent, frozen=True, kw_only=True, tag="partner.ended"):
    """It is a partner no more; what is due by then stays due."""

    moves_clock = True
    day: str
    by: int = 0
    proposal: int = 0


Step = (
    PartnerAdded
    | PartnerClassified
    | PartnerPledged
    | PartnerDeclared
    | PartnerFell
    | PartnerGave
    | PartnerEnded
)
"""What happens to a partner, but for its payments."""


def about_partner(name: str) -> str:
    """The index subject of a partner's entries."""
    return f"partner:{name}"


class Declared(msgspec.Struct, frozen=True, gc=False):
    """What was declared for a period, and on which day (ISO) first."""

    period: Period
    count: int
    day: str
    proof: Seal = ""


class Grace(msgspec.Struct, frozen=True, gc=False):
    """Within how many days after a period's end it is declared, and paid."""

    declared: int
    paid: int


USUAL_GRACE = Grace(30, 60)
"""What the rules say as they come."""


class Term(msgspec.Struct, frozen=True, gc=False):
    """A period of a pledge that ended: what was declared (None: nothing), is due, and is still open."""

    period: Period
    pledge: Pledge
    declared: Declared | None
    due: int
    left: int

    @property
    def known(self) -> bool:
        """Whether it is known what is due."""
        return self.declared is not None or self.pledge.owes_by_itself

    def undeclared(self, today: dt.date, grace: Grace) -> bool:
        """Whether it should have been declared by now."""
        return not self.known and today > self.declared_by(grace)

    def overdue(self, today: dt.date, grace: Grace) -> bool:
        """Whether it should have been paid by now."""
        return self.left > 0 and today > self.paid_by(grace)

    def declared_by(self, grace: Grace) -> dt.date:
        """The last day on which a declaration is in time."""
        return self.period.last + dt.timedelta(days=grace.declared)

    def paid_by(self, grace: Grace) -> dt.date:
        """The last day on which a payment is in time."""
        return self.period.last + dt.timedelta(days=grace.paid)


@dataclass(slots=True)
class Partner:
    """An enterprise around the commons.

    `pledges` follow one another and never overlap. `declared` is by the first day (ISO) of the period,
    `payments` by the number of the transfer; `undone` are those that do not stand any more, each with
    the day (ISO) that it was undone on. `fallen` are the overdue periods that the members were
    asked about already.
    """

    name: str
    since: str
    form: Seal = ""
    worker_owned: bool = False
    standing: Standing | None = None
    ended: str = ""
    pledges: list[Pledge] = field(default_factory=list)
    declared: dict[str, Declared] = field(default_factory=dict)
    payments: dict[int, Payment] = field(default_factory=dict)
    undone: list[tuple[str, Payment]] = field(default_factory=list)
    fallen: set[str] = field(default_factory=set)

    @property
    def pledge(self) -> Pledge | None:
        """The latest pledge."""
        return self.pledges[-1] if self.pledges else None

    @property
    def private(self) -> bool:
        """Whether reports leave its name out."""
        return self.pledge is not None and self.pledge.private

    def take(self, pledge: Pledge) -> None:
        """It pledges this from now on; an earlier pledge ends before it."""
        before = (dt.date.fromisoformat(pledge.first) - dt.timedelta(days=1)).isoformat()
        self.pledges = [_until(each, before) for each in self.pledges if each.first < pledge.first]
        self.pledges.append(pledge)

    def end(self, day: str) -> None:
        """It is a partner no more: no period that ends later is due."""
        self.ended = day
        self.pledges = [_until(each, day) for each in self.pledges]

    def covered(self, until: dt.date) -> Iterator[tuple[Period, Pledge]]:
        """The periods that ended by a day, each with its pledge."""
        for pledge in self.pledges:
            for period in periods(pledge, until):
                yield period, pledge

    def paid(self, first: str, last: str) -> dict[str, int]:
        """What it paid from day to day (ISO), by unit, less what was undone in these days."""
        standing = [(each.day, each, 1) for each in self.payments.values()]
        undone = [(each.day, each, 1) for _, each in self.undone]
        sums: dict[str, int] = {}
        for day, each, sign in (*standing, *undone, *((day, each, -1) for day, each in self.undone)):
            if first <= day <= last:
                sums[each.unit] = sums.get(each.unit, 0) + sign * each.count
        return sums

    def dues(self, until: dt.date) -> list[Due]:
        """What is known to be due for the periods that ended by a day."""
        found = []
        for period, pledge in self.covered(until):
            declared = self.declared.get(period.first.isoformat())
            if declared is not None or pledge.owes_by_itself:
                due = due_of(pledge, declared.count if declared else 0)
                found.append(Due(period, pledge.unit, due))
        return found

    def parts(self, until: dt.date) -> tuple[Part, ...]:
        """What settles what, of the periods that ended by a day."""
        return settled(self.dues(until), self.payments.values())

    def terms(self, until: dt.date) -> list[Term]:
        """The periods that ended by a day, as they stand."""
        paid = paid_for(self.parts(until))
        found = []
        for period, pledge in self.covered(until):
            declared = self.declared.get(period.first.isoformat())
            known = declared is not None or pledge.owes_by_itself
            due = due_of(pledge, declared.count if declared else 0) if known else 0
            left = due - paid.get((period, pledge.unit), 0)
            found.append(Term(period, pledge, declared, due, left))
        return found

    def fall(self, grace: Grace) -> tuple[dt.date, tuple[str, ...]] | None:
        """The day after which dues that nobody was asked about are overdue for too many periods.

        And which periods; None where that does not come as things stand.
        """
        if self.standing is not Standing.CONTRIBUTING or self.ended or not self.pledges:
            return None
        known = (each.day for each in self.payments.values())
        latest = max((self.pledges[-1].first, *known, *self.declared, *self.fallen))
        until = dt.date.fromisoformat(latest) + _AHEAD
        found = [
            each
            for each in self.terms(until)
            if each.left > 0 and each.period.first.isoformat() not in self.fallen
        ][:FALL_PERIODS]
        if len(found) < FALL_PERIODS:
            return None
        return found[-1].paid_by(grace), tuple(each.period.first.isoformat() for each in found)


class InKind(msgspec.Struct, frozen=True, gc=False):
    """A contribution that was given for a partner, and whether it counts (is confirmed)."""

    partner: str
    share: Share
    counts: bool = True


@dataclass(slots=True)
class Partners:
    """All partners by name, and the contributions (by number) that were given for one."""

    named: dict[str, Partner] = field(default_factory=dict)
    in_kind: dict[int, InKind] = field(default_factory=dict)

    @property
    def ever(self) -> list[Partner]:
        """Those who are or were partners, by name: what was due when one ended stays due."""
        return [self.named[name] for name in sorted(self.named)]

    @property
    def here(self) -> list[Partner]:
        """Those who are partners now, by name."""
        return sorted((it for it in self.named.values() if not it.ended), key=lambda it: it.name)

    def take(self, event: Step, _: When) -> None:
        """Enter what happened."""
        match event:
            case PartnerAdded():
                self._add(event)
            case PartnerClassified():
                self.named[event.name].standing = event.standing
            case PartnerPledged():
                self.named[event.name].take(event.pledge)
            case PartnerDeclared():
                self._declare(event)
            case PartnerFell():
                self.named[event.name].fallen |= {*event.periods}
            case PartnerGave() if event.undone:
                self.in_kind.pop(event.contribution, None)
            case PartnerGave():
                self.in_kind[event.contribution] = InKind(event.name, event.share)
            case PartnerEnded():
                self.named[event.name].end(event.day)

    def pay(self, event: TransferMade | TransferApproved) -> None:
        """Enter what a partner paid, or that it was undone."""
        order, it = event.order, self.named[event.order.partner]
        if event.reverses:
            payment = it.payments.pop(event.reverses, None)
            if payment is not None and event.corrects:
                it.undone.append((order.day, payment))
            return
        it.payments[event.number] = Payment(
            event.number, order.day, order.unit, order.count, order.period
        )

    def contribution_changed(self, number: int, share: Share, status: Status) -> None:
        """A contribution is another, or counts otherwise, than before."""
        known = self.in_kind.get(number)
        if known is not None:
            counts = status is Status.CONFIRMED
            self.in_kind[number] = InKind(known.partner, share, counts)

    def given(self, name: str, first: str = "", last: str = "9999") -> dict[str, int]:
        """What was given in kind for a partner from day to day, by unit."""
        sums: dict[str, int] = {}
        for each in self.in_kind.values():
            if each.partner == name and each.counts and first <= each.share.day <= last:
                sums[each.share.unit] = sums.get(each.share.unit, 0) + each.share.count
        return sums

    def refs(self, name: str) -> list[str]:
        """The contributions that count as given for a partner."""
        found = (n for n, each in self.in_kind.items() if each.partner == name and each.counts)
        return [reference(number) for number in sorted(found)]

    def _add(self, event: PartnerAdded) -> None:
        known = self.named.setdefault(event.name, Partner(event.name, event.day))
        known.since, known.ended, known.standing = event.day, "", None
        known.form, known.worker_owned = event.form, event.worker_owned

    def _declare(self, event: PartnerDeclared) -> None:
        period = Period(dt.date.fromisoformat(event.first), dt.date.fromisoformat(event.last))
        declared = Declared(period, event.count, event.day, event.proof)
        self.named[event.name].declared[event.first] = declared


def _until(pledge: Pledge, last: str) -> Pledge:
    if pledge.last and pledge.last <= last:
        return pledge
    return msgspec.structs.replace(pledge, last=last)


CHANGES: Changes = dict.fromkeys(get_args(Step), Partners.take)

RULES: RulesByGroup = {
    Group.MONEY: weighing(
        Grade.MONEY,
        Rule(
            "partners",
            say("Who enters what an enterprise around the commons pledges."),
            "proposal",
            one_of("proposal", "treasurer"),
            TOGETHER,
        ),
        Rule(
            "declared-within",
            say("How long after a period a partner has to declare it."),
            30 * DAY,
            Span(DAY, YEAR),
            TOGETHER,
        ),
        Rule(
            "paid-within",
            say("How long after a period a partner has to pay what is due for it."),
            60 * DAY,
            Span(DAY, YEAR),
            TOGETHER,
        ),
    )
}
