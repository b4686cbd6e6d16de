"""The treasury: money that comes in, is held, passed on and paid out; each is a transfer with a number.

Cash in hand is what `treasury`, the funds and all `held:N` accounts hold together; it equals what the
world outside gave and got (`income:…`, `partner:…`, `expense:…`, `outside`). What a member gave is on
`member:N` and is never paid out of; what the collective holds for them is on `held:N`.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum

import msgspec

from bot.collective.events import Changes, Event, Origin, Posting, Seal, When, about_member
from bot.collective.ledger import reversed_postings, transfer
from bot.language.units import unit_of
from bot.text.wording import Quantity

TREASURY = "treasury"
OUTSIDE = "outside"
"""The members' own pockets."""

OTHER_KIND = "other"
"""The kind of an income or expense that names none."""

LEAVING_KEPT_MS = 366 * 86_400_000
"""How long the state remembers what left: as long as the longest period of a limit."""

ALONE_KEPT_MS = 86_400_000
"""Over what time that is summed which one person lets out alone."""

FUNDS_MAX = 100
"""More than anybody keeps apart; a bound on what the state holds."""


class Flow(StrEnum):
    """What a transfer does."""

    INCOME = "income"
    EXPENSE = "expense"
    PAY = "pay"
    PAYOUT = "payout"
    SET_ASIDE = "set-aside"
    RELEASE = "release"
    DISTRIBUTION = "distribution"
    LEVY = "levy"
    RETIRE = "retire"
    WRITE_OFF = "write-off"
    OPENING = "opening"
    SETTLE = "settle"


class Approval(StrEnum):
    """Who has to agree to what waits: of what one member paid another it is the other one."""

    ANYONE = "anyone"
    TREASURER = "treasurer"
    PROPOSAL = "proposal"
    COUNTERPART = "counterpart"


