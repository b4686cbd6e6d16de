"""What the engine needs from outside, each promise in prose.

The engine owns these interfaces; storage and adapters keep them. Nothing here is implemented.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

import msgspec

from bot.chain import Entry, KeptSnapshot, Near, Sealed
from bot.chat import Key, Outgoing, Place


class StorageFault(Exception):  # noqa: N818 - a fault of the world, not of the program
    """The store could not do it now (locked, connection lost); the same again may succeed."""


class Conflict(StorageFault):
    """Somebody else wrote first: read again, decide again."""


class CommitUnknown(StorageFault):
    """The connection broke while committing: ask the inbox, under the same lock, what happened."""


class StorageBroken(Exception):  # noqa: N818 - a fault of the world, not of the program
    """The disk failed us (a failed write or fsync): stop and reopen, never go on."""


class Subject(msgspec.Struct, frozen=True):
    """An index entry of the journal: entry `seq` of `collective` is about `subject`."""

    collective: str
    subject: str
    seq: int


class Text(msgspec.Struct, frozen=True):
    """An erasable text of a collective; `identity` marks names and accounts, which states need.

    It came with entry `seq`, or with one soon behind that; no entry before it refers to it.
    """

    collective: str
    sealed: Sealed
    identity: bool
    seq: int


class Received(msgspec.Struct, frozen=True):
    """A message that was handled: its key, the collective it went to (or none), and when."""

    key: Key
    collective: str
    at: int


class Assigned(msgspec.Struct, frozen=True):
    """A room that belongs to a collective from now on; to nobody where `collective` is empty."""

    place: Place
    collective: str


class Mark(msgspec.Struct, frozen=True):
    """What became of an outgoing message: its receipt (the platform's id of it), or why it failed.

    With `fleeting` its words, and to whom they went, are forgotten now.
    """

    key: Key
    number: int
    receipt: str = ""
    failure: str = ""
    fleeting: bool = False


class Wake(msgspec.Struct, frozen=True):
    """When (ms) something is due by the clock in a collective the next time; None where nothing is."""

    collective: str
    at: int | None


class Erased(msgspec.Struct, frozen=True):
    """Texts of a collective to be blanked, by their commitments, wherever they are kept.

    `told` says that they may stand in answers.
    """

    collective: str
    seals: tuple[str, ...]
    told: bool = True


class Position(msgspec.Struct, frozen=True):
    """How far an account has read on its platform, in the platform's own words.

    Everything before it must be durable when it is handed in.
    """

    platform: str
    account: str
    at: str


Note = Mark | Position
"""What an adapter wants kept with the next batch."""


class SealedBallot(msgspec.Struct, frozen=True):
    """The ballot of a voter in a secret poll, in its box; an empty box takes it back."""

    collective: str
    poll: int
    voter: int
    box: bytes


class KeptPriority(msgspec.Struct, frozen=True):
    """Whether a member wants to speak first among equals; where not, nothing is kept of it."""

    collective: str
    member: int
    on: bool


class Emptied(msgspec.Struct, frozen=True):
    """A secret poll whose ballots are dropped, all of them."""

    collective: str
    poll: int


class Written(msgspec.Struct):
    """Everything that one batch writes; it is kept whole or not at all.

    Of several rooms for one place the last counts. `erased` takes what was told of the collective
    before with it where it was told: the answers that were delivered are blanked too. Of several
    ballots of one voter in one poll the last counts, and of several priorities of one member. What was
    erased or emptied, or is wanted no more, leaves the database's files as well, as far as the database
    can do that. With what is erased the collective's snapshot goes, and whatever is being made of one.
    """

    entries: list[Entry] = []
    subjects: list[Subject] = []
    texts: list[Text] = []
    received: list[Received] = []
    outgoing: list[Outgoing] = []
    rooms: list[Assigned] = []
    marks: list[Mark] = []
    erased: list[Erased] = []
    wakes: list[Wake] = []
    positions: list[Position] = []
    sealed: list[SealedBallot] = []
    emptied: list[Emptied] = []
    priorities: list[KeptPriority] = []


class Transaction(Protocol):
    """One writing transaction. Leaving it normally commits durably; an exception undoes it all."""

    def hold(self, collectives: Iterable[str]) -> None:
        """Keep every other writer away from these collectives until the end of the transaction.

        Takes the locks in sorted order, so that two writers never wait for each other in a ring.
        """
        ...

    def changed(self) -> bool:
        """Whether another process may have written since this one's last transaction."""
        ...

    def answered(self, keys: Sequence[Key]) -> dict[Key, tuple[Outgoing, ...]]:
        """The first answers to those of the keys that were handled before.

        Answers that were pruned are left out: a key that is there with none was handled.
        """
        ...

    def collectives_of(self, places: Collection[Place]) -> dict[Place, str]:
        """The collectives that rooms belong to; a room that belongs to none is left out."""
        ...

    def lengths(self, collectives: Collection[str]) -> dict[str, int]:
        """How many entries each of these collectives' journals has."""
        ...

    def position(self, platform: str, account: str) -> str:
        """The position that was kept for an account; empty where none was."""
        ...

    def sender(self, platform: str, receipt: str) -> str:
        """The collective that sent the message with this receipt, not long ago; empty for none."""
        ...

    def asked_about(self, collective: str, platform: str, receipt: str) -> str:
        """What a collective asked about with this receipt, not long ago: a card, or private words.

        It is a reference; empty for none, for what was only told to a room, and for a message of
        another collective, where the same reference is something else.
        """
        ...

    def homes_of(self, account: str) -> list[str]:
        """The collectives that may know an account by this id; whether they do is theirs to say."""
        ...

    def entries(self, collective: str, after: int = 0) -> Iterator[Entry]:
        """The journal behind entry `after`, in order, without holding it all in memory."""
        ...

    def about(
        self, collective: str, subject: str, *, since: int = 0, newest: int | None = None
    ) -> list[Entry]:
        """The entries about a subject, in order.

        Only those at or after `since` (ms), or only the `newest` so many.
        """
        ...

    def about_each(self, collective: str, about: Sequence[str]) -> dict[str, list[Entry]]:
        """The entries about each of these subjects, in order."""
        ...

    def latest(self, collective: str, *, before: int | None, limit: int) -> list[Entry]:
        """The last `limit` entries (before entry `before`), newest first."""
        ...

    def since(self, collective: str, at: int) -> Iterator[Entry]:
        """The entries at or after an instant (ms), in order."""
        ...

    def by(self, collective: str, actor: int) -> Iterator[Entry]:
        """The entries that a member made, in order; the whole journal is looked through."""
        ...

    def names(self, collective: str) -> dict[str, str]:
        """The identity texts of a collective that are not erased: commitment to text."""
        ...

    def texts(self, collective: str, seals: Sequence[str], near: Near = None) -> dict[str, str]:
        """The texts behind these commitments, as far as they are not erased.

        Each that came with the entry that it is `near`, or shortly before, is found at once; any other
        one takes longer in a long journal.
        """
        ...

    def node(self, collective: str, level: int, number: int) -> bytes:
        """A whole node of the Merkle tree over a journal (`bot.merkle`); raises LostLeaf."""
        ...

    def boxes(self, collective: str, poll: int) -> dict[int, bytes]:
        """The ballots of a secret poll in their boxes, by voter."""
        ...

    def priorities(self, collective: str) -> frozenset[int]:
        """The numbers of those who want to speak first among equals."""
        ...

    def snapshot(self, collective: str) -> KeptSnapshot | None:
        """The snapshot of a collective's state, as it is kept: nothing of it is to be believed yet."""
        ...

    def write(self, written: Written) -> None:
        """Add everything; raises `Conflict` where another writer was first.

        May be called several times in one transaction.
        """
        ...


class Journal(Protocol):
    """The store, as the engine's one writer sees it."""

    def transaction(self) -> AbstractContextManager[Transaction]:
        """Begin a writing transaction.

        Raises `StorageFault` (or `CommitUnknown`) or `StorageBroken`, on entering, inside, or on
        leaving.
        """
        ...

    def close(self) -> None:
        """Give everything back; safe to call twice."""
        ...


class Keys(Protocol):
    """Where the keys of secret polls lie: outside the database and whatever copies it.

    Everything raises `StorageFault` where the disk says no; a key that is not there is no fault.
    """

    def make(self, name: str, key: bytes) -> None:
        """Keep a key, durably, for its owner alone; one of that name is replaced.

        Only an opening that was never written down can have left one.
        """

    def read(self, name: str) -> bytes | None:
        """The key, or None where there is none."""

    def destroy(self, name: str) -> None:
        """Unlink the key, durably; one that is gone already stays gone."""


class Queued(msgspec.Struct, frozen=True):
    """A message that waits in the outbox, and its place there; None where it cannot be read."""

    position: int
    key: Key
    number: int
    outgoing: Outgoing | None


class Outbox(Protocol):
    """What is still to be told, where cards stand, and how far was read.

    For programs that start and for adapters; read on a connection of its own.
    """

    def waiting(self, limit: int) -> list[Outgoing]:
        """Messages that were neither delivered nor given up, oldest first."""
        ...

    def queued(self, limit: int, after: int = 0, to: tuple[Place, str] | None = None) -> list[Queued]:
        """What waits here behind a position, oldest first; only what goes to one address.

        Of what is another program's, nothing.
        """
        ...

    def addresses(self) -> list[tuple[Place, str]]:
        """To whom something waits here that is no other program's: rooms, with a person or without."""
        ...

    def receipts(self, collective: str, ref: str) -> dict[Place, str]:
        """Where the card of a thing stands: the receipt of its message, by room."""
        ...

    def shown(self, place: Place, receipt: str) -> Outgoing | None:
        """What the card with this receipt shows now: itself, or its newest edit that was sent.

        A card for one person is found from any room, for a platform may have shown it elsewhere.
        """
        ...

    def answers(self, key: Key) -> list[Outgoing]:
        """What a message was answered, as far as it is not forgotten."""
        ...

    def position(self, platform: str, account: str) -> str:
        """How far an account has read; empty when it never did."""
        ...

    def positions(self, platform: str, prefix: str) -> dict[str, str]:
        """The positions of all accounts whose names begin so, but empty ones; by what is behind it."""
        ...

    def swap(self, platform: str, account: str, before: str, after: str) -> bool:
        """Move a position at once and alone, if it still is as it was `before`; returns whether.

        Of several programs that want it one has it. Raises StorageFault.
        """
        ...


class Wakes(Protocol):
    """When something is due by the clock. Read on a connection of its own."""

    def next(self) -> int | None:
        """The earliest instant (ms) at which something is due, or None."""

    def due(self, at: int) -> list[str]:
        """The collectives in which something is due at an instant (ms)."""

    def unknown(self) -> list[str]:
        """The collectives of which nobody has said yet when something is due."""

    def are_more_than(self, few: int) -> bool:
        """Whether there are more collectives than so many, of which it was ever said."""


class Later(Exception):  # noqa: N818 - a fault of the world, not of the program
    """The platform wants the message later, after this many seconds (None: no word when)."""

    def __init__(self, seconds: float | None = None) -> None:
        """Remember the wait."""
        super().__init__(seconds)
        self.seconds = seconds


class Undeliverable(Exception):  # noqa: N818 - a fault of the world, not of the program
    """The platform will never take this message (room gone, not allowed); says why in plain words."""


class TurnedAway(Exception):  # noqa: N818 - a fault of the world, not of the program
    """The platform will not have us any more (token revoked, account gone); says what to do."""


class Chat(Protocol):
    """A platform that can be spoken to."""

    platform: str

    async def send(self, outgoing: Outgoing, replaces: str | None) -> str:
        """Deliver, or edit the message with the receipt `replaces`; returns the new receipt.

        Sending the same row twice shows it once (as long as the platform remembers).
        Raises `Later` or `Undeliverable`.
        """
        ...


class Clock(Protocol):
    """The time, from outside."""

    def now(self) -> dt.datetime:
        """The present instant, aware, in UTC."""
        ...


class Chance(Protocol):
    """Randomness, from outside: the operating system's, or a seed's."""

    def salt(self) -> bytes:
        """Sixteen random bytes."""
        ...

    def reference(self) -> str:
        """A short reference for an error report, easy to read aloud."""
        ...


class Unpainted(Exception):  # noqa: N818 - no fault: the words go out alone
    """A picture could not be painted; it says why, without the words in it."""


Paint = Callable[[str], Awaitable[bytes]]
"""Makes a PNG of an SVG. Raises Unpainted where it cannot. It may take seconds when many wait."""

Names = Mapping[str, str]
"""Commitment to text, for names and accounts."""
