"""Proposals: a question with a frozen text, electorate and terms, its ballots, and what came out.

How it is decided is `bot.deciding`'s; here is what is written down about it, and one proposal folded
from its own events.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

import msgspec

from bot.collective.events import Event, Seal
from bot.collective.memberbook import Members
from bot.collective.proposalevents import (
    BallotCast,
    BallotTaken,
    EffectDone,
    EffectFailed,
    HandsConfirmed,
    HandsRejected,
    HandsShown,
    ProposalAmended,
    ProposalClosed,
    ProposalDrafted,
    ProposalMoved,
    ProposalOpened,
    ProposalTurned,
    ReviewCame,
    ReviewSet,
    SpokeChanged,
    Step,
    VotersNudged,
    reference,
)
from bot.collective.questions import Question
from bot.collective.rules import Rules
from bot.collective.spending import Spend
from bot.deciding.ballots import Ballot
from bot.deciding.delegation import proxies_in
from bot.deciding.judging import Verdict
from bot.deciding.matter import Asked, Hands, Matter
from bot.deciding.methods import FULL_METHODS
from bot.deciding.terms import Ratio, Terms, Timing, read_quiet, read_quorum, read_share

_MINUTE = 60_000


def _may_turn_into(method: str, full: str, fallback: str) -> tuple[str, ...]:
    """What a proposal by this method may go on as, by itself or by what it has gone on as."""
    turns = {"lazy": (full, fallback), "consensus": (fallback,)}.get(method, ())
    return tuple(filter(None, turns))


def terms_of(rules: Rules, method: str) -> Terms:
    """The rules in force, as they are frozen into a proposal by this method."""
    share = rules.text("share")
    usual = rules.text("method")
    fallback = "" if rules.text("fallback") == "none" else rules.text("fallback")
    full = usual if usual in FULL_METHODS else FULL_METHODS[0]
    least = rules.minutes("min-open", method)
    return Terms(
        method=method,
        full_method=full,
        quorum=read_quorum(rules.text("quorum")),
        share=None if share == "usual" else read_share(share),
        fallback=fallback,
        silence_agrees=rules.on("silence"),
        abstentions_count=rules.on("abstentions"),
        veto=rules.on("veto"),
        binding_min=rules.number("binding"),
        mean=Ratio(rules.number("mean")),
        advice_wait_ms=rules.number("advice-wait") * _MINUTE,
        keep_ballots=rules.on("keep-votes"),
        abstentions_in_mean=False,
        advice_anew=True,
        advice_of_two=True,
        timing=Timing(
            open_ms=rules.number("closes") * _MINUTE,
            min_open_ms=least * _MINUTE,
            min_open_turned={
                turned: minutes * _MINUTE
                for turned in _may_turn_into(method, full, fallback)
                if (minutes := rules.minutes("min-open", turned)) != least
            },
            early_close=rules.on("early-close"),
            quiet=read_quiet(rules.text("quiet-hours")),
            zone=rules.text("zone"),
            extend_ms=rules.number("extend") * _MINUTE,
            extensions_max=rules.number("extensions"),
            emergency_ms=rules.number("emergency") * _MINUTE,
        ),
    )


class Stage(StrEnum):
    """Where in its life a proposal is."""

    DRAFT = "draft"
    OPEN = "open"
    PASSED = "passed"
    OVER = "over"
    """Its time is over, and it did not pass, or nobody has counted yet; or it was taken back."""


class Act(StrEnum):
    """What people do with a proposal in the course of its life."""

    PUT = "put"
    """To the vote."""
    AMEND = "amend"
    VOTE = "vote"
    CLOSE = "close"
    CANCEL = "cancel"
    REVIEW = "review"


LIFE: Mapping[Stage, frozenset[Act]] = {
    Stage.DRAFT: frozenset({Act.PUT, Act.AMEND, Act.CANCEL}),
    Stage.OPEN: frozenset({Act.AMEND, Act.VOTE, Act.CLOSE, Act.CANCEL}),
    Stage.PASSED: frozenset({Act.REVIEW}),
    Stage.OVER: frozenset(),
}
"""What may be done at each stage; what does not stand here may not."""


@dataclass(slots=True)
class Version:
    """One version of a text: when (ms) it came, and the commitments to its words."""

    at: int
    title: Seal
    text: Seal


@dataclass(frozen=True, slots=True)
class Show:
    """A show of hands as it was entered: who counted it, who is to confirm it, or has (`at`, ms)."""

    hands: Hands
    by: int
    witness: int

    @property
    def confirmed(self) -> bool:
        """Whether the witness has confirmed it."""
        return self.hands.at > 0


@dataclass(slots=True, kw_only=True)
class Proposal(Question[Ballot]):
    """A proposal, folded from its own events. Instants are in ms; `terms` is None for a draft.

    `show` is the show of hands that stands, `recount_at` when the last one was taken back. `spends` is
    what those at a meeting were told that it spends; at a spokes council, `spokes` says who speaks for
    which circle.
    """

    versions: list[Version]
    do: Seal = ""
    terms: Terms | None = None
    asked: Asked | None = None
    hidden: bool = False
    review_after: int = 0
    spends: tuple[Spend, ...] = ()
    spokes: dict[str, int] = field(default_factory=dict)
    cast_by: dict[int, int] = field(default_factory=dict)
    show: Show | None = None
    recount_at: int = 0
    extensions: int = 0
    verdict: str = ""
    tally: dict[str, int] = field(default_factory=dict)
    review_at: int = 0
    failed: str = ""
    done: bool = False

    @property
    def ref(self) -> str:
        """Its short name."""
        return reference(self.number)

    @property
    def timing(self) -> Timing | None:
        """The rules about time that were frozen into it; a draft has none."""
        return self.terms.timing if self.terms else None

    @property
    def version(self) -> int:
        """The number of its newest text, from 1."""
        return len(self.versions)

    @property
    def latest(self) -> Version:
        """Its newest text."""
        return self.versions[-1]

    @property
    def early_from(self) -> int:
        """From when on (ms) it may close early: its shortest time counts from its newest text."""
        assert self.terms is not None, "a draft does not close"
        return max(self.opened_at, self.latest.at) + self.terms.timing.min_open_ms

    @property
    def open(self) -> bool:
        """Whether it can be voted on, as far as its events say."""
        return self.terms is not None and not self.verdict

    def stage(self, at: int) -> Stage:
        """Where in its life it is at an instant (ms), also where nobody has noticed yet."""
        if self.verdict:
            return Stage.PASSED if self.verdict == Verdict.PASSED else Stage.OVER
        if self.terms is None:
            return Stage.DRAFT
        return Stage.OPEN if self.open_at(at) else Stage.OVER

    def matter(self, members: Members, proxies: Mapping[int, Mapping[str, int]]) -> Matter:
        """The facts that decide, of people as they are known now: one person, one vote, the later."""
        assert self.terms is not None, "a draft cannot be decided"
        asked = self.asked
        if asked is not None and members.merges:
            asked = msgspec.structs.replace(
                asked,
                affected=tuple(map(members.one, asked.affected)),
                experts=tuple(map(members.one, asked.experts)),
            )
        return Matter(
            terms=self.terms,
            author=members.one(self.author),
            electorate=self.voters(members),
            ballots=self.votes(members),
            opened_at=self.opened_at,
            closes_at=self.ended_at or self.closes,
            version=self.version,
            # A circle is spoken for by its spoke, and by nobody whom that person trusts otherwise.
            proxies={} if self.spokes else _canonical(proxies_in(self.circle, proxies), members),
            asked=asked,
            text_at=self.latest.at,
            circle=self.circle,
            hands=self.show.hands if self.show is not None and self.show.confirmed else None,
        )


def _canonical(proxies: Mapping[int, int], members: Members) -> dict[int, int]:
    if not members.merges:
        return dict(proxies)
    pairs = ((members.one(voter), members.one(proxy)) for voter, proxy in proxies.items())
    return {voter: proxy for voter, proxy in pairs if voter != proxy}


def fold_proposal(steps: Iterable[tuple[int, Event]]) -> Proposal | None:
    """The proposal that these events, each with its instant (ms), are the life of."""
    it: Proposal | None = None
    for at, event in steps:
        if isinstance(event, Step):
            it = stepped(it, event, at)
    return it


def stepped(it: Proposal | None, event: Step, at: int) -> Proposal | None:
    """The proposal after one more event."""
    if isinstance(event, ProposalDrafted | ProposalOpened):
        return _begun(event, at)
    if it is not None:
        _STEPS[type(event)](it, event, at)
    return it


def _amended(it: Proposal, event: ProposalAmended, at: int) -> None:
    it.versions.append(Version(at, event.title, event.text))
    if it.terms is not None and not it.terms.keep_ballots:
        it.nudge_anew(at)


def _moved(it: Proposal, event: ProposalMoved, at: int) -> None:
    it.closes, it.extensions = event.closes, it.extensions + int(event.extension)
    it.nudge_anew(at)


def _turned(it: Proposal, event: ProposalTurned, at: int) -> None:
    it.terms, it.closes, it.opened_at = event.terms, event.closes, at
    it.nudge_anew(at)


def _cast(it: Proposal, event: BallotCast, at: int) -> None:
    ballot = Ballot(event.choice, event.said or at, event.reason, event.version)
    it.take_vote(event.member, ballot)
    it.cast_by[event.member] = event.by


def _taken(it: Proposal, event: BallotTaken, _: int) -> None:
    it.cast.pop(event.member, None)


def _spoke(it: Proposal, event: SpokeChanged, at: int) -> None:
    former = it.spokes.get(event.circle, 0)
    it.spokes[event.circle] = event.member
    it.cast.pop(former, None)
    it.electorate = frozenset(it.spokes.values())
    # Hands that were raised cannot be told apart: whoever was counted may be spoke no more.
    it.show, it.recount_at = None, at


def _shown(it: Proposal, event: HandsShown, _: int) -> None:
    it.show = Show(Hands(event.counts, 0, event.reason, event.version), event.by, event.witness)


def _confirmed(it: Proposal, _: HandsConfirmed, at: int) -> None:
    if it.show is not None:
        it.show = replace(it.show, hands=msgspec.structs.replace(it.show.hands, at=at))


def _rejected(it: Proposal, _: HandsRejected, at: int) -> None:
    it.show, it.recount_at = None, at


def _nudged(it: Proposal, _: VotersNudged, __: int) -> None:
    it.nudge_at = 0


def _closed(it: Proposal, event: ProposalClosed, _: int) -> None:
    it.verdict, it.tally, it.ended_at = event.verdict, event.tally, event.closed
    it.review_at = event.review


def _done(it: Proposal, _: EffectDone, __: int) -> None:
    it.done, it.failed = True, ""


def _failed(it: Proposal, event: EffectFailed, _: int) -> None:
    it.failed = event.error


def _review_set(it: Proposal, event: ReviewSet, _: int) -> None:
    it.review_at = event.at


def _review_came(it: Proposal, _: ReviewCame, __: int) -> None:
    it.review_at = 0


_STEPS: Mapping[type[Event], Callable[[Proposal, Any, int], None]] = {
    ProposalAmended: _amended,
    ProposalMoved: _moved,
    ProposalTurned: _turned,
    BallotCast: _cast,
    BallotTaken: _taken,
    SpokeChanged: _spoke,
    HandsShown: _shown,
    HandsConfirmed: _confirmed,
    HandsRejected: _rejected,
    VotersNudged: _nudged,
    ProposalClosed: _closed,
    EffectDone: _done,
    EffectFailed: _failed,
    ReviewSet: _review_set,
    ReviewCame: _review_came,
}


def _begun(event: ProposalDrafted | ProposalOpened, at: int) -> Proposal:
    begun = Proposal(
        number=event.number,
        author=event.author,
        versions=[Version(at, event.title, event.text)],
        do=event.do,
        room=event.room,
        circle=event.circle,
    )
    if isinstance(event, ProposalDrafted):
        return begun
    opened = replace(
        begun,
        terms=event.terms,
        electorate=frozenset(event.electorate),
        opened_at=at,
        closes=event.closes,
        asked=event.asked,
        nudges=event.nudges,
        hidden=event.hidden,
        meeting=event.meeting,
        review_after=event.review,
        spends=event.spends,
        spokes=dict(zip(event.circles, event.electorate, strict=True)) if event.circles else {},
    )
    opened.nudge_anew(at)
    return opened
