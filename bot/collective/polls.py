"""Polls: a question with options, the votes on it, and what came out; it binds nothing by itself.

How votes are counted is `bot.tally`'s, how one is read and told `bot.polling`'s; here is what is
written down, and what a collective remembers: open polls whole, and for a while those that closed,
because they can be opened again. Older ones are folded from their own events.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from msgspec import structs

from bot.chain import Entry
from bot.collective.events import Event, Seal
from bot.collective.memberbook import Members
from bot.collective.pollevents import (
    CANCELLED,
    CLOSED,
    OPEN,
    VOID,
    PollBallotCast,
    PollBallotSealed,
    PollBallotTaken,
    PollCancelled,
    PollClosed,
    PollHidden,
    PollKeyDestroyed,
    PollMoved,
    PollNudged,
    PollOpened,
    PollOptionAdded,
    PollReopened,
    PollRepeats,
    PollStep,
    PollVoided,
    reference,
)
from bot.collective.questions import Question
from bot.collective.rules import Rules
from bot.deciding.terms import Timing, read_quiet
from bot.polling.record import PublishedBallot, ResultRecord
from bot.polling.sealing import Turn, Urn
from bot.polling.terms import NONE_NAME, PollTerms
from bot.polling.votes import Vote

_MINUTE = 60_000


def timing_of(rules: Rules) -> Timing:
    """The rules about time in force, as they are frozen into a poll."""
    return Timing(
        open_ms=rules.number("closes") * _MINUTE,
        quiet=read_quiet(rules.text("quiet-hours")),
        zone=rules.text("zone"),
        extend_ms=rules.number("extend") * _MINUTE,
    )


@dataclass(frozen=True, slots=True)
class Close:
    """A close after which it was opened again: when (ms), what came out of which votes, its draw.

    `voted` is how many people voted, `votes` what each member's vote was; `drawn` the seed that counted
    for these votes.
    """

    at: int
    result: ResultRecord
    voted: int
    seed: str
    commitment: str
    votes: Mapping[int, Vote]
    drawn: str


@dataclass(frozen=True, slots=True)
class Cast:
    """A vote as it was given: when (ms), and by whom for an organisation."""

    vote: Vote
    at: int
    by: int = 0


@dataclass(slots=True, kw_only=True)
class Poll(Question[Cast]):
    """A poll, folded from its own events. Instants are in ms.

    `added` are the options beyond those of its beginning, `count` how many there are with them.
    `planned` is when it was to close at first; `again` when the same is asked again, 0 for never.

    Of a secret poll, `cast` says who voted and when, with an empty vote; `turns` how often each did;
    `key_kept` that there is a key, as far as its events say; `void` why it was not counted; `extended`
    that it was open once more because too few had voted. `earlier` are the closes before the last.
    """

    question: Seal
    options: Seal
    terms: PollTerms
    planned: int
    seed: Seal
    commitment: str
    count: int
    every: str = ""
    again: int = 0
    first: int = 0
    status: str = OPEN
    added: list[Seal] = field(default_factory=list)
    result: ResultRecord | None = None
    revealed: str = ""
    voted: int = 0
    turns: dict[int, int] = field(default_factory=dict)
    standing: tuple[int, ...] = ()
    ballots: tuple[PublishedBallot, ...] = ()
    key_kept: bool = False
    key_gone_at: int = 0
    void: str = ""
    extended: bool = False
    earlier: tuple[Close, ...] = ()

    @property
    def ref(self) -> str:
        """Its short name."""
        return reference(self.number)

    @property
    def timing(self) -> Timing:
        """The rules about time that were frozen into it."""
        return self.terms.timing

    @property
    def open(self) -> bool:
        """Whether it can be voted on, as far as its events say."""
        return self.status == OPEN

    @property
    def none(self) -> int | None:
        """The place of none of the above."""
        return self.count - len(self.added) - 1 if self.terms.none else None

    @property
    def secret(self) -> bool:
        """Whether its ballots are sealed until the close."""
        return self.terms.secret

    @property
    def draw_known(self) -> bool:
        """Whether everybody knows the seed of its draw: from then on no name may be made to win it."""
        return bool(self.earlier)

    def given(self) -> dict[int, Vote]:
        """What each member's vote is."""
        return {voter: each.vote for voter, each in self.cast.items()}

    def drawn_with(self, own: str) -> str:
        """The seed that decides ties among its votes: its own.

        With the very votes of an earlier close it is that one's: nothing is drawn twice.
        """
        votes = self.given()
        return next((each.drawn for each in self.earlier if each.votes == votes), own)

    def urn(self, collective: str) -> Urn:
        """Where its ballots lie."""
        return Urn(collective, self.number, self.commitment)

    def last_turns(self) -> tuple[Turn, ...]:
        """Which vote of each voter counts."""
        return tuple(Turn(voter, self.turns[voter]) for voter in sorted(self.cast))

    def next_turn(self, voter: int) -> Turn:
        """The vote that this voter gives next."""
        return Turn(voter, self.turns.get(voter, 0) + 1)

    def names(self, texts: Callable[[Seal], str]) -> tuple[str, ...]:
        """What the options are called, in order."""
        none = (NONE_NAME,) if self.terms.none else ()
        return (*texts(self.options).split("\n"), *none, *map(texts, self.added))

    def people(self, members: Members) -> int:
        """How many people voted: who votes for organisations too is one."""
        votes = self.votes(members)
        return len({members.one(each.by or voter) for voter, each in votes.items()})

    def has_too_few(self, members: Members) -> bool:
        """Whether its ballots would give themselves away: fewer people voted than it needs."""
        return self.secret and self.people(members) < self.terms.floor


