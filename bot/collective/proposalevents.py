"""What happens to a proposal: its events, from the draft to the review."""

from __future__ import annotations

import msgspec

from bot.collective.events import Event, Seal, about_member
from bot.collective.spending import Spend
from bot.deciding.matter import Asked
from bot.deciding.terms import Terms

DECISIONS = "decisions"
"""The index subject of the decision log."""


WITHDRAWN = "withdrawn"
"""The verdict of a proposal that was taken back."""


class _ProposalEvent(Event, frozen=True, kw_only=True):
    """What the events of a proposal have in common."""

    number: int

    @property
    def subjects(self) -> tuple[str, ...]:
        """The proposal."""
        return (reference(self.number),)


class ProposalDrafted(_ProposalEvent, frozen=True, kw_only=True, tag="proposal.drafted"):
    """Somebody prepares a proposal; nobody votes on it yet. `do` is the command it would carry out."""

    sealed_fields = ("title", "text", "do")
    common_fields = ("title", "text", "do")
    author: int
    title: Seal
    text: Seal = ""
    do: Seal = ""
    room: int = 0
    circle: str = ""


class ProposalOpened(_ProposalEvent, frozen=True, kw_only=True, tag="proposal.opened"):
    """A proposal can be voted on: electorate and terms are frozen, it closes at an instant (ms).

    Of a call in a meeting (by its number) those who were there are asked; they were told what it
    `spends`. At a spokes council the electorate are those who speak for these `circles`, in this order.
    """

    sealed_fields = ("title", "text", "do")
    common_fields = ("title", "text", "do")
    moves_clock = True
    author: int
    title: Seal
    terms: Terms
    electorate: tuple[int, ...]
    closes: int
    text: Seal = ""
    do: Seal = ""
    room: int = 0
    circle: str = ""
    asked: Asked | None = None
    nudges: bool = False
    hidden: bool = False
    review: int = 0
    meeting: int = 0
    spends: tuple[Spend, ...] = ()
    circles: tuple[str, ...] = ()

    @property
    def subjects(self) -> tuple[str, ...]:
        """The proposal, its author, and the decision log."""
        return (reference(self.number), about_member(self.author), DECISIONS)


class ProposalAmended(_ProposalEvent, frozen=True, kw_only=True, tag="proposal.amended"):
    """The author changed the text: the next version is voted on."""

    sealed_fields = ("title", "text")
    common_fields = ("title", "text")
    moves_clock = True
    title: Seal
    text: Seal = ""

    @property
    def subjects(self) -> tuple[str, ...]:
        """The proposal, and the decision log."""
        return (reference(self.number), DECISIONS)


class ProposalMoved(_ProposalEvent, frozen=True, kw_only=True, tag="proposal.moved"):
    """It closes at another instant (ms): later for want of a quorum, or sooner in an emergency."""

    sealed_fields = ("reason",)
    moves_clock = True
    closes: int
    extension: bool = False
    reason: Seal = ""


class ProposalTurned(_ProposalEvent, frozen=True, kw_only=True, tag="proposal.turned"):
    """It goes on by another method."""

    moves_clock = True
    terms: Terms
    closes: int


class BallotCast(_ProposalEvent, frozen=True, kw_only=True, tag="ballot.cast"):
    """A member said something on a proposal; for an organisation, `by` is who spoke for it.

    `said` is when (ms), where it could only be read later.
    """

    vote_cast = True
    sealed_fields = ("reason",)
    moves_clock = True
    member: int
    choice: str
    reason: Seal = ""
    version: int = 1
    by: int = 0
    said: int = 0

    @property
    def subjects(self) -> tuple[str, ...]:
        """The proposal, and the voter."""
        return (reference(self.number), about_member(self.member))


class SpokeChanged(_ProposalEvent, frozen=True, kw_only=True, tag="proposal.spoke-changed"):
    """Another member speaks for a circle that is asked; what was said for it is said anew, or not."""

    moves_clock = True
    circle: str
    member: int

    @property
    def subjects(self) -> tuple[str, ...]:
        """The proposal, and who speaks now."""
        return (reference(self.number), about_member(self.member))


