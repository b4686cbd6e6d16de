"""Units of one's own: what members pay one another with, as mutual credit or issued for work.

What somebody has of a unit is on their `held:N` account. In mutual credit all accounts sum to zero, the
`treasury` being that of the community, which fees and levies go to. An issued unit comes from `issuer`
and goes back there when it is retired, so that what is outstanding is what the issuer is below nothing.
Terms are never changed in place: a new version stands beside the old one.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from bot.collective.events import Event, Posting, Seal, about_member
from bot.collective.grades import Grade
from bot.collective.ledger import Ledger
from bot.collective.memberbook import Members
from bot.collective.rules import TOGETHER, Group, Rule, RulesByGroup, weighing
from bot.collective.ruletypes import one_of
from bot.collective.treasury import TREASURY, Flow, TransferApproved, TransferMade, reference
from bot.language.units import Unit, unit_of
from bot.text.wording import say
from bot.value.periods import Every, next_period, period_of
from bot.value.policy import INCOME_MONTHS, Mode, UnitTerms, months_before
from bot.value.reckoning import Basis
from bot.value.weighing import Key, Parts

ISSUER = "issuer"

UNITS_MAX = 20
"""More units than anybody can keep apart; a bound on what the state holds."""


class Motion(StrEnum):
    """What may happen to a unit, as it is summed up by day."""

    ISSUED = "issued"
    PAID = "paid"
    FEE = "fee"
    LEVY = "levy"
    LEVIED = "levied"
    DEMURRAGE = "demurrage"
    RETIRED = "retired"
    WRITTEN_OFF = "written-off"


class _UnitEvent(Event, frozen=True, kw_only=True):
    unit: str

    @property
    def subjects(self) -> tuple[str, ...]:
        """The unit."""
        return (f"unit:{self.unit}",)


class _OfMember(_UnitEvent, frozen=True, kw_only=True):
    member: int

    @property
    def subjects(self) -> tuple[str, ...]:
        """The unit, and whom it is about."""
        return (*super().subjects, about_member(self.member))


class UnitBegun(_UnitEvent, frozen=True, kw_only=True, tag="unit.begun"):
    """A unit of the collective's own, with its first terms; `words` are those that mean it."""

    moves_clock = True
    words: tuple[str, ...]
    terms: UnitTerms
    day: str
    room: int = 0
    by: int = 0
    proposal: int = 0


class UnitChanged(_UnitEvent, frozen=True, kw_only=True, tag="unit.changed"):
    """New terms of a unit, or other words for it."""

    moves_clock = True
    version: int
    words: tuple[str, ...]
    terms: UnitTerms
    day: str
    by: int = 0
    proposal: int = 0


class UnitVouched(_OfMember, frozen=True, kw_only=True, tag="unit.vouched"):
    """A member vouches for another, who may then go below nothing; or (`given` false) no more."""

    by: int
    given: bool = True

    @property
    def subjects(self) -> tuple[str, ...]:
        """The unit, and both."""
        return (*super().subjects, about_member(self.by))


class LevyExempted(_OfMember, frozen=True, kw_only=True, tag="levy.exempted"):
    """Somebody owes no levy for periods that end up to a day (ISO); without a day they owe it again."""

    until: str = ""
    by: int = 0
    proposal: int = 0


class UnitsIssued(_UnitEvent, frozen=True, kw_only=True, tag="units.issued"):
    """So much was issued for work; each person's part is in an event of its own.

    `reverses` is the number of the issue that this undoes, 0 for none, and `what` says why.
    """

    sealed_fields = ("what",)
    number: int
    count: int
    day: str
    what: Seal = ""
    by: int = 0
    proposal: int = 0
    reverses: int = 0

    @property
    def subjects(self) -> tuple[str, ...]:
        """The unit, the issue, and what it undoes."""
        undone = (reference(self.reverses),) if self.reverses else ()
        return (reference(self.number), *super().subjects, *undone)


class IssueAllotted(_OfMember, frozen=True, kw_only=True, tag="issue.allotted"):
    """What one person got of an issue, for which work."""

    number: int
    count: int
    day: str
    basis: tuple[Basis, ...]
    reverses: int = 0
    postings: tuple[Posting, ...] = ()

    @property
    def subjects(self) -> tuple[str, ...]:
        """The issue, and whom it is about."""
        return (reference(self.number), about_member(self.member))


class UnitsTaken(_OfMember, frozen=True, kw_only=True, tag="units.taken"):
    """What the end of a period took of a member; `levied` is what they had to pay for it.

    `day` is the last one of that period; `owed` is what they owe of levies from now on.
    """

    day: str
    demurrage: int = 0
    levied: int = 0
    levy: int = 0
    owed: int = 0
    postings: tuple[Posting, ...] = ()