class Order(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """What is moved: the part of a transfer that is counted. `count` is in smallest parts.

    `member` is who pays or is paid (0: the treasury), `to` who gets what is paid between members, also
    what was paid outside to settle what `member` owed others; `own` says that an expense was laid out
    by the member. `fund` is where it comes from or goes to. `fee` is what a payment costs beside it;
    `taker` the account that a fee or a levy goes to, and that what a member has from elsewhere comes
    from. `partner` is the enterprise that an income is from, `period` the first day (ISO) of the period
    that it is for, if named; `circle` the one that an expense is for. With `dues`, an income is what
    `member` owes in dues; `invoice` numbers what it pays of, `recurring` the bill that is due.
    """

    flow: Flow
    unit: str
    count: int
    day: str
    member: int = 0
    to: int = 0
    kind: str = ""
    fund: str = ""
    own: bool = False
    fee: int = 0
    taker: str = ""
    partner: str = ""
    period: str = ""
    circle: str = ""
    dues: bool = False
    invoice: int = 0
    recurring: int = 0

    @property
    def shown(self) -> Quantity:
        """The amount, for an answer."""
        return Quantity(self.count, self.unit, unit_of(self.unit).parts)

    @property
    def leaves(self) -> bool:
        """Whether cash leaves the collective by it."""
        return self.flow is Flow.PAYOUT or (self.flow is Flow.EXPENSE and not self.own)

    @property
    def comes_in(self) -> bool:
        """Whether cash comes in by it: undone, it leaves."""
        return self.flow is Flow.INCOME


def held_account(number: int) -> str:
    """The account of what the collective holds for a member."""
    return f"held:{number}"


def between_account(number: int) -> str:
    """The account of what other members owe a member, or below nothing the member owes them."""
    return f"between:{number}"


def fund_account(name: str = "") -> str:
    """The account of a fund, or the treasury itself."""
    return f"fund:{name}" if name else TREASURY


def partner_account(name: str) -> str:
    """The account of what an enterprise around the commons gave: a part of the world outside."""
    return f"partner:{name}"


def cash_of(posting: Posting) -> int:
    """What a posting changes of the cash in hand: the treasury, the funds, what is held for members."""
    inside = posting.account == TREASURY or posting.account.startswith(("fund:", "held:"))
    return posting.count if inside else 0


def source_of(order: Order) -> str:
    """The account that has to have what is moved."""
    match order.flow:
        case Flow.PAYOUT | Flow.LEVY | Flow.RETIRE:
            return held_account(order.member)
        case Flow.PAY:
            return held_account(order.member) if order.member else TREASURY
        case Flow.SET_ASIDE | Flow.WRITE_OFF:
            return TREASURY
        case Flow.OPENING:
            return order.taker
        case Flow.SETTLE:
            return between_account(order.to)
        case Flow.INCOME:
            return partner_account(order.partner) if order.partner else f"income:{order.kind}"
        case _:
            return fund_account(order.fund)


def _target_of(order: Order) -> str:
    match order.flow:
        case Flow.INCOME | Flow.SET_ASIDE:
            return fund_account(order.fund)
        case Flow.EXPENSE:
            return f"expense:{order.kind}"
        case Flow.PAY:
            return held_account(order.to)
        case Flow.RELEASE:
            return TREASURY
        case Flow.LEVY | Flow.RETIRE:
            return order.taker
        case Flow.WRITE_OFF | Flow.OPENING:
            return held_account(order.member)
        case Flow.SETTLE:
            return between_account(order.member)
        case _:
            return OUTSIDE


def undoing_of(order: Order) -> tuple[Posting, ...]:
    """What the undoing of a transfer posts."""
    return reversed_postings(postings_of(order))


def postings_of(order: Order) -> tuple[Posting, ...]:
    """What a transfer posts."""
    made = transfer(source_of(order), _target_of(order), order.unit, order.count)
    if order.flow is Flow.EXPENSE and order.own:
        laid_out = transfer(OUTSIDE, held_account(order.member), order.unit, order.count)
        return made + laid_out
    if order.fee:
        return made + transfer(source_of(order), order.taker, order.unit, order.fee)
    return made


class _TransferEvent(Event, frozen=True, kw_only=True):
    """What all of them have in common.

    `reverses` is the number of the transfer that this undoes, 0 for none; `corrects` the day (ISO) that
    the undone one counts for, while its undoing counts for the day of its `order`. Undoings of before
    there was `corrects` have none: they count for the day of what they undo. `run` is the number of the
    first payout of those that are one run, 0 for a transfer by itself.
    """

    number: int
    order: Order
    reverses: int = 0
    corrects: str = ""
    run: int = 0

    @property
    def subjects(self) -> tuple[str, ...]:
        """The transfer, whom it is about, and what it undoes."""
        people = dict.fromkeys(each for each in (self.order.member, self.order.to) if each)
        undone = (reference(self.reverses),) if self.reverses else ()
        return (reference(self.number), *map(about_member, people), *undone)


class TransferMade(_TransferEvent, frozen=True, kw_only=True, tag="transfer.made"):
    """Money moved."""

    sealed_fields = ("what", "proof")
    what: Seal = ""
    proof: Seal = ""
    by: int = 0
    proposal: int = 0
    postings: tuple[Posting, ...] = ()
    origin: Origin | None = None

    @property
    def moves_clock(self) -> bool:
        """A partner's payment settles what else would be overdue."""
        return bool(self.order.partner)


class TransferAsked(_TransferEvent, frozen=True, kw_only=True, tag="transfer.asked"):
    """Somebody, or a passed proposal, wants money moved; it waits for approval, on a card in a room."""

    sealed_fields = ("what", "proof")
    needs: Approval
    what: Seal = ""
    proof: Seal = ""
    by: int = 0
    proposal: int = 0
    room: int = 0


class TransferApproved(_TransferEvent, frozen=True, kw_only=True, tag="transfer.approved"):
    """What waited was approved, and moved."""

    by: int = 0
    proposal: int = 0
    postings: tuple[Posting, ...] = ()

    @property
    def moves_clock(self) -> bool:
        """What a partner paid and is undone is due again."""
        return bool(self.order.partner)


class TransferDeclined(_TransferEvent, frozen=True, kw_only=True, tag="transfer.declined"):
    """What waited will not be moved."""

    sealed_fields = ("reason",)
    reason: Seal = ""
    by: int = 0


class FundBegun(Event, frozen=True, kw_only=True, tag="fund.begun"):
    """A fund keeps money apart for one purpose."""

    name: str

    @property
    def subjects(self) -> tuple[str, ...]:
        """The fund."""
        return (f"fund:{self.name}",)


Transfer = TransferMade | TransferAsked | TransferApproved | TransferDeclined


def reference(number: int) -> str:
    """The short name of a transfer in chat."""
    return f"T{number}"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A transfer that waits: what, since when (ms), who asked, who has to agree, and what it undoes.

    `room` is where its card stands, 0 where nobody knows; `run` as in the event.
    """

    order: Order
    at: int
    by: int
    needs: Approval
    reverses: int = 0
    corrects: str = ""
    proposal: int = 0
    room: int = 0
    run: int = 0


@dataclass(frozen=True, slots=True)
class LetOut:
    """What one person let out with nobody's agreement: when (ms), who, what, and to whom.

    `to` is the member whom it was paid out to, 0 where it went to the world outside: of what kind that
    is makes no difference, since it is named by whoever lets it out.
    """

    at: int
    by: int
    unit: str
    count: int
    to: int


@dataclass(slots=True)
class Treasury:
    """What decisions need to know of the money.

    `left` holds (when in ms, unit, smallest parts) of what left of late; `lately` (when in ms, order)
    of income and expenses of the last year that stand, by number, also imported ones. `undone` are
    the numbers of what was undone, `written_off` what was, by member and unit. `alone` is what somebody
    let out alone within the last day and stands, by number; `imported` the numbers of what came with an
    import.
    """

    count: int = 0
    funds: dict[str, None] = field(default_factory=dict)
    waiting: dict[int, Waiting] = field(default_factory=dict)
    left: list[tuple[int, str, int]] = field(default_factory=list)
    lately: dict[int, tuple[int, Order]] = field(default_factory=dict)
    undone: set[int] = field(default_factory=set)
    written_off: dict[tuple[int, str], int] = field(default_factory=dict)
    alone: dict[int, LetOut] = field(default_factory=dict)
    imported: set[int] = field(default_factory=set)

    def made(self, event: TransferMade, when: When) -> None:
        """Money moved at once."""
        self.count = max(self.count, event.number)
        if event.origin is not None:
            self.imported.add(event.number)  # of the past: it bears on no limit of today
        if not event.reverses and (event.origin is None or _of_last_year(event.order, when.at)):
            self._note(event.number, event.order, when.at)
        self._moved(event, when.at)
        order = event.order
        leaves = order.comes_in if event.reverses else order.leaves
        if leaves:
            self._let_out(event, when.at)

    def asked(self, event: TransferAsked, when: When) -> None:
        """Something waits."""
        self.count = max(self.count, event.number)
        self.waiting[event.number] = Waiting(
            event.order,
            when.at,
            event.by,
            event.needs,
            event.reverses,
            event.corrects,
            event.proposal,
            event.room,
            event.run,
        )
        if not event.reverses:
            self._note(event.number, event.order, when.at)

    def approved(self, event: TransferApproved, when: When) -> None:
        """It waits no more; money moved. What one asked for oneself, or recurs, one lets out alone."""
        it, order = self.waiting.pop(event.number), event.order
        self._moved(event, when.at)
        own = order.recurring or (order.flow is Flow.PAYOUT and it.by == order.member)
        if own and not event.reverses:
            self._let_out(event, when.at)

    def declined(self, event: TransferDeclined, _: When) -> None:
        """It waits no more."""
        del self.waiting[event.number]
        self.lately.pop(event.number, None)

    def begin_fund(self, event: FundBegun, _: When) -> None:
        """Money can be set aside under one more name."""
        self.funds[event.name] = None

    def left_since(self, unit: str, at: int) -> int:
        """How much of a unit left since an instant (ms)."""
        return sum(count for when, of, count in self.left if of == unit and when >= at)

    def run_of(self, number: int) -> dict[int, Waiting]:
        """What waits together with a transfer that waits, and that itself, by number."""
        run = self.waiting[number].run
        return {
            n: it for n, it in sorted(self.waiting.items()) if n == number or (run and it.run == run)
        }

    def waits_undoing(self, number: int) -> int:
        """The number of the undoing of a transfer that waits for approval; 0 where none does."""
        return next((n for n, it in self.waiting.items() if it.reverses == number), 0)

    def undo(self, number: int) -> None:
        """A transfer, a distribution or an issue is undone. Raises ValueError the second time."""
        if number in self.undone:
            message = f"{reference(number)} was undone already"
            raise ValueError(message)
        self.undone.add(number)

    def _note(self, number: int, order: Order, at: int) -> None:
        if order.flow in {Flow.INCOME, Flow.EXPENSE}:
            if next(iter(self.lately.values()), (at,))[0] <= at - LEAVING_KEPT_MS:
                kept = self.lately.items()
                self.lately = {n: each for n, each in kept if each[0] > at - LEAVING_KEPT_MS}
            self.lately[number] = (at, order)

    def _moved(self, event: TransferMade | TransferApproved, at: int) -> None:
        order, sign = event.order, -1 if event.reverses else 1
        if event.reverses:
            self.undo(event.reverses)
            self.lately.pop(event.reverses, None)
            self.alone.pop(event.reverses, None)
        if {event.number, event.reverses} & self.imported:
            pass
        elif order.leaves:
            self._leave(order, sign * order.count, at)
        elif event.corrects and order.comes_in:
            self._leave(order, order.count, at)
        if order.flow is Flow.WRITE_OFF:
            key = (order.member, order.unit)
            self.written_off[key] = self.written_off.get(key, 0) + sign * order.count

    def _let_out(self, event: TransferMade | TransferApproved, at: int) -> None:
        if event.by and not event.proposal:
            order, since = event.order, at - ALONE_KEPT_MS
            self.alone = {n: each for n, each in self.alone.items() if each.at > since}
            self.alone[event.number] = LetOut(at, event.by, order.unit, order.count, order.member)

    def _leave(self, order: Order, count: int, at: int) -> None:
        self.left = [each for each in self.left if each[0] > at - LEAVING_KEPT_MS]
        self.left.append((at, order.unit, count))


def _of_last_year(order: Order, at: int) -> bool:
    """Whether it counts for a day of the last year, so that the same may still be typed."""
    day = dt.datetime.combine(dt.date.fromisoformat(order.day), dt.time(), dt.UTC)
    return int(day.timestamp() * 1000) > at - LEAVING_KEPT_MS


CHANGES: Changes = {
    TransferAsked: Treasury.asked,
    TransferDeclined: Treasury.declined,
    FundBegun: Treasury.begin_fund,
}
