"""What happens to a poll: its events, from the opening to the destroyed key."""

from __future__ import annotations

from bot.collective.events import Event, Seal, about_member
from bot.polling.record import PublishedBallot, ResultRecord
from bot.polling.terms import TOTALS, PollTerms
from bot.polling.votes import Vote

POLLS = "polls"
"""The index subject of the list of polls."""

CANCELLED = "cancelled"

CLOSED = "closed"

OPEN = "open"

VOID = "void"

FEW = "few"
"""Why a secret poll is void where its ballots could be opened, and would give themselves away."""


class _PollEvent(Event, frozen=True, kw_only=True):
    """What the events of a poll have in common."""

    number: int

    @property
    def subjects(self) -> tuple[str, ...]:
        """The poll."""
        return (reference(self.number),)


class PollOpened(_PollEvent, frozen=True, kw_only=True, tag="poll.opened"):
    """A poll can be voted on: options (one a line), electorate and terms are frozen.

    It closes at an instant (ms). `commitment` is the SHA-256 of the seed for its draw, which stays
    behind its seal until the close. `count` is the number of options.
    """

    sealed_fields = ("question", "options", "seed")
    common_fields = ("question", "options", "seed")
    kept_back_fields = ("seed",)
    moves_clock = True
    author: int
    question: Seal
    options: Seal
    terms: PollTerms
    electorate: tuple[int, ...]
    closes: int
    seed: Seal
    commitment: str
    count: int
    room: int = 0
    circle: str = ""
    nudges: bool = False

    @property
    def subjects(self) -> tuple[str, ...]:
        """The poll, what it looks like, its author, and the list of polls."""
        return (*about_poll(self.number), about_member(self.author), POLLS)


class PollOptionAdded(_PollEvent, frozen=True, kw_only=True, tag="poll.option.added"):
    """A voter added an option; it has the next place."""

    sealed_fields = ("option",)
    common_fields = ("option",)
    option: Seal
    member: int

    @property
    def subjects(self) -> tuple[str, ...]:
        """The poll, what it looks like, and who added it."""
        return (*about_poll(self.number), about_member(self.member))


class PollBallotCast(_PollEvent, frozen=True, kw_only=True, tag="poll.ballot.cast"):
    """A member voted openly, or again; for an organisation, `by` is who spoke for it."""

    vote_cast = True
    member: int
    vote: Vote
    by: int = 0

    @property
    def subjects(self) -> tuple[str, ...]:
        """The poll, and the voter."""
        return (reference(self.number), about_member(self.member))


class PollBallotTaken(_PollEvent, frozen=True, kw_only=True, tag="poll.ballot.taken"):
    """A member took their vote back."""

    vote_cast = True
    member: int

    @property
    def subjects(self) -> tuple[str, ...]:
        """The poll, and the voter."""
        return (reference(self.number), about_member(self.member))


class PollBallotSealed(_PollEvent, frozen=True, kw_only=True, tag="poll.ballot.sealed"):
    """A member took part in a secret poll, or again; how is sealed, and not in the journal."""

    vote_cast = True
    member: int
    by: int = 0

    @property
    def subjects(self) -> tuple[str, ...]:
        """The poll, and the voter."""
        return (reference(self.number), about_member(self.member))


class PollRepeats(_PollEvent, frozen=True, kw_only=True, tag="poll.repeats"):
    """The same question is asked again at an instant (ms), and then `every` so often; 0 for never.

    The repetitions are counted from the instant `first` (ms), where it is known.
    """

    moves_clock = True
    every: str = ""
    again: int = 0
    first: int = 0


class PollMoved(_PollEvent, frozen=True, kw_only=True, tag="poll.moved"):
    """It closes at another instant (ms); `extension` says that too few had voted to count it."""

    sealed_fields = ("reason",)
    moves_clock = True
    closes: int
    reason: Seal = ""
    extension: bool = False


class PollHidden(_PollEvent, frozen=True, kw_only=True, tag="poll.hidden"):
    """From now on nothing is told of the votes before the close; that is never undone.

    With `secret`, ballots are sealed from now on too; nobody has voted yet. `publishes` is what is
    told of them at the close, `floor` the fewest people whose ballots are counted.
    """

    secret: bool = False
    publishes: str = TOTALS
    floor: int = 0


class PollNudged(_PollEvent, frozen=True, kw_only=True, tag="poll.nudged"):
    """Those who had not voted were reminded (`members`)."""

    moves_clock = True
    members: tuple[int, ...] = ()


class PollClosed(_PollEvent, frozen=True, kw_only=True, tag="poll.closed"):
    """What came out of how many votes, and the seed of its draw, which anybody can repeat now.

    Of a secret poll also what its options were given, and its ballots, as far as they are published.
    """

    moves_clock = True
    result: ResultRecord
    seed: str
    voters: int = 0
    closed: int = 0
    standing: tuple[int, ...] = ()
    ballots: tuple[PublishedBallot, ...] = ()

    @property
    def subjects(self) -> tuple[str, ...]:
        """The poll, and the list of polls."""
        return (reference(self.number), POLLS)


class PollReopened(_PollEvent, frozen=True, kw_only=True, tag="poll.reopened"):
    """It closed too soon: it can be voted on again, with the votes it has.

    Its seed follows from the last one (`bot.tally.ties.next_seed`), so that nobody draws again. In old
    journals it is a fresh one.
    """

    sealed_fields = ("seed",)
    common_fields = ("seed",)
    kept_back_fields = ("seed",)
    moves_clock = True
    closes: int
    seed: Seal
    commitment: str

    @property
    def subjects(self) -> tuple[str, ...]:
        """The poll, what it looks like, and the list of polls."""
        return (*about_poll(self.number), POLLS)


class PollCancelled(_PollEvent, frozen=True, kw_only=True, tag="poll.cancelled"):
    """It was taken back; nothing is counted."""

    sealed_fields = ("reason",)
    moves_clock = True
    reason: Seal = ""

    @property
    def subjects(self) -> tuple[str, ...]:
        """The poll, and the list of polls."""
        return (reference(self.number), POLLS)


class PollVoided(_PollEvent, frozen=True, kw_only=True, tag="poll.voided"):
    """The ballots of a secret poll are not counted.

    They cannot be opened (`why` is one of `bot.writer.vault`), or they are of too `FEW` people.
    """

    moves_clock = True
    why: str
    closed: int = 0

    @property
    def subjects(self) -> tuple[str, ...]:
        """The poll, and the list of polls."""
        return (reference(self.number), POLLS)


class PollKeyDestroyed(_PollEvent, frozen=True, kw_only=True, tag="poll.key.destroyed"):
    """The key of a secret poll is destroyed, and its sealed ballots are dropped."""

    moves_clock = True


PollStep = (
    PollOpened
    | PollOptionAdded
    | PollBallotCast
    | PollBallotSealed
    | PollBallotTaken
    | PollRepeats
    | PollMoved
    | PollHidden
    | PollNudged
    | PollClosed
    | PollReopened
    | PollCancelled
    | PollVoided
    | PollKeyDestroyed
)


def reference(number: int) -> str:
    """The short name of a poll in chat."""
    return f"Q{number}"


def look_of(number: int) -> str:
    """The index subject of what a poll looks like: its words without its votes."""
    return f"{reference(number)}:look"


def about_poll(number: int) -> tuple[str, str]:
    """The index subjects of an event with words of a poll in it."""
    return reference(number), look_of(number)
