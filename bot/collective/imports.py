"""Imports: what another program kept becomes entries here, when somebody else has looked at it too.

An import is announced with a checksum of all that it would enter; members agree to exactly that; then
it is done, whole. It can be undone, whole but for what was changed or shared out since.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import msgspec

from bot.collective.events import Changes, Event, Origin, Seal, When, about_member


class ImportAnnounced(Event, frozen=True, kw_only=True, tag="import.announced"):
    """The operator wants to enter so many rows of a file; `members` are those who would get something.

    `new` are how many more people would become members by it, without an account. `plan` is the
    checksum of all that would be entered, `file` that of the file: `sha256:` and the digits, which no
    verifier takes for the commitment to a text. What was brought in a chat is entered when enough
    agree: until then `content` are its rows (JSON), `by` is who brought it, and `needs` how many others
    have to agree.
    """

    sealed_fields = kept_back_fields = passing_fields = ("content",)
    number: int
    source: str
    plan: str
    file: str
    entries: int
    members: tuple[int, ...] = ()
    new: int = 0
    content: Seal = ""
    by: int = 0
    needs: int = 0

    @property
    def subjects(self) -> tuple[str, ...]:
        """The import."""
        return (reference(self.number),)


class ImportAgreed(Event, frozen=True, kw_only=True, tag="import.agreed"):
    """A member looked at it and agrees."""

    number: int
    member: int

    @property
    def subjects(self) -> tuple[str, ...]:
        """The import, and who agreed."""
        return (reference(self.number), about_member(self.member))


class ImportDone(Event, frozen=True, kw_only=True, tag="import.done"):
    """Its rows were entered, as the contributions (C) or transfers (T) from `first` on.

    Thanks and decisions have no numbers: of these `letter` is empty.
    """

    number: int
    first: int
    entries: int
    letter: str = "C"

    @property
    def subjects(self) -> tuple[str, ...]:
        """The import."""
        return (reference(self.number),)


class ImportBegun(Event, frozen=True, kw_only=True, tag="import.begun"):
    """It is entered part by part from now on, or taken back, and none of that counts before it is done.

    Its parts are the entries whose cause is `rows`; so many numbers of members, contributions and
    transfers are kept free for them. Begun again, what was begun before never counts.
    """

    number: int
    rows: str
    members: int = 0
    contributions: int = 0
    transfers: int = 0

    @property
    def subjects(self) -> tuple[str, ...]:
        """The import."""
        return (reference(self.number),)


class ImportHalted(Event, frozen=True, kw_only=True, tag="import.halted"):
    """What was begun is no good any more: none of its parts ever counts."""

    number: int

    @property
    def subjects(self) -> tuple[str, ...]:
        """The import."""
        return (reference(self.number),)


class DecisionBrought(Event, frozen=True, kw_only=True, tag="import.decision"):
    """What was decided elsewhere, on a day (ISO): a record of the past, which binds nobody."""

    sealed_fields = ("what",)
    day: str
    what: Seal
    origin: Origin

    @property
    def subjects(self) -> tuple[str, ...]:
        """The import; and all such decisions together."""
        return (reference(self.origin.number), DECIDED_ELSEWHERE)


class ThanksBrought(Event, frozen=True, kw_only=True, tag="import.thanks"):
    """Somebody thanked somebody elsewhere, on a day (ISO): it counts for its month, and is not told."""

    sealed_fields = ("what",)
    member: int
    to: int
    day: str
    what: Seal
    origin: Origin

    @property
    def subjects(self) -> tuple[str, ...]:
        """The import; who thanked, and who was thanked."""
        return (reference(self.origin.number), about_member(self.member), about_member(self.to))


class ImportUndone(Event, frozen=True, kw_only=True, tag="import.undone"):
    """Its entries were withdrawn, but for those `kept` that were changed or shared out since."""

    number: int
    entries: int
    kept: int = 0

    @property
    def subjects(self) -> tuple[str, ...]:
        """The import."""
        return (reference(self.number),)


DECIDED_ELSEWHERE = "decided-elsewhere"
"""The index subject of all decisions that were brought in."""


class Numbers(msgspec.Struct, frozen=True):
    """The first numbers that are free: of members, of contributions, of transfers."""

    member: int
    contribution: int
    transfer: int


class Held(msgspec.Struct, frozen=True, gc=False):
    """An entry that does not count yet: what it says, and by whom."""

    payload: str
    actor: int


@dataclass(slots=True)
class Begun:
    """What is entered or taken back part by part: the cause of its parts, and those there are."""

    rows: str
    at: int
    numbers: Numbers
    held: list[Held] = field(default_factory=list)


@dataclass(slots=True)
class Import:
    """An import as it stands; `first` is 0 until it is done. Of a chat's, `content` are its rows."""

    number: int
    source: str
    plan: str
    entries: int
    members: tuple[int, ...]
    at: int
    agreed: list[int] = field(default_factory=list)
    first: int = 0
    undone: bool = False
    letter: str = "C"
    new: int = 0
    content: Seal = ""
    by: int = 0
    needs: int = 0
    decisions: int = 0
    begun: Begun | None = None
    thanks: Counter[tuple[str, int]] = field(default_factory=Counter)

    @property
    def ref(self) -> str:
        """Its short name."""
        return reference(self.number)

    @property
    def open(self) -> bool:
        """Whether it waits for others, or for the operator."""
        return not self.first and not self.undone


