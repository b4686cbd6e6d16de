"""What an event is: a past-tense fact, frozen, that lives for ever.

Fields are only ever added, with a default; tags are never renamed. Texts that a person may want
erased are never in an event, only their commitment (`Seal`). Amounts are whole smallest parts.
"""

from __future__ import annotations

from typing import ClassVar

import msgspec

Seal = str
"""The commitment that stands in an event for an erasable text (see `bot.chain.seal_of`)."""


class Event(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    tag_field="event",
    omit_defaults=True,
    forbid_unknown_fields=True,
    gc=False,
):
    """The common shape. `sealed_fields` names the fields that hold commitments."""

    sealed_fields: ClassVar[tuple[str, ...]] = ()

    @property
    def seals(self) -> tuple[Seal, ...]:
        """The commitments in this event."""
        return tuple(seal for name in self.sealed_fields if (seal := getattr(self, name)))

    @property
    def subjects(self) -> tuple[str, ...]:
        """What the journal's index knows this event by: references, members."""
        return ()


class Posting(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One line of an entry: so many smallest parts of a unit to (or from) an account."""

    account: str
    unit: str
    count: int


def about_member(number: int) -> str:
    """The index subject of a member's entries."""
    return f"member:{number}"
