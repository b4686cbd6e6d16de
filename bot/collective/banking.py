"""Bank accounts, and which payouts a bank was told of.

The number of an account (IBAN) is a sealed text: it stands in no entry, on no page and in no export,
only in the file that a treasurer takes to a bank. It is destroyed when it is replaced, taken back, or
its owner forgotten.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import msgspec

from bot.collective.events import Changes, Event, Seal, When, about_member
from bot.collective.treasury import Flow, TransferApproved, TransferMade, reference

IBANS = "ibans"
"""The index subject of all account numbers."""

COLLECTIVE = 0
"""Whose the collective's own account is, among the numbers of members."""

HOLDER_CHARACTERS_MAX = 70
"""As much of a name as a transfer holds."""

KEPT_MS = 92 * 86_400_000
"""How long it is remembered which payouts no bank was told of."""


class _IbanKept(Event, frozen=True, kw_only=True):
    """What is sealed is never told, and destroyed when it is needed no more."""

    sealed_fields = kept_back_fields = passing_fields = ("iban",)
    iban: Seal = ""


class MemberIbanKept(_IbanKept, frozen=True, kw_only=True, tag="member.iban"):
    """A member said to which account they are paid out; with no `iban`, they took it back."""

    member: int

    @property
    def subjects(self) -> tuple[str, ...]:
        """The member, and all account numbers together."""
        return (about_member(self.member), IBANS)


class CollectiveIbanKept(_IbanKept, frozen=True, kw_only=True, tag="treasury.iban"):
    """A treasurer said from which account the collective pays; with no `iban`, from none."""

    by: int = 0

    @property
    def subjects(self) -> tuple[str, ...]:
        """All account numbers together."""
        return (IBANS,)


class PayoutsFiled(Event, frozen=True, kw_only=True, tag="payouts.filed"):
    """A treasurer took these payouts (by number) along in a file `form` for a bank."""

    numbers: tuple[int, ...]
    form: str
    by: int = 0

    @property
    def subjects(self) -> tuple[str, ...]:
        """The payouts."""
        return tuple(map(reference, self.numbers))


class BankAccount(msgspec.Struct, frozen=True):
    """The number of an account, and whose name it is in where that is not the name here."""

    iban: str
    holder: str = ""

    @property
    def text(self) -> str:
        """As it is sealed."""
        return f"{self.iban}\n{self.holder}" if self.holder else self.iban

    @classmethod
    def of(cls, text: str) -> BankAccount:
        """The account that was sealed."""
        iban, _, holder = text.partition("\n")
        return cls(iban, holder)


@dataclass(frozen=True, slots=True)
class Paid:
    """A payout that was made: when (ms), to whom, how much; its run, and whether a bank was told."""

    at: int
    member: int
    unit: str
    count: int
    run: int = 0
    filed: bool = False


@dataclass(slots=True)
class Banking:
    """The commitments to account numbers by member, and the payouts of late that stand, by number."""

    ibans: dict[int, Seal] = field(default_factory=dict)
    paid: dict[int, Paid] = field(default_factory=dict)

    def keep(self, event: MemberIbanKept, _: When) -> None:
        """A member has another account, or none."""
        self._keep(event.member, event.iban)

    def keep_own(self, event: CollectiveIbanKept, _: When) -> None:
        """The collective has another account, or none."""
        self._keep(COLLECTIVE, event.iban)

    def _keep(self, number: int, seal: Seal) -> None:
        if seal:
            self.ibans[number] = seal
        else:
            self.ibans.pop(number, None)

    def moved(self, event: TransferMade | TransferApproved, at: int) -> None:
        """Money moved: note a payout, or that one was undone."""
        self.paid.pop(event.reverses, None)
        past = isinstance(event, TransferMade) and event.origin is not None
        if event.reverses or past or event.order.flow is not Flow.PAYOUT:
            return
        order = event.order
        self.paid = self.of_late(at)
        self.paid[event.number] = Paid(at, order.member, order.unit, order.count, event.run)

    def file(self, event: PayoutsFiled, _: When) -> None:
        """A bank is told of these."""
        for number in event.numbers:
            it = self.paid.get(number)
            if it is not None:
                self.paid[number] = Paid(it.at, it.member, it.unit, it.count, it.run, filed=True)

    def of_late(self, at: int) -> dict[int, Paid]:
        """The payouts that stand, of as long before an instant (ms) as is remembered."""
        return {n: it for n, it in self.paid.items() if it.at > at - KEPT_MS}


def run_of(paid: dict[int, Paid], number: int) -> list[int]:
    """The payouts that were made together with one, and that itself; none where it is unknown."""
    it = paid.get(number)
    if it is None:
        return []
    return [n for n, each in paid.items() if n == number or (it.run and each.run == it.run)]


CHANGES: Changes = {
    MemberIbanKept: Banking.keep,
    CollectiveIbanKept: Banking.keep_own,
    PayoutsFiled: Banking.file,
}
