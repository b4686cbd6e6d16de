"""What a collective remembers of its proposals, and what of them is due by the clock.

Drafts and open ones whole, of closed ones only what is still to come (a review, an effect to be
retried). Everything else about a closed one is folded from its own events.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import get_args

from bot.collective.deadlines import Deadline, Deadlines
from bot.collective.events import Changes, When, month_of
from bot.collective.memberbook import Members
from bot.collective.proposalevents import (
    WITHDRAWN,
    EffectDone,
    EffectFailed,
    ProposalClosed,
    ProxyNamed,
    ReviewCame,
    ReviewSet,
    Step,
    VotersNudged,
    reference,
)
from bot.collective.proposals import Proposal, stepped
from bot.collective.questions import Coming
from bot.deciding.judging import Verdict
from bot.deciding.settling import is_settled

EARLY = "early"
REVIEW = "review"


class Came(StrEnum):
    """What came of a proposal that was put to the vote."""

    DECIDED = "decided"
    """Somebody beside its author voted, and there were enough of them."""
    UNANSWERED = "unanswered"
    """Nobody else voted, or too few; or it was taken back without a word."""
    ASIDE = "aside"
    """It passed by nobody's saying anything, or was taken back for a reason: neither of the two."""


@dataclass(slots=True)
class Proposals:
    """What a collective remembers of its proposals.

    `alive` are drafts and open ones; `reviews` says when (ms) which closed one is looked at again;
    `failed` are those whose effect can be retried; `proxies` who votes for whom, by circle; `came`
    how many came to what, by the month in which they ended. For calendars: until when each is asked,
    and when which is `looked_at` again.
    """

    count: int = 0
    alive: dict[int, Proposal] = field(default_factory=dict)
    reviews: dict[int, int] = field(default_factory=dict)
    failed: set[int] = field(default_factory=set)
    proxies: dict[int, dict[str, int]] = field(default_factory=dict)
    came: dict[tuple[str, Came], int] = field(default_factory=dict)
    deadlines: Deadlines = field(default_factory=Deadlines)
    looked_at: Deadlines = field(default_factory=Deadlines)

    @property
    def open(self) -> list[Proposal]:
        """Those that can be voted on."""
        return [it for it in self.alive.values() if it.open]

    def take(self, event: Step, when: When) -> None:
        """Take an event in."""
        number = event.number
        if isinstance(event, ReviewSet | ReviewCame):
            self._review(number, event.at if isinstance(event, ReviewSet) else 0)
            if isinstance(event, ReviewSet):
                self.looked_at.move(number, event.at, when.at)
            return
        if isinstance(event, EffectDone | EffectFailed):
            (self.failed.discard if isinstance(event, EffectDone) else self.failed.add)(number)
            return
        it = stepped(self.alive.get(number), event, when.at)
        assert it is not None, f"{reference(number)} is not alive"
        self.count = max(self.count, number)
        if it.verdict:
            self.alive.pop(number, None)
            self._review(number, it.review_at)
            if it.review_at:
                review = Deadline(number, it.review_at, it.latest.title, it.circle)
                self.looked_at.note(review, when.at)
        else:
            self.alive[number] = it

        if it.closes:
            off = bool(it.verdict) and it.ended_at < it.closes
            asked = Deadline(number, it.closes, it.latest.title, it.circle, it.electorate, off)
            self.deadlines.note(asked, when.at)

    def close(self, event: ProposalClosed, when: When, members: Members) -> None:
        """Close one, and count what came of it where it was put to the vote."""
        it = self.alive.get(event.number)
        if it is not None and it.terms is not None:
            key = (month_of(when.at), _came_of(it, event, members))
            self.came[key] = self.came.get(key, 0) + 1
        self.take(event, when)

    def _review(self, number: int, at: int) -> None:
        if at:
            self.reviews[number] = at
        else:
            self.reviews.pop(number, None)

    def name_proxy(self, event: ProxyNamed, _: When) -> None:
        """Somebody votes for somebody, or no more."""
        by_circle = self.proxies.setdefault(event.member, {})
        if event.proxy:
            by_circle[event.circle] = event.proxy
        else:
            by_circle.pop(event.circle, None)
            if not by_circle:
                del self.proxies[event.member]

    def dues(self, members: Members) -> Iterator[Coming]:
        """What is due by the clock of all these."""
        for number, at in self.reviews.items():
            yield Coming(at, number, REVIEW)
        for it in self.open:
            yield from it.dues()
            ends = self.ends(it, members)
            if ends < it.closes:
                yield Coming(ends, it.number, EARLY)

    def ends(self, it: Proposal, members: Members) -> int:
        """When (ms) an open one ends: as soon as it may, where what comes out is settled."""
        if not it.terms or not it.terms.timing.early_close or it.early_from >= it.closes:
            return it.closes
        settled = is_settled(it.versions[0].title, it.matter(members, self.proxies))
        return it.early_from if settled else it.closes


def _came_of(it: Proposal, event: ProposalClosed, members: Members) -> Came:
    """What came of a proposal with its closing; what its author alone said is nobody's answer."""
    hands = sum(it.show.hands.counts.values()) if it.show is not None and it.show.confirmed else 0
    answered = hands > 1 or not {*map(members.one, it.cast)} <= {members.one(it.author)}
    if event.verdict == WITHDRAWN:
        return Came.ASIDE if event.reason else Came.UNANSWERED
    if event.verdict == Verdict.PASSED and not answered:
        return Came.ASIDE
    return Came.DECIDED if answered and event.verdict != Verdict.NO_QUORUM else Came.UNANSWERED


CHANGES: Changes = {
    **{kind: Proposals.take for kind in get_args(Step) if kind not in {VotersNudged, ProposalClosed}},
    ProxyNamed: Proposals.name_proxy,
}