class UnitPeriodEnded(_UnitEvent, frozen=True, kw_only=True, tag="unit.period.ended"):
    """Everything was taken that a period's end takes; `day` is the first one of the next period."""

    moves_clock = True
    day: str


UnitStep = (
    UnitBegun | UnitChanged | UnitVouched | LevyExempted | IssueAllotted | UnitsTaken | UnitPeriodEnded
)


def first_of_period(day: str, every: Every) -> str:
    """The first day of the period that a day (ISO) is in."""
    return period_of(dt.date.fromisoformat(day), every).first.isoformat()


@dataclass(slots=True)
class OwnUnit:
    """A unit as decisions need to know it; counts are its smallest parts.

    `running` is the first day of the period whose end has not come. `vouches` are who vouches for whom,
    `exempt` until which day (ISO) somebody owes no levy, `owed` what they owe. `covered` is for which
    minutes of work it was issued, `earned` what members were paid by month. `flows` sums up what
    happened by day, and `levels` what stood above nothing at the end of each day (UTC) that changed it.
    `below` is since when (ms) somebody's account is below nothing.
    """

    unit: Unit
    words: tuple[str, ...]
    versions: list[UnitTerms]
    room: int
    running: str
    vouches: dict[int, set[int]] = field(default_factory=dict)
    exempt: dict[int, str] = field(default_factory=dict)
    owed: dict[int, int] = field(default_factory=dict)
    covered: dict[Key, Parts] = field(default_factory=dict)
    earned: dict[tuple[int, str], int] = field(default_factory=dict)
    flows: dict[tuple[str, Motion], int] = field(default_factory=dict)
    levels: dict[str, int] = field(default_factory=dict)
    level: int = 0
    below: dict[int, int] = field(default_factory=dict)

    @property
    def code(self) -> str:
        """What it is called in postings."""
        return self.unit.code

    @property
    def name(self) -> str:
        """What people call it."""
        return self.unit.name

    @property
    def terms(self) -> UnitTerms:
        """The terms in force."""
        return self.versions[-1]

    @property
    def taker(self) -> str:
        """The account that fees, levies and demurrage go to."""
        return ISSUER if self.terms.mode is Mode.ISSUED else TREASURY

    def flowed(self, motion: Motion, first: str, last: str) -> int:
        """How much of something happened from day to day (ISO)."""
        return sum(
            count
            for (day, what), count in self.flows.items()
            if what is motion and first <= day <= last
        )

    def owed_by(self, numbers: Iterable[int]) -> int:
        """What a person owes of levies, under all their numbers."""
        return sum(self.owed.get(number, 0) for number in numbers)

    def earned_lately(self, numbers: Iterable[int], month: str) -> int:
        """What a person was paid in the six months before a month, such as 2026-11."""
        months = months_before(month, INCOME_MONTHS)
        return sum(self.earned.get((number, each), 0) for number in numbers for each in months)

    # --- What happens to it

    def change(self, event: UnitChanged) -> None:
        """Take new terms; where periods are others than before, the first one has nothing taken yet."""
        old, new = self.terms, event.terms
        self.words = event.words
        self.versions.append(new)
        begun = period_of(dt.date.fromisoformat(event.day), new.every)
        if old.takes and new.every is not old.every and begun.first.isoformat() < self.running:
            self.running = next_period(begun, new.every).first.isoformat()
        elif new.every is not old.every or not old.takes:
            self.running = begun.first.isoformat()

    def allot(self, event: IssueAllotted) -> None:
        """Enter for which work somebody got it."""
        sign = -1 if event.reverses else 1
        for basis in event.basis:
            work = (basis.month, basis.member, basis.kind, basis.unit, basis.circle)
            minutes = self.covered.get(work, 0) + sign * Fraction(basis.covers)
            if minutes:
                self.covered[work] = minutes
            else:
                self.covered.pop(work, None)
        self._flow(event.day, Motion.ISSUED, sign * event.count)

    def take(self, event: UnitsTaken, numbers: Iterable[int]) -> None:
        """Enter what a period's end took of a person, who has these numbers."""
        for number in numbers:
            self.owed.pop(number, None)
        if event.owed:
            self.owed[event.member] = event.owed
        self._flow(event.day, Motion.DEMURRAGE, event.demurrage)
        self._flow(event.day, Motion.LEVIED, event.levied)
        self._flow(event.day, Motion.LEVY, event.levy)

    def move(self, event: TransferMade | TransferApproved, numbers: Iterable[int]) -> None:
        """Enter a transfer in it, or that one is undone; the payer has these numbers."""
        order, sign = event.order, -1 if event.reverses else 1
        match order.flow:
            case Flow.PAY:
                self._flow(order.day, Motion.PAID, sign * order.count)
                self._flow(order.day, Motion.FEE, sign * order.fee)
                key = (order.to, (event.corrects or order.day)[:7])
                self.earned[key] = self.earned.get(key, 0) + sign * order.count
            case Flow.LEVY:
                self._flow(order.day, Motion.LEVY, sign * order.count)
                self._settle(order.member, sign * order.count, numbers)
            case Flow.RETIRE:
                self._flow(order.day, Motion.RETIRED, sign * order.count)
            case Flow.WRITE_OFF:
                self._flow(order.day, Motion.WRITTEN_OFF, sign * order.count)
            case Flow.OPENING if order.taker == ISSUER:
                self._flow(order.day, Motion.ISSUED, sign * order.count)
            case _:
                pass

    def post(self, ledger: Ledger, postings: Iterable[Posting], at: int) -> None:
        """Post to the ledger, and note what then (ms) stands above nothing, and who is below."""
        held: defaultdict[str, int] = defaultdict(int)
        for each in postings:
            before = ledger.balances.get((each.account, each.unit), 0)
            ledger.post((each,))
            if each.account != ISSUER:
                self.level += max(0, before + each.count) - max(0, before)
                held[each.account] = before + each.count
        if held:
            self.levels[dt.datetime.fromtimestamp(at / 1000, dt.UTC).date().isoformat()] = self.level
        for account, count in held.items():
            root, _, number = account.partition(":")
            if root == "held" and count < 0:
                self.below.setdefault(int(number), at)
            elif root == "held":
                self.below.pop(int(number), None)

    def _settle(self, member: int, count: int, numbers: Iterable[int]) -> None:
        left = self.owed_by(numbers) - count
        for number in numbers:
            self.owed.pop(number, None)
        if left:
            self.owed[member] = left

    def _flow(self, day: str, motion: Motion, count: int) -> None:
        if count:
            self.flows[day, motion] = self.flows.get((day, motion), 0) + count