@dataclass(slots=True)
class Imports:
    """All imports of a collective, by number.

    `hidden` are the causes of entries that do not count, or not yet, with the import that they are of.
    """

    known: dict[int, Import] = field(default_factory=dict)
    hidden: dict[str, int] = field(default_factory=dict)

    def announce(self, event: ImportAnnounced, when: When) -> None:
        """Enter one; what was announced before and not done is given up."""
        self.known = {number: it for number, it in self.known.items() if not it.open}
        self.known[event.number] = Import(
            event.number,
            event.source,
            event.plan,
            event.entries,
            event.members,
            when.at,
            new=event.new,
            content=event.content,
            by=event.by,
            needs=event.needs,
        )

    def agree(self, event: ImportAgreed, _: When) -> None:
        """One more agrees."""
        self.known[event.number].agreed.append(event.member)

    def begin(self, event: ImportBegun, at: int, numbers: Numbers) -> None:
        """Its parts come from now on, and are held back; `numbers` are kept free for them."""
        self.known[event.number].begun = Begun(event.rows, at, numbers)
        self.hidden[event.rows] = event.number

    def hold(self, cause: str, held: Held) -> None:
        """Hold a part back; one of what was given up is passed over."""
        it = self.known.get(self.hidden[cause])
        if it is not None and it.begun is not None and it.begun.rows == cause:
            it.begun.held.append(held)

    def release(self, number: int) -> list[Held]:
        """The parts of what is done: they count now."""
        begun = self._end(number)
        if begun is None:
            return []
        del self.hidden[begun.rows]
        return begun.held

    def halt(self, event: ImportHalted, _: When) -> None:
        """What was begun never counts."""
        self._end(event.number)

    def _end(self, number: int) -> Begun | None:
        it = self.known[number]
        begun, it.begun = it.begun, None
        return begun

    def finish(self, event: ImportDone) -> None:
        """It is done."""
        it = self.known[event.number]
        it.first, it.letter = event.first, event.letter

    def bring(self, event: DecisionBrought, _: When) -> None:
        """One more decision of elsewhere."""
        self.known[event.origin.number].decisions += 1

    def undo(self, event: ImportUndone) -> None:
        """It is undone, or given up: then what was begun never counts."""
        self._end(event.number)
        self.known[event.number].undone = True

    def was_given_up(self, cause: str) -> bool:
        """Whether entries of this cause never count."""
        it = self.known.get(self.hidden.get(cause, 0))
        waits = it is not None and it.begun is not None and it.begun.rows == cause
        return cause in self.hidden and not waits

    @property
    def decisions(self) -> int:
        """How many decisions of elsewhere there are."""
        return sum(it.decisions for it in self.known.values() if not it.undone)

    def done_of(self, source: str) -> list[Import]:
        """Those of a source that were entered, be they undone since or not."""
        return [it for it in self.known.values() if it.source == source and it.first]

    @property
    def next_number(self) -> int:
        """The number that the next one will have."""
        return max(self.known, default=0) + 1

    @property
    def waiting(self) -> Import | None:
        """The one that waits, if one does."""
        return next((it for it in self.known.values() if it.open), None)


def reference(number: int) -> str:
    """The short name of an import."""
    return f"I{number}"


CHANGES: Changes = {
    ImportAnnounced: Imports.announce,
    ImportAgreed: Imports.agree,
    ImportHalted: Imports.halt,
    DecisionBrought: Imports.bring,
}
