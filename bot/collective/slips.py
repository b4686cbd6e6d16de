"""Receipts: the pictures and documents that somebody handed in with what was spent or came in.

A receipt is a file beside the database. The journal holds the commitment to what it is (`SlipIs`), and
the file is named by that: it is destroyed with the text behind it, when it is taken back or somebody
whom it is about is forgotten.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import msgspec

from bot.collective.events import Changes, Event, Seal, When, about_member
from bot.collective.treasury import reference

SLIPS = "slips"
"""The index subject of all receipts."""

KEPT_MS = 366 * 86_400_000
"""How long it is remembered which transfers have a receipt: as long as reports tell of it."""


class SlipKept(Event, frozen=True, kw_only=True, tag="slip.kept"):
    """A receipt was handed in for a transfer, its `number` among those of that.

    `by` is who handed it in (0: the operator), `member` whom the transfer is about, 0 for nobody.
    """

    sealed_fields = kept_back_fields = passing_fields = ("content",)
    transfer: int
    number: int
    content: Seal
    by: int = 0
    member: int = 0

    @property
    def subjects(self) -> tuple[str, ...]:
        """The transfer, all receipts together, and whom it is about."""
        people = dict.fromkeys(each for each in (self.by, self.member) if each)
        return (reference(self.transfer), SLIPS, *map(about_member, people))


class SlipRemoved(Event, frozen=True, kw_only=True, tag="slip.removed"):
    """These receipts of a transfer were taken back, and their files destroyed."""

    transfer: int
    numbers: tuple[int, ...]
    by: int = 0

    @property
    def subjects(self) -> tuple[str, ...]:
        """The transfer, and all receipts together."""
        return (reference(self.transfer), SLIPS)


class SlipIs(msgspec.Struct, frozen=True):
    """What is sealed: the kind of a file, how many bytes it has, and their SHA-256 in hex."""

    kind: str
    bytes: int
    digest: str

    @property
    def text(self) -> str:
        """As it is sealed."""
        return f"{self.kind} {self.bytes} {self.digest}"

    @classmethod
    def of(cls, text: str) -> SlipIs:
        """What was sealed."""
        kind, count, digest = text.split(" ")
        return cls(kind, int(count), digest)


@dataclass(slots=True)
class Slips:
    """How many receipts are kept of a transfer, and since when (ms); of the last year."""

    kept: dict[int, tuple[int, int]] = field(default_factory=dict)

    def keep(self, event: SlipKept, when: When) -> None:
        """One more."""
        if next(iter(self.kept.values()), (when.at,))[0] <= when.at - KEPT_MS:
            held = self.kept.items()
            self.kept = {n: it for n, it in held if it[0] > when.at - KEPT_MS}
        since, count = self.kept.get(event.transfer, (when.at, 0))
        self.kept[event.transfer] = (since, count + 1)

    def remove(self, event: SlipRemoved, _: When) -> None:
        """Some less."""
        since, count = self.kept.pop(event.transfer, (0, 0))
        if count > len(event.numbers):
            self.kept[event.transfer] = (since, count - len(event.numbers))


CHANGES: Changes = {SlipKept: Slips.keep, SlipRemoved: Slips.remove}