def fold_poll(steps: Iterable[tuple[int, Event]]) -> Poll | None:
    """The poll that these events, each with its instant (ms), are the life of."""
    it: Poll | None = None
    for at, event in steps:
        if isinstance(event, PollStep):
            it = poll_after(it, event, at)
    return it


def life_of(found: Sequence[tuple[Entry, Event]]) -> Poll | None:
    """The poll that these entries of the journal tell of."""
    return fold_poll((entry.at, event) for entry, event in found)


def poll_after(it: Poll | None, event: PollStep, at: int) -> Poll | None:
    """The poll after one more event."""
    if isinstance(event, PollOpened):
        return _opened(event, at)
    if it is not None:
        _STEPS[type(event)](it, event, at)
    return it


def _opened(event: PollOpened, at: int) -> Poll:
    opened = Poll(
        number=event.number,
        author=event.author,
        question=event.question,
        options=event.options,
        terms=event.terms,
        electorate=frozenset(event.electorate),
        opened_at=at,
        closes=event.closes,
        planned=event.closes,
        seed=event.seed,
        commitment=event.commitment,
        count=event.count,
        room=event.room,
        circle=event.circle,
        nudges=event.nudges,
        key_kept=event.terms.secret,
    )
    opened.nudge_anew(at)
    return opened


def _added(it: Poll, event: PollOptionAdded, _: int) -> None:
    it.added.append(event.option)
    it.count += 1


def _cast(it: Poll, event: PollBallotCast, at: int) -> None:
    it.take_vote(event.member, Cast(event.vote, at, event.by))


def _sealed(it: Poll, event: PollBallotSealed, at: int) -> None:
    it.take_vote(event.member, Cast(Vote(), at, event.by))
    it.turns[event.member] = it.turns.get(event.member, 0) + 1


def _taken(it: Poll, event: PollBallotTaken, _: int) -> None:
    it.cast.pop(event.member, None)


def _repeats(it: Poll, event: PollRepeats, _: int) -> None:
    it.every, it.again, it.first = event.every, event.again, event.first


def _moved(it: Poll, event: PollMoved, at: int) -> None:
    it.closes = event.closes
    it.extended = it.extended or event.extension
    it.nudge_anew(at)


def _hidden(it: Poll, event: PollHidden, _: int) -> None:
    it.terms = structs.replace(it.terms, hidden=True)
    if event.secret:
        it.terms = structs.replace(it.terms, secret=True, publishes=event.publishes, floor=event.floor)
        it.key_kept = True


def _nudged(it: Poll, _: PollNudged, __: int) -> None:
    it.nudge_at = 0


def _closed(it: Poll, event: PollClosed, _: int) -> None:
    it.status, it.result, it.revealed = CLOSED, event.result, event.seed
    it.voted, it.ended_at = event.voters, event.closed
    it.standing, it.ballots = event.standing, event.ballots


def _voided(it: Poll, event: PollVoided, _: int) -> None:
    it.status, it.void, it.ended_at = VOID, event.why, event.closed


def _key_destroyed(it: Poll, _: PollKeyDestroyed, at: int) -> None:
    it.key_kept, it.key_gone_at = False, at


def _reopened(it: Poll, event: PollReopened, at: int) -> None:
    if it.result is not None:
        close = Close(
            it.ended_at,
            it.result,
            it.voted,
            it.revealed,
            it.commitment,
            it.given(),
            it.drawn_with(it.revealed),
        )
        it.earlier = (*it.earlier, close)
    it.status, it.result, it.revealed, it.voted, it.ended_at = OPEN, None, "", 0, 0
    it.closes, it.seed, it.commitment = event.closes, event.seed, event.commitment
    it.nudge_anew(at)


def _cancelled(it: Poll, _: PollCancelled, at: int) -> None:
    it.status, it.ended_at = CANCELLED, at
    it.every, it.again = "", 0


_STEPS: Mapping[type[Event], Callable[[Poll, Any, int], None]] = {
    PollOptionAdded: _added,
    PollBallotCast: _cast,
    PollBallotSealed: _sealed,
    PollBallotTaken: _taken,
    PollRepeats: _repeats,
    PollMoved: _moved,
    PollHidden: _hidden,
    PollNudged: _nudged,
    PollClosed: _closed,
    PollReopened: _reopened,
    PollCancelled: _cancelled,
    PollVoided: _voided,
    PollKeyDestroyed: _key_destroyed,
}
