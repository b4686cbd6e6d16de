"""What an event is: a past-tense fact, frozen, that lives for ever.

Fields are only ever added, with a default; tags are never renamed. Texts that a person may want
erased are never in an event, only their commitment (`Seal`). Amounts are whole smallest parts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, ClassVar

import msgspec

from bot.chat import Place

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
    """The common shape. `sealed_fields` names the fields that hold commitments.

    `identity_fields` are those of them whose texts are names or accounts, which the state needs;
    `common_fields` those that are the collective's, and stay when whoever wrote them is forgotten.
    `kept_back_fields` are those that nobody is told as long as they stand behind their commitment,
    `passing_fields` those whose texts are needed for a while only. An event with `vote_cast` says what
    one person chose, or that they did.
    """

    vote_cast: ClassVar[bool] = False

    sealed_fields: ClassVar[tuple[str, ...]] = ()
    identity_fields: ClassVar[tuple[str, ...]] = ()
    common_fields: ClassVar[tuple[str, ...]] = ()
    kept_back_fields: ClassVar[tuple[str, ...]] = ()
    passing_fields: ClassVar[tuple[str, ...]] = ()

    @property
    def moves_clock(self) -> bool:
        """Whether something may be due at another time than before."""
        return False

    @property
    def seals(self) -> tuple[Seal, ...]:
        """The commitments in this event."""
        return tuple([seal for name in self.sealed_fields if (seal := getattr(self, name))])

    @property
    def personal(self) -> tuple[Seal, ...]:
        """The commitments to what is erased when somebody whom it is about, or from, is forgotten."""
        names = (name for name in self.sealed_fields if name not in self.common_fields)
        return tuple(seal for name in names if (seal := getattr(self, name)))

    @property
    def passing(self) -> tuple[Seal, ...]:
        """The commitments to texts that are blanked when they are needed no more."""
        return tuple([seal for name in self.passing_fields if (seal := getattr(self, name))])

    @property
    def identities(self) -> tuple[Seal, ...]:
        """The commitments to names and accounts."""
        names = self.identity_fields
        return tuple([seal for name in names if (seal := getattr(self, name))]) if names else ()

    @property
    def taken(self) -> tuple[Place, ...]:
        """The places that belong to the collective from now on."""
        return ()

    @property
    def given_up(self) -> tuple[Place, ...]:
        """The places that belong to nobody from now on."""
        return ()

    @property
    def subjects(self) -> tuple[str, ...]:
        """What the journal's index knows this event by: references, members."""
        return ()


class Posting(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One line of an entry: so many smallest parts of a unit to (or from) an account."""

    account: str
    unit: str
    count: int


class Origin(msgspec.Struct, frozen=True, array_like=True, omit_defaults=True, gc=False):
    """Where an imported entry came from: the import's number, the file's line, the source's own id."""

    number: int
    line: int
    native: str = ""


class When(msgspec.Struct, frozen=True, gc=False):
    """What an entry says beside its event: when (ms), by whom, and the names that are known."""

    at: int
    actor: int
    names: Mapping[str, str]


Changes = Mapping[type[Event], Callable[[Any, Any, When], None]]
"""What each kind of event changes in one part of the state: a method of that part."""


def about_member(number: int) -> str:
    """The index subject of a member's entries."""
    return f"member:{number}"


def month_of(at: int) -> str:
    """The month of an instant (ms), in UTC, such as 2026-11."""
    return _month_of_day(at // _DAY_MS)


_DAY_MS = 86_400_000
_EPOCH = dt.date(1970, 1, 1)


@lru_cache(maxsize=1_000)
def _month_of_day(days: int) -> str:
    return (_EPOCH + dt.timedelta(days=days)).isoformat()[:7]