class BallotTaken(_ProposalEvent, frozen=True, kw_only=True, tag="ballot.taken"):
    """A member took their vote back."""

    vote_cast = True
    moves_clock = True
    member: int

    @property
    def subjects(self) -> tuple[str, ...]:
        """The proposal, and the voter."""
        return (reference(self.number), about_member(self.member))


class HandsShown(_ProposalEvent, frozen=True, kw_only=True, tag="hands.shown"):
    """Whoever leads a meeting (`by`) counted so many hands for each choice; `witness` is to confirm it.

    `reason` is why those who stop it do.
    """

    sealed_fields = ("reason",)
    counts: dict[str, int]
    by: int
    witness: int
    reason: Seal = ""
    version: int = 1

    @property
    def subjects(self) -> tuple[str, ...]:
        """The proposal, who counted, and who was to see it."""
        return (reference(self.number), about_member(self.by), about_member(self.witness))


class HandsConfirmed(_ProposalEvent, frozen=True, kw_only=True, tag="hands.confirmed"):
    """The witness saw the same: from now on these hands count."""

    moves_clock = True
    member: int

    @property
    def subjects(self) -> tuple[str, ...]:
        """The proposal, and who confirmed."""
        return (reference(self.number), about_member(self.member))


class HandsRejected(_ProposalEvent, frozen=True, kw_only=True, tag="hands.rejected"):
    """A show of hands does not stand, also where it was confirmed: they are counted anew."""

    member: int

    @property
    def subjects(self) -> tuple[str, ...]:
        """The proposal, and who says so."""
        return (reference(self.number), about_member(self.member))


class VotersNudged(_ProposalEvent, frozen=True, kw_only=True, tag="voters.nudged"):
    """Those who had not voted were reminded (`members`)."""

    moves_clock = True
    members: tuple[int, ...] = ()


class ProposalClosed(_ProposalEvent, frozen=True, kw_only=True, tag="proposal.closed"):
    """What came out; it is looked at again at `review` (ms, 0 for never)."""

    sealed_fields = ("reason",)
    moves_clock = True
    verdict: str
    tally: dict[str, int] = msgspec.field(default_factory=dict)
    closed: int = 0
    review: int = 0
    reason: Seal = ""

    @property
    def subjects(self) -> tuple[str, ...]:
        """The proposal, and the decision log."""
        return (reference(self.number), DECISIONS)


class EffectDone(_ProposalEvent, frozen=True, kw_only=True, tag="effect.done"):
    """What was decided was carried out."""


class EffectFailed(_ProposalEvent, frozen=True, kw_only=True, tag="effect.failed"):
    """What was decided could not be carried out, for a reason with this short code."""

    error: str


class ReviewSet(_ProposalEvent, frozen=True, kw_only=True, tag="review.set"):
    """A decision is looked at again at an instant (ms); 0 for never."""

    moves_clock = True
    at: int


class ReviewCame(_ProposalEvent, frozen=True, kw_only=True, tag="review.came"):
    """It was brought up again."""

    moves_clock = True


class ProxyNamed(Event, frozen=True, kw_only=True, tag="proxy.named"):
    """A member names somebody who votes for them, in a circle or everywhere; 0 for nobody any more."""

    moves_clock = True
    member: int
    proxy: int
    circle: str = ""

    @property
    def subjects(self) -> tuple[str, ...]:
        """Both."""
        return (about_member(self.member), *([about_member(self.proxy)] if self.proxy else []))


Step = (
    ProposalDrafted
    | ProposalOpened
    | ProposalAmended
    | ProposalMoved
    | ProposalTurned
    | BallotCast
    | BallotTaken
    | SpokeChanged
    | HandsShown
    | HandsConfirmed
    | HandsRejected
    | VotersNudged
    | ProposalClosed
    | EffectDone
    | EffectFailed
    | ReviewSet
    | ReviewCame
)


def reference(number: int) -> str:
    """The short name of a proposal in chat."""
    return f"P{number}"
