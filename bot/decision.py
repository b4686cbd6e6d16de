"""What a decision is: a pure function of the state, what was asked and the moment.

It returns `Accepted` (the facts to write down and what to answer) or raises `Refusal`; nothing happens
in it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Generic, cast

from typing_extensions import TypeVar

from bot.chain import Entry, Sealed
from bot.chat import Actor, Place, Refusal, Reply
from bot.collective.events import Event, Seal, about_member
from bot.collective.members import Member
from bot.collective.rules import Rules
from bot.collective.ruletypes import Value
from bot.collective.state import State
from bot.language.clock import local_day
from bot.moment import Moment
from bot.polling.sealing import Turn, Urn
from bot.text.wording import say
from bot.witnessing import Witnessed

A = TypeVar("A", covariant=True, default=object)  # noqa: PLC0105 - one letter is what is read everywhere
"""The class of a command's arguments."""

B = TypeVar("B")


@dataclass(frozen=True, slots=True)
class SecretBallot:
    """What a voter said in a secret poll, to be sealed; None takes it back. It is never shown."""

    urn: Urn
    turn: Turn
    words: bytes | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Priority:
    """Whether somebody wants to speak first among equals: in no journal, and never shown."""

    member: int
    on: bool = field(repr=False)


@dataclass(frozen=True, slots=True)
class NewSlip:
    """A receipt that is to be kept as a file, by the commitment that stands for it."""

    seal: Seal
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Accepted:
    """A decision that stands: the events, the erasable texts in them, and the answers.

    `erased` are the commitments of texts that are to be blanked for good. `urns` are those of the
    secret polls that open, which need a key; `ballots` are to be sealed and kept. `dropped` are texts
    that were needed until now, and of which nothing was told. `priorities` are kept beside the journal,
    and `slips` as files; what was behind a text that is erased or dropped goes with it.
    """

    events: tuple[Event, ...] = ()
    texts: tuple[Sealed, ...] = ()
    replies: tuple[Reply, ...] = ()
    erased: tuple[Seal, ...] = ()
    dropped: tuple[Seal, ...] = ()
    urns: tuple[Urn, ...] = ()
    ballots: tuple[SecretBallot, ...] = ()
    priorities: tuple[Priority, ...] = ()
    slips: tuple[NewSlip, ...] = ()


def joined_with(first: Accepted, second: Accepted) -> Accepted:
    """Two decisions as one."""
    names = [each.name for each in fields(Accepted)]
    return Accepted(*(getattr(first, name) + getattr(second, name) for name in names))


@dataclass(frozen=True, slots=True)
class About:
    """A reading of the journal: the entries about a subject, all, since an instant, or the newest.

    Without `words` those in them are not looked up, but such as are named then (`Words`). A page, which
    shall ask as much whatever there is, has them all the same.
    """

    subject: str
    since: int = 0
    newest: int | None = None
    words: bool = True


@dataclass(frozen=True, slots=True)
class Words:
    """A reading of the words behind commitments, each with an entry that it stands in."""

    near: tuple[tuple[Seal, int], ...]


@dataclass(frozen=True, slots=True)
class Since:
    """A reading of the journal: all entries at or after an instant (ms)."""

    at: int


@dataclass(frozen=True, slots=True)
class Latest:
    """A reading of the journal: the newest so many entries, in order.

    Only those before the entry `before`, and only those written before the instant `until` (ms). Of
    `every` one, also those that do not count: so the chain is checked.
    """

    limit: int
    before: int = 0
    until: int = 0
    every: bool = False


@dataclass(frozen=True, slots=True)
class By:
    """A reading of the journal: all entries that a member made. It costs a look at everything."""

    member: int


@dataclass(frozen=True, slots=True)
class Ballots:
    """A reading of a secret poll: the ballots of those who took part, each in their last turn.

    Without turns, only whether its key is there.
    """

    urn: Urn
    turns: tuple[Turn, ...] | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """The ballots, by voter; they are never shown."""

    words: Mapping[int, bytes] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Unopened:
    """None of the ballots, for good: the key is `lost`, a box `spoiled`, or ballots `missing`."""

    why: str


@dataclass(frozen=True, slots=True)
class Signed:
    """A reading of where the journal stands, before what is decided: its checkpoint, signed."""


@dataclass(frozen=True, slots=True)
class Proven:
    """A reading of a proof: that the entry `seq` is in the journal of a signed checkpoint."""

    seq: int


@dataclass(frozen=True, slots=True)
class Grown:
    """A reading of a proof: that the journal of `newer` entries begins with its first `older` ones."""

    older: int
    newer: int


@dataclass(frozen=True, slots=True)
class Proof:
    """The hashes that lead up to the root that a signed note tells.

    They begin with an entry, or with a shorter journal, whose root the signed note `older` tells.
    """

    note: str
    hashes: tuple[bytes, ...]
    older: str = ""


@dataclass(frozen=True, slots=True)
class Priorities:
    """A reading of who wants to speak first among equals: nothing but who is called depends on it."""


@dataclass(frozen=True, slots=True)
class SlipFile:
    """A reading of the receipt behind a commitment, as a file."""

    seal: Seal


@dataclass(frozen=True, slots=True)
class SlipRoom:
    """A reading of how much more room there is for receipts, in bytes."""


JournalQuery = About | Since | Latest | By
Query = JournalQuery | Words | Ballots | Signed | Proven | Grown | Priorities | SlipFile | SlipRoom
Found = tuple[tuple[Entry, Event], ...]