@dataclass(slots=True)
class Units:
    """A collective's own units, by their codes, and by each word that means one."""

    by_code: dict[str, OwnUnit] = field(default_factory=dict)
    words: dict[str, Unit] = field(default_factory=dict)

    def __iter__(self) -> Iterator[OwnUnit]:
        """All of them, the oldest first."""
        return iter(self.by_code.values())

    def named(self, word: str) -> OwnUnit | None:
        """The unit that a word means."""
        unit = self.words.get(word.casefold())
        return self.by_code[unit.code] if unit else None

    def take(self, event: UnitStep, ledger: Ledger, members: Members, at: int) -> None:
        """Enter what happened to a unit at an instant (ms)."""
        match event:
            case UnitBegun():
                self._begin(event)
            case UnitChanged():
                self._change(event)
            case UnitVouched():
                vouching = self.by_code[event.unit].vouches.setdefault(event.member, set())
                (vouching.add if event.given else vouching.discard)(event.by)
            case LevyExempted():
                self.by_code[event.unit].exempt[event.member] = event.until
            case UnitPeriodEnded():
                self.by_code[event.unit].running = event.day
            case IssueAllotted():
                it = self.by_code[event.unit]
                it.allot(event)
                it.post(ledger, event.postings, at)
            case UnitsTaken():
                it = self.by_code[event.unit]
                it.take(event, members.numbers(event.member))
                it.post(ledger, event.postings, at)

    def move(
        self, event: TransferMade | TransferApproved, ledger: Ledger, members: Members, at: int
    ) -> bool:
        """Enter a transfer in a unit of one's own, and whether it is in one."""
        it = self.by_code.get(event.order.unit)
        if it is None:
            return False
        it.move(event, members.numbers(event.order.member))
        it.post(ledger, event.postings, at)
        return True

    def _begin(self, event: UnitBegun) -> None:
        running = first_of_period(event.day, event.terms.every)
        it = OwnUnit(unit_of(event.unit), event.words, [event.terms], event.room, running)
        self.by_code[event.unit] = it
        self._name(it)

    def _change(self, event: UnitChanged) -> None:
        it = self.by_code[event.unit]
        self.words = {word: unit for word, unit in self.words.items() if unit != it.unit}
        it.change(event)
        self._name(it)

    def _name(self, it: OwnUnit) -> None:
        self.words |= dict.fromkeys(it.words, it.unit)


RULES: RulesByGroup = {
    Group.MONEY: weighing(
        Grade.MONEY,
        Rule(
            "units",
            say("Who begins units of the collective's own, sets their terms, exempts and writes off."),
            "proposal",
            one_of("proposal", "treasurer"),
            TOGETHER,
        ),
    )
}
