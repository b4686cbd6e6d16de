"""Invoices: money that was asked of somebody outside, and is expected by a day.

An invoice moves nothing. What settles it are incomes that name it, or that it was matched with; one of
them that is undone opens it again. Of whom it is asked, and for what, are sealed words.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.collective.events import Changes, Event, Seal, When
from bot.collective.treasury import TransferApproved, TransferMade
from bot.collective.treasury import reference as transfer_ref

OPEN_MAX = 500
"""More than anybody looks after; a bound on what is open."""


class _InvoiceEvent(Event, frozen=True, kw_only=True):
    """`proposal` is the number of the one that had it done, 0 where somebody did it."""

    number: int
    by: int = 0
    proposal: int = 0

    @property
    def subjects(self) -> tuple[str, ...]:
        """The invoice."""
        return (reference(self.number),)


class InvoiceSent(_InvoiceEvent, frozen=True, kw_only=True, tag="invoice.sent"):
    """So much (smallest parts) is expected of somebody up to the day `due`, asked on `day` (ISO)."""

    sealed_fields = ("whom", "what")
    unit: str
    count: int
    day: str
    due: str
    whom: Seal
    what: Seal = ""


class InvoiceMatched(_InvoiceEvent, frozen=True, kw_only=True, tag="invoice.matched"):
    """An income that was entered without naming it, by the number of its transfer, pays of it.

    `day` (ISO) is the one on which that was said: what was told of the days before it stays so.
    """

    transfer: int
    count: int
    day: str

    @property
    def subjects(self) -> tuple[str, ...]:
        """The invoice and the transfer."""
        return (reference(self.number), transfer_ref(self.transfer))


class InvoiceCancelled(_InvoiceEvent, frozen=True, kw_only=True, tag="invoice.cancelled"):
    """What was not paid of it until a day (ISO) is expected no more."""

    sealed_fields = ("reason",)
    day: str
    reason: Seal = ""


@dataclass(frozen=True, slots=True)
class Paid:
    """What a transfer paid of an invoice, in smallest parts; below nothing where it undid that."""

    transfer: int
    day: str
    count: int


@dataclass(slots=True)
class Invoice:
    """One invoice; `cancelled` is the day (ISO) on which the rest was given up, empty for none."""

    number: int
    unit: str
    count: int
    day: str
    due: str
    whom: Seal
    what: Seal
    payments: list[Paid] = field(default_factory=list)
    cancelled: str = ""

    @property
    def ref(self) -> str:
        """Its short name."""
        return reference(self.number)

    @property
    def paid(self) -> int:
        """What of it was paid, in smallest parts."""
        return sum(each.count for each in self.payments)

    @property
    def open(self) -> int:
        """What is still expected, in smallest parts."""
        return 0 if self.cancelled else self.count - self.paid

    def open_on(self, day: str) -> int:
        """What was expected at the end of a day (ISO)."""
        if day < self.day or (self.cancelled and self.cancelled <= day):
            return 0
        return self.count - sum(each.count for each in self.payments if each.day <= day)

    def is_overdue(self, today: str) -> bool:
        """Whether it should have been paid before a day (ISO)."""
        return self.open > 0 and self.due < today


@dataclass(slots=True)
class Invoices:
    """All invoices by number, and which of them each transfer that stands pays of."""

    by_number: dict[int, Invoice] = field(default_factory=dict)
    paid_by: dict[int, int] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many there ever were."""
        return len(self.by_number)

    @property
    def open(self) -> list[Invoice]:
        """Those of which something is expected, what is due first before the others."""
        found = (it for it in self.by_number.values() if it.open > 0)
        return sorted(found, key=lambda it: (it.due, it.number))

    def send(self, event: InvoiceSent, _: When) -> None:
        """One more."""
        self.by_number[event.number] = Invoice(
            event.number, event.unit, event.count, event.day, event.due, event.whom, event.what
        )

    def match(self, event: InvoiceMatched, _: When) -> None:
        """Something that had come in pays of it."""
        self._pay(event.number, Paid(event.transfer, event.day, event.count))

    def cancel(self, event: InvoiceCancelled, _: When) -> None:
        """The rest is given up."""
        self.by_number[event.number].cancelled = event.day

    def moved(self, event: TransferMade | TransferApproved) -> None:
        """An income pays of one; or what did is undone, and it is open again."""
        order = event.order
        if event.reverses:
            number = self.paid_by.pop(event.reverses, 0)
            if number:
                payments = self.by_number[number].payments
                payments.append(Paid(event.number, order.day, -order.count))
        elif order.invoice:
            self._pay(order.invoice, Paid(event.number, order.day, order.count))

    def _pay(self, number: int, paid: Paid) -> None:
        self.by_number[number].payments.append(paid)
        self.paid_by[paid.transfer] = number


def sums_of(counts: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Smallest parts by unit, of some of each."""
    sums: dict[str, int] = {}
    for unit, count in counts:
        if count:
            sums[unit] = sums.get(unit, 0) + count
    return sums


def reference(number: int) -> str:
    """The short name of an invoice in chat; I is that of an import."""
    return f"B{number}"


CHANGES: Changes = {
    InvoiceSent: Invoices.send,
    InvoiceMatched: Invoices.match,
    InvoiceCancelled: Invoices.cancel,
}