@dataclass(frozen=True, slots=True)
class Ask(Generic[A]):
    """One command as it was understood: who, where, when, what, and what the journal says about it.

    `args` is what was given, in the class that the command declares; `moment` the time and the chance.
    `member` is who asked (a provisional one, who joins if this is accepted; None for the operator).
    `room` is the number of the room that it came from, 0 for a private message from no room of ours;
    `private` says that only who asked reads along, `unseen` that nobody else reads the line, though the
    answer may be told in the room; `space` is what the platform
    groups the room by, where no collective has that yet.
    `proposal` is the number of the passed proposal that has this done, 0 for none.
    `features` are all that there are, for what looks others up (`bot.feature.features_of`): an effect,
    a letter, the digest.
    `configured` are the rules of `config.toml`, below those of the collective; `site` is the address of
    the pages, empty where none are served.
    `found` holds the readings that the command wanted, `texts` the texts in them by commitment, and
    `opened` the ballots; `worded` are the texts that were wanted by themselves. `checkpoint` is the
    signed note that was wanted, empty where this bot signs nothing, None where none was wanted;
    `signer` is the public key and `witnessed` what witnesses said last, both with it. `proofs` are
    those that were wanted, None where nothing is signed. `first` are the numbers of those who want to
    speak first, None where that was not wanted. `slips` are the receipts that were wanted, None where
    one is gone, `slip_room` the room for more. `spread` is how much later (ms) digests come here than
    their time, 0 where few share the program.
    """

    command: str
    place: Place
    actor: Actor
    member: Member | None
    args: A
    moment: Moment
    rules: Rules
    language: str
    zone: str
    features: object
    room: int = 0
    private: bool = False
    unseen: bool = False
    space: str = ""
    proposal: int = 0
    configured: Mapping[str, Value] = field(default_factory=dict)
    site: str = ""
    mentions: Mapping[str, str] = field(default_factory=dict)
    found: Mapping[JournalQuery, Found] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    worded: frozenset[Words] = frozenset()
    opened: Mapping[Ballots, Opened | Unopened] = field(default_factory=dict)
    checkpoint: str | None = None
    signer: str = ""
    witnessed: tuple[Witnessed, ...] = ()
    proofs: Mapping[Proven | Grown, Proof | None] = field(default_factory=dict)
    first: frozenset[int] | None = field(default=None, repr=False)
    slips: Mapping[SlipFile, bytes | None] = field(default_factory=dict, repr=False)
    slip_room: int | None = None
    spread: int = 0

    def with_args(self, args: B) -> Ask[B]:
        """The same, with other arguments: for what another command does too."""
        return cast("Ask[B]", replace(cast("Ask[Any]", self), args=args))

    @property
    def me(self) -> Member:
        """The member who asked. Raises Refusal for the operator, who is none."""
        if self.member is None:
            raise Refusal(
                "operator",
                say("The operator has no account of their own."),
                instead=say("Whoever it is for has to type it, or be named as @name."),
            )
        return self.member

    def today(self) -> dt.date:
        """The day it is for the person who asked."""
        return local_day(self.moment.now, self.zone)

    def text(self, seal: str) -> str:
        """A text that was read along, or the mark that it was erased."""
        return self.texts.get(seal, "…") if seal else ""

    def anybody(self, state: State, word: str) -> Member:
        """The member that a word means, who may have left. Raises Refusal."""
        try:
            return self.person(state, word)
        except Refusal:
            left = state.members.gone(word, forgotten=True)
            if left is None:
                raise
            return left

    def person(self, state: State, word: str) -> Member:
        """The member that a word means; `me` is who asked. Raises Refusal."""
        if word.casefold() == "me" and self.member is not None:
            return self.member
        account = self.mentions.get(word)
        key = (self.place.platform, account) if account is not None else None
        return state.members.found(word, key)

    def entries(self, *readings: JournalQuery) -> Found:
        """What several readings found, each entry once, in the journal's order."""
        several = [self.found.get(reading, ()) for reading in readings]
        if len(several) == 1:
            return several[0]
        by_seq = {entry.seq: (entry, event) for found in several for entry, event in found}
        return tuple(by_seq[seq] for seq in sorted(by_seq))


def about_person(state: State, member: int, *, since: int = 0, words: bool = True) -> tuple[About, ...]:
    """The readings of what the journal says about a person, all their numbers, since an instant."""
    numbers = state.members.numbers(member)
    return tuple(About(about_member(number), since=since, words=words) for number in numbers)


Decide = Callable[[State, Ask[Any]], Accepted]
Wants = Callable[[State, Ask[Any]], tuple[Query, ...]]
RulesAt = Callable[[Place], Rules]


@dataclass(frozen=True, slots=True)
class Due:
    """What a clockwork is asked with: the instant (ms) at which it was due."""

    due: int


@dataclass(frozen=True, slots=True)
class Clockwork:
    """Something that happens by the clock: when it is due the next time (ms), and what is decided then.

    `due` sees the rules of any place. `decide` is given the instant at which it was due; it must leave
    nothing due at that instant, or the clock would stand still. What `hears` waits for what members
    said before and could not be read yet, as long as the rule `wait-unread` says. What is `spread`
    comes a little later than `due` says, by each collective's own delay, where many share the program.
    """

    name: str
    due: Callable[[State, RulesAt], int | None]
    decide: Callable[[State, Ask[Due]], Accepted]
    wants: Callable[[State, Ask[Due]], tuple[Query, ...]] | None = None
    hears: bool = False
    spread: bool = False
